package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"switchboard/functions/cmd/twilioctl/internal/figures"
)

// How many rows a table shows, so that a day prints on two sheets. The CSV has all.
const (
	maxGroups  = 10 // numbers, queues, languages
	maxWorkers = 28
	maxReasons = 16
)

// busy returns the half hours from the first with a call to the last.
func busy(f figures.Figures) []figures.Slot {
	first := slices.IndexFunc(f.Slots, func(s figures.Slot) bool { return s.Calls > 0 })
	if first < 0 {
		return nil
	}
	last := first
	for i, slot := range f.Slots {
		if slot.Calls > 0 {
			last = i
		}
	}
	return f.Slots[first : last+1]
}

// inTime heads the column of the service level.
func inTime(f figures.Figures) string {
	return "In " + strings.ReplaceAll(short(f.Within), " ", noBreak)
}

// A space and a hyphen at which no line ends.
const (
	noBreak = "\u00a0"
	wrapUp  = "wrap\u2011up"
)

func slotName(s figures.Slot) string { return strings.TrimSpace(s.Clock + " " + s.Zone) }

// elsewhere counts the calls that were neither answered nor abandoned.
func elsewhere(g figures.Group) int {
	return g.Calls - g.Outcomes[figures.Answered] - g.Outcomes[figures.Abandoned]
}

// every returns how many half hours one label on the axis stands for.
func every(slots int) int {
	for _, n := range []int{1, 2, 4} {
		if slots/n <= 12 {
			return n
		}
	}
	return 8
}

func halfHours(f figures.Figures) (part, error) {
	slots := busy(f)
	p := part{Title: "Calls by half hour", Table: table{
		ID: "half-hours", Caption: "Calls by half hour, and what became of them. Other in the chart: call back, message, turned away, waiting.", Words: 1,
		Head:  []string{"From", "Calls", "Answered", "Abandoned", "Call back", "Message", "Turned away", "Waiting", inTime(f), "Median wait"},
		Empty: "There were no calls.",
	}}
	served, gone, other := series{Name: "answered", Class: "served"}, series{Name: "abandoned", Class: "gone"}, series{Name: "other", Class: "other"}
	var labels []string
	peak := figures.Slot{}
	for _, slot := range slots {
		labels = append(labels, slot.Clock)
		served.Values = append(served.Values, float64(slot.Outcomes[figures.Answered]))
		gone.Values = append(gone.Values, float64(slot.Outcomes[figures.Abandoned]))
		other.Values = append(other.Values, float64(elsewhere(slot.Group)))
		if slot.Calls > peak.Calls {
			peak = slot
		}
		p.Table.Rows = append(p.Table.Rows, outcomes(slotName(slot), slot.Group))
	}
	if len(slots) == 0 {
		return p, nil
	}
	p.Table.Foot = outcomes("All", f.Total)
	drawn, err := chart{
		ID: "chart-half-hours", Title: p.Title, Labels: labels, Every: every(len(slots)),
		Series: []series{served, gone, other}, Stacked: true,
		Text: fmt.Sprintf("Stacked bars from %s to %s. Most calls came in the half hour from %s: %s, of which %s were answered and %s abandoned. The table below has all figures.",
			labels[0], labels[len(labels)-1], slotName(peak), number(peak.Calls), number(peak.Outcomes[figures.Answered]), number(peak.Outcomes[figures.Abandoned])),
	}.svg()
	p.Chart = drawn
	return p, err
}

// outcomes is a row of the table of half hours, or of days.
func outcomes(name string, g figures.Group) []string {
	row := []string{name, number(g.Calls)}
	for _, each := range figures.Outcomes() {
		row = append(row, number(g.Outcomes[each]))
	}
	return append(row, level(g.Level), percentile(g.Waits, 50))
}

func byDay(f figures.Figures) part {
	p := part{Title: "By day", Table: table{
		ID: "days", Caption: "Calls by day, and what became of them", Words: 1, Foot: outcomes("All", f.Total),
		Head: []string{"Day", "Calls", "Answered", "Abandoned", "Call back", "Message", "Turned away", "Waiting", inTime(f), "Median wait"},
	}}
	for _, day := range f.Days {
		p.Table.Rows = append(p.Table.Rows, outcomes(day.Name, day))
	}
	return p
}

func levels(f figures.Figures) (part, error) {
	slots := busy(f)
	p := part{Title: "Service level by half hour, %"}
	if f.Total.Level.Of == 0 {
		p.Table.Empty = "No call waited in the queue."
		return p, nil
	}
	bars := series{Name: "answered in time", Class: "served"}
	var labels []string
	worst := -1
	for i, slot := range slots {
		share, known := slot.Level.Share()
		labels, bars.Values = append(labels, slot.Clock), append(bars.Values, 100*share)
		if known && (worst < 0 || share < bars.Values[worst]/100) {
			worst = i
		}
	}
	drawn, err := chart{
		ID: "chart-levels", Title: p.Title, Labels: labels, Every: every(len(slots)),
		Series: []series{bars}, Percent: true,
		Text: fmt.Sprintf("Bars: the share of calls answered within %s, in percent. Of all: %s. Least in the half hour from %s: %s.",
			short(f.Within), level(f.Total.Level), labels[max(worst, 0)], level(slots[max(worst, 0)].Level)),
	}.svg()
	p.Chart = drawn
	p.Table.Empty = fmt.Sprintf("The share that was answered within %s; the figures are in the column “%s” of the table of half hours.", short(f.Within), inTime(f))
	return p, err
}

// upToLongest leaves out bins that are longer than any wait.
func upToLongest(bins []figures.Bin) []figures.Bin {
	for last := len(bins) - 1; last > 0; last-- {
		if bins[last].Answered+bins[last].NotServed > 0 {
			return bins[:last+1]
		}
	}
	return bins[:1]
}

func waits(f figures.Figures) (part, error) {
	p := part{Title: "How long callers waited: calls by their wait", Table: table{
		ID: "waits", Caption: "Waits by their length, as far as they are over", Words: 1,
		Head: []string{"Wait", "Answered", "Not answered", "Share of all", "Up to here"}, Empty: "No wait in the queue has ended.",
	}}
	all := len(f.Total.Waits) + len(f.Total.Gone)
	if all == 0 {
		return p, nil
	}
	served, gone := series{Name: "answered", Class: "served"}, series{Name: "not answered", Class: "gone"}
	var labels []string
	before := 0
	for _, each := range upToLongest(f.Histogram) {
		labels = append(labels, until(each))
		served.Values, gone.Values = append(served.Values, float64(each.Answered)), append(gone.Values, float64(each.NotServed))
		before += each.Answered + each.NotServed
		p.Table.Rows = append(p.Table.Rows, []string{
			bin(each), number(each.Answered), number(each.NotServed), percent(each.Answered+each.NotServed, all), percent(before, all),
		})
	}
	p.Table.Foot = []string{"All", number(len(f.Total.Waits)), number(len(f.Total.Gone)), percent(all, all), ""}
	drawn, err := chart{
		ID: "chart-waits", Title: p.Title, Labels: labels, Series: []series{served, gone}, Stacked: true,
		Text: fmt.Sprintf("Stacked bars of %s waits by their length. The median of answered calls is %s, of callers who were not answered %s, in minutes and seconds. The table below has all figures.",
			number(all), percentile(f.Total.Waits, 50), percentile(f.Total.Gone, 50)),
	}.svg()
	p.Chart = drawn
	return p, err
}

func percentiles(f figures.Figures) part {
	row := func(name string, s figures.Spread) []string {
		cells := []string{name, number(len(s)), mean(s)}
		for _, p := range []int{50, 80, 90, 95, 100} {
			cells = append(cells, percentile(s, p))
		}
		return cells
	}
	return part{Title: "Waits, talks and wrap-ups", Table: table{
		ID: "percentiles", Words: 1, Caption: "Means and percentiles, min:s. 80%: four of five were not longer.",
		Head: []string{"", "Number", "Mean", "50%", "80%", "90%", "95%", "Longest"},
		Rows: [][]string{row("Wait until answered", f.Total.Waits), row("Wait without answer", f.Total.Gone), row("Talk", f.Total.Talks), row("Wrap-up", f.Total.WrapUps)},
	}}
}

func announced(f figures.Figures) part {
	p := part{Title: "Announced against real waits", Table: table{
		ID: "announced", Words: 1, Caption: "Answered callers by the wait that was expected as they entered the queue. They hear it if the desk announces waits.",
		Head:  []string{"Expected", "Callers", "Sooner", "As expected", "Later", "Median wait"},
		Empty: "Not recorded: no wait was known when these callers entered the queue, or the workflow has priorities.",
	}}
	total := figures.Expected{}
	for _, a := range f.Expected {
		total.Answered, total.Sooner, total.Within, total.Later = total.Answered+a.Answered, total.Sooner+a.Sooner, total.Within+a.Within, total.Later+a.Later
		p.Table.Rows = append(p.Table.Rows, []string{
			heard(a.Range), number(a.Answered), percent(a.Sooner, a.Answered), percent(a.Within, a.Answered), percent(a.Later, a.Answered), clock(a.Median),
		})
	}
	if total.Answered > 0 {
		p.Table.Foot = []string{
			"All", number(total.Answered), percent(total.Sooner, total.Answered), percent(total.Within, total.Answered), percent(total.Later, total.Answered), none,
		}
	}
	return p
}

// groupTable has a row for each group, and one for those beyond maxGroups.
func groupTable(id, what, unnamed, caption string, groups []figures.Group, f figures.Figures) table {
	t := table{
		ID: id, Caption: caption + " Times in min:s.", Words: 1, Empty: "There were no calls.",
		Head: []string{strings.ToUpper(what[:1]) + what[1:], "Calls", "Answered", "Abandoned", "Other", inTime(f), "Median wait", "95% wait", "Mean talk", "Mean " + wrapUp},
	}
	row := func(name string, g figures.Group) []string {
		return []string{
			name, number(g.Calls), number(g.Outcomes[figures.Answered]), number(g.Outcomes[figures.Abandoned]), number(elsewhere(g)), level(g.Level),
			percentile(g.Waits, 50), percentile(g.Waits, 95), mean(g.Talks), mean(g.WrapUps),
		}
	}
	for _, g := range shown(groups, maxGroups) {
		t.Rows = append(t.Rows, row(cmp.Or(g.Name, unnamed), g))
	}
	if len(groups) > 0 {
		t.Foot = row("All", f.Total)
	}
	return t
}

// shown joins those beyond a number of groups.
func shown(groups []figures.Group, most int) []figures.Group {
	if len(groups) <= most {
		return groups
	}
	rest := groups[most-1:]
	return append(slices.Clone(groups[:most-1]), figures.Join(number(len(rest))+" others", rest))
}

func byNumber(f figures.Figures) part {
	return part{Title: "By dialed number", Table: groupTable("numbers", "number", "not recorded", "Calls by the number that was dialed.", f.ByNumber, f)}
}

func byQueue(f figures.Figures) part {
	return part{Title: "By task queue", Table: groupTable("queues", "queue", "not recorded", "Calls by the task queue in which the wait ended.", f.ByQueue, f)}
}

func byLanguage(f figures.Figures) part {
	return part{Title: "By language", Table: groupTable("languages", "language", "default", "Calls by the caller's language. Default: the desk sets no language for the number.", f.ByLang, f)}
}

func byWorker(f figures.Figures) part {
	p := part{Title: "By worker", Table: table{
		ID: "workers", Words: 1, Caption: "Calls by the worker who talked first, with offers of calls, call backs and messages", Empty: "There were no calls.",
		Head: []string{"Worker", "Calls", "Talks, h:min:s", "Mean talk", "Mean " + wrapUp, "Offers", "Missed"},
	}}
	row := func(name string, g figures.Group) []string {
		return []string{name, number(g.Calls), sum(g.Talks), mean(g.Talks), mean(g.WrapUps), number(g.Offers), number(g.Missed)}
	}
	total := figures.Join("All", f.ByWorker)
	for _, g := range shown(f.ByWorker, maxWorkers) {
		p.Table.Rows = append(p.Table.Rows, row(workerName(f, g.Name), g))
	}
	if len(f.ByWorker) > 0 {
		p.Table.Foot = row("All", total)
	}
	return p
}

func workerName(f figures.Figures, sid string) string {
	return cmp.Or(f.Workers[sid], sid, "no worker")
}

func offers(f figures.Figures) part {
	p := part{Title: "Reservations", Table: table{
		ID: "offers", Words: 3, Caption: "Offers to workers, of calls, call backs and messages, by their end. Rejected: offered to the next worker.",
		Head: []string{"End", "Reason", "Charged to", "Offers"}, Empty: "No call was offered to a worker.",
	}}
	var rows []counted
	for _, each := range f.Offers {
		// Several states read the same: a talk and its end, and all that have not ended.
		rows = count(rows, each.Count, state(each.State), reason(each.Failure), fault(each.Charged))
	}
	p.Table.fill(rows, "All", "", "")
	return p
}

// counted is a row of words, and how often they apply.
type counted struct {
	words []string
	n     int
}

// count adds to the row with these words.
func count(rows []counted, n int, words ...string) []counted {
	i := slices.IndexFunc(rows, func(row counted) bool { return slices.Equal(row.words, words) })
	if i < 0 {
		return append(rows, counted{words, n})
	}
	rows[i].n += n
	return rows
}

// fill sets the rows and their sum. Of more than maxReasons rows it shows the most frequent ones,
// in their order, and joins the others.
func (t *table) fill(rows []counted, all ...string) {
	if len(rows) == 0 {
		return
	}
	byCount := slices.Clone(rows)
	slices.SortStableFunc(byCount, func(a, b counted) int { return b.n - a.n })
	rare := counted{words: make([]string, len(all))}
	total, others := 0, byCount[min(len(byCount), maxReasons-1):]
	for _, row := range rows {
		total += row.n
		isRare := slices.ContainsFunc(others, func(other counted) bool { return slices.Equal(other.words, row.words) })
		if len(rows) > maxReasons && isRare {
			rare.n += row.n
			continue
		}
		t.Rows = append(t.Rows, append(slices.Clone(row.words), number(row.n)))
	}
	if rare.n > 0 {
		rare.words[0] = number(len(others)) + " others"
		t.Rows = append(t.Rows, append(rare.words, number(rare.n)))
	}
	t.Foot = append(all, number(total))
}

func faults(f figures.Figures) part {
	p := part{Title: "Failures, by whose fault they were", Table: table{
		ID: "faults", Words: 2, Caption: "Offers that failed. The worker bears only what the worker did.",
		Head: []string{"Fault of", "Failure", "Offers"}, Empty: "No offer failed.",
	}}
	var rows []counted
	for _, each := range f.Faults {
		rows = count(rows, each.Count, fault(each.Charged), reason(each.Failure))
	}
	p.Table.fill(rows, "All", "")
	return p
}

func overflows(f figures.Figures) part {
	p := part{Title: "Why callers could not be served", Table: table{
		ID: "overflows", Words: 1, Caption: "Calls that were sent to overflow, where callers can leave a message",
		Head: []string{"Reason", "Calls"}, Empty: "No call was sent to overflow.",
	}}
	var rows []counted
	for _, each := range f.Overflows {
		rows = count(rows, each.Count, reason(each.Name))
	}
	p.Table.fill(rows, "All")
	return p
}

func requests(f figures.Figures) part {
	p := part{Title: "Call backs and messages", Table: table{
		ID: "requests", Words: 3, Caption: "What callers of these days left, and what has become of it",
		Head: []string{"What", "State", "Reason", "Number"}, Empty: "No caller left anything.",
	}}
	var rows []counted
	for _, kind := range []struct {
		name string
		all  []figures.RequestCount
	}{{"call back", f.Callbacks}, {"message", f.Messages}} {
		for _, each := range kind.all {
			rows = count(rows, each.Count, kind.name, requestState(each.State), outcome(each.Outcome))
		}
	}
	p.Table.fill(rows, "All", "", "")
	return p
}

// scores are the survey's answers: the score, and the desk's own questions.
func scores(f figures.Figures) ([]part, error) {
	p := part{Title: "Survey: answers by score", Table: table{
		ID: "scores", Words: 1, Caption: "Scores from 1 to 5, where 5 is best", Head: []string{"Score", "Answers", "Share"}, Empty: "No caller gave a score.",
	}}
	parts := []part{p}
	if n := f.Scores.Answers; n > 0 {
		p.Table.Caption = fmt.Sprintf("Scores from 1 to 5, where 5 is best: %s answers, %s of the answered calls; mean %.1f",
			number(n), percent(n, f.Total.Outcomes[figures.Answered]), f.Scores.Mean)
		bars := series{Name: "answers", Class: "served"}
		var labels []string
		for i, each := range f.Scores.Counts {
			points := fmt.Sprint(i + 1)
			labels, bars.Values = append(labels, points), append(bars.Values, float64(each))
			p.Table.Rows = append(p.Table.Rows, []string{points, number(each), percent(each, n)})
		}
		p.Table.Foot = []string{"All", number(n), percent(n, n)}
		drawn, err := chart{
			ID: "chart-scores", Title: p.Title, Labels: labels, Series: []series{bars}, Values: true,
			Text: fmt.Sprintf("Bars of %s answers by score; the mean is %.1f. The table below has all figures.", number(n), f.Scores.Mean),
		}.svg()
		if err != nil {
			return nil, err
		}
		p.Chart = drawn
		parts = []part{p}
	}
	for i, question := range f.Questions {
		q := part{Title: "Question " + question.Name, Table: table{
			ID: fmt.Sprintf("question-%d", i), Words: 1, Caption: "Answers to the desk's own question " + question.Name, Head: []string{"Answer", "Answers", "Share"},
		}}
		total := 0
		for _, each := range question.Answers {
			total += each.Count
		}
		for _, each := range question.Answers {
			q.Table.Rows = append(q.Table.Rows, []string{each.Name, number(each.Count), percent(each.Count, total)})
		}
		q.Table.Foot = []string{"All", number(total), percent(total, total)}
		parts = append(parts, q)
	}
	return parts, nil
}
