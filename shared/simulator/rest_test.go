package simulator_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"
	monitor "github.com/twilio/twilio-go/rest/monitor/v1"
	taskrouter "github.com/twilio/twilio-go/rest/taskrouter/v1"
	voice "github.com/twilio/twilio-go/rest/voice/v1"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
)

// rest is Twilio's own client library talking to the account.
type rest struct {
	api     *api.ApiService
	task    *taskrouter.ApiService
	monitor *monitor.ApiService
	voice   *voice.ApiService
}

func newREST(a *account, user, password string) rest {
	c := &client.Client{Credentials: client.NewCredentials(user, password), HTTPClient: a.app.client}
	c.SetAccountSid(a.AccountSID())
	handler := client.NewRequestHandler(c)
	return rest{api.NewApiService(handler), taskrouter.NewApiService(handler), monitor.NewApiService(handler), voice.NewApiService(handler)}
}

func (a *account) rest() rest { return newREST(a, a.AccountSID(), a.AuthToken()) }

// wantREST returns a function that checks that a request is refused so.
func wantREST(t *testing.T, status, code int, message string) func(_ any, err error) {
	return func(_ any, err error) {
		t.Helper()
		var refused *client.TwilioRestError
		if !errors.As(err, &refused) || refused.Status != status || refused.Code != code || !strings.Contains(refused.Message, message) {
			t.Errorf("error %v, want %d %d %q", err, status, code, message)
		}
	}
}

// done returns a function that checks that a request is not refused.
func done(t *testing.T) func(_ any, err error) {
	return func(_ any, err error) {
		t.Helper()
		noError(t, err)
	}
}

func newCall(to string) *api.CreateCallParams {
	return new(api.CreateCallParams).SetTo(to).SetFrom(lineNumber).SetUrl("https://app.example/greeting").SetTimeout(20).
		SetStatusCallback("https://app.example/progress").SetStatusCallbackEvent([]string{"initiated", "ringing", "answered", "completed"})
}

func TestRESTCalls(t *testing.T) {
	a := newAccount(t, simulator.Config{})
	a.app.answers["/greeting"], a.app.answers["/elsewhere"] = "<Pause length=\"60\"/>", "<Say>Elsewhere</Say>"
	a.SetPhone(aliceNumber, script.AnswersAfter(5*time.Second))
	twilio := a.rest().api
	call, err := twilio.CreateCall(newCall(aliceNumber))
	noError(t, err)
	if *call.Status != "queued" || *call.ToFormatted != "(555) 000-0011" || *call.Direction != "outbound-api" || call.StartTime != nil {
		t.Errorf("created %+v", call)
	}
	redirect := new(api.UpdateCallParams).SetUrl("https://app.example/elsewhere")
	a.Loop().After(2*time.Second, func() {
		wantREST(t, 400, 21220, "not in-progress")(twilio.UpdateCall(*call.Sid, redirect))
	})
	a.Loop().After(20*time.Second, func() {
		done(t)(twilio.UpdateCall(*call.Sid, new(api.UpdateCallParams).SetStatus("canceled"))) // has no effect on a call in progress
		done(t)(twilio.UpdateCall(*call.Sid, redirect))
	})
	a.run(t)
	if call, err = twilio.FetchCall(*call.Sid, nil); err != nil {
		t.Fatal(err)
	}
	if *call.Status != "completed" || *call.Duration != "15" || call.EndTime == nil {
		t.Errorf("at the end %+v", call)
	}
	wantREST(t, 400, 21220, "not in-progress")(twilio.UpdateCall(*call.Sid, new(api.UpdateCallParams).SetStatus("completed")))
	wantREST(t, 404, 20404, "not found")(twilio.FetchCall("CA00000000000000000000000000000000", nil))
	a.wantWebhooks(t, "POST /progress CallStatus=initiated", "POST /progress CallStatus=ringing", "POST /elsewhere CallStatus=in-progress", "POST /progress CallStatus=completed")
	equalLists(t, "heard", a.leg(t, aliceNumber).Heard, []string{"Elsewhere"})
}

func TestCallsArePlacedOneASecond(t *testing.T) {
	a := newAccount(t, simulator.Config{})
	twilio := a.rest().api
	for i := range 3 {
		to := fmt.Sprintf("+1555000010%d", i)
		a.SetPhone(to, script.Busy())
		done(t)(twilio.CreateCall(newCall(to)))
	}
	last := a.Calls()[2]
	done(t)(twilio.UpdateCall(last.SID, new(api.UpdateCallParams).SetStatus("canceled")))
	a.run(t)
	calls := a.Calls()
	if gap := calls[1].Dialed.Sub(calls[0].Dialed); gap != time.Second {
		t.Errorf("the second call was placed %s after the first", gap)
	}
	if calls[2].Status != "canceled" || !calls[2].Dialed.IsZero() {
		t.Errorf("the canceled call %+v", calls[2])
	}
	if n := len(a.app.webhooks); n != 4 {
		t.Errorf("%d status callbacks, want initiated and completed of two calls: %q", n, a.app.webhooks)
	}
}

func TestStatusCallbackThatIsRefused(t *testing.T) {
	for status, want := range map[int][]int{204: nil, 404: {15003}, 500: {15003}} {
		a := newAccount(t, simulator.Config{})
		a.SetPhone(aliceNumber, script.Busy())
		a.app.statuses["/progress"] = status
		params := newCall(aliceNumber).SetStatusCallbackEvent([]string{"completed"})
		done(t)(a.rest().api.CreateCall(params))
		a.run(t)
		a.wantCodes(t, want...)
	}
}

func TestRESTAuthentication(t *testing.T) {
	a := newAccount(t, simulator.Config{APIKeySID: "SK00000000000000000000000000000001", APIKeySecret: "keysecret"})
	tests := []struct {
		user, password string
		ok             bool
	}{
		{a.AccountSID(), a.AuthToken(), true},
		{"SK00000000000000000000000000000001", "keysecret", true},
		{a.AccountSID(), "keysecret", false},
		{"SK00000000000000000000000000000001", a.AuthToken(), false},
		{"", "", false},
	}
	for _, test := range tests {
		_, err := newREST(a, test.user, test.password).api.ListQueue(new(api.ListQueueParams))
		if test.ok && err != nil {
			t.Errorf("%s: %v", test.user, err)
		}
		if !test.ok {
			wantREST(t, 401, 20003, "Authenticate")(nil, err)
		}
	}
}

func TestRESTQueues(t *testing.T) {
	a := newAccount(t, simulator.Config{})
	twilio := a.rest().api
	for i := range 5 {
		number := fmt.Sprintf("+1555000020%d", i)
		path := fmt.Sprintf("/voice%d", i)
		a.AddNumber(simulator.Number{Number: number, VoiceURL: a.app.base + path})
		a.app.answers[path] = fmt.Sprintf(`<Enqueue waitUrl="">queue %d</Enqueue>`, i)
		a.Call(callerNumber, number, script.HangsUpAfter(time.Minute))
	}
	a.waits(time.Minute)
	a.Loop().After(30*time.Second, func() {
		queues, err := twilio.ListQueue(new(api.ListQueueParams).SetPageSize(2))
		if err != nil || len(queues) != 6 {
			t.Errorf("%d queues, %v, want 6", len(queues), err)
			return
		}
		i := slices.IndexFunc(queues, func(q api.ApiV2010Queue) bool { return *q.FriendlyName == workflowSID })
		if queues[i].MaxSize != 100 || queues[i].CurrentSize != 1 || queues[0].MaxSize == 0 {
			t.Errorf("queue %+v", queues[i])
		}
		sid := *queues[i].Sid
		if updated, err := twilio.UpdateQueue(sid, new(api.UpdateQueueParams).SetMaxSize(5000)); err != nil || updated.MaxSize != 5000 {
			t.Errorf("updated %+v, %v", updated, err)
		}
		wantREST(t, 400, 20001, "MaxSize")(twilio.UpdateQueue(sid, new(api.UpdateQueueParams).SetMaxSize(5001)))
		members, err := twilio.ListMember(sid, new(api.ListMemberParams))
		if err != nil || len(members) != 1 || members[0].Position != 1 || members[0].WaitTime != 29 {
			t.Errorf("members %+v, %v", members, err)
			return
		}
		if member, err := twilio.FetchMember(sid, *members[0].CallSid, nil); err != nil || *member.CallSid != *members[0].CallSid {
			t.Errorf("member %+v, %v", member, err)
		}
		wantREST(t, 404, 20404, "")(twilio.FetchMember(sid, "CA00000000000000000000000000000000", nil))
	})
	a.run(t)
}

func TestIfMatch(t *testing.T) {
	a := newAccount(t, simulator.Config{}, aliceNumber)
	a.app.statuses["/assignment"] = 500
	a.waits(time.Minute)
	a.runFor(t, 5*time.Second)
	post := func(match string, form url.Values) (int, string) {
		response := a.serve("POST", a.below("Tasks/"+a.Tasks()[0].SID), match, form)
		return response.Code, response.Header().Get("ETag")
	}
	status, tag := post("*", url.Values{"Priority": {"9"}})
	if status != http.StatusOK || tag == "" {
		t.Fatalf("%d %q, want 200 and an ETag", status, tag)
	}
	status, next := post(tag, url.Values{"Priority": {"8"}})
	if status != http.StatusOK || next == tag {
		t.Errorf("with the ETag: %d, then %q", status, next)
	}
	if status, _ := post(tag, url.Values{"AssignmentStatus": {"canceled"}, "Reason": {"x"}}); status != http.StatusPreconditionFailed {
		t.Errorf("with an old ETag: %d, want 412", status)
	}
	if err := a.Loop().RunFor(t.Context(), time.Second); err != nil { // reservations come and go
		t.Fatal(err)
	}
	if _, current := post("*", url.Values{}); current == next {
		t.Error("the ETag is the same after the task's status has changed")
	}
}
