package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"switchboard/functions/internal/bundle"
	"switchboard/shared/ledger"
	"switchboard/shared/simulator"
)

func sound(seed uint64) campaign {
	r := defaultRates()
	return campaign{seed: seed, rates: &r}
}

func TestFunctionsKeepTheRules(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var struck [kinds]int
		for n, calls := range []int{400, 250} {
			c := sound(20261124)
			c.hostile = n == 1
			result, err := c.run(t.Context(), calls, 2, io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			if result.Example != nil {
				t.Errorf("-seed %d -call %d -hostile=%t: %v", result.Seed, result.Example.index, c.hostile, result.Example.broken)
			}
			for k, n := range result.Faults {
				struck[k] += n
			}
		}
		for k, n := range struck {
			if n == 0 {
				t.Errorf("no fault %s struck", kind(k))
			}
		}
	})
}

// TestSeedsThatBrokeRules replays worlds in which a defect, since fixed, broke a rule. A seed
// stands for a world only while worlds are drawn in the same way, so each defect also has a test in
// the package that had it.
func TestSeedsThatBrokeRules(t *testing.T) {
	t.Parallel()
	synctest.Test(t, replaySeeds)
}

func replaySeeds(t *testing.T) {
	text, err := os.ReadFile("testdata/seeds.json")
	if err != nil {
		t.Fatal(err)
	}
	var seeds []struct {
		Seed, Call  uint64
		Faults, Why string // Faults are rates that differ
	}
	if err := json.Unmarshal(text, &seeds); err != nil {
		t.Fatal(err)
	}
	for _, s := range seeds {
		c := sound(s.Seed)
		c.rates.parse(t, s.Faults)
		w, err := c.take(t.Context(), s.Call, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(w.broken) > 0 {
			t.Errorf("-seed %d -call %d %s (%s): %v", s.Seed, s.Call, s.Faults, s.Why, w.broken)
		}
	}
}

// TestSeedReplaysWorld runs each world three times, the last time without a trace, as the campaign
// does. No webhook repeats a parameter: Twilio repeats none, and wire.Form does not check.
func TestSeedReplaysWorld(t *testing.T) {
	t.Parallel()
	seen := 0
	for index := range uint64(30) {
		c := sound(9)
		c.hostile = index%2 == 1
		told := func() (string, *world) {
			var out strings.Builder
			say := tell(&out)
			w, err := c.take(t.Context(), index, nil, func(e simulator.Entry) {
				say(e)
				for name, values := range e.Params {
					if seen++; len(values) != 1 && e.Kind == simulator.KindWebhook {
						t.Errorf("world %d: %s has %s %d times", index, e.Text, name, len(values))
					}
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			return out.String(), w
		}
		first, traced := told()
		if second, _ := told(); first != second || first == "" {
			t.Fatalf("two timelines of world %d differ:\n%s\n%s", index, first, second)
		}
		quiet, err := c.take(t.Context(), index, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(traced.faults.struck, quiet.faults.struck) || !traced.loop.Now().Equal(quiet.loop.Now()) {
			t.Fatalf("world %d: %v until %s, traced %v until %s",
				index, quiet.faults.struck, quiet.loop.Now(), traced.faults.struck, traced.loop.Now())
		}
	}
	if seen == 0 {
		t.Error("no webhook had parameters")
	}
}

// TestMachineStallChangesNothing: the functions' own timeouts follow the machine's clock, and a
// seed's outcome must not.
func TestMachineStallChangesNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slow, stalls := defaultRates(), 0
		for _, k := range []kind{tableSlow, restSlow, crmSlow} {
			slow.set(k, 0.2)
		}
		still := campaign{seed: 9, rates: &slow}
		stalling := still
		stalling.wiring.store = func(store ledger.Store) ledger.Store { return stallingStore{store, &stalls} }
		stalled := 0
		for index := range uint64(10) {
			told := func(c campaign) string {
				var out strings.Builder
				if _, err := c.take(t.Context(), index, nil, tell(&out)); err != nil {
					t.Fatal(err)
				}
				return out.String()
			}
			want := told(still)
			stalls = 3
			if got := told(stalling); got != want {
				t.Fatalf("world %d, with %d stalls to come:\n%s\nwithout a stall:\n%s", index, stalls, got, want)
			}
			if stalls < 3 {
				stalled++
			}
		}
		if stalled < 5 {
			t.Errorf("the machine stalled in %d worlds", stalled)
		}
	})
}

// stallingStore is a ledger on a machine that stalls a few times.
type stallingStore struct {
	ledger.Store
	stalls *int
}

func (s stallingStore) Apply(ctx context.Context, change ledger.Change) (ledger.Fields, bool, error) {
	if *s.stalls > 0 {
		*s.stalls--
		time.Sleep(8 * time.Second)
	}
	return s.Store.Apply(ctx, change)
}

func TestReportShrinksFaults(t *testing.T) {
	t.Parallel()
	c := sound(1)
	c.wiring = altered(unconditional)
	result, err := c.run(t.Context(), 10, 1, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := result.report(t.Context(), &out, c); !errors.Is(err, errBroken) {
		t.Fatalf("report = %v, want errBroken", err)
	}
	before, err := c.take(t.Context(), result.Example.index, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	needed := regexp.MustCompile(`faults needed: \[sqs-twice\S*( \S+)?\]`)
	if !needed.MatchString(out.String()) || len(before.faults.struck) < 3 {
		t.Errorf("%v struck, and the report does not need only one or two of them:\n%s", before.faults.struck, &out)
	}
	for _, want := range []string{"-seed 1 -call ", forward, "is called"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report does not have %q:\n%s", want, &out)
		}
	}
}

func TestFlags(t *testing.T) {
	t.Parallel()
	tests := []struct {
		arguments []string
		good      bool
	}{
		{[]string{"-seed", "3", "-call", "2", "-v"}, true},
		{[]string{"-calls", "5", "-hostile=false"}, true},
		{[]string{"now"}, false},
		{[]string{"-seed", "x"}, false},
		{[]string{"-calls", "0"}, false},
	}
	for _, test := range tests {
		var out, errs bytes.Buffer
		if err := run(t.Context(), test.arguments, &out, &errs); (err == nil) != test.good {
			t.Errorf("%v: %v", test.arguments, err)
		}
	}
}

// TestChangedFactBreaksRule changes a fact of a call with few facts and of one with many.
func TestChangedFactBreaksRule(t *testing.T) {
	t.Parallel()
	for _, known := range []int{1, manyFacts + 1} {
		before := ledger.Fields{"WR1.claimed": "9:00"}
		for n := len(before); n < known; n++ {
			before[fmt.Sprintf("WR2.fact%d", n)] = "9:00"
		}
		after := maps.Clone(before)
		after["WR1.claimed"] = "9:01"
		w := &world{before: map[string]ledger.Fields{"CA1": before}}
		w.watch(ledger.Change{CallSID: "CA1", Set: ledger.Fields{"WR1.claimed": "9:01", "new": "x"}}, after, true)
		if rules := rulesOf(w.broken); len(rules) != 1 {
			t.Errorf("of %d facts one was changed: %v", known, w.broken)
		}
	}
}

// TestForgettingIsWatched: the ledger may delete only facts of reservations that ended without a
// talk.
func TestForgettingIsWatched(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		of, state, fact string
		broken          bool
	}{
		"an ended one":          {of: "WR1", state: "stale"},
		"a ringing one":         {of: "WR1", state: "ringing", broken: true},
		"one with a talk":       {of: "WR1", state: "done", broken: true},
		"one that was accepted": {of: "WR1", state: "stale", fact: "WR1.accepted", broken: true},
		"the caller's leaving":  {of: "WR1", state: "stale", fact: "ended", broken: true},
		"a task's end":          {of: "WR1", state: "stale", fact: "WT1.canceled", broken: true},
		"another reservation's": {of: "WR2", state: "stale", broken: true},
	} {
		for _, known := range []int{3, manyFacts + 1} {
			before := ledger.Fields{"WR1.state": test.state, "WR1.created": "9:00", cmp.Or(test.fact, "x"): "9:00"}
			for n := len(before); n < known; n++ {
				before[fmt.Sprintf("WR3.fact%d", n)] = "9:00"
			}
			change := ledger.Change{CallSID: "CA1", Once: ledger.Fields{test.of + ".forgotten": "stale"}}
			after := maps.Clone(before)
			for name := range before {
				if !strings.HasPrefix(name, "WR3.") && name != "x" {
					change.Forget = append(change.Forget, name)
					delete(after, name)
				}
			}
			after[test.of+".forgotten"] = "stale"
			w := &world{before: map[string]ledger.Fields{"CA1": before}}
			w.watch(change, after, true)
			if (len(w.broken) > 0) != test.broken {
				t.Errorf("%s among %d facts was deleted: %v", name, known, w.broken)
			}
		}
	}
}

// TestFailingTableBreaksRule: an error that no fault explains breaks a rule and does not end the
// run.
func TestFailingTableBreaksRule(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err    error
		broken bool
	}{
		"a refused write": {err: errors.New("ValidationException"), broken: true},
		"a full item":     {err: ledger.ErrItemFull},
	} {
		none := rates{}
		c := campaign{seed: 3, rates: &none}
		c.wiring.store = func(store ledger.Store) ledger.Store { return &failingStore{Store: store, err: test.err} }
		result, err := c.run(t.Context(), 10, 1, io.Discard)
		if err != nil || result.Calls < 10 || (result.Broken[stored] > 0) != test.broken {
			t.Errorf("%s: %d calls, %v, broken %v", name, result.Calls, err, result.Broken)
		}
	}
}

// failingStore fails its third write.
type failingStore struct {
	ledger.Store
	err    error
	writes int
}

func (s *failingStore) Apply(ctx context.Context, change ledger.Change) (ledger.Fields, bool, error) {
	if s.writes++; s.writes == 3 {
		return nil, false, s.err
	}
	return s.Store.Apply(ctx, change)
}

func TestInterruptedRunReportsProgress(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	var out bytes.Buffer
	c := sound(8)
	taken := 0
	c.wiring.clients = func(string, *bundle.Clients) {
		if taken++; taken == 20 {
			interrupt()
		}
	}
	result, err := c.run(ctx, 1000, 1, io.Discard)
	if err != nil || result.Calls == 0 || result.Calls >= 1000 {
		t.Fatalf("run = %d calls, %v", result.Calls, err)
	}
	result.Example = &example{index: 3}
	if err := result.report(ctx, &out, c); err == nil || !strings.Contains(err.Error(), "seed 8, call 3") {
		t.Errorf("report = %v, want the call", err)
	}
	if want := fmt.Sprintf("seed 8: %d calls in", result.Calls); !strings.Contains(out.String(), want) {
		t.Errorf("report has no %q:\n%s", want, &out)
	}
}

func TestOmittedFaultsKeepTheOthers(t *testing.T) {
	t.Parallel()
	r := rates{}
	r.set(restFails, 0.3)
	struck := func(without map[fault]bool) []fault {
		f := faults{seed: 5, rates: &r, storm: 1, without: without}
		for range 100 {
			f.strikes(restFails)
			f.strikes(restSlow)
		}
		return f.struck
	}
	all := struck(nil)
	if len(all) < 15 || len(all) > 45 {
		t.Fatalf("%d of 100 struck at a rate of 0.3", len(all))
	}
	if rest := struck(map[fault]bool{all[0]: true}); !slices.Equal(rest, all[1:]) {
		t.Errorf("without the first: %v, want %v", rest, all[1:])
	}
}
