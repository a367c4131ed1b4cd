package simulator_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/reading"
	"switchboard/shared/simulator/script"
	"switchboard/shared/webhook"
)

func TestReadingsOfWebhooks(t *testing.T) {
	// gated has the application call Alice, who talks until the caller hangs up after five seconds.
	gated := func(a *account) {
		a.SetPhone(aliceNumber, script.AnswersAfter(time.Second, script.Hears("press 1"), script.Presses("1"), script.Talks(time.Minute)))
		a.Call(callerNumber, lineNumber, script.Until(script.Bridged), script.Talks(5*time.Second), script.HangsUp())
	}
	heard := func(a *account) string { return strings.Join(a.Calls()[0].Heard, " ") }
	runReadings(t, []readingTest{
		{
			name:     "the action of Dial",
			readings: []reading.Set{{}, {QueueResultAtDialAction: true}, {NoQueueAtDialAction: true}},
			scene:    gated,
			shows: func(a *account) string {
				form := a.app.forms["/parted"][0]
				own := form.Get("DequeingCallSid") == a.leg(a.app.t, aliceNumber).SID
				return fmt.Sprint(form.Get("QueueResult"), form.Has("QueueSid"), form.Has("QueueTime"), own, form.Get("DialCallDuration"))
			},
			want: []string{"true true true5", "bridgedtrue true false5", "false false false5"},
		},
		{
			name:     "a redirect in a wait document",
			deserted: true,
			readings: []reading.Set{{}, {NoQueueAfterWaitRedirect: true}},
			scene: func(a *account) {
				a.app.answers = map[string]string{"/hold": "<Say>Wait.</Say><Redirect>/round</Redirect>", "/round": "<Pause length=\"9\"/>"}
				a.Call(callerNumber, lineNumber, script.Waits(20*time.Second), script.HangsUp())
			},
			shows: func(a *account) string {
				first, second := a.app.forms["/hold"][0], a.app.forms["/round"][0]
				return fmt.Sprint(first.Has("QueuePosition"), second.Has("QueuePosition"), second.Has("QueueTime"), len(a.app.forms["/hold"]) > 1)
			},
			want: []string{"true true true true", "true false false true"},
		},
		{
			name:     "the action of Enqueue after the caller hung up",
			readings: []reading.Set{{}, {BridgedInProgress: true}},
			scene:    gated,
			shows:    func(a *account) string { return a.app.forms["/survey"][0].Get("CallStatus") },
			want:     []string{"completed", "in-progress"},
		},
		{
			name:     "worker_call_sid after a Dial",
			readings: []reading.Set{{}, {WorkerCallSIDOnDialQueue: true}},
			scene:    gated,
			shows: func(a *account) string {
				return fmt.Sprint(strings.Contains(a.Tasks()[0].Attributes, `"worker_call_sid":"`+a.leg(a.app.t, aliceNumber).SID+`"`))
			},
			want: []string{"false", "true"},
		},
		{
			name:     "the status callback of a dequeue",
			readings: []reading.Set{{}, {SIDsInDequeueCallback: true}},
			scene: func(a *account) {
				a.app.callback = a.app.base + "/status/task/reservation"
				a.talks(5 * time.Second)
			},
			shows: func(a *account) string {
				form := a.app.forms["/status/task/reservation"][0]
				return fmt.Sprint(form.Get("TaskSid") == a.Tasks()[0].SID, form.Get("ReservationSid") == a.Reservations()[0].SID, form.Has("taskCallSid"))
			},
			want: []string{"false false true", "true true true"},
		},
		{
			name:     "the action fails",
			readings: []reading.Set{{}, {FallbackForFirstDocument: true}},
			scene: func(a *account) {
				a.AddNumber(simulator.Number{Number: lineNumber, VoiceURL: a.app.base + "/voice", FallbackURL: a.app.base + "/fallback"})
				a.app.answers["/voice"], a.app.answers["/fallback"] = `<Redirect>/next</Redirect>`, "<Say>Call again</Say>"
				a.app.statuses["/next"] = 500
				a.Call(callerNumber, lineNumber)
			},
			shows: heard,
			want:  []string{"Call again", "We are sorry, an application error has occurred. Goodbye."},
		},
		{
			name:     "the first document fails",
			readings: []reading.Set{{}, {FallbackForFirstDocument: true}},
			scene: func(a *account) {
				a.AddNumber(simulator.Number{Number: lineNumber, VoiceURL: a.app.base + "/voice", FallbackURL: a.app.base + "/fallback"})
				a.app.answers["/fallback"] = "<Say>Call again</Say>"
				a.app.statuses["/voice"] = 500
				a.Call(callerNumber, lineNumber)
			},
			shows: heard,
			want:  []string{"Call again", "Call again"},
		},
		{
			name:     "overrides of the assignment callback",
			readings: []reading.Set{{}, {NoAssignmentOverrides: true}},
			scene: func(a *account) {
				a.must(a.AddWorkflow(simulator.Workflow{SID: workflowSID, Configuration: everyone, AssignmentCallbackURL: a.app.base + "/assignment#rc=2&rp=5xx"}))
				a.app.statuses["/assignment"] = 503
				a.Call(callerNumber, lineNumber, script.Until(script.WorkerReserved), script.HangsUpAfter(250*time.Millisecond))
			},
			shows: func(a *account) string { return fmt.Sprint(len(a.app.forms["/assignment"]) / len(a.Reservations())) },
			want:  []string{"3", "1"},
		},
		{
			name:     "how long a call of POST Calls rings",
			readings: []reading.Set{{}, {RingBuffer: true}},
			scene: func(a *account) {
				a.SetPhone(aliceNumber, script.NeverAnswers())
				a.place("Timeout", "10")
			},
			shows: func(a *account) string { return a.Calls()[0].Ended.Sub(a.Calls()[0].Ringing).String() },
			want:  []string{"10s", "15s"},
		},
	})
}

func TestReadingsOfDequeue(t *testing.T) {
	talks := func(a *account) { a.talks(5 * time.Second) }
	unanswered := func(phone script.Phone, patience time.Duration) func(*account) {
		return func(a *account) {
			a.app.dequeue = true
			a.SetPhone(aliceNumber, phone)
			a.waits(patience)
		}
	}
	runReadings(t, []readingTest{
		{
			name: "the worker does not answer",
			readings: []reading.Set{
				{}, {UnansweredDequeue: reading.DequeueCancels}, {UnansweredDequeue: reading.DequeueFails},
				{UnansweredDequeue: reading.DequeueStaysPending}, {AcceptedAtInstruction: true},
			},
			scene: unanswered(script.Busy(), 700*time.Millisecond),
			shows: func(a *account) string {
				if i := slices.IndexFunc(a.Events(), func(e simulator.EventRecord) bool { return e.Type == "reservation.failed" }); i >= 0 {
					return fmt.Sprint(a.moves(), ", worker named: ", a.Events()[i].Params.Has("WorkerSid"))
				}
				return a.moves()
			},
			want: []string{
				"created, timeout, to Away", "created, canceled", "created, failed, worker named: false", "created, canceled", "created, accepted, wrapup",
			},
		},
		{
			name:     "the caller hangs up while the worker's phone rings",
			readings: []reading.Set{{}, {AcceptedAtInstruction: true}},
			scene:    unanswered(script.NeverAnswers(), 5*time.Second),
			shows: func(a *account) string {
				leg := a.leg(a.app.t, aliceNumber)
				return a.moves() + " " + leg.Status + " " + leg.Ended.Sub(a.leg(a.app.t, lineNumber).Ended).String()
			},
			want: []string{"created, canceled canceled 0s", "created, accepted, wrapup canceled 0s"},
		},
		{
			name:     "the worker answers",
			readings: []reading.Set{{}, {AcceptedAtInstruction: true}},
			scene: func(a *account) {
				talks(a)
				a.Loop().After(time.Second, func() { a.app.answers["/ringing"] = a.Reservations()[0].Status })
			},
			shows: func(a *account) string { return a.app.answers["/ringing"] + ", " + a.moves() },
			want:  []string{"pending, created, accepted, wrapup, to Wrapping up", "accepted, created, accepted, wrapup, to Wrapping up"},
		},
		{
			name:     "the assignment callback",
			readings: []reading.Set{{}, {AssignmentParameters: reading.AssignmentCaptured}, {AssignmentParameters: reading.AssignmentWithWorkerName}},
			scene:    talks,
			shows: func(a *account) string {
				form := a.app.forms["/assignment"][0]
				return fmt.Sprint(form.Has("Timestamp"), " ", form.Get("WorkerName"))
			},
			want: []string{"true ", "false ", "true worker-1"},
		},
		{
			name:     "the worker on events of tasks",
			readings: []reading.Set{{}, {NoWorkerOnTaskEvents: true}},
			scene:    talks,
			shows: func(a *account) string {
				i := slices.IndexFunc(a.Events(), func(e simulator.EventRecord) bool { return e.Type == "task.wrapup" })
				return a.Events()[i].Params.Get("WorkerName")
			},
			want: []string{"worker-1", ""},
		},
		{
			name:     "worker_call_sid is written",
			readings: []reading.Set{{}, {TellWorkerCallSID: true}},
			scene:    talks,
			shows:    since("reservation.created"),
			want: []string{
				"reservation.created reservation.accepted task.wrapup reservation.wrapup worker.activity.update",
				"reservation.created task.updated reservation.accepted task.wrapup reservation.wrapup worker.activity.update",
			},
		},
	})
}

// TestTaskEndsWhileDequeueRings has an operator complete or delete a task while its worker call
// rings, after Twilio accepted the reservation.
func TestTaskEndsWhileDequeueRings(t *testing.T) {
	for _, method := range []string{"POST", "DELETE"} {
		a := newAccount(t, simulator.Config{Readings: reading.Set{AcceptedAtInstruction: true}}, aliceNumber)
		a.app.dequeue = true
		a.SetPhone(aliceNumber, script.AnswersAfter(5*time.Second, script.StaysOn()))
		a.waits(20 * time.Second)
		a.Loop().After(3*time.Second, func() {
			a.ask(method, "/Tasks/"+a.Tasks()[0].SID, url.Values{"AssignmentStatus": {"completed"}, "Reason": {"over"}})
		})
		a.run(t)
		if leg := a.leg(t, aliceNumber); leg.Status != "canceled" {
			t.Errorf("%s: the worker's call ended %s, want canceled", method, leg.Status)
		}
	}
}

func TestReadingsOfAnEmptyAnswer(t *testing.T) {
	for _, test := range []struct {
		body     string
		readings reading.Set
		want     []int
	}{
		{" ", reading.Set{}, nil},
		{"{}", reading.Set{}, []int{40005}},
		{" ", reading.Set{EmptyAnswerWarns: true}, []int{40001}},
		{"{ }", reading.Set{EmptyAnswerWarns: true}, nil},
		{`{"to":"x"}`, reading.Set{EmptyAnswerWarns: true}, []int{40005}},
	} {
		a := newAccount(t, simulator.Config{Readings: test.readings}, aliceNumber)
		a.app.instruction, a.app.answers["/survey"] = test.body, ""
		a.waits(20 * time.Second)
		a.run(t)
		a.wantCodes(t, test.want...)
		a.wantStatuses(t, []string{"canceled hangup"}, []string{"worker-1 canceled"})
	}
}

func TestReadingsOfTheToken(t *testing.T) {
	for _, readings := range []reading.Set{{}, {NewTokenOnRetry: true}} {
		tokens := map[string]bool{}
		a := newAccount(t, simulator.Config{Readings: readings, Web: web(func(r *http.Request) (*http.Response, error) {
			tokens[r.Header.Get("I-Twilio-Idempotency-Token")] = true
			return &http.Response{StatusCode: 503, Header: http.Header{}, Body: http.NoBody}, nil
		})})
		a.AddNumber(simulator.Number{Number: lineNumber, VoiceURL: a.app.base + "/voice#rc=2&rp=5xx"})
		a.Call(callerNumber, lineNumber)
		a.run(t)
		if want := map[bool]int{false: 1, true: 3}[readings.NewTokenOnRetry]; len(tokens) != want {
			t.Errorf("%s: %d tokens, want %d", readings, len(tokens), want)
		}
	}
}

func TestReadingsOfTheQuery(t *testing.T) {
	for _, readings := range []reading.Set{{}, {SortedQuery: true}} {
		var asked []*http.Request
		a := newAccount(t, simulator.Config{Readings: readings, Web: web(func(r *http.Request) (*http.Response, error) {
			if err := r.ParseForm(); err != nil {
				return nil, err
			}
			asked = append(asked, r)
			return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/xml"}}, Body: io.NopCloser(strings.NewReader("<Response/>"))}, nil
		})})
		address := a.app.base + "/voice?b=1&a=2&b=%20"
		a.AddNumber(simulator.Number{Number: lineNumber, VoiceURL: address})
		a.Call(callerNumber, lineNumber)
		a.run(t)
		want := map[bool]string{false: "b=1&a=2&b=%20", true: "a=2&b=1&b=%20"}[readings.SortedQuery]
		equal(t, readings.String(), asked[0].URL.RawQuery, want)
		if got, want := asked[0].Header.Get("X-Twilio-Signature"), webhook.Sign(a.AuthToken(), address, asked[0].PostForm); got != want {
			t.Errorf("%s: signature %s, want that of the URL as it is configured, %s", readings, got, want)
		}
	}
}
