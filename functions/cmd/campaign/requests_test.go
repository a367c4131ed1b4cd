package main

import (
	"context"
	"maps"
	"strings"
	"testing"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/rules"
	"switchboard/shared/ledger"
	"switchboard/shared/settings"
	"switchboard/shared/simulator"
)

// TestRequestsAreDrawn checks that a seed draws the same requests twice, that worlds without them
// stay as they were, and that each kind is drawn.
func TestRequestsAreDrawn(t *testing.T) {
	t.Parallel()
	const worlds = 600
	none, seen := 0, map[string]bool{}
	for seed := range uint64(worlds) {
		p, without := drawsAlike(t, seed, (*plan).drawRequests, func(p plan) bool { return p.requests != nil }, (*plan).drawOwnDesk, (*plan).drawShifts)
		if p.requests == nil {
			none++
			continue
		}
		desk := plainDesk(p)
		if p.own != nil {
			desk = p.own.written
			seen["an own desk"] = true
			seen["closed, and calls back"] = seen["closed, and calls back"] || p.own.opens > lastCaller && p.own.written.Hours["desk"].WhenClosed == settings.Callback
		}
		if mistakes := desk.Check(); len(mistakes) > 0 {
			t.Fatalf("seed %d: %+v", seed, mistakes)
		}
		seen["a caller who calls again"] = seen["a caller who calls again"] || len(p.callers) > len(without.callers)
		for _, c := range p.callers {
			for _, step := range c.steps {
				seen[string(step.Kind)+" "+step.Text] = true
			}
		}
		for _, phones := range p.requests.customers {
			for _, phone := range phones {
				seen["customer "+strings.SplitN(phone.String(), " ", 2)[0]] = true
			}
		}
	}
	if none < worlds*7/10 || none > worlds*9/10 {
		t.Errorf("%d of %d worlds have no requests", none, worlds)
	}
	for _, want := range []string{
		"an own desk", "closed, and calls back", "a caller who calls again", "presses 4155550178#", "presses 12#", "presses 2", "presses 3", "presses *",
	} {
		if !seen[want] {
			t.Errorf("no world has %s", want)
		}
	}
}

// writes is a ledger's store that changes what is written.
type writes struct {
	ledger.Store
	alter func(change *ledger.Change) (drop bool)
}

func (s writes) Apply(ctx context.Context, change ledger.Change) (ledger.Fields, bool, error) {
	if s.alter(&change) {
		fields := ledger.Fields{"call_sid": change.CallSID}
		maps.Copy(fields, change.Set)
		return fields, true, nil
	}
	return s.Store.Apply(ctx, change)
}

// altersIn returns a wiring in which one function writes requests differently.
func altersIn(function string, alter func(change *ledger.Change) (drop bool)) wiring {
	return atFunction(function, func(c *bundle.Clients) { c.Table = writes{c.Table, alter} })
}

// TestPlantedRequestDefectsAreFound breaks each rule about requests on purpose.
func TestPlantedRequestDefectsAreFound(t *testing.T) {
	t.Parallel()
	tests := []planted{
		{
			name: "a customer who was reached is called again",
			rule: calledOnce,
			text: "had been reached",
			wiring: altersIn("/worker/", func(change *ledger.Change) bool {
				if change.Set["request_state"] == string(ledger.Done) {
					delete(change.Once, "over")
					change.Set["request_state"], change.Set["try"] = string(ledger.Left), "2"
					change.Forget = append(change.Forget, "request_task", "talking_with")
				}
				return false
			}),
			within: 400,
		},
		{
			name:   "tasks are created while the desk is closed",
			rule:   calledOpen,
			wiring: unread(sweepFunction, "hours", "closed"),
			within: 400,
		},
		{
			name: "a promise is not recorded",
			rule: promiseKept,
			text: "the ledger has none",
			wiring: altersIn("/survey", func(change *ledger.Change) bool {
				return change.Set["request_state"] != "" && strings.HasPrefix(change.CallSID, "CB")
			}),
			within: 400,
		},
		{
			name: "the sweeper tries no request again",
			rule: promiseKept,
			text: "was left left",
			wiring: altersIn(sweepFunction, func(change *ledger.Change) bool {
				if change.Set["request_state"] == string(ledger.Creating) {
					change.Within = map[string][]string{"request_state": {"none"}}
				}
				return false
			}),
			within: 400,
		},
		{
			name:   "a message becomes no request",
			rule:   messageHeard,
			text:   "has no request",
			wiring: altersIn(recordingsFunction, func(change *ledger.Change) bool { return change.Set["request_state"] != "" }),
			within: 400,
		},
		{
			name: "a message is done unheard",
			rule: messageHeard,
			text: "no worker has taken it",
			wiring: altersIn(recordingsFunction, func(change *ledger.Change) bool {
				if change.Set["request_state"] == string(ledger.Left) {
					change.Set["request_state"] = string(ledger.Done)
				}
				return false
			}),
			within: 400,
		},
	}
	for _, test := range tests {
		test.isFound(t, false)
	}
}

// TestCallsToOnePersonAreJudged: no drawn world has two workers call one person, which TaskRouter's
// one reservation for each task prevents.
func TestCallsToOnePersonAreJudged(t *testing.T) {
	t.Parallel()
	at := func(seconds int) time.Time { return account.Morning.Add(time.Duration(seconds) * time.Second) }
	first := simulator.CallRecord{SID: "CA1", To: otherNumber, Direction: dialed, Created: at(0), Ended: at(20)}
	reached := first
	reached.Bridged = at(5)
	for name, test := range map[string]struct {
		first  simulator.CallRecord
		again  int // seconds
		broken bool
	}{
		"while the first rings":    {first: first, again: 10, broken: true},
		"after the first":          {first: first, again: 30},
		"after they were reached":  {first: reached, again: 30, broken: true},
		"while they are connected": {first: reached, again: 10, broken: true},
	} {
		second := simulator.CallRecord{SID: "CA2", To: otherNumber, Direction: dialed, Created: at(test.again), Ended: at(60)}
		v := verdict{world: &world{}, account: rules.Account{Calls: []simulator.CallRecord{test.first, second}}}
		v.judgeCalledBack(map[string]ledger.Request{"CB1": {Number: otherNumber}})
		if (len(v.broken) > 0) != test.broken {
			t.Errorf("a call %s: %v", name, v.broken)
		}
	}
}
