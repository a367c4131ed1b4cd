package sweeper_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
)

// served stands in for package requests: it writes down what it was asked for.
type served struct{ did []string }

func (s *served) Create(context.Context, ledger.Call) (bool, error) {
	s.did = append(s.did, "create")
	return true, nil
}

func (s *served) WorkerLeft(context.Context, ledger.Call, ledger.Ref, string) error {
	s.did = append(s.did, "worker left")
	return nil
}

func (s *served) Lost(context.Context, ledger.Request, string) error {
	s.did = append(s.did, "lost")
	return nil
}

func (s *served) GiveUp(context.Context, ledger.Request, string) error {
	s.did = append(s.did, "give up")
	return nil
}

func (b *broom) state(t *testing.T) ledger.RequestState {
	t.Helper()
	known, _, err := b.ledger.ByCall(t.Context(), taskrouter.CallbackKey(callSID))
	if err != nil {
		t.Fatal(err)
	}
	return known.Request().State
}

func wish(ago time.Duration, until time.Time) fact {
	return fact{ago, func(ctx context.Context, l ledger.Ledger, at time.Time) error {
		r := ledger.Request{Key: taskrouter.CallbackKey(callSID), Number: "+14155550123", Dialed: "+12065550100", Until: until, Tries: 3, Attributes: "{}"}
		_, _, err := l.Ask(ctx, r, ledger.Wanted)
		return err
	}}
}

func wanted(ago time.Duration) fact {
	return fact{ago, func(ctx context.Context, l ledger.Ledger, _ time.Time) error {
		known, _, err := l.ByCall(ctx, callSID)
		if err == nil {
			_, _, err = l.WantCallback(ctx, callSID, known)
		}
		return err
	}}
}

func callerLeft(ago time.Duration) fact {
	return fact{ago, func(ctx context.Context, l ledger.Ledger, _ time.Time) error {
		_, _, err := l.CallerLeftFor(ctx, taskrouter.CallbackKey(callSID))
		return err
	}}
}

// waits is a request with a task.
func waits(ago time.Duration) fact {
	return fact{ago, func(ctx context.Context, l ledger.Ledger, _ time.Time) error {
		known, _, err := l.ByCall(ctx, taskrouter.CallbackKey(callSID))
		if err == nil {
			_, _, err = l.Creating(ctx, known.Request())
		}
		if err == nil {
			_, _, err = l.Adopt(ctx, taskrouter.CallbackKey(callSID), 1, taskSID)
		}
		return err
	}}
}

// rung is a request whose task was offered to a worker, who was called.
func rung(ago time.Duration) fact {
	return fact{ago, func(ctx context.Context, l ledger.Ledger, at time.Time) error {
		asked := ref()
		asked.CallSID = taskrouter.CallbackKey(callSID)
		_, _, err := l.Claim(ctx, asked, ledger.Offer{WorkerSID: workerSID, Deadline: at.Add(2 * time.Minute), DialBy: at.Add(time.Minute)})
		if err == nil {
			_, err = l.RecordPlaced(ctx, asked, workerCallSID)
		}
		return err
	}}
}

func TestRequestsAreSwept(t *testing.T) {
	t.Parallel()
	later := noon().Add(time.Hour)
	created := event("task.created", 10*time.Minute)
	for name, test := range map[string]struct {
		facts   []fact
		account account
		closed  bool // the desk
		want    []string
		state   ledger.RequestState
	}{
		"the function died before the caller's call knew": {
			facts: []fact{created, wish(2*time.Minute, later)},
			state: ledger.Withdrawn,
		},
		"the caller has just confirmed": {
			facts: []fact{created, wish(30*time.Second, later)},
			state: ledger.Wanted,
		},
		"the caller is still in the line": {
			facts:   []fact{created, wish(2*time.Minute, later), wanted(2 * time.Minute)},
			account: account{waiting: inQueue(10 * time.Minute), tasks: task("pending", time.Minute), calls: calls(is("in-progress"), is(""))},
			state:   ledger.Wanted,
		},
		"the report that the caller left was lost": {
			facts: []fact{created, wish(2*time.Minute, later), wanted(2 * time.Minute)},
			want:  []string{"create"},
			state: ledger.Left,
		},
		"due": {
			facts: []fact{wish(2*time.Minute, later), callerLeft(2 * time.Minute)},
			want:  []string{"create"},
			state: ledger.Left,
		},
		"due while the desk is closed": {
			facts:  []fact{wish(2*time.Minute, later), callerLeft(2 * time.Minute)},
			closed: true,
			state:  ledger.Left,
		},
		"after the promise": {
			facts: []fact{wish(2*time.Minute, noon()), callerLeft(2 * time.Minute)},
			want:  []string{"give up"},
			state: ledger.Left,
		},
		"the function died when a worker had accepted it": {
			facts:   []fact{wish(14*time.Minute, later), callerLeft(14 * time.Minute), waits(13 * time.Minute), rung(12 * time.Minute)},
			account: account{tasks: task("assigned", 11*time.Minute), calls: calls(is(""), is("completed")), reservations: reserved("accepted", 11*time.Minute)},
			want:    []string{"lost"},
			state:   ledger.Waiting,
		},
		"the acceptance was not recorded, and the task is wrapped up": {
			facts:   []fact{wish(14*time.Minute, later), callerLeft(14 * time.Minute), waits(13 * time.Minute), rung(12 * time.Minute)},
			account: account{tasks: task("wrapping", 11*time.Minute), calls: calls(is(""), is("completed")), reservations: reserved("wrapping", 11*time.Minute)},
			want:    []string{"lost"},
			state:   ledger.Waiting,
		},
		"its worker is on the phone": {
			facts:   []fact{wish(14*time.Minute, later), callerLeft(14 * time.Minute), waits(13 * time.Minute), rung(12 * time.Minute)},
			account: account{tasks: task("assigned", 11*time.Minute), calls: calls(is(""), is("in-progress")), reservations: reserved("accepted", 11*time.Minute)},
			state:   ledger.Waiting,
		},
		"its task waits": {
			facts:   []fact{wish(4*time.Minute, later), callerLeft(4 * time.Minute), waits(3 * time.Minute)},
			account: account{tasks: task("pending", time.Minute)},
			state:   ledger.Waiting,
		},
		"its task has vanished": {
			facts: []fact{wish(4*time.Minute, later), callerLeft(4 * time.Minute), waits(3 * time.Minute)},
			want:  []string{"lost"},
			state: ledger.Waiting,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBroom(t, &test.account, test.facts...)
			asked := &served{}
			b.Requests = asked
			b.desk.Closed.Now = test.closed
			if report := b.sweep(t); report.OpenRequests != 1 || len(report.Failed) > 0 {
				t.Errorf("report %+v", report)
			}
			if !b.outlook.Callbacks.Has("+14155550123") {
				t.Errorf("%q does not list the customer's number", b.outlook.Callbacks)
			}
			if !slices.Equal(asked.did, test.want) || b.state(t) != test.state {
				t.Errorf("did %q, state %s, want %q, %s", asked.did, b.state(t), test.want, test.state)
			}
		})
	}
}

// triedAgain is a request whose task ended its try, and whose next try is not due yet.
func triedAgain(ago time.Duration, at time.Time) fact {
	return fact{ago, func(ctx context.Context, l ledger.Ledger, _ time.Time) error {
		known, _, err := l.ByCall(ctx, taskrouter.CallbackKey(callSID))
		if err == nil {
			_, _, err = l.Again(ctx, known.Request(), at, "busy")
		}
		return err
	}}
}

// talking is a request that a worker has taken.
func talking(ago time.Duration) fact {
	return fact{ago, func(ctx context.Context, l ledger.Ledger, _ time.Time) error {
		asked := ref()
		asked.CallSID = taskrouter.CallbackKey(callSID)
		_, _, err := l.StartTalking(ctx, asked)
		return err
	}}
}

// finished is a request whose worker talked to the customer.
func finished(ago time.Duration) fact {
	return fact{ago, func(ctx context.Context, l ledger.Ledger, _ time.Time) error {
		asked := ref()
		asked.CallSID = taskrouter.CallbackKey(callSID)
		_, _, err := l.Finish(ctx, asked, "answered", "")
		return err
	}}
}

// TestTriedTasksFreeTheirWorkers: the report that the worker's call had ended was lost, so a task
// whose try is over keeps its worker.
func TestTriedTasksFreeTheirWorkers(t *testing.T) {
	t.Parallel()
	later := noon().Add(time.Hour)
	begun := []fact{wish(10*time.Minute, later), callerLeft(10 * time.Minute), waits(9 * time.Minute)}
	for name, test := range map[string]struct {
		facts    []fact
		noWrapUp bool // no wrap-up time of ours
		status   string
		want     []string
	}{
		"the next try is due later, after the wrap-up": {
			facts:  []fact{triedAgain(5*time.Minute, later)},
			status: "assigned",
			want:   []string{complete},
		},
		"the next try is due later, in the wrap-up": {
			facts:  []fact{triedAgain(10*time.Second, later)},
			status: "assigned",
		},
		"the next try is due later, no wrap-up time": {
			facts:    []fact{triedAgain(5*time.Minute, later)},
			noWrapUp: true,
			status:   "assigned",
			want:     []string{"wrap up " + taskSID},
		},
		"done, after the wrap-up": {
			facts:  []fact{talking(6 * time.Minute), finished(5 * time.Minute)},
			status: "wrapping",
			want:   []string{complete},
		},
		"done, no wrap-up time": {
			facts:    []fact{talking(6 * time.Minute), finished(5 * time.Minute)},
			noWrapUp: true,
			status:   "assigned",
			want:     []string{"wrap up " + taskSID},
		},
		"done, the worker's program completes it": {
			facts:    []fact{talking(6 * time.Minute), finished(5 * time.Minute)},
			noWrapUp: true,
			status:   "wrapping",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := account{tasks: task(test.status, 7*time.Minute)}
			b := newBroom(t, &a, slices.Concat(begun, test.facts)...)
			b.Requests = &served{}
			if test.noWrapUp {
				b.WrapUp = nil
			}
			if report := b.sweep(t); len(report.Failed) > 0 || !slices.Equal(a.acts, test.want) {
				t.Errorf("acts %q, want %q, report %+v", a.acts, test.want, report)
			}
		})
	}
}
