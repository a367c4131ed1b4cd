package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/figures"
	"switchboard/shared/spreadsheet"
)

// columns is the header line of the CSV. A row of a table that counts something else than calls,
// such as offers, has its number under count, and nothing behind it.
func columns() []string {
	return []string{
		"table", "row", "detail", "count", "answered", "abandoned", "call_back", "message", "turned_away", "waiting", "in_time", "of",
		"wait_median_s", "wait_p90_s", "wait_p95_s", "wait_longest_s", "wait_mean_s", "talk_s", "talks", "wrap_up_s", "wrap_ups", "offers", "missed",
	}
}

// CSV returns all tables in one file, a line for each of their rows. Times are in seconds.
func CSV(f figures.Figures) ([]byte, error) {
	var out strings.Builder
	var failed error
	line := func(cells ...string) {
		text, err := spreadsheet.Line(append(cells, make([]string, len(columns())-len(cells))...))
		if err != nil && failed == nil {
			failed = fmt.Errorf("write the CSV of the report: %w", err)
		}
		out.WriteString(text)
	}
	line(columns()...)
	group := func(table, row, detail string, g figures.Group) { line(cells(table, row, detail, g)...) }
	days := f.Period.Days
	group("all", days[0].Date, days[len(days)-1].Date, f.Total)
	for _, slot := range f.Slots {
		group("half hour", slot.Clock, slot.Zone, slot.Group)
	}
	for _, each := range f.Days {
		group("day", each.Name, "", each)
	}
	for _, each := range f.ByNumber {
		group("number", each.Name, "", each)
	}
	for _, each := range f.ByQueue {
		group("queue", each.Name, "", each)
	}
	for _, each := range f.ByLang {
		group("language", each.Name, "", each)
	}
	for _, each := range f.ByWorker {
		group("worker", f.Workers[each.Name], each.Name, each)
	}
	for _, each := range f.Histogram {
		until := "" // without limit
		if each.Until > 0 {
			until = seconds(each.Until)
		}
		line("wait over s", seconds(each.From), until, strconv.Itoa(each.Answered+each.NotServed), strconv.Itoa(each.Answered))
	}
	for _, each := range f.Offers {
		line("offer", string(each.State), each.Failure, strconv.Itoa(each.Count))
	}
	for _, each := range f.Faults {
		line("fault", each.Charged, each.Failure, strconv.Itoa(each.Count))
	}
	for _, each := range f.Overflows {
		line("overflow", each.Name, "", strconv.Itoa(each.Count))
	}
	for _, each := range f.Callbacks {
		line("call back", string(each.State), each.Outcome, strconv.Itoa(each.Count))
	}
	for _, each := range f.Messages {
		line("message", string(each.State), each.Outcome, strconv.Itoa(each.Count))
	}
	for points, each := range f.Scores.Counts {
		line("score", strconv.Itoa(points+1), "", strconv.Itoa(each))
	}
	for _, question := range f.Questions {
		for _, each := range question.Answers {
			line("question", question.Name, each.Name, strconv.Itoa(each.Count))
		}
	}
	for _, each := range f.Expected {
		line("expected wait", heard(each.Range), "sooner", strconv.Itoa(each.Sooner))
		line("expected wait", heard(each.Range), "as expected", strconv.Itoa(each.Within))
		line("expected wait", heard(each.Range), "later", strconv.Itoa(each.Later))
	}
	return []byte(out.String()), failed
}

func cells(table, row, detail string, g figures.Group) []string {
	line := []string{table, row, detail, strconv.Itoa(g.Calls)}
	for _, each := range figures.Outcomes() {
		line = append(line, strconv.Itoa(g.Outcomes[each]))
	}
	line = append(line, strconv.Itoa(g.Level.InTime), strconv.Itoa(g.Level.Of))
	for _, p := range []int{50, 90, 95, 100} {
		line = append(line, measured(g.Waits, g.Waits.Percentile(p)))
	}
	return append(line, measured(g.Waits, g.Waits.Mean()), seconds(g.Talks.Sum()), strconv.Itoa(len(g.Talks)), seconds(g.WrapUps.Sum()),
		strconv.Itoa(len(g.WrapUps)), strconv.Itoa(g.Offers), strconv.Itoa(g.Missed))
}

// measured is empty if nothing was measured.
func measured(s figures.Spread, d time.Duration) string {
	if len(s) == 0 {
		return ""
	}
	return seconds(d)
}

// seconds is exact to the millisecond, as the ledger is.
func seconds(d time.Duration) string {
	return strconv.FormatFloat(d.Round(time.Millisecond).Seconds(), 'f', -1, 64)
}
