package trace

import (
	"fmt"
	"io"
	"regexp"
	"text/tabwriter"
)

var (
	sids    = regexp.MustCompile(`\b([A-Z]{2}[0-9a-f]{6})[0-9a-f]{22}([0-9a-f]{4})\b`)
	numbers = regexp.MustCompile(`(\+|%2B|\b)[0-9]{5,13}([0-9]{2})\b`)
)

// Short shortens the SIDs in a text to their first and last digits.
func Short(text string) string { return sids.ReplaceAllString(text, "$1…$2") }

// masked leaves two digits of what may be a phone number.
func masked(text string) string { return numbers.ReplaceAllString(text, "$1…$2") }

// WriteText prints a trace for people.
func (t Trace) WriteText(out io.Writer) error {
	fmt.Fprintf(out, "call %s", t.CallSID)
	for _, task := range t.TaskSIDs {
		fmt.Fprintf(out, ", task %s", task)
	}
	for _, worker := range t.WorkerCallSIDs {
		fmt.Fprintf(out, ", worker call %s", worker)
	}
	fmt.Fprintln(out)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "TIME (UTC)\tSOURCE\tABOUT\tWHAT\tANSWERED AFTER")
	day := ""
	for _, entry := range t.Entries {
		if date := entry.At.UTC().Format("2006-01-02"); date != day {
			day = date
			fmt.Fprintf(table, "%s\t\t\t\t\n", day)
		}
		took := ""
		if entry.TookMS > 0 {
			took = fmt.Sprintf("%d ms", entry.TookMS)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", entry.At.UTC().Format("15:04:05.000"), entry.Source, Short(entry.About), entry.What, took)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("print timeline: %w", err)
	}
	if len(t.Gaps) == 0 {
		_, err := fmt.Fprintln(out, "\nno gaps")
		return err
	}
	fmt.Fprintf(out, "\ngaps: %d\n", len(t.Gaps))
	for _, gap := range t.Gaps {
		fmt.Fprintf(out, "- %s: missing is %s\n  likely: %s\n  do: %s\n", Short(gap.About), gap.Missing, gap.Reason, gap.Remedy)
	}
	return nil
}
