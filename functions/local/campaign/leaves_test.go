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

	"switchboard/functions/local/stack"
	"switchboard/shared/ledger"
	"switchboard/shared/simulator"
)

// inFlight is how long POST /Calls is under way here before Twilio has it, and as long again until we have the answer.
const inFlight = 600 * time.Millisecond

// patientConsumer lets a message wait before it is taken.
type patientConsumer struct{ consumer }

func (p patientConsumer) Handle(ctx context.Context, batch events.SQSEvent) (events.SQSEventResponse, error) {
	if strings.HasPrefix(batch.Records[0].Body, `{"bridge`) {
		invocationOf(ctx).sleep(time.Second)
	}
	return p.consumer.Handle(ctx, batch)
}

// slowBridge gives each step of a bridge a time that a caller can leave in.
func slowBridge() wiring {
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
	wired.consumer = func(s stack.Settings, c stack.Clients) consumer {
		c.CRM, c.REST = asks{c.CRM, slow("/calls", time.Second, 0)}, asks{c.REST, slow("/Calls.json", inFlight, inFlight)}
		return patientConsumer{s.Bridge(c)}
	}
	return wired
}

// oneLeaves is a world in which nothing fails: one caller, who hangs up so long after a worker was reserved for them, and one worker, whose
// phone is answered and who waits at the gate before they press 1.
func oneLeaves(seed uint64, after time.Duration) plan {
	wrapUp := 10 * time.Second
	d := draws{rand.New(rand.NewPCG(seed, 1))}
	return plan{
		seed: seed, deferred: true, gate: true, crm: true, ring: 15 * time.Second, reservationTimeout: 2 * time.Minute, wrapUp: &wrapUp,
		targets: `[{"queue":%[1]q}]`, readings: simulator.DrawReadings(d.Rand),
		callers: []caller{{from: "+14155550101", steps: []simulator.Step{simulator.Until(simulator.WorkerReserved), simulator.HangsUpAfter(after)}}},
		workers: []member{{name: "Ann", contact: "+14155550191", attributes: `{"contact_uri":"+14155550191","skills":["billing"]}`, phones: []simulator.Phone{
			simulator.AnswersAfter(2*time.Second, simulator.Hears("press 1"), simulator.Waits(2*time.Second), simulator.Presses("1"), simulator.StaysOn()),
		}}},
	}
}

// TestTheCallerLeavesAtEachInstant has a caller hang up at each of 500 instants between the reservation and a talk, under each of
// several readings of what Twilio leaves open.
func TestTheCallerLeavesAtEachInstant(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reached := map[string]int{}
		for step := range uint64(500) {
			after := time.Duration(step) * 40 * time.Millisecond
			none := rates{}
			w, err := newWorld(oneLeaves(step, after), &none, nil, slowBridge(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.run(t.Context()); err != nil {
				t.Fatal(err)
			}
			stage, wrong := w.howItWent()
			reached[stage]++
			for _, text := range append(wrong, rulesOf(w.broken)...) {
				t.Errorf("leaving %s after the reservation, %s: %s", after, stage, text)
			}
		}
		for _, stage := range []string{"no call was placed", "the call was being placed", "the phone rang", "at the gate", "talking"} {
			if reached[stage] == 0 {
				t.Errorf("no caller left when %s: %v", stage, reached)
			}
		}
	})
}

func rulesOf(rules []broken) (texts []string) {
	for _, b := range rules {
		texts = append(texts, b.String())
	}
	return texts
}

// howItWent tells how far the bridge had come when we first heard that the caller had left, and what should not have happened.
func (w *world) howItWent() (stage string, wrong []string) {
	heard := w.firstHeard()
	var leg simulator.CallRecord
	for _, call := range w.twilio.Calls() {
		if call.Direction != "inbound" {
			leg = call
		}
	}
	end := ledger.CallerLeft
	switch {
	case leg.SID == "":
		stage = "no call was placed"
	case !leg.Bridged.IsZero():
		stage, end = "talking", ledger.Done
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

// firstHeard is when the first webhook came that tells of the caller's leaving.
func (w *world) firstHeard() time.Time {
	for _, i := range w.invocations {
		if i.path == "/survey" || slices.Contains([]string{"task.canceled", "reservation.canceled"}, i.field("EventType")) {
			return i.began
		}
	}
	return w.loop.Now()
}

func (w *world) notAtItsEnd(want ledger.State) (wrong []string) {
	known, _, err := ledger.Ledger{Store: w.memory, Now: w.now}.ByCall(context.Background(), w.lines[0].CallSID())
	if err != nil || len(known.Reservations()) != 1 {
		return []string{fmt.Sprintf("%d reservations in the ledger, %v, want 1", len(known.Reservations()), err)}
	}
	if got := known.State(known.Reservations()[0]); got != want {
		wrong = append(wrong, fmt.Sprintf("the bridge was left %s, want %s", got, want))
	}
	return wrong
}
