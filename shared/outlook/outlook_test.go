package outlook_test

import (
	"testing"
	"time"

	"switchboard/shared/outlook"
)

func noon() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

func ago(d time.Duration) time.Time { return noon().Add(-d) }

// fresh is an outlook of a desk of five, whose last caller had waited for a time.
func fresh(waited time.Duration) outlook.Outlook {
	return outlook.Outlook{Answered: ago(time.Minute), Waited: int(waited.Seconds()), Counted: ago(time.Minute), Workers: 5}
}

func TestRangeOfWaits(t *testing.T) {
	t.Parallel()
	for waited, want := range map[time.Duration]outlook.Range{
		0:                           {From: 0, To: 1},
		time.Minute:                 {From: 0, To: 1},
		61 * time.Second:            {From: 1, To: 2},
		2*time.Minute + time.Second: {From: 2, To: 3},
		5 * time.Minute:             {From: 3, To: 5},
		7 * time.Minute:             {From: 5, To: 10},
		44 * time.Minute:            {From: 30, To: 45},
		time.Hour:                   {From: 45, To: 60},
		time.Hour + time.Second:     {From: 60},
		30 * time.Hour:              {From: 60},
	} {
		if got, found := fresh(waited).Wait(noon(), 0); !found || got != want {
			t.Errorf("%s: %v, %t, want %v", waited, got, found, want)
		}
	}
}

func TestWaitIsNotSaid(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*outlook.Outlook)
		waited time.Duration // of the caller
		want   bool
	}{
		{
			name:   "to a caller who has waited as long",
			waited: 10 * time.Minute,
			want:   true,
		},
		{
			name:   "to a caller who has waited longer",
			waited: 10*time.Minute + time.Second,
		},
		{
			name:   "by an answer of a moment that the clocks differ in",
			change: func(o *outlook.Outlook) { o.Answered = noon().Add(5 * time.Second) },
			want:   true,
		},
		{
			name:   "by an answer fifteen minutes ago",
			change: func(o *outlook.Outlook) { o.Answered = ago(15*time.Minute + time.Second) },
		},
		{
			name:   "by an answer to come",
			change: func(o *outlook.Outlook) { o.Answered = noon().Add(time.Hour) },
		},
		{
			name:   "without an answer",
			change: func(o *outlook.Outlook) { o.Answered = time.Time{} },
		},
		{
			name:   "with three workers",
			change: func(o *outlook.Outlook) { o.Workers = 3 },
			want:   true,
		},
		{
			name:   "with two workers",
			change: func(o *outlook.Outlook) { o.Workers = 2 },
		},
		{
			name:   "with an old count of workers",
			change: func(o *outlook.Outlook) { o.Counted = ago(10*time.Minute + time.Second) },
		},
		{
			name:   "without a count of workers",
			change: func(o *outlook.Outlook) { o.Counted = time.Time{} },
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := fresh(7 * time.Minute)
			if test.change != nil {
				test.change(&o)
			}
			if got, found := o.Wait(noon(), test.waited); found != test.want {
				t.Errorf("%v, %t, want %t", got, found, test.want)
			}
		})
	}
}

func TestOverAnHourSuitsEveryCaller(t *testing.T) {
	t.Parallel()
	if got, found := fresh(2*time.Hour).Wait(noon(), 3*time.Hour); !found || got.To != 0 {
		t.Errorf("%v, %t", got, found)
	}
}

// TestNoWorker has a desk by what the sweeper counts and what events show, with a limit of two
// minutes.
func TestNoWorker(t *testing.T) {
	t.Parallel()
	count := func(workers int, at time.Duration) func(outlook.Outlook) outlook.Outlook {
		return func(o outlook.Outlook) outlook.Outlook { return o.Count(workers, ago(at)) }
	}
	see := func(at time.Duration) func(outlook.Outlook) outlook.Outlook {
		return func(o outlook.Outlook) outlook.Outlook { return o.Merge(outlook.Outlook{Seen: ago(at)}) }
	}
	tests := []struct {
		name  string
		facts []func(outlook.Outlook) outlook.Outlook
		want  bool
	}{
		{
			name: "nothing is known",
		},
		{
			name:  "none for three minutes",
			facts: []func(outlook.Outlook) outlook.Outlook{count(0, 3*time.Minute)},
			want:  true,
		},
		{
			name:  "none for a minute",
			facts: []func(outlook.Outlook) outlook.Outlook{count(4, 6*time.Minute), count(0, time.Minute)},
		},
		{
			name:  "none in two counts",
			facts: []func(outlook.Outlook) outlook.Outlook{count(0, 6*time.Minute), count(0, time.Minute)},
			want:  true,
		},
		{
			name:  "some again",
			facts: []func(outlook.Outlook) outlook.Outlook{count(0, 6*time.Minute), count(1, time.Minute)},
		},
		{
			name:  "the count is old",
			facts: []func(outlook.Outlook) outlook.Outlook{count(0, 11*time.Minute)},
		},
		{
			name:  "one was seen since",
			facts: []func(outlook.Outlook) outlook.Outlook{count(0, 5*time.Minute), see(time.Second)},
		},
		{
			name:  "one was seen before",
			facts: []func(outlook.Outlook) outlook.Outlook{see(6 * time.Minute), count(0, 5*time.Minute)},
			want:  true,
		},
		{
			name:  "one was seen at about the same time",
			facts: []func(outlook.Outlook) outlook.Outlook{see(5*time.Minute + 10*time.Second), count(0, 5*time.Minute)},
		},
		{
			name:  "one was seen, and none is there",
			facts: []func(outlook.Outlook) outlook.Outlook{count(0, 9*time.Minute), see(8 * time.Minute), count(0, 3*time.Minute)},
			want:  true,
		},
		{
			name:  "one was seen, and none is there for a minute",
			facts: []func(outlook.Outlook) outlook.Outlook{count(0, 9*time.Minute), see(8 * time.Minute), count(0, time.Minute)},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var o outlook.Outlook
			for _, fact := range test.facts {
				o = fact(o)
			}
			if got := o.NoWorker(noon(), 2*time.Minute); got != test.want {
				t.Errorf("%+v: %t, want %t", o, got, test.want)
			}
		})
	}
}

func TestMergeKeepsLaterFacts(t *testing.T) {
	t.Parallel()
	a := outlook.Outlook{Answered: ago(5 * time.Minute), Waited: 60, Counted: ago(time.Minute), Workers: 4, Seen: ago(2 * time.Minute)}
	b := outlook.Outlook{Answered: ago(time.Minute), Waited: 90, Counted: ago(3 * time.Minute), None: ago(3 * time.Minute), Seen: ago(4 * time.Minute)}
	want := outlook.Outlook{Answered: b.Answered, Waited: 90, Counted: a.Counted, Workers: 4, Seen: a.Seen}
	if got := a.Merge(b); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := b.Merge(a); got != want {
		t.Errorf("in the other order %+v, want %+v", got, want)
	}
	if got := a.Merge(outlook.Outlook{}); got != a {
		t.Errorf("with nothing %+v, want %+v", got, a)
	}
}
