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

// inFlight is how long POST /Calls is under way here before Twilio has it, and as long again until
// we have the answer.
const inFlight = 600 * time.Millisecond

// patientConsumer lets a message wait before it is taken.
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

// slowBridge gives each step of a bridge a time that a caller can leave in. Its message waits so
// long.
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
	wired := soundWiring()
	wired.consumer = func(s bundle.Environment, c bundle.Clients) trigger.Consumer {
		c.CRM, c.REST = asks{c.CRM, slow("/calls", time.Second, 0)}, asks{c.REST, slow("/Calls.json", inFlight, inFlight)}
		return patientConsumer{s.Bridge(c), wait}
	}
	return wired
}

// oneLeaves is a world in which nothing fails: one caller, who hangs up so long after a worker was
// reserved for them, and one worker, whose phone is answered and who waits at the gate before they
// press 1.
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

// deaf takes the wiring's ears: a webhook that tells of the caller's leaving, but is none of the
// told, is answered and not heard.
func (wired wiring) deaf(told ...string) wiring {
	wired.stop = func(s bundle.Environment, route string, c bundle.Clients) bundle.Stop {
		stop := s.Stop(route, c)
		return func(ctx context.Context, event webhook.Event) (webhook.Answer, error) {
			if tells := invocationOf(ctx).tells(); tells == "" || slices.Contains(told, tells) {
				return stop(ctx, event)
			}
			return says(http.StatusOK, "text/xml", "<Response/>")(nil, c)(ctx, event)
		}
	}
	return wired
}

// tells names the webhook when it is one that tells of a caller's leaving.
func (i *invocation) tells() string {
	if i.path == "/survey" && i.field("QueueResult") == "hangup" {
		return i.path
	}
	if kind := i.field("EventType"); kind == "task.canceled" || kind == "reservation.canceled" {
		return kind
	}
	return ""
}

// TestTheCallerLeavesAtEachInstant has a caller hang up at each of 300 instants between the
// reservation and a talk, under as many readings of what Twilio leaves open, and whichever of the
// webhooks is the first to tell us.
func TestTheCallerLeavesAtEachInstant(t *testing.T) {
	t.Parallel()
	all := []string{"/survey", "task.canceled", "reservation.canceled"}
	for name, told := range map[string][]string{"each webhook tells": all, "the action URL tells": all[:1], "the task's event tells": all[1:2], "the reservation's event tells": all[2:]} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { leaveAtEachInstant(t, told) })
		})
	}
}

func leaveAtEachInstant(t *testing.T, told []string) {
	t.Helper()
	reached := map[string]int{}
	for step := range uint64(300) {
		after := time.Duration(step) * 60 * time.Millisecond
		none := rates{}
		w, err := newWorld(oneLeaves(step, after), &none, nil, slowBridge(time.Second).deaf(told...), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.run(t.Context()); err != nil {
			t.Fatal(err)
		}
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

// TestTheTaskDiesAtEachInstant has the end of its time take the task from under a caller who waits:
// they are told so within a second, and nobody's phone rings on. The time is in whole seconds, so
// what varies is how far the bridge has come by then.
func TestTheTaskDiesAtEachInstant(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reached := map[string]int{}
		for step := range uint64(250) {
			seconds, wait := 1+int(step%10), time.Duration(step/10)*40*time.Millisecond
			none, p := rates{}, oneLeaves(step, 0)
			p.callers[0].steps, p.taskTimeout = []script.Step{script.StaysOn()}, &seconds
			w, err := newWorld(p, &none, nil, slowBridge(wait), nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.run(t.Context()); err != nil {
				t.Fatal(err)
			}
			stage, wrong := w.howItWent([]string{"task.canceled", "reservation.canceled"})
			reached[stage]++
			if stage != "talking" {
				wrong = append(wrong, w.notTold()...)
			}
			for _, text := range append(wrong, rulesOf(w.broken)...) {
				t.Errorf("dying %d s after the call, the message waited %s, %s: %s", seconds, wait, stage, text)
			}
		}
		for _, stage := range []string{"no call was placed", "the call was being placed", "the phone rang", "at the gate"} {
			if reached[stage] == 0 {
				t.Errorf("no task died when %s: %v", stage, reached)
			}
		}
	})
}

// notTold holds a caller whose task died to having left the queue a second after we heard of it,
// and to what they hear then.
func (w *world) notTold() (wrong []string) {
	heard, asked := w.firstHeard([]string{"task.canceled", "reservation.canceled"}), time.Time{}
	for _, i := range w.invocations {
		if i.path == "/survey/overflow" {
			asked = i.began
		}
	}
	if late := asked.Sub(heard); asked.IsZero() || late > time.Second {
		wrong = append(wrong, fmt.Sprintf("the caller was taken out of the queue %s after we had heard", late))
	}
	for _, call := range w.twilio.Calls() {
		if call.Direction == "inbound" && !slices.ContainsFunc(call.Heard, func(text string) bool { return strings.Contains(text, "All our lines are busy") }) {
			wrong = append(wrong, fmt.Sprintf("the caller heard %q", call.Heard))
		}
	}
	return wrong
}

func rulesOf(rules []broken) (texts []string) {
	for _, b := range rules {
		texts = append(texts, b.String())
	}
	return texts
}

// howItWent tells how far the bridge had come when we first heard that the caller had left, and
// what should not have happened.
func (w *world) howItWent(told []string) (stage string, wrong []string) {
	heard := w.firstHeard(told)
	var leg simulator.CallRecord
	for _, call := range w.twilio.Calls() {
		if call.Direction != "inbound" {
			leg = call
		}
	}
	end := reservation.CallerLeft
	switch {
	case leg.SID == "":
		stage = "no call was placed"
	case !leg.Bridged.IsZero():
		stage, end = "talking", reservation.Talked
		if leg.HungUpBy == "rest" {
			wrong = append(wrong, "a talk was ended by us")
		}
	case !leg.Answered.IsZero() && leg.Answered.Before(heard):
		stage = "at the gate"
	case leg.Created.Add(inFlight).Before(heard):
		stage = "the phone rang"
	default:
		stage = "the call was being placed"
		if leg.Created.After(heard.Add(inFlight)) {
			wrong = append(wrong, fmt.Sprintf("a call was placed %s after we had heard", leg.Created.Sub(heard)))
		}
		heard = leg.Created.Add(inFlight)
	}
	if late := leg.Ended.Sub(heard); leg.SID != "" && leg.Bridged.IsZero() && late > time.Second {
		wrong = append(wrong, fmt.Sprintf("the worker's call ended %s after we had heard", late))
	}
	return stage, append(wrong, w.notAtItsEnd(end)...)
}

// firstHeard is when the first of the webhooks came.
func (w *world) firstHeard(told []string) time.Time {
	for _, i := range w.invocations {
		if slices.Contains(told, i.tells()) {
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
