package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/figures"
	"switchboard/shared/ledger"
	"switchboard/shared/outlook"
	"switchboard/shared/reservation"
	"switchboard/shared/taskrouter"
)

const hostile = `</style><script>alert("1")</script>&`

func made() time.Time { return time.Date(2026, 11, 25, 7, 0, 0, 0, time.UTC) }

func of(t *testing.T, from, to string, calls ...figures.Call) figures.Figures {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	period, err := figures.NewPeriod(from, to, zone)
	if err != nil {
		t.Fatal(err)
	}
	return figures.Of(calls, figures.Options{Period: period, Within: 20 * time.Second, Now: made()})
}

// mixed are calls over the whole of 2026-11-24 in Berlin, with names from the caller's side.
func mixed() []figures.Call {
	begin := time.Date(2026, 11, 23, 23, 0, 0, 0, time.UTC)
	var calls []figures.Call
	for i := range 480 {
		began := begin.Add(time.Duration(i) * 3 * time.Minute)
		call := figures.Call{
			Began: began, Enqueued: began, Outcome: figures.Outcomes()[i%6], Number: fmt.Sprintf("+1206555%04d", i%40), Queue: hostile + "=1+1",
			Language: []string{"", "es"}[i%2], Expected: outlook.Ranges()[i%3], Score: i % 6,
			Answers: map[string]string{"solved": []string{"yes", "=no"}[i%2]},
		}
		worker, name := fmt.Sprintf("WK%032x", i%35), fmt.Sprintf("Worker %d", i%35)
		if i%35 < 5 {
			name = "@" + hostile
		}
		call.Offers = []figures.Offer{
			{Worker: worker, State: reservation.Rejected, Failure: "crm/time-out", Charged: "us"},
			{Worker: worker, State: reservation.Talked},
		}
		if call.Outcome == figures.Answered {
			call.Worker, call.Name, call.Answered = worker, name, began.Add(time.Duration(i)*time.Second)
			call.Ended, call.Done = call.Answered.Add(time.Minute), call.Answered.Add(90*time.Second)
		} else {
			call.Left = began.Add(time.Duration(i) * time.Second)
		}
		if call.Outcome == figures.TurnedAway {
			call.Overflow = "crm/refused"
		}
		if call.Outcome == figures.Callback {
			call.Requests = []figures.Request{{Kind: taskrouter.Callback, State: ledger.GivenUp, Outcome: "no-answer"}}
		}
		calls = append(calls, call)
	}
	return calls
}

func write(t *testing.T, f figures.Figures) string {
	t.Helper()
	text, err := Page(f, made())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestPages(t *testing.T) {
	t.Parallel()
	one := mixed()[0]
	tests := []struct {
		name, from, to string
		calls          []figures.Call
		want           string
	}{
		{name: "an empty day", from: "2026-11-24", to: "2026-11-24", want: "There were no calls."},
		{name: "one call", from: "2026-11-24", to: "2026-11-24", calls: []figures.Call{one}, want: "Calls of Tuesday, November 24, 2026"},
		{name: "a call that waits", from: "2026-11-24", to: "2026-11-24", calls: []figures.Call{{Began: one.Began, Outcome: figures.Waiting}}, want: "No wait in the queue has ended."},
		{name: "a busy day", from: "2026-11-24", to: "2026-11-24", calls: mixed(), want: "31 others"},
		{name: "a day of 23 hours", from: "2026-03-29", to: "2026-03-29", want: "There were no calls."},
		{name: "some days", from: "2026-11-20", to: "2026-11-26", calls: mixed(), want: "By day"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			text := write(t, of(t, test.from, test.to, test.calls...))
			if !strings.Contains(text, test.want) {
				t.Errorf("the page has no %q", test.want)
			}
			wantWellFormed(t, text)
			wantSelfContained(t, text)
		})
	}
}

// wantWellFormed reads the page as XML, which HTML need not be, and looks for ids that are used
// twice or not at all.
func wantWellFormed(t *testing.T, text string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(text))
	ids, named := map[string]int{}, []string{}
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		element, _ := token.(xml.StartElement)
		for _, attribute := range element.Attr {
			switch attribute.Name.Local {
			case "id":
				ids[attribute.Value]++
			case "aria-labelledby":
				named = append(named, strings.Fields(attribute.Value)...)
			case "style":
				t.Errorf("<%s> has a style attribute, which the policy refuses", element.Name.Local)
			}
		}
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("%d elements have the id %s", n, id)
		}
	}
	for _, id := range named {
		if ids[id] != 1 {
			t.Errorf("nothing has the id %s", id)
		}
	}
	if figures := strings.Count(text, "<svg"); figures != strings.Count(text, `role="img"`) || figures != strings.Count(text, "<desc") {
		t.Errorf("not each of %d charts has a role and a description", figures)
	}
}

func wantSelfContained(t *testing.T, text string) {
	t.Helper()
	if found := regexp.MustCompile(`(?i)https?:|//[a-z]|src=|href=|url\(|@import|<script|<img|<link`).FindString(text); found != "" {
		t.Errorf("the page has %q", found)
	}
	style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(text)
	sum := sha256.Sum256([]byte(style[1]))
	policy := "default-src &#39;none&#39;; style-src &#39;sha256-" + strings.ReplaceAll(base64.StdEncoding.EncodeToString(sum[:]), "+", "&#43;") + "&#39;"
	if !strings.Contains(text, policy) {
		t.Errorf("the page has no policy %s", policy)
	}
}

// TestEachTableSumsToCalls adds up the columns of the page's tables.
func TestEachTableSumsToCalls(t *testing.T) {
	t.Parallel()
	text := write(t, of(t, "2026-11-23", "2026-11-24", mixed()...))
	for _, id := range []string{"half-hours", "days", "numbers", "queues", "languages", "workers"} {
		rows := rowsOf(t, text, id)
		foot := rows[len(rows)-1]
		if foot[1] != "480" {
			t.Errorf("%s: the sum is %s calls", id, foot[1])
		}
		for column := range foot {
			total := 0
			for _, row := range rows[:len(rows)-1] {
				n, err := strconv.Atoi(strings.ReplaceAll(row[column], ",", ""))
				if err != nil {
					total = -1 // a name, a time or a share
					break
				}
				total += n
			}
			if want := strings.ReplaceAll(foot[column], ",", ""); total >= 0 && strconv.Itoa(total) != want {
				t.Errorf("%s: column %d adds up to %d, and its foot is %s", id, column, total, want)
			}
		}
	}
}

// rowsOf returns the cells of a table, without its head.
func rowsOf(t *testing.T, text, id string) [][]string {
	t.Helper()
	_, rest, found := strings.Cut(text, `<table id="`+id+`"`)
	if !found {
		t.Fatalf("the page has no table %s", id)
	}
	_, rest, _ = strings.Cut(rest, "</thead>")
	rest, _, _ = strings.Cut(rest, "</table>")
	var rows [][]string
	for row := range strings.SplitSeq(rest, "</tr>") {
		var cells []string
		for _, cell := range regexp.MustCompile(`<t[hd][^>]*>(.*?)</t[hd]>`).FindAllStringSubmatch(row, -1) {
			cells = append(cells, cell[1])
		}
		if cells != nil {
			rows = append(rows, cells)
		}
	}
	return rows
}

func TestNamesAreText(t *testing.T) {
	t.Parallel()
	text := write(t, of(t, "2026-11-24", "2026-11-24", mixed()...))
	if strings.Contains(text, "<script") || strings.Count(text, "&lt;/style&gt;&lt;script&gt;") < 6 {
		t.Error("names are not escaped")
	}
}

func TestCSVHasNoFormulas(t *testing.T) {
	t.Parallel()
	text, err := CSV(of(t, "2026-11-24", "2026-11-24", mixed()...))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll() // each with as many cells as the first
	if err != nil {
		t.Fatal(err)
	}
	calls := map[string]int{}
	for _, row := range rows[1:] {
		for _, cell := range row {
			if strings.IndexAny(cell, "=+-@") == 0 {
				t.Errorf("a spreadsheet may take %q for a formula", cell)
			}
		}
		n, err := strconv.Atoi(row[3])
		if err != nil {
			t.Errorf("count %q: %v", row[3], err)
		}
		calls[row[0]] += n
	}
	for _, table := range []string{"all", "half hour", "day", "number", "queue", "language", "worker"} {
		if calls[table] != 480 {
			t.Errorf("%s has %d calls", table, calls[table])
		}
	}
	if !slices.ContainsFunc(rows, func(row []string) bool { return row[0] == "worker" && strings.HasPrefix(row[1], "'@") }) {
		t.Error("no worker has the name that looks like a formula")
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	bin := func(from, until time.Duration) string { return bin(figures.Bin{From: from, Until: until}) }
	for got, want := range map[string]string{
		clock(65 * time.Second):                          "1:05",
		clock(3599*time.Second + 600*time.Millisecond):   "1:00:00",
		number(1234567):                                  "1,234,567",
		number(999):                                      "999",
		percent(1, 0):                                    none,
		percent(2, 3):                                    "67%",
		bin(0, 10*time.Second):                           "up to 10 s",
		bin(10*time.Second, 20*time.Second):              "10–20 s",
		bin(30*time.Second, time.Minute):                 "30 s–1 min",
		bin(time.Minute, 90*time.Second):                 "1 min–90 s",
		bin(5*time.Minute, 10*time.Minute):               "5–10 min",
		bin(30*time.Minute, 0):                           "over 30 min",
		reason("crm/time-out"):                           "CRM: time out",
		heard(outlook.Range{From: 0, To: 1}):             "up to 1 min",
		heard(outlook.Range{From: 60}):                   "over 60 min",
		percentile(figures.Spread{time.Second * 100}, 1): "1:40",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestRareReasonsAreJoined(t *testing.T) {
	t.Parallel()
	var rows []counted
	for i := range 20 {
		rows = count(rows, i+1, fmt.Sprintf("reason %d", i))
	}
	rows = count(rows, 100, "reason 3")
	var joined table
	joined.fill(rows, "All")
	last := joined.Rows[len(joined.Rows)-1]
	if len(joined.Rows) != maxReasons || last[0] != "5 others" || last[1] != "17" || joined.Foot[1] != "310" || joined.Rows[0][1] != "104" {
		t.Errorf("%q, foot %q", joined.Rows, joined.Foot)
	}
}
