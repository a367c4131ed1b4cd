package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/trigger"
	"switchboard/shared/ledger"
	"switchboard/shared/reservation"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/reading"
	"switchboard/shared/simulator/script"
	"switchboard/shared/webhook"
)

// inFlight is how long POST /Calls takes to reach Twilio, and how long the answer takes.
const inFlight = 600 * time.Millisecond

// patientConsumer delays each bridge message.
type patientConsumer struct {
	trigger.Consumer
	wait time.Duration
}

func (p patientConsumer) Handle(ctx context.Context, batch events.SQSEvent) (events.SQSEventResponse, error) {
	if strings.HasPrefix(batch.Records[0].Body, `{"bridge`) {
		invocationOf(ctx).sleep(p.wait)
	}
	return p.Consumer.Handle(ctx, batch)
}

// slowBridge makes each step of a bridge long enough for a caller to leave in it. wait delays the
// message.
func slowBridge(wait time.Duration) wiring {
	slow := func(part string, before, after time.Duration) func(*http.Request, http.RoundTripper) *http.Response {
		return func(r *http.Request, next http.RoundTripper) *http.Response {
			if !strings.HasSuffix(r.URL.Path, part) {
				return nil
			}
			invocationOf(r.Context()).sleep(before)
			response, err := next.RoundTrip(r)
			invocationOf(r.Context()).sleep(after)
			if err != nil {
				return refusal(r, http.StatusInternalServerError, `{}`)
			}
			return response
		}
	}
	wired := atFunction(bridgeFunction, func(c *bundle.Clients) {
		c.CRM, c.REST = asks{c.CRM, slow("/calls", time.Second, 0)}, asks{c.REST, slow("/Calls.json", inFlight, inFlight)}
	})
	wired.consumer = func(sound trigger.Consumer) trigger.Consumer { return patientConsumer{sound, wait} }
	return wired
}

// oneLeaves is a world without faults. The caller hangs up a certain time after a worker was
// reserved. The worker answers, and waits at the gate before they press 1.
func oneLeaves(seed uint64, after time.Duration) plan {
	wrapUp := 10 * time.Second
	d := draws{rand.New(rand.NewPCG(seed, 1))}
	return plan{
		seed: seed, deferred: true, gate: true, crm: true, ring: 15 * time.Second, reservationTimeout: 2 * time.Minute, wrapUp: &wrapUp,
		targets: `[{"queue":%[1]q}]`, readings: reading.Draw(d.Rand),
		callers: []caller{{from: "+14155550101", steps: []script.Step{script.Until(script.WorkerReserved), script.HangsUpAfter(after)}}},
		workers: []member{{name: "Ann", contact: "+14155550191", attributes: `{"contact_uri":"+14155550191","skills":["billing"]}`, phones: []script.Phone{
			script.AnswersAfter(2*time.Second, script.Hears("press 1"), script.Waits(2*time.Second), script.Presses("1"), script.StaysOn()),
		}}},
	}
}

// lived returns a world of the plan at its end.
func lived(t *testing.T, p plan, r *rates, wired wiring) *world {
	t.Helper()
	w, err := newWorld(p, r, nil, wired, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

// dropWebhooks drops the webhooks that report that the caller left, except those named. They are
// answered, and no function receives them.
func (wired wiring) dropWebhooks(except ...string) wiring {
	wired.stop = func(_ string, stop bundle.Stop, c bundle.Clients) bundle.Stop {
		return func(ctx context.Context, event webhook.Event) (webhook.Answer, error) {
			if kind := invocationOf(ctx).reportsLeaving(); kind == "" || slices.Contains(except, kind) {
				return stop(ctx, event)
			}
			return says(http.StatusOK, "text/xml", "<Response/>")(nil, c)(ctx, event)
		}
	}
	return wired
}

// reportsLeaving returns the kind of a webhook that reports that the caller left; "" = another
// webhook.
func (i *invocation) reportsLeaving() string {
	if i.path == "/survey" && i.field("QueueResult") == "hangup" {
		return i.path
	}
	if kind := i.field("EventType"); kind == "task.canceled" || kind == "reservation.canceled" {
		return kind
	}
	return ""
}

// TestCallerLeavesAtEachInstant has a caller hang up at each of up to 300 instants between
// the reservation and a talk, each under other readings, with any one of the webhooks as the first
// report.
func TestCallerLeavesAtEachInstant(t *testing.T) {
	t.Parallel()
	all := []string{"/survey", "task.canceled", "reservation.canceled"}
	for name, told := range map[string][]string{
		"each webhook":            all,
		"the action URL":          all[:1],
		"the task's event":        all[1:2],
		"the reservation's event": all[2:],
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { leaveAtEachInstant(t, told) })
		})
	}
}

func leaveAtEachInstant(t *testing.T, told []string) {
	t.Helper()
	reached := map[string]int{}
	steps := uint64(300 / (4 - len(told))) // with one webhook only every third instant
	for step := range steps {
		after := time.Duration(step) * 18 * time.Second / time.Duration(steps)
		w := lived(t, oneLeaves(step, after), &rates{}, slowBridge(time.Second).dropWebhooks(told...))
		stage, wrong := w.howItWent(told)
		reached[stage]++
		if len(told) == 3 {
			wrong = append(wrong, rulesOf(w.broken)...)
		}
		for _, text := range wrong {
			t.Errorf("leaving %s after the reservation, %s: %s", after, stage, text)
		}
	}
	for _, stage := range []string{"no call was placed", "the call was being placed", "the phone rang", "at the gate", "talking"} {
		if reached[stage] == 0 {
			t.Errorf("no caller left when %s: %v", stage, reached)
		}
	}
}

// TestTaskEndsAtEachInstant has the task time out while its caller waits: within a second the
// caller hears so, and no worker's phone rings on. The timeout is in whole seconds, so the test
// varies how far the bridge has come by then.
func TestTaskEndsAtEachInstant(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reached := map[string]int{}
		for step := range uint64(250) {
			seconds, wait := 1+int(step%10), time.Duration(step/10)*40*time.Millisecond
			p := oneLeaves(step, 0)
			p.callers[0].steps, p.taskTimeout = []script.Step{script.StaysOn()}, &seconds
			w := lived(t, p, &rates{}, slowBridge(wait))
			stage, wrong := w.howItWent([]string{"task.canceled", "reservation.canceled"})
			reached[stage]++
			if stage != "talking" {
				wrong = append(wrong, w.judgeOverflowed()...)
			}
			for _, text := range append(wrong, rulesOf(w.broken)...) {
				t.Errorf("task ended %d s after the call, message delayed %s, %s: %s", seconds, wait, stage, text)
			}
		}
		for _, stage := range []string{"no call was placed", "the call was being placed", "the phone rang", "at the gate"} {
			if reached[stage] == 0 {
				t.Errorf("no task ended when %s: %v", stage, reached)
			}
		}
	})
}

// judgeOverflowed checks that a caller whose task ended leaves the queue within a second of the
// webhook, and what they hear then.
func (w *world) judgeOverflowed() (wrong []string) {
	heard, asked := w.firstHeard([]string{"task.canceled", "reservation.canceled"}), time.Time{}
	for _, i := range w.invocations {
		if i.path == "/survey/overflow" {
			asked = i.began
		}
	}
	if late := asked.Sub(heard); asked.IsZero() || late > time.Second {
		wrong = append(wrong, fmt.Sprintf("the caller left the queue %s after the webhook", late))
	}
	for _, call := range w.twilio.Calls() {
		if call.Direction == "inbound" && !slices.ContainsFunc(call.Heard, func(text string) bool { return strings.Contains(text, "All our lines are busy") }) {
			wrong = append(wrong, fmt.Sprintf("the caller heard %q", call.Heard))
		}
	}
	return wrong
}

// howItWent returns how far the bridge had come when the first webhook reported that the caller
// left, and what went wrong.
func (w *world) howItWent(told []string) (stage string, wrong []string) {
	heard := w.firstHeard(told)
	var workerCall simulator.CallRecord
	for _, call := range w.twilio.Calls() {
		if call.Direction != "inbound" {
			workerCall = call
		}
	}
	end := reservation.CallerLeft
	switch {
	case workerCall.SID == "":
		stage = "no call was placed"
	case !workerCall.Bridged.IsZero():
		stage, end = "talking", reservation.Talked
		if workerCall.HungUpBy == "rest" {
			wrong = append(wrong, "we ended a talk")
		}
	case !workerCall.Answered.IsZero() && workerCall.Answered.Before(heard):
		stage = "at the gate"
	case workerCall.Created.Add(inFlight).Before(heard):
		stage = "the phone rang"
	default:
		stage = "the call was being placed"
		if workerCall.Created.After(heard.Add(inFlight)) {
			wrong = append(wrong, fmt.Sprintf("a worker call was placed %s after the webhook", workerCall.Created.Sub(heard)))
		}
		heard = workerCall.Created.Add(inFlight)
	}
	if late := workerCall.Ended.Sub(heard); workerCall.SID != "" && workerCall.Bridged.IsZero() && late > time.Second {
		wrong = append(wrong, fmt.Sprintf("the worker call ended %s after the webhook", late))
	}
	return stage, append(wrong, w.notAtItsEnd(end)...)
}

// firstHeard returns when the first of the webhooks arrived.
func (w *world) firstHeard(told []string) time.Time {
	for _, i := range w.invocations {
		if slices.Contains(told, i.reportsLeaving()) {
			return i.began
		}
	}
	return w.loop.Now()
}

func (w *world) notAtItsEnd(want reservation.State) (wrong []string) {
	known, _, err := ledger.Ledger{Store: w.store, Now: w.now}.ByCall(context.Background(), w.lines[0].CallSID())
	if err != nil || len(known.Reservations()) != 1 {
		return []string{fmt.Sprintf("%d reservations in the ledger, %v, want 1", len(known.Reservations()), err)}
	}
	if got := known.State(known.Reservations()[0]); got != want {
		wrong = append(wrong, fmt.Sprintf("the bridge was left %s, want %s", got, want))
	}
	return wrong
}
