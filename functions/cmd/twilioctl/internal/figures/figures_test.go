package figures

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/reservation"
	"switchboard/shared/taskrouter"
)

func berlin(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func period(t *testing.T, from, to string) Period {
	t.Helper()
	made, err := NewPeriod(from, to, berlin(t))
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// answered is a call that entered the queue when it began.
func answered(began time.Time, wait time.Duration) Call {
	return Call{
		Began: began, Enqueued: began, Answered: began.Add(wait), Ended: began.Add(wait + time.Minute),
		Done: began.Add(wait + 90*time.Second), Outcome: Answered, Worker: "WK1",
	}
}

func abandoned(began time.Time, wait time.Duration) Call {
	return Call{Began: began, Enqueued: began, Left: began.Add(wait), Outcome: Abandoned}
}

func TestHalfHoursAcrossClockChange(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		day       string
		slots     int
		at        string // UTC
		wantClock string
		wantZone  string
	}{
		{
			name:      "a day of 24 hours",
			day:       "2026-11-24",
			slots:     48,
			at:        "2026-11-24T08:59:59Z",
			wantClock: "09:30",
		},
		{
			name:      "a day of 23 hours",
			day:       "2026-03-29",
			slots:     46,
			at:        "2026-03-29T01:10:00Z",
			wantClock: "03:00",
		},
		{
			name:      "the first of two hours",
			day:       "2026-10-25",
			slots:     50,
			at:        "2026-10-25T00:40:00Z",
			wantClock: "02:30",
			wantZone:  "CEST",
		},
		{
			name:      "the second of two hours",
			day:       "2026-10-25",
			slots:     50,
			at:        "2026-10-25T01:40:00Z",
			wantClock: "02:30",
			wantZone:  "CET",
		},
		{
			name:      "the last half hour of 25",
			day:       "2026-10-25",
			slots:     50,
			at:        "2026-10-25T22:59:59Z",
			wantClock: "23:30",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			at, err := time.Parse(time.RFC3339, test.at)
			if err != nil {
				t.Fatal(err)
			}
			f := Of([]Call{answered(at, time.Second)}, Options{Period: period(t, test.day, test.day), Within: 20 * time.Second})
			i := slices.IndexFunc(f.Slots, func(s Slot) bool { return s.Calls == 1 })
			if len(f.Slots) != test.slots || i < 0 || f.Slots[i].Clock != test.wantClock || f.Slots[i].Zone != test.wantZone {
				t.Errorf("%d slots, the call is in %d: %+v", len(f.Slots), i, f.Slots[max(i, 0)])
			}
		})
	}
}

func TestPeriods(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, from, to, zone string
		wantDays             int
		wantHours            float64
	}{
		{name: "one day", from: "2026-11-24", to: "2026-11-24", zone: "Europe/Berlin", wantDays: 1, wantHours: 24},
		{name: "a week with a clock change", from: "2026-10-19", to: "2026-10-25", zone: "Europe/Berlin", wantDays: 7, wantHours: 169},
		{name: "a day without a midnight", from: "2026-04-24", to: "2026-04-24", zone: "Africa/Cairo", wantDays: 1, wantHours: 23},
		{name: "a date that was skipped", from: "2011-12-30", to: "2011-12-30", zone: "Pacific/Apia"},
		{name: "days with one that was skipped", from: "2011-12-29", to: "2011-12-31", zone: "Pacific/Apia", wantDays: 2, wantHours: 48},
		{name: "in the wrong order", from: "2026-11-25", to: "2026-11-24", zone: "UTC"},
		{name: "no date", from: "yesterday", to: "2026-11-24", zone: "UTC"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(test.zone)
			if err != nil {
				t.Fatal(err)
			}
			got, err := NewPeriod(test.from, test.to, zone)
			if test.wantDays == 0 {
				if err == nil {
					t.Errorf("no error for %+v", got)
				}
				return
			}
			if err != nil || len(got.Days) != test.wantDays || got.Until().Sub(got.From()).Hours() != test.wantHours {
				t.Errorf("%d days from %s until %s, %v", len(got.Days), got.From(), got.Until(), err)
			}
		})
	}
}

func TestServiceLevel(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	waiting := Call{Began: noon, Enqueued: noon, Outcome: Waiting}
	tests := []struct {
		name  string
		calls []Call
		now   time.Time
		want  Level
	}{
		{name: "no call"},
		{name: "in time to the second", calls: []Call{answered(noon, 20*time.Second)}, want: Level{1, 1}},
		{name: "a moment late", calls: []Call{answered(noon, 20*time.Second+time.Millisecond)}, want: Level{0, 1}},
		{name: "the caller hung up", calls: []Call{answered(noon, 0), abandoned(noon, time.Second)}, want: Level{1, 2}},
		{name: "the caller waits", calls: []Call{waiting}, now: noon.Add(20 * time.Second)},
		{name: "the caller waits for too long", calls: []Call{waiting}, now: noon.Add(21 * time.Second), want: Level{0, 1}},
		{name: "the caller was never in the queue", calls: []Call{{Began: noon, Outcome: Message}}},
		{name: "the clocks differ", calls: []Call{answered(noon, -time.Second)}, want: Level{1, 1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := Of(test.calls, Options{Period: period(t, "2026-11-24", "2026-11-24"), Within: 20 * time.Second, Now: test.now})
			if f.Total.Level != test.want {
				t.Errorf("level %+v, want %+v", f.Total.Level, test.want)
			}
			if _, known := f.Total.Level.Share(); known != (test.want.Of > 0) {
				t.Errorf("share is known: %t", known)
			}
		})
	}
}

func TestPercentiles(t *testing.T) {
	t.Parallel()
	tens := Spread{10, 20, 30, 40, 50, 60, 70, 80, 90, 100}
	tests := []struct {
		name    string
		spread  Spread
		percent int
		want    time.Duration
	}{
		{name: "of none", percent: 50},
		{name: "of one", spread: Spread{7}, percent: 1, want: 7},
		{name: "the median of ten", spread: tens, percent: 50, want: 50},
		{name: "the 95th of ten", spread: tens, percent: 95, want: 100},
		{name: "the longest", spread: tens, percent: 100, want: 100},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := test.spread.Percentile(test.percent); got != test.want {
				t.Errorf("%d, want %d", got, test.want)
			}
		})
	}
}

// TestTablesSumToCalls has calls of every outcome, of which many facts are not recorded.
func TestTablesSumToCalls(t *testing.T) {
	t.Parallel()
	morning := time.Date(2026, 10, 24, 22, 0, 0, 0, time.UTC) // the first instant of 2026-10-25 in Berlin
	var calls []Call
	for i := range 400 {
		began := morning.Add(time.Duration(i) * 4 * time.Minute) // some on the day after
		call := Call{SID: fmt.Sprint(i), Began: began, Outcome: Outcomes()[i%6]}
		if i%5 > 0 {
			call.Enqueued = began
		}
		if call.Outcome == Answered {
			call.Answered, call.Worker = began.Add(time.Duration(i)*time.Second), fmt.Sprint("WK", i%7)
		} else if i%3 > 0 {
			call.Left = began.Add(time.Minute)
		}
		call.Number, call.Queue, call.Language = []string{"", "+1", "+2"}[i%3], []string{"", "A"}[i%2], []string{"es", ""}[i%2]
		call.Offers = []Offer{{Worker: "WK1", State: reservation.Rejected, Failure: "ring/busy", Charged: "worker"}}
		calls = append(calls, call)
	}
	f := Of(calls, Options{Period: period(t, "2026-10-25", "2026-10-25"), Within: 20 * time.Second, Now: morning.Add(48 * time.Hour)})
	if want := 25 * 15; f.Total.Calls != want {
		t.Fatalf("%d calls, want %d", f.Total.Calls, want)
	}
	slots := make([]Group, len(f.Slots))
	for i, slot := range f.Slots {
		slots[i] = slot.Group
	}
	for name, groups := range map[string][]Group{
		"half hours": slots, "days": f.Days, "numbers": f.ByNumber, "queues": f.ByQueue, "languages": f.ByLang, "workers": f.ByWorker,
	} {
		total, level, waits := 0, Level{}, 0
		outcomes := map[Outcome]int{}
		for _, group := range groups {
			ofGroup := 0
			for outcome, n := range group.Outcomes {
				outcomes[outcome] += n
				ofGroup += n
			}
			if ofGroup != group.Calls {
				t.Errorf("%s %q: %d outcomes of %d calls", name, group.Name, ofGroup, group.Calls)
			}
			total, level.InTime, level.Of = total+group.Calls, level.InTime+group.Level.InTime, level.Of+group.Level.Of
			waits += len(group.Waits) + len(group.Gone)
		}
		if total != f.Total.Calls || level != f.Total.Level || fmt.Sprint(outcomes) != fmt.Sprint(f.Total.Outcomes) {
			t.Errorf("%s: %d calls, level %+v, outcomes %v; want %+v", name, total, level, outcomes, f.Total)
		}
		if want := len(f.Total.Waits) + len(f.Total.Gone); waits != want {
			t.Errorf("%s: %d waits, want %d", name, waits, want)
		}
	}
	ended := 0
	for _, bin := range f.Histogram {
		ended += bin.Answered + bin.NotServed
	}
	if ended != len(f.Total.Waits)+len(f.Total.Gone) {
		t.Errorf("the histogram has %d waits of %d", ended, len(f.Total.Waits)+len(f.Total.Gone))
	}
	if len(f.Offers) != 1 || f.Offers[0].Count != f.Total.Calls || len(f.Faults) != 1 || f.Faults[0].Count != f.Total.Calls {
		t.Errorf("offers %+v, faults %+v", f.Offers, f.Faults)
	}
}

func TestOfOneCall(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	call := answered(began, 90*time.Second)
	call.Score, call.Announced = 4, Range{1, 2}
	call.Answers = map[string]string{"solved": "yes", "why": "RE00000000000000000000000000000001"}
	call.Requests = []Request{{Kind: taskrouter.Callback, State: ledger.Done, Offers: []Offer{{Worker: "WK1"}}}}
	f := Of([]Call{call}, Options{Period: period(t, "2026-11-24", "2026-11-24"), Within: 20 * time.Second})
	switch {
	case f.Total.Talks.Mean() != time.Minute || f.Total.WrapUps.Mean() != 30*time.Second || f.Total.Waits.Percentile(50) != 90*time.Second:
		t.Errorf("total %+v", f.Total)
	case f.Scores.Answers != 1 || f.Scores.Mean != 4 || f.Scores.Counts[3] != 1:
		t.Errorf("scores %+v", f.Scores)
	case len(f.Announced) != 1 || f.Announced[0].Within != 1 || f.Announced[0].Median != 90*time.Second:
		t.Errorf("announced %+v", f.Announced)
	case len(f.Questions) != 2 || f.Questions[1].Answers[0].Name != Recorded:
		t.Errorf("questions %+v", f.Questions)
	case len(f.Callbacks) != 1 || f.Callbacks[0].Count != 1 || f.ByWorker[0].Offers != 1:
		t.Errorf("call backs %+v, workers %+v", f.Callbacks, f.ByWorker)
	}
}

func TestOfEmptyDay(t *testing.T) {
	t.Parallel()
	f := Of(nil, Options{Period: period(t, "2026-11-24", "2026-11-24"), Within: 20 * time.Second})
	if f.Total.Calls != 0 || len(f.Slots) != 48 || len(f.ByWorker) != 0 || f.Scores.Mean != 0 || Longest(nil, time.Now()) != 0 {
		t.Errorf("%+v", f)
	}
}

func TestLongestWait(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	calls := []Call{answered(noon, time.Minute), {Began: noon, Enqueued: noon, Outcome: Waiting}}
	if longest := Longest(calls, noon.Add(2*time.Minute)); longest != 2*time.Minute {
		t.Errorf("longest %s", longest)
	}
	if longest := Longest(calls, noon); longest != time.Minute {
		t.Errorf("longest %s", longest)
	}
}
