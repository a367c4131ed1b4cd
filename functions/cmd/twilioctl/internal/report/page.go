// Package report writes what a desk's calls of some days add up to, as one page that needs nothing
// else, and as CSV.
package report

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"slices"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/figures"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

var page = template.Must(template.New("page").Parse(pageHTML))

// view is what page.html shows.
type view struct {
	Title, Zone, Made string
	Style             template.CSS
	Policy            string
	Key               []fact
	Sheets            []sheet
}

// fact is one figure at the head of the page.
type fact struct{ Name, Value, More string }

// sheet is a printed page.
type sheet struct{ Columns [][]part }

// part is a chart, with the table of its figures below it, or a table alone, or notes.
type part struct {
	Title string
	Chart template.HTML // "" = none
	Table table
	Notes []string
}

// table is a table of the page. The first cell of a row is its heading.
type table struct {
	ID, Caption string
	Head        []string
	Rows        [][]string
	Foot        []string // the sum; nil = none
	Empty       string   // what stands in place of a table without rows
	Words       int      // how many of the first columns are words, not figures
}

// Page returns the page, in HTML, of figures that were computed at a time.
func Page(f figures.Figures, made time.Time) ([]byte, error) {
	sum := sha256.Sum256([]byte(pageCSS))
	v := view{
		Title: title(f.Period), Zone: f.Period.Zone.String(), Made: made.In(f.Period.Zone).Format("January 2, 2006, 15:04 MST"),
		Style: template.CSS(pageCSS), Key: key(f),
		Policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'",
	}
	halfHours, err := halfHours(f)
	if err != nil {
		return nil, err
	}
	levels, err := levels(f)
	if err != nil {
		return nil, err
	}
	waits, err := waits(f)
	if err != nil {
		return nil, err
	}
	scores, err := scores(f)
	if err != nil {
		return nil, err
	}
	left := []part{halfHours}
	right := []part{levels, waits, percentiles(f), announced(f)}
	groups := []part{byNumber(f), byQueue(f), byLanguage(f), byWorker(f)}
	if len(f.Days) > 1 {
		groups = append([]part{byDay(f)}, groups...)
	}
	rest := append([]part{offers(f), faults(f), overflows(f), requests(f)}, scores...)
	columns := [][]part{left, right, groups, rest}
	shortest := slices.MinFunc([]int{0, 1, 2, 3}, func(a, b int) int { return length(columns[a]) - length(columns[b]) })
	columns[shortest] = append(columns[shortest], part{Title: "What the figures mean", Notes: notes(f)})
	v.Sheets = []sheet{{columns[:2]}, {columns[2:]}}
	var out bytes.Buffer
	if err := page.Execute(&out, v); err != nil {
		return nil, fmt.Errorf("write page: %w", err)
	}
	return out.Bytes(), nil
}

// length is about how long a printed column is, in lines of a table.
func length(column []part) (lines int) {
	const ofHeadings, ofChart = 5, 18
	for _, each := range column {
		lines += ofHeadings + len(each.Table.Rows)
		if each.Chart != "" {
			lines += ofChart
		}
	}
	return lines
}

// key has the figures that a reader looks for first.
func key(f figures.Figures) []fact {
	t := f.Total
	abandoned := t.Outcomes[figures.Abandoned]
	return []fact{
		{"Calls", number(t.Calls), "that the ledger has"},
		{"Answered", number(t.Outcomes[figures.Answered]), percent(t.Outcomes[figures.Answered], t.Calls) + " of the calls"},
		{"Service level", level(t.Level), "answered within " + short(f.Within)},
		{"Abandoned", number(abandoned), percent(abandoned, t.Calls) + " of the calls"},
		{"Median wait", percentile(t.Waits, 50), "of answered calls, min:s"},
		{"Longest wait", percentile(t.Waits, 100), "of answered calls, min:s"},
		{"Mean talk", mean(t.Talks), "min:s"},
		{"Mean wrap-up", mean(t.WrapUps), "after the talk, min:s"},
	}
}

func notes(f figures.Figures) []string {
	return []string{
		"A call counts in the half hour, and on the day, in which Switchboard first recorded it. Callers whom a menu or closed hours turned away, and who left nothing, are not recorded.",
		"A wait begins when the call enters the queue and ends when worker and caller are connected, or when the caller leaves.",
		fmt.Sprintf("Service level: of the calls that waited in the queue and whose wait is over, the share that a worker answered within %s. A call that still waits counts once it has waited longer.", short(f.Within)),
		"Abandoned: the caller hung up while waiting, or left the line and no message. Turned away: no worker could serve the call, or the line was full. Waiting: no report says how the wait ended.",
		"Wrap-up: from the end of the talk until TaskRouter's task was completed. A single-tasking desk completes the task with the talk; its wrap-up is an activity of the worker, which is not recorded here.",
	}
}
