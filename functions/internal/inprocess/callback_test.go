package inprocess

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/shared/ledger"
	"switchboard/shared/settings"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/script"
	"switchboard/shared/taskrouter"
)

// wished is a caller who asks to be called back while the only worker is away, and what fails.
type wished struct {
	table   ledger.Store
	fails   func(*http.Request) error // requests to Twilio
	worker  time.Duration             // when the worker comes
	steps   []script.Step
	process *Bundle
	twilio  *simulator.Twilio
	line    *simulator.Line
	calls   []script.Step // of the same caller, a minute later; nil = none
	again   *simulator.Line
}

func (w *wished) run(t *testing.T) {
	t.Helper()
	loop, secrets := clock.NewVirtual(account.Morning), account.Secrets(1)
	if err := secrets.Write(account.SecretsPrefix, settings.Settings{Callbacks: settings.Callbacks{Offered: true}}); err != nil {
		t.Fatal(err)
	}
	environment := account.Settings("deferred")
	environment["CRM_URL"] = ""
	w.process = New(loop, environment, bundle.Clients{Parameters: secrets, Table: w.table})
	w.twilio = simulator.New(w.process.Config(1, nil))
	w.process.Twilio.Set(breaking{w.twilio, w.fails})
	desk := account.Desk{Workers: []account.Worker{newWorker("+14155550191",
		script.AnswersAfter(3*time.Second, script.Hears("press 1"), script.Presses("1"), script.Talks(20*time.Second), script.HangsUp()))}}
	if _, err := account.SetUp(w.twilio, account.Example, desk); err != nil {
		t.Fatal(err)
	}
	w.twilio.AddNumber(simulator.Number{Number: account.OurNumber, VoiceURL: account.Example.VoiceURL})
	w.twilio.SetPhone(customer, answers())
	worker := w.twilio.Workers()[0].SID
	if err := w.twilio.SetWorkerActivity(worker, account.OfflineSID); err != nil {
		t.Fatal(err)
	}
	loop.After(w.worker, func() { _ = w.twilio.SetWorkerActivity(worker, account.AvailableSID) })
	w.line = w.twilio.CallAfter(time.Second, customer, account.OurNumber, w.steps...)
	w.callsAgain()
	w.process.Sweeps.Until = account.Morning.Add(w.worker + time.Minute)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	loop.After(100*time.Hour, cancel)
	w.process.Sweeps.Start(ctx)
	if err := loop.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if reports := w.process.Sweeps.Reports; ctx.Err() != nil && len(reports) > 100 {
		t.Errorf("the sweeper found work for days: %+v", reports[100])
	}
}

// check requires that a promise is kept once, and that a caller without one talks in the line or
// hears why not.
func (w *wished) check(t *testing.T) {
	t.Helper()
	caller := oneCaller{Twilio: w.twilio}.record(t, w.line)
	heard := strings.Join(caller.Heard, " ")
	promised, talked := strings.Contains(heard, "we will call you back"), !caller.Bridged.IsZero()
	reached := 0
	for _, status := range callsTo(w.twilio, customer) {
		if status == "completed" {
			reached++
		}
	}
	switch {
	case reached > 1 || talked && reached > 0:
		t.Errorf("the customer talked %d times after a call back, in the line: %t", reached, talked)
	case promised && reached != 1:
		t.Errorf("the promise was not kept: %q", callsTo(w.twilio, customer))
	case !promised && !talked && reached == 0 && !strings.Contains(heard, "leave a message"):
		t.Errorf("the caller heard %q", caller.Heard)
	}
	for _, task := range w.twilio.Tasks() {
		if task.Status != "completed" && task.Status != "canceled" {
			t.Errorf("a task is %s", task.Status)
		}
	}
	known, _, err := ledger.Ledger{Store: w.table, Now: time.Now}.ByCall(t.Context(), taskrouter.CallbackKey(w.line.CallSID()))
	if r := known.Request(); err != nil || r.State != "" && (!r.State.Ended() || !known.Closed()) {
		t.Errorf("closed %t, %v, request %+v", known.Closed(), err, r)
	}
}

// breaking is Twilio's REST API with faults.
type breaking struct {
	next  http.Handler
	fails func(*http.Request) error
}

func (b breaking) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var err error
	if b.fails != nil {
		err = b.fails(r)
	}
	switch {
	case err == nil:
		b.next.ServeHTTP(w, r)
		return
	case errors.Is(err, errAfter):
		b.next.ServeHTTP(discard{http.Header{}}, r)
	}
	http.Error(w, "{}", http.StatusServiceUnavailable)
}

func asksForCallBack() []script.Step {
	return []script.Step{
		script.Hears("To be called back"), script.Presses("1"), script.Hears("call you back at"), script.Presses("1"), script.HangsUpAfter(6 * time.Minute),
	}
}

// TestPromisesAreKept fails each write to the ledger and each request to Twilio once, with and
// without effect, from the caller's first key to the end of the call back.
func TestPromisesAreKept(t *testing.T) {
	t.Parallel()
	for number := range 32 {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("write %d, made %t", number+1, after), func(t *testing.T) {
				t.Parallel()
				w := wished{table: &faulty{failing: number + 1, after: after}, worker: 3 * time.Minute, steps: asksForCallBack()}
				w.run(t)
				w.check(t)
			})
			t.Run(fmt.Sprintf("request %d, made %t", number+1, after), func(t *testing.T) {
				t.Parallel()
				asked := 0
				w := wished{table: &ledger.Memory{}, worker: 3 * time.Minute, steps: asksForCallBack(), fails: func(*http.Request) error {
					switch asked++; {
					case asked == number+1 && after:
						return errAfter
					case asked == number+1:
						return errors.New("down")
					}
					return nil
				}}
				w.run(t)
				w.check(t)
			})
		}
	}
}

// TestWorkerComesWhileCallerAsks has the worker come at every second while the caller arranges the
// call back.
func TestWorkerComesWhileCallerAsks(t *testing.T) {
	t.Parallel()
	talks, calls := 0, 0
	for quarter := range 100 {
		w := wished{table: &ledger.Memory{}, worker: time.Duration(quarter) * 250 * time.Millisecond, steps: asksForCallBack()}
		w.run(t)
		w.check(t)
		if (oneCaller{Twilio: w.twilio}).record(t, w.line).Bridged.IsZero() {
			calls++
		} else {
			talks++
		}
	}
	if talks == 0 || calls == 0 {
		t.Errorf("%d callers talked in the line, %d were called back: the test has no race", talks, calls)
	}
}
