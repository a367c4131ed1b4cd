package board

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// WriteText writes the board for a terminal.
func (s Snapshot) WriteText(w io.Writer) error {
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s · %s\n", cmp.Or(printable(s.Desk), "Desk"), s.At.Format("Mon 2 Jan 15:04:05"))
	s.writeFailures(&out)
	s.writeAlarms(&out)
	fmt.Fprintln(&out)
	s.writeToday(&out)
	fmt.Fprintln(&out)
	s.writeCallers(&out)
	fmt.Fprintln(&out)
	s.writeWorkers(&out)
	_, err := w.Write(out.Bytes())
	return err
}

// writeFailures writes what could not be read, and how old the part is that is shown.
func (s Snapshot) writeFailures(w io.Writer) {
	for _, source := range s.Sources {
		if source.Error == "" {
			continue
		}
		age := "not readable"
		if !source.Read.IsZero() {
			age = "as of " + s.clock(source.Read)
		}
		fmt.Fprintf(w, "! %s: %s: %s (%s)\n", source.Name, age, source.Error, source.Remedy)
	}
}

func (s Snapshot) writeAlarms(w io.Writer) {
	for _, alarm := range s.Alarms {
		fmt.Fprintf(w, "! ALARM %s since %s: %s\n", alarm.Name, s.clock(alarm.Since), alarm.Text)
	}
	if s.NoAlarms {
		fmt.Fprintln(w, "! the stack has no alarms (deploy it with AlarmTopicArn)")
	}
}

func (s Snapshot) writeToday(w io.Writer) {
	var parts []string
	if t := s.Today; t != nil {
		level := "–"
		if t.ServiceLevel != nil {
			level = fmt.Sprintf("%d %%", percent(*t.ServiceLevel))
		}
		parts = append(parts, fmt.Sprintf("since %s", s.clock(t.Since)), fmt.Sprintf("%s answered within %d s", level, t.Within),
			count(t.Calls, "call"), fmt.Sprintf("%d answered", t.Answered), fmt.Sprintf("%d abandoned", t.Abandoned),
			"longest wait "+lasts(time.Duration(t.Longest)*time.Second))
	}
	fmt.Fprintf(w, "TODAY  %s\n", cmp.Or(strings.Join(parts, " · "), "not known"))
	parts = nil
	if r := s.Requests; r != nil {
		parts = append(parts, count(r.Messages, "message"), count(r.Callbacks, "call back"), fmt.Sprintf("%d given up", r.GivenUp))
		if !r.Oldest.IsZero() {
			parts = append(parts, "the oldest since "+s.clock(r.Oldest))
		}
	}
	fmt.Fprintf(w, "OPEN   %s\n", cmp.Or(strings.Join(parts, " · "), "not known"))
	parts = nil
	if c := s.Counts; c != nil {
		parts = append(parts, fmt.Sprintf("%d waiting", c.Tasks["pending"]+c.Tasks["reserved"]), fmt.Sprintf("%d assigned", c.Tasks["assigned"]),
			fmt.Sprintf("%d wrapping", c.Tasks["wrapping"]))
		if c.Longest > 0 {
			parts = append(parts, "the oldest waits "+lasts(time.Duration(c.Longest)*time.Second))
		}
	}
	fmt.Fprintf(w, "TASKS  %s\n", cmp.Or(strings.Join(parts, " · "), "not known"))
}

// count returns a number with what it counts.
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// percent rounds down: 99.6 % of calls in time is not all of them.
func percent(share float64) int { return int(share*100 + 1e-9) }

func (s Snapshot) writeCallers(w io.Writer) {
	if s.Callers == nil {
		fmt.Fprintln(w, "WAITING not known")
		return
	}
	fmt.Fprintf(w, "WAITING %d\n", len(s.Callers))
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range s.Callers {
		var notes []string
		if c.Priority > 0 {
			notes = append(notes, fmt.Sprintf("priority %d", c.Priority))
		}
		if c.Rings != "" {
			notes = append(notes, c.Rings+"'s phone rings")
		}
		row(table, c.Number, lasts(s.At.Sub(c.Since)), c.Language, c.Queue, strings.Join(notes, ", "))
	}
	_ = table.Flush()
}

func (s Snapshot) writeWorkers(w io.Writer) {
	if s.Workers == nil {
		fmt.Fprintln(w, "WORKERS not known")
		return
	}
	var counts []string
	for _, state := range states() {
		if n := s.workersIn(state); n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, state))
		}
	}
	fmt.Fprintf(w, "WORKERS %s\n", cmp.Or(strings.Join(counts, " · "), "0"))
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, state := range states() {
		for _, worker := range s.Workers {
			if worker.State == state {
				row(table, worker.Name, string(state), lasts(s.At.Sub(worker.Since)), s.note(worker), worker.Shift)
			}
		}
	}
	_ = table.Flush()
}

// workersIn returns how many workers are in a state.
func (s Snapshot) workersIn(state State) (n int) {
	for _, worker := range s.Workers {
		if worker.State == state {
			n++
		}
	}
	return n
}

// note says what else is known of a worker.
func (s Snapshot) note(worker Worker) string {
	var notes []string
	if worker.Detail != "" {
		notes = append(notes, worker.Detail)
	}
	if !worker.Until.IsZero() {
		notes = append(notes, "until "+s.clock(worker.Until))
	}
	if worker.Missed != nil && *worker.Missed > 0 {
		notes = append(notes, fmt.Sprintf("%d missed", *worker.Missed))
	}
	return strings.Join(notes, ", ")
}

// row writes a line of a table without the empty cells at its end.
func row(w io.Writer, cells ...string) {
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	for i, cell := range cells {
		cells[i] = cmp.Or(cell, "–")
	}
	fmt.Fprintln(w, "  "+strings.Join(cells, "\t"))
}

// clock returns a time of day in the desk's zone, with the date if it is not today.
func (s Snapshot) clock(at time.Time) string {
	at = at.In(s.At.Location())
	if at.Format(time.DateOnly) == s.At.Format(time.DateOnly) {
		return at.Format(time.TimeOnly)
	}
	return at.Format("2 Jan 15:04")
}

// lasts returns a duration as a stopwatch shows it: 4:31, 1:04:31.
func lasts(d time.Duration) string {
	seconds := max(int(d.Seconds()), 0)
	if seconds < 3600 {
		return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}
