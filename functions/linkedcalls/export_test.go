package linkedcalls_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/functions/linkedcalls"
	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

// midnight begins the day that these tests export.
func midnight() time.Time { return time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC) }

// callAt is a call that the ledger hears of at a time, and the caller's SID.
func callAt(t *testing.T, store ledger.Store, seen time.Time, number int) string {
	t.Helper()
	call := fmt.Sprintf("CA%032x", number)
	kept := ledger.Ledger{Store: store, Now: func() time.Time { return seen }}
	if _, err := kept.LeftQueue(t.Context(), call, "hangup", true); err != nil {
		t.Fatal(err)
	}
	reported := event(created, 0, fmt.Sprintf("WT%032x", number), call, "")
	reported.Time = seen
	if _, _, err := kept.Event(t.Context(), reported); err != nil {
		t.Fatal(err)
	}
	return call
}

// exported asks for the whole day, answer by answer.
func exported(t *testing.T, h linkedcalls.Handler, format string) (text string, answers []linkedcalls.Report) {
	t.Helper()
	request := linkedcalls.Request{Day: "2026-11-24", Format: format}
	for len(answers) < 100 {
		report, err := h.Handle(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		text, answers = text+report.Text, append(answers, report)
		if request.Next = report.Next; request.Next == "" {
			return text, answers
		}
	}
	t.Fatal("an export without end")
	return "", nil
}

// callsIn reads JSON lines.
func callsIn(t *testing.T, text string) []linkedcalls.Link {
	t.Helper()
	var links []linkedcalls.Link
	for line := range strings.Lines(text) {
		var link linkedcalls.Link
		if err := json.Unmarshal([]byte(line), &link); err != nil {
			t.Fatalf("line %q: %v", line, err)
		}
		links = append(links, link)
	}
	return links
}

func sids(links []linkedcalls.Link) []string {
	var sids []string
	for _, link := range links {
		sids = append(sids, link.CallSID)
	}
	return sids
}

// dayAfter is a handler to which the whole day has passed.
func dayAfter(store ledger.Store, rest *events) linkedcalls.Handler {
	h := newHandler(store, rest)
	h.Now = func() time.Time { return midnight().Add(30 * time.Hour) }
	return h
}

func TestADayHasItsCalls(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	store := &ledger.Memory{}
	var calls []string
	for i, seen := range []time.Duration{-ms, 0, 10 * time.Hour, 10*time.Hour + ms, 24*time.Hour - ms, 24 * time.Hour} {
		calls = append(calls, callAt(t, store, midnight().Add(seen), i+1))
	}
	rest := &events{}
	text, answers := exported(t, dayAfter(store, rest), "jsonl")
	if got := sids(callsIn(t, text)); !slices.Equal(got, calls[1:5]) || len(answers) != 1 {
		t.Errorf("calls %v in %d answers, want %v in one", got, len(answers), calls[1:5])
	}
	if answers[0].Warning != "" {
		t.Errorf("warning %q, want none", answers[0].Warning)
	}
	if slices.ContainsFunc(rest.asked, func(query twilio.EventQuery) bool { return query.TaskSID != "" }) {
		t.Errorf("Twilio was asked about calls of which all is known: %+v", rest.asked)
	}
}

// TestDayInTimezone has a call in each hour around a day on which the clocks go back, in many
// answers.
func TestDayInTimezone(t *testing.T) {
	t.Parallel()
	store := &ledger.Memory{}
	begin := time.Date(2026, 10, 24, 22, 0, 0, 0, time.UTC) // midnight in Berlin, of a day of 25 hours
	var want []string
	for hour := -3; hour < 28; hour++ {
		call := callAt(t, store, begin.Add(time.Duration(hour)*time.Hour), hour+4)
		if hour >= 0 && hour < 25 {
			want = append(want, call)
		}
	}
	h := newHandler(store, &events{})
	// Each answer is out of time after the first part of the day.
	now := begin.Add(48 * time.Hour)
	h.Now = func() time.Time { now = now.Add(9 * time.Second); return now }
	var got []string
	request := linkedcalls.Request{Day: "2026-10-25", Timezone: "Europe/Berlin", Format: "jsonl"}
	for answers := 0; ; answers++ {
		report, err := h.Handle(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, sids(callsIn(t, report.Text))...)
		if report.Next == "" {
			break
		}
		if !strings.HasSuffix(report.Next, "Z Europe/Berlin") || answers > 100 {
			t.Fatalf("after %d answers next is %q", answers, report.Next)
		}
		// next has the zone: a loop that forgets it gets the rest of the same day.
		request.Timezone, request.Next = "", report.Next
	}
	if !slices.Equal(got, want) {
		t.Errorf("calls %v\nwant  %v", got, want)
	}
}

func TestADayWithoutCalls(t *testing.T) {
	t.Parallel()
	h := dayAfter(&ledger.Memory{}, &events{})
	if text, _ := exported(t, h, "jsonl"); text != "" {
		t.Errorf("JSON lines %q, want none", text)
	}
	if text, _ := exported(t, h, "csv"); !strings.HasPrefix(text, "call_sid,") || strings.Count(text, "\r\n") != 1 {
		t.Errorf("CSV %q, want its first line alone", text)
	}
}

// TestToday asks no further than now: a part of the day that has not begun has no calls.
func TestToday(t *testing.T) {
	t.Parallel()
	rest := &events{}
	store := &ledger.Memory{}
	call := callAt(t, store, at(59), 1)
	text, _ := exported(t, newHandler(store, rest), "jsonl")
	if got := sids(callsIn(t, text)); !slices.Equal(got, []string{call}) {
		t.Errorf("calls %v, want %s", got, call)
	}
	if last := rest.asked[len(rest.asked)-1]; last.Until.After(at(59).Add(time.Minute)) {
		t.Errorf("events were asked for until %s", last.Until)
	}
}

// bigDay has calls of which there is more to tell than one answer can hold, eight at each instant.
func bigDay(t *testing.T) (store *ledger.Memory, calls []string) {
	t.Helper()
	store = &ledger.Memory{}
	long := ledger.Fields{"queue_result": strings.Repeat("<long>", 4000)}
	for i := range 120 {
		call := callAt(t, store, midnight().Add(time.Duration(i/8)*7*time.Minute), i+1)
		if _, _, err := store.Apply(t.Context(), ledger.Change{CallSID: call, Set: long}); err != nil {
			t.Fatal(err)
		}
		calls = append(calls, call)
	}
	return store, calls
}

func TestABigDayTakesSeveralAnswers(t *testing.T) {
	t.Parallel()
	const lambdaLimit = 6_291_556 // bytes of an answer
	store, calls := bigDay(t)
	for _, format := range []string{"jsonl", "csv"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			text, answers := exported(t, dayAfter(store, &events{}), format)
			if len(answers) < 2 {
				t.Fatalf("%d answer of %d bytes: the test has too little in it", len(answers), len(text))
			}
			for _, answer := range answers {
				if encoded, err := json.Marshal(answer); err != nil || len(encoded) > lambdaLimit || len(encoded) == 0 {
					t.Errorf("an answer has %d bytes, %v", len(encoded), err)
				}
			}
			got := []string{}
			if format == "jsonl" {
				got = sids(callsIn(t, text))
			} else {
				for _, record := range records(t, text)[1:] {
					got = append(got, record["call_sid"])
				}
			}
			if !slices.Equal(got, calls) {
				t.Errorf("%d calls in %d answers, want each of %d once and in order", len(got), len(answers), len(calls))
			}
		})
	}
}

// TestSinceABigDay: what is too much for one answer is refused with what to do, before Lambda
// refuses it without.
func TestSinceABigDay(t *testing.T) {
	t.Parallel()
	store, calls := bigDay(t)
	h := dayAfter(store, &events{})
	_, err := h.Handle(t.Context(), linkedcalls.Request{Since: midnight().Format(time.RFC3339)})
	if err == nil || !strings.Contains(err.Error(), "120 calls") || !strings.Contains(err.Error(), `{"day": "2026-11-24", "format": "jsonl"}`) {
		t.Errorf("error %v, want one that counts the calls and names the export", err)
	}
	report, err := h.Handle(t.Context(), linkedcalls.Request{Since: midnight().Add(98 * time.Minute).Format(time.RFC3339)})
	if err != nil || len(report.Calls) != 8 || report.Calls[7].CallSID != calls[119] {
		t.Errorf("%d of the last calls, %v", len(report.Calls), err)
	}
}

// TestAnAnswerThatTakesLong is cut before Lambda ends it.
func TestAnAnswerThatTakesLong(t *testing.T) {
	t.Parallel()
	store := &ledger.Memory{}
	var calls []string
	for hour := range 24 {
		calls = append(calls, callAt(t, store, midnight().Add(time.Duration(hour)*time.Hour), hour+1))
	}
	h := dayAfter(store, &events{})
	now := midnight().Add(30 * time.Hour)
	h.Now = func() time.Time { now = now.Add(time.Second); return now }
	text, answers := exported(t, h, "jsonl")
	if got := sids(callsIn(t, text)); !slices.Equal(got, calls) || len(answers) < 2 {
		t.Errorf("%d calls in %d answers, want %d in several", len(got), len(answers), len(calls))
	}
}

func TestEventsFillGaps(t *testing.T) {
	t.Parallel()
	const onlyInEvents, knownElsewhere = "CA00000000000000000000000000000004", "CA00000000000000000000000000000005"
	store := &ledger.Memory{}
	record(t, store, taskSID, callSID, "", 1, 0)
	record(t, store, "WT00000000000000000000000000000005", knownElsewhere, "", -24*60, 0)
	rest := &events{listed: append(othersEvents(),
		event(accepted, 4, "WT00000000000000000000000000000004", onlyInEvents, otherCallSID),
		event(accepted, 5, "WT00000000000000000000000000000005", knownElsewhere, ""),
		event(accepted, 2, taskSID, callSID, workerCallSID),
	)}
	text, answers := exported(t, newHandler(store, rest), "jsonl")
	links := callsIn(t, text)
	if got, want := sids(links), []string{callSID, onlyInEvents}; !slices.Equal(got, want) || answers[0].Warning != "" {
		t.Fatalf("calls %v, warning %q, want %v", got, answers[0].Warning, want)
	}
	if first := links[0]; first.WorkerCallSID != workerCallSID || !first.Bridged.Equal(at(2)) || !slices.Equal(first.Sources, []string{"ledger", "events"}) {
		t.Errorf("filled call = %+v", first)
	}
	if second := links[1]; second.WorkerCallSID != otherCallSID || !second.Bridged.Equal(at(4)) || !slices.Equal(second.Sources, []string{"events"}) {
		t.Errorf("call that only events contain = %+v", second)
	}
}

// byTask gives events to who asks for a task, as for one that was accepted hours after the call
// came.
type byTask struct {
	tasks int
	err   error
}

func (b *byTask) Events(_ context.Context, query twilio.EventQuery) ([]taskrouter.Event, error) {
	if query.TaskSID == "" {
		return nil, nil
	}
	b.tasks++
	call := "CA" + strings.TrimPrefix(query.TaskSID, "WT")
	return []taskrouter.Event{event(accepted, 55, query.TaskSID, call, workerCallSID)}, b.err
}

func TestLongWaitIsLookedUp(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name        string
		calls       int
		err         error
		wantFilled  int
		wantAsked   int
		wantWarning string
	}{
		{"one", 1, nil, 1, 1, ""},
		{"too many to ask about each", 60, nil, 50, 50, "ask for them by task_sid"},
		{"Twilio does not answer", 3, errors.New("list events: HTTP status 503"), 0, 1, "only the ledger was read: list events"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			store := &ledger.Memory{}
			for i := range test.calls {
				record(t, store, fmt.Sprintf("WT%032x", i+1), fmt.Sprintf("CA%032x", i+1), "", 1, 0)
			}
			rest := &byTask{err: test.err}
			h := newHandler(store, &events{})
			h.Events = rest
			text, answers := exported(t, h, "jsonl")
			filled := 0
			for _, link := range callsIn(t, text) {
				if link.WorkerCallSID == workerCallSID && link.Bridged.Equal(at(55)) {
					filled++
				}
			}
			if filled != test.wantFilled || rest.tasks != test.wantAsked {
				t.Errorf("%d calls filled after %d questions, want %d after %d", filled, rest.tasks, test.wantFilled, test.wantAsked)
			}
			if warning := answers[0].Warning; !strings.Contains(warning, test.wantWarning) || (warning == "") != (test.wantWarning == "") {
				t.Errorf("warning %q, want %q", warning, test.wantWarning)
			}
		})
	}
}

// TestSlowAnswersAboutGaps end before Lambda ends the function; the rest of the day goes into the
// next answer.
func TestSlowAnswersAboutGaps(t *testing.T) {
	t.Parallel()
	store := &ledger.Memory{}
	for i := range 40 {
		record(t, store, fmt.Sprintf("WT%032x", i+1), fmt.Sprintf("CA%032x", i+1), "", 1, 0)
	}
	rest := &byTask{}
	h := dayAfter(store, &events{})
	now := midnight().Add(30 * time.Hour)
	h.Events, h.Now = rest, func() time.Time { return now.Add(time.Duration(rest.tasks) * time.Second) }
	text, answers := exported(t, h, "jsonl")
	if len(callsIn(t, text)) != 40 || rest.tasks > 20 || !strings.Contains(answers[0].Warning, "ask for them by task_sid") || len(answers) < 2 {
		t.Errorf("%d calls in %d answers after %d questions, warning %q", len(callsIn(t, text)), len(answers), rest.tasks, answers[0].Warning)
	}
}

func TestADayWithoutTwilio(t *testing.T) {
	t.Parallel()
	t.Run("it does not answer", func(t *testing.T) {
		t.Parallel()
		rest := &events{err: errors.New("list events: HTTP status 503")}
		text, answers := exported(t, dayAfter(wholeCall(t), rest), "jsonl")
		if got := sids(callsIn(t, text)); !slices.Equal(got, []string{callSID}) || !strings.Contains(answers[0].Warning, "HTTP status 503") {
			t.Errorf("calls %v, warning %q, want the ledger's call and a warning", got, answers[0].Warning)
		}
		if len(rest.asked) != 1 {
			t.Errorf("it was asked %d times", len(rest.asked))
		}
	})
	t.Run("it has forgotten", func(t *testing.T) {
		t.Parallel()
		rest := &events{}
		h := newHandler(wholeCall(t), rest)
		h.Now = func() time.Time { return midnight().Add(31 * 24 * time.Hour) }
		text, answers := exported(t, h, "jsonl")
		if got := sids(callsIn(t, text)); !slices.Equal(got, []string{callSID}) || !strings.Contains(answers[0].Warning, "keeps no events") {
			t.Errorf("calls %v, warning %q, want the ledger's call and a warning", got, answers[0].Warning)
		}
		if len(rest.asked) != 0 {
			t.Errorf("it was asked %d times", len(rest.asked))
		}
	})
}

// records reads CSV into maps by column, the first of them the header itself.
func records(t *testing.T, text string) []map[string]string {
	t.Helper()
	if strings.Count(text, "\n") != strings.Count(text, "\r\n") || !strings.HasSuffix(text, "\r\n") {
		t.Error("not every line of the CSV ends in CRLF")
	}
	read, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var records []map[string]string
	for _, cells := range read {
		record := map[string]string{}
		for i, cell := range cells {
			record[read[0][i]] = cell
		}
		records = append(records, record)
	}
	return records
}
