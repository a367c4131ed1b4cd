package doctor

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Unconnected returns the finding for credentials that do not work.
func Unconnected(err error) Finding {
	return Finding{
		Check: "credentials", Level: Error, Subject: "environment, stack and SSM", Detail: err.Error(),
		Remedy: "set TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN, or with TWILIO_API_KEY and TWILIO_API_SECRET; for AWS, the variables or profile of the AWS CLI",
	}
}

// Count counts findings by their levels.
func Count(findings []Finding) map[Level]int {
	counts := map[Level]int{}
	for _, each := range findings {
		counts[each.Level]++
	}
	return counts
}

// WriteTable prints findings for people: a line for each, another for its remedy, and a last one
// with the counts.
func WriteTable(w io.Writer, findings []Finding) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, each := range findings {
		level := string(each.Level)
		if each.Level == Error || each.Level == Warning {
			level = strings.ToUpper(level)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", level, each.Check, sentence(each))
		if each.Remedy != "" {
			fmt.Fprintf(table, "\t\t→ %s\n", each.Remedy)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	counts := Count(findings)
	_, err := fmt.Fprintf(w, "\n%s, %s, %d ok, %d skipped\n", counted(counts[Error], "error"),
		counted(counts[Warning], "warning"), counts[OK], counts[Skipped])
	return err
}

func sentence(f Finding) string {
	if f.Subject == "" {
		return oneLine(f.Detail)
	}
	return oneLine(f.Subject + ": " + f.Detail)
}

// oneLine replaces line breaks, which errors can have, by spaces.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
