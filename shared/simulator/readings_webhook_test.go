package simulator_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/reading"
	"switchboard/shared/simulator/script"
	"switchboard/shared/simulator/wire"
	"switchboard/shared/webhook"
)

func TestReadingsOfWebhooks(t *testing.T) {
	t.Parallel()
	runReadings(t, []readingTest{
		{
			name: "the action of Dial", workers: []string{aliceNumber},
			readings: []reading.Set{{}, {QueueResultAtDialAction: true}, {NoQueueAtDialAction: true}},
			scene: func(t *testing.T, a *account) string {
				a.SetPhone(aliceNumber, script.AnswersAfter(time.Second, script.Hears("press 1"), script.Presses("1"), script.Talks(time.Minute)))
				a.Call(callerNumber, lineNumber, script.Until(script.Bridged), script.Talks(5*time.Second), script.HangsUp())
				a.run(t)
				form := a.app.forms["/parted"][0]
				return form.Get("QueueResult") + " " + fmt.Sprint(form.Has("QueueSid"), form.Has("QueueTime"), form.Get("DequeingCallSid") == a.leg(t, aliceNumber).SID)
			},
			want: []string{" true true true", "bridged true true false", " false false false"},
		},
		{
			name: "the status callback of a dequeue", workers: []string{aliceNumber},
			readings: []reading.Set{{}, {SIDsInDequeueCallback: true}},
			scene: func(t *testing.T, a *account) string {
				a.app.dequeue, a.app.callback = true, a.app.base+"/status/task/reservation"
				a.SetPhone(aliceNumber, script.AnswersAfter(time.Second, script.Talks(5*time.Second), script.HangsUp()))
				a.Call(callerNumber, lineNumber, script.Until(script.Bridged))
				a.run(t)
				form := a.app.forms["/status/task/reservation"][0]
				return fmt.Sprint(form.Get("TaskSid") == a.Tasks()[0].SID, form.Get("ReservationSid") == a.Reservations()[0].SID, form.Has("taskCallSid"))
			},
			want: []string{"false false true", "true true true"},
		},
		{
			name:     "the action fails",
			readings: []reading.Set{{}, {FallbackForFirstDocument: true}},
			scene: func(t *testing.T, a *account) string {
				a.AddNumber(simulator.Number{Number: lineNumber, VoiceURL: a.app.base + "/voice", FallbackURL: a.app.base + "/fallback"})
				a.app.answers["/voice"], a.app.answers["/fallback"] = `<Redirect>/next</Redirect>`, "<Say>Call again</Say>"
				a.app.statuses["/next"] = 500
				a.Call(callerNumber, lineNumber)
				a.run(t)
				return strings.Join(a.Calls()[0].Heard, " ")
			},
			want: []string{"Call again", "We are sorry, an application error has occurred. Goodbye."},
		},
		{
			name:     "the first document fails",
			readings: []reading.Set{{}, {FallbackForFirstDocument: true}},
			scene: func(t *testing.T, a *account) string {
				a.AddNumber(simulator.Number{Number: lineNumber, VoiceURL: a.app.base + "/voice", FallbackURL: a.app.base + "/fallback"})
				a.app.answers["/fallback"] = "<Say>Call again</Say>"
				a.app.statuses["/voice"] = 500
				a.Call(callerNumber, lineNumber)
				a.run(t)
				return strings.Join(a.Calls()[0].Heard, " ")
			},
			want: []string{"Call again", "Call again"},
		},
		{
			name: "overrides of the assignment callback", workers: []string{aliceNumber},
			readings: []reading.Set{{}, {NoAssignmentOverrides: true}},
			scene: func(t *testing.T, a *account) string {
				must(t)(a.AddWorkflow(simulator.Workflow{SID: workflowSID, Configuration: everyone, AssignmentCallbackURL: a.app.base + "/assignment#rc=2&rp=5xx"}))
				a.app.statuses["/assignment"] = 503
				a.Call(callerNumber, lineNumber, script.Until(script.WorkerReserved), script.HangsUpAfter(250*time.Millisecond))
				a.run(t)
				return fmt.Sprint(len(a.app.forms["/assignment"]) / len(a.Reservations()))
			},
			want: []string{"3", "1"},
		},
	})
}

func TestReadingsOfAnEmptyAnswer(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		body     string
		readings reading.Set
		want     []int
	}{
		{"", reading.Set{}, nil},
		{"{}", reading.Set{}, []int{40005}},
		{"", reading.Set{EmptyAnswerWarns: true}, []int{40001}},
		{"{ }", reading.Set{EmptyAnswerWarns: true}, nil},
		{`{"to":"x"}`, reading.Set{EmptyAnswerWarns: true}, []int{40005}},
	} {
		var a *account
		a = newAccount(t, simulator.Config{Readings: test.readings, Web: web(func(r *http.Request) (*http.Response, error) {
			if r.URL.Path != "/assignment" {
				return wire.InProcess(a.app).RoundTrip(r)
			}
			header := http.Header{"Content-Type": {"application/json"}}
			return &http.Response{StatusCode: 200, Header: header, Body: io.NopCloser(strings.NewReader(test.body))}, nil
		})}, aliceNumber)
		a.app.answers["/survey"] = ""
		a.Call(callerNumber, lineNumber, script.HangsUpAfter(20*time.Second))
		a.run(t)
		a.wantCodes(t, test.want...)
		a.wantStatuses(t, []string{"canceled hangup"}, []string{"worker-1 canceled"})
	}
}

func TestReadingsOfTheToken(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
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
		if got := asked[0].URL.RawQuery; got != want {
			t.Errorf("%s: query %s, want %s", readings, got, want)
		}
		if got, want := asked[0].Header.Get("X-Twilio-Signature"), webhook.Sign(a.AuthToken(), address, asked[0].PostForm); got != want {
			t.Errorf("%s: signature %s, want that of the URL as it is configured, %s", readings, got, want)
		}
	}
}

func TestReadingsOfTheRing(t *testing.T) {
	t.Parallel()
	for _, readings := range []reading.Set{{}, {RingBuffer: true}} {
		a := newAccount(t, simulator.Config{Readings: readings})
		a.SetPhone(aliceNumber, script.NeverAnswers())
		a.app.rest("POST", a.path("Calls.json"), url.Values{
			"To": {aliceNumber}, "From": {lineNumber}, "Url": {"https://app.example/greeting"}, "Timeout": {"10"},
		})
		a.run(t)
		leg := a.leg(t, aliceNumber)
		if got, want := leg.Ended.Sub(leg.Ringing), map[bool]time.Duration{false: 10 * time.Second, true: 15 * time.Second}[readings.RingBuffer]; got != want {
			t.Errorf("%s: rang for %s, want %s", readings, got, want)
		}
	}
}
