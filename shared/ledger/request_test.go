package ledger

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"switchboard/shared/reservation"
	"switchboard/shared/taskrouter"
)

// wish is a call back that a caller asks for.
func wish(call string) Request {
	return Request{
		Key: taskrouter.CallbackKey(call), Number: "+14155550123", Dialed: "+12065550100", Language: "es",
		Asked: noon(), Entered: noon().Add(-time.Minute), Until: noon().Add(72 * time.Hour),
		Attributes: `{"team":"billing"}`, Priority: 7, Tries: 3, Every: 10 * time.Minute,
	}
}

func at(ref Ref) Ref { ref.CallSID = taskrouter.CallbackKey(call); return ref }

// a request step, which must be made or refused.
func must(t *testing.T, made bool, err error, want bool, what string) {
	t.Helper()
	if made != want || err != nil {
		t.Fatalf("%s: %t, %v, want %t", what, made, err, want)
	}
}

// taken returns a ledger with a call back in state Talking.
func taken(t *testing.T, store Store) (l Ledger, known Call) {
	t.Helper()
	l = Ledger{Store: store, Now: noon}
	waiting(t, l, wish(call), task)
	known, made, err := l.StartTalking(t.Context(), at(ref()))
	must(t, made, err, true, "start talking")
	return l, known
}

func waiting(t *testing.T, l Ledger, r Request, task string) {
	t.Helper()
	_, made, err := l.Ask(t.Context(), r, Wanted)
	must(t, made, err, true, "ask")
	known, made, err := l.CallerLeftFor(t.Context(), r.Key)
	must(t, made, err, true, "left")
	_, made, err = l.Creating(t.Context(), known.Request())
	must(t, made, err, true, "creating")
	_, made, err = l.Adopt(t.Context(), r.Key, 1, task)
	must(t, made, err, true, "adopt")
}

func TestRequestKeepsWhatWasAsked(t *testing.T) {
	t.Parallel()
	l, known := taken(t, &Memory{})
	want := wish(call)
	want.State, want.Since, want.Try, want.TaskSID, want.Talking = Talking, noon(), 1, task, reserved
	if got := known.Request(); got != want {
		t.Errorf("request %+v, want %+v", got, want)
	}
	if !known.IsRequest() || known.State(at(ref())) != reservation.Talking || !known.Talked(at(ref())) {
		t.Errorf("state of the reservation is %q", known.State(at(ref())))
	}
	calls, err := l.Between(t.Context(), noon().Add(-time.Hour), noon().Add(time.Hour))
	if len(calls) != 0 || err != nil {
		t.Errorf("Between = %d calls, %v, want none", len(calls), err)
	}
	if calls, err = l.Open(t.Context(), time.Unix(0, 0), noon().Add(time.Hour), 10); len(calls) != 0 || err != nil {
		t.Errorf("Open = %d calls, %v, want none", len(calls), err)
	}
	if calls, err = l.OpenRequests(t.Context(), 10); len(calls) != 1 || err != nil {
		t.Errorf("OpenRequests = %d, %v, want 1", len(calls), err)
	}
	if found, ok, err := l.ByTask(t.Context(), task); !ok || err != nil || found.CallSID() != want.Key {
		t.Errorf("ByTask = %q, %t, %v", found.CallSID(), ok, err)
	}
}

func TestStepsNeedTheStateBefore(t *testing.T) {
	t.Parallel()
	key := taskrouter.CallbackKey(call)
	for name, step := range map[string]func(context.Context, Ledger, Request) (Call, bool, error){
		"ask again": func(ctx context.Context, l Ledger, r Request) (Call, bool, error) {
			return l.Ask(ctx, wish(call), Wanted)
		},
		"leave":  func(ctx context.Context, l Ledger, r Request) (Call, bool, error) { return l.CallerLeftFor(ctx, key) },
		"create": func(ctx context.Context, l Ledger, r Request) (Call, bool, error) { return l.Creating(ctx, r) },
		"adopt another task": func(ctx context.Context, l Ledger, _ Request) (Call, bool, error) {
			return l.Adopt(ctx, key, 1, "WT00000000000000000000000000000009")
		},
		"another worker": func(ctx context.Context, l Ledger, _ Request) (Call, bool, error) {
			return l.StartTalking(ctx, at(refNext()))
		},
		"another worker's end": func(ctx context.Context, l Ledger, _ Request) (Call, bool, error) {
			return l.Finish(ctx, at(refNext()), "answered", "")
		},
		"withdraw": func(ctx context.Context, l Ledger, _ Request) (Call, bool, error) {
			return l.Withdraw(ctx, key, "stayed")
		},
		"the end of an earlier try": func(ctx context.Context, l Ledger, r Request) (Call, bool, error) {
			r.Try = 0
			return l.GiveUp(ctx, r, "late")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, known := taken(t, &Memory{})
			after, made, err := step(t.Context(), l, known.Request())
			if made || err != nil || after.Request() != known.Request() {
				t.Errorf("made %t, %v: %+v", made, err, after.Request())
			}
		})
	}
}

func TestTryFailsOnce(t *testing.T) {
	t.Parallel()
	l, known := taken(t, &Memory{})
	seen := known.Request()
	again, made, err := l.Again(t.Context(), seen, noon().Add(10*time.Minute), "busy")
	must(t, made, err, true, "again")
	_, made, err = l.Again(t.Context(), seen, noon().Add(10*time.Minute), "busy")
	must(t, made, err, false, "the same report again")
	_, made, err = l.GiveUp(t.Context(), seen, "busy")
	must(t, made, err, false, "another end of the same try")
	r := again.Request()
	if r.State != Left || r.Try != 2 || r.TaskSID != "" || r.Talking != "" || !r.NotBefore.Equal(noon().Add(10*time.Minute)) {
		t.Errorf("request %+v", r)
	}
	if again.CannotBridge(at(ref())) {
		t.Error("the request is over")
	}
	after, made, err := l.GiveUp(t.Context(), r, "busy")
	must(t, made, err, true, "give up")
	if !after.CannotBridge(at(refNext())) || after.Request().Outcome != "busy" {
		t.Errorf("request %+v", after.Request())
	}
}

func TestUnknownRequestIsNotMade(t *testing.T) {
	t.Parallel()
	l := Ledger{Store: &Memory{}, Now: noon}
	key := taskrouter.CallbackKey(call)
	_, adopted, err := l.Adopt(t.Context(), key, 1, task)
	must(t, adopted, err, false, "adopt")
	_, made, err := l.StartTalking(t.Context(), at(ref()))
	must(t, made, err, false, "start talking")
	if fields, err := l.Store.Get(t.Context(), key); len(fields) > 0 || err != nil {
		t.Errorf("item %v, %v", fields, err)
	}
}

// A worker who pressed 1 gets a caller who asks to be called back. One who presses it after that
// may: the caller waits on if they heard that their wish failed.
func TestCallBackOrWorker(t *testing.T) {
	t.Parallel()
	read := func(t *testing.T, l Ledger) Call {
		t.Helper()
		known, _, err := l.ByCall(t.Context(), call)
		if err != nil {
			t.Fatal(err)
		}
		return known
	}
	for name, test := range map[string]struct {
		before, between []step
		want            bool
	}{
		"nothing is known":                {want: true},
		"a phone rings":                   {before: []step{claim(ref()), dial(ref(), workerCall)}, want: true},
		"the worker took the call":        {before: []step{claim(ref()), dial(ref(), workerCall), answer(ref(), workerCall)}},
		"the worker takes it meanwhile":   {before: []step{claim(ref()), dial(ref(), workerCall)}, between: []step{answer(ref(), workerCall)}},
		"a phone is called meanwhile":     {between: []step{claim(ref()), dial(ref(), workerCall)}},
		"the caller hung up":              {before: []step{leave("hangup", true)}},
		"they talk in a queue of dequeue": {before: []step{event(taskrouter.ReservationAccepted, ref())}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := Ledger{Store: &Memory{}, Now: noon}
			run := func(steps []step) {
				for _, each := range steps {
					if err := each(t.Context(), l); err != nil {
						t.Fatal(err)
					}
				}
			}
			run(append([]step{event(taskrouter.TaskCreated, ref())}, test.before...))
			known := read(t, l)
			run(test.between)
			after, wanted, err := l.WantCallback(t.Context(), call, known)
			must(t, wanted, err, test.want, "want")
			if !wanted {
				return
			}
			if after.CallbackWanted().IsZero() {
				t.Error("the wish is not recorded")
			}
			_, claimed, err := l.Claim(t.Context(), refNext(), Offer{WorkerSID: alice})
			must(t, claimed, err, true, "claim")
		})
	}
}

// TestNextTaskIsBridged: an operator puts a caller into the line again who had left it to be called
// back.
func TestNextTaskIsBridged(t *testing.T) {
	t.Parallel()
	l := Ledger{Store: &Memory{}, Now: noon}
	known := after(t, l, event(taskrouter.TaskCreated, ref()))
	known, wanted, err := l.WantCallback(t.Context(), call, known)
	must(t, wanted, err, true, "want")
	if !known.LeavesForCallback() {
		t.Error("the caller does not leave for the call back")
	}
	again := Ref{CallSID: call, TaskSID: newSID("WT"), ReservationSID: newSID("WR")}
	known = after(t, l, event(taskrouter.TaskCreated, again))
	if known.LeavesForCallback() || known.CallbackWanted().IsZero() {
		t.Error("the caller leaves the second line for the call back, too")
	}
	_, wanted, err = l.WantCallback(t.Context(), call, known)
	must(t, wanted, err, true, "want twice")
	_, claimed, err := l.Claim(t.Context(), again, Offer{WorkerSID: alice})
	must(t, claimed, err, true, "claim")
}

// oneTakesRequest has workers of two tasks of one request press 1 at the same time.
func oneTakesRequest(t *testing.T, store Store) {
	l := Ledger{Store: store, Now: noon}
	r := wish(newSID("CA"))
	ours := newSID("WT")
	waiting(t, l, r, ours)
	var allowed sync.Map
	var group sync.WaitGroup
	for range 4 {
		for _, of := range []string{ours, newSID("WT")} {
			ref := Ref{r.Key, of, newSID("WR")}
			group.Go(func() {
				if _, may, err := l.StartTalking(t.Context(), ref); err != nil {
					t.Error(err)
				} else if may {
					allowed.Store(ref, true)
				}
			})
		}
	}
	group.Wait()
	count := 0
	allowed.Range(func(ref, _ any) bool {
		count++
		if ref.(Ref).TaskSID != ours {
			t.Error("the worker of another task got it")
		}
		return true
	})
	if count != 1 {
		t.Errorf("%d workers got it", count)
	}
}

func oneHoldsNumber(t *testing.T, store Store) {
	l := Ledger{Store: store, Now: noon}
	number := "+1" + strings.Map(func(r rune) rune { return '2' + r%8 }, newSID("")[:10])
	var first Call
	for i := range 3 {
		r := wish(newSID("CA"))
		r.Number = number
		_, made, err := l.Ask(t.Context(), r, Wanted)
		must(t, made, err, true, "ask")
		holder, err := l.HoldNumber(t.Context(), number, r.Key)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = holder
		}
		if i == 1 { // the first has ended before the third asks
			if holder.CallSID() != first.CallSID() {
				t.Errorf("%s holds the number of %s", holder.CallSID(), first.CallSID())
			}
			_, made, err = l.Withdraw(t.Context(), first.CallSID(), "called again")
			must(t, made, err, true, "withdraw")
		}
		if i != 1 && holder.CallSID() != r.Key {
			t.Errorf("%s holds the number, want %s", holder.CallSID(), r.Key)
		}
	}
	open, found, err := l.CallbackOf(t.Context(), number)
	if !found || err != nil || open.CallSID() == first.CallSID() {
		t.Errorf("CallbackOf = %q, %t, %v", open.CallSID(), found, err)
	}
}

func TestREADMEExplainsRequests(t *testing.T) {
	t.Parallel()
	l, known := taken(t, &Memory{})
	known, _, err := l.GiveUp(t.Context(), known.Request(), "busy")
	if err != nil {
		t.Fatal(err)
	}
	for name := range known.fields {
		if _, fact, found := strings.Cut(name, "."); found {
			name = fact
		}
		if !strings.Contains(readme(t), "`"+name+"`") {
			t.Errorf("README.md does not explain %s", name)
		}
	}
}
