package twilio

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	otherQueue  = `{"sid":"QU00000000000000000000000000000009","friendly_name":"support","max_size":1000,"current_size":0}`
	ourQueue    = `{"sid":"` + queueSID + `","friendly_name":"` + workflowSID + `","max_size":100,"current_size":3}`
	membersPath = "/2010-04-01/Accounts/" + accountSID + "/Queues/" + queueSID + "/Members.json"
	nextMembers = `"` + membersPath + `?PageSize=1000&Page=1&PageToken=PACA1"`
	nextQueues  = `"/2010-04-01/Accounts/` + accountSID + `/Queues.json?PageSize=1000&Page=1&PageToken=PAQU1"`
)

// queues is a page of the list, with or without a next one.
func queues(next string, items ...string) reply {
	return ok(`{"queues":[` + strings.Join(items, ",") + `],"next_page_uri":` + next + `}`)
}

// member is one of a queue, enqueued at 12:00:20.
func member(call string) string {
	return `{"call_sid":"` + call + `","date_enqueued":"Tue, 24 Nov 2026 12:00:20 +0000","position":1,"wait_time":3}`
}

// members is a page of a queue's members.
func members(next string, items ...string) reply {
	return ok(`{"queue_members":[` + strings.Join(items, ",") + `],"next_page_uri":` + next + `}`)
}

// tasksPage is the only page of a list of tasks.
func tasksPage(sids ...string) reply {
	list := ""
	for _, sid := range sids {
		list += `,{"sid":"` + sid + `","assignment_status":"pending"}`
	}
	return ok(`{"tasks":[` + strings.TrimPrefix(list, ",") + `],"meta":{"key":"tasks","next_page_url":null}}`)
}

func TestQueueIsOnAnyPage(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		replies   []reply
		wantFound bool
	}{
		{"first page", []reply{queues(`null`, otherQueue, ourQueue)}, true},
		{"second page", []reply{queues(nextQueues, otherQueue), queues(`null`, ourQueue)}, true},
		{"second page, end told by an empty text", []reply{queues(nextQueues, otherQueue), queues(`""`, ourQueue)}, true},
		{"on neither", []reply{queues(nextQueues, otherQueue), queues(`null`, otherQueue)}, false},
		{"no queue yet", []reply{queues(`null`)}, false},
		{"queue without a name", []reply{queues(`null`, `{"sid":"QU00000000000000000000000000000008","friendly_name":null}`)}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			client, server, _ := newTwilio(t, test.replies...)
			queue, found, err := client.Queue(t.Context(), workflowSID)
			if err != nil || found != test.wantFound {
				t.Fatalf("Queue = %+v, %t, %v; want found %t", queue, found, err, test.wantFound)
			}
			if want := (Queue{SID: queueSID, MaxSize: 100, Size: 3}); found && queue != want {
				t.Errorf("queue = %+v, want %+v", queue, want)
			}
			want := []seen{get(queuesPath, url.Values{"PageSize": {"1000"}}), get(queuesPath, url.Values{"PageSize": {"1000"}, "Page": {"1"}, "PageToken": {"PAQU1"}})}
			if got := server.requests(); !slices.EqualFunc(got, want[:len(test.replies)], equal) {
				t.Errorf("requests = %+v", got)
			}
		})
	}
}

func TestFailedLaterPageIsRetried(t *testing.T) {
	t.Parallel()
	client, server, _ := newTwilio(t, queues(nextQueues, otherQueue), refusal(500, 20500), queues(nextQueues, otherQueue), queues(`null`, ourQueue))
	if queue, found, err := client.Queue(t.Context(), workflowSID); err != nil || !found || queue.SID != queueSID {
		t.Errorf("Queue = %+v, %t, %v", queue, found, err)
	}
	if got := len(server.requests()); got != 4 {
		t.Errorf("asked %d times, want 4", got)
	}
}

func TestCutLaterPageIsRetried(t *testing.T) {
	t.Parallel()
	client, _, _ := newTwilio(t, queues(nextQueues, otherQueue), reply{cut: true}, queues(nextQueues, otherQueue), queues(`null`, ourQueue))
	if queue, found, err := client.Queue(t.Context(), workflowSID); err != nil || !found || queue.SID != queueSID {
		t.Errorf("Queue = %+v, %t, %v", queue, found, err)
	}
}

func TestWaiting(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		replies []reply
		want    bool
		wantErr bool
	}{
		{"waits", []reply{queues(`null`, ourQueue), ok(`{"call_sid":"` + callSID + `"}`)}, true, false},
		{"does not wait", []reply{queues(`null`, ourQueue), refusal(404, 20404)}, false, false},
		{"no queue", []reply{queues(`null`, otherQueue)}, false, false},
		{"list refused", []reply{refusal(400, 20001)}, false, true},
		{"member refused", []reply{queues(`null`, ourQueue), refusal(400, 20001)}, false, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			client, server, _ := newTwilio(t, test.replies...)
			got, err := client.Waiting(t.Context(), workflowSID, callSID)
			if got != test.want || (err != nil) != test.wantErr {
				t.Errorf("Waiting = %t, %v; want %t, and an error: %t", got, err, test.want, test.wantErr)
			}
			if len(server.requests()) != len(test.replies) {
				t.Errorf("asked %d times, want %d", len(server.requests()), len(test.replies))
			}
		})
	}
}

func TestStranded(t *testing.T) {
	t.Parallel()
	isMember := ok(`{"call_sid":"` + callSID + `"}`)
	since := ok(`{"call_sid":"` + callSID + `","date_enqueued":"Tue, 24 Nov 2026 12:00:20 +0000"}`)
	tests := []struct {
		name    string
		call    string
		created time.Time // the task that ended
		replies []reply
		want    bool
		wantErr bool
	}{
		{
			name:    "waits without a task",
			call:    callSID,
			replies: []reply{queues(`null`, ourQueue), isMember, tasksPage()},
			want:    true,
		},
		{
			name:    "waits with a task",
			call:    callSID,
			replies: []reply{queues(`null`, ourQueue), isMember, tasksPage(taskSID)},
		},
		{
			name:    "enqueued again after the task",
			call:    callSID,
			created: at("2026-11-24T12:00:10Z"),
			replies: []reply{queues(`null`, ourQueue), since},
		},
		{
			name:    "enqueued with the task",
			call:    callSID,
			created: at("2026-11-24T12:00:19.8Z"),
			replies: []reply{queues(`null`, ourQueue), since, tasksPage()},
			want:    true,
		},
		{
			name:    "no time of enqueueing",
			call:    callSID,
			created: at("2026-11-24T12:00:10Z"),
			replies: []reply{queues(`null`, ourQueue), isMember, tasksPage()},
			want:    true,
		},
		{
			name:    "does not wait",
			call:    callSID,
			replies: []reply{queues(`null`, ourQueue), refusal(404, 20404)},
		},
		{
			name:    "queue missing",
			call:    callSID,
			replies: []reply{queues(`null`, otherQueue)},
		},
		{
			name:    "member refused",
			call:    callSID,
			replies: []reply{queues(`null`, ourQueue), refusal(400, 20001)},
			wantErr: true,
		},
		{
			name:    "tasks refused",
			call:    callSID,
			replies: []reply{queues(`null`, ourQueue), isMember, refusal(400, 20001)},
			wantErr: true,
		},
		{
			name:    "filter throttled, then answered",
			call:    callSID,
			replies: []reply{queues(`null`, ourQueue), isMember, refusal(429, 20429), tasksPage()},
			want:    true,
		},
		{
			name:    "filter throttled",
			call:    callSID,
			replies: []reply{queues(`null`, ourQueue), isMember, refusal(429, 20429), refusal(429, 20429), refusal(429, 20429)},
			wantErr: true,
		},
		{
			name:    "SID with an expression",
			call:    callSID + `" OR "1" == "1`,
			wantErr: true,
		},
		{
			name:    "SID with a path",
			call:    "CA1/../../IncomingPhoneNumbers",
			wantErr: true,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			client, server, _ := newTwilio(t, test.replies...)
			got, err := client.Stranded(t.Context(), workflowSID, test.call, test.created)
			if got != test.want || (err != nil) != test.wantErr {
				t.Errorf("Stranded = %t, %v; want %t, and an error: %t", got, err, test.want, test.wantErr)
			}
			if len(server.requests()) != len(test.replies) {
				t.Errorf("asked %d times, want %d", len(server.requests()), len(test.replies))
			}
		})
	}
}

func TestStrandedReportsThrottling(t *testing.T) {
	t.Parallel()
	client, _, _ := newTwilio(t, queues(`null`, ourQueue), ok(`{}`), refusal(429, 20429), refusal(429, 20429), refusal(429, 20429))
	_, err := client.Stranded(t.Context(), workflowSID, callSID, time.Time{})
	var failure *Error
	if !errors.As(err, &failure) || failure.Status != http.StatusTooManyRequests {
		t.Errorf("err = %v, want a *Error with status 429", err)
	}
}

func TestWaitingCalls(t *testing.T) {
	t.Parallel()
	enqueued := at("2026-11-24T12:00:20Z")
	tests := []struct {
		name    string
		replies []reply
		want    map[string]time.Time
		wantErr bool
	}{
		{
			name:    "two pages",
			replies: []reply{queues(`null`, ourQueue), members(nextMembers, member(callSID)), members(`null`, member(workerCallSID))},
			want:    map[string]time.Time{callSID: enqueued, workerCallSID: enqueued},
		},
		{
			name:    "queue empty",
			replies: []reply{queues(`null`, ourQueue), members(`null`)},
		},
		{
			name:    "queue missing",
			replies: []reply{queues(`null`, otherQueue)},
		},
		{
			name:    "queue deleted meanwhile",
			replies: []reply{queues(`null`, ourQueue), refusal(404, 20404)},
		},
		{
			name:    "date missing",
			replies: []reply{queues(`null`, ourQueue), members(`null`, `{"call_sid":"`+callSID+`"}`)},
			want:    map[string]time.Time{callSID: {}},
		},
		{
			name:    "SID that is none",
			replies: []reply{queues(`null`, ourQueue), members(`null`, member("CA1"), member(callSID), `{"call_sid":null}`)},
			want:    map[string]time.Time{callSID: enqueued},
		},
		{
			name:    "first page read again",
			replies: []reply{queues(`null`, ourQueue), members(nextMembers, member(callSID)), refusal(500, 20500), members(`null`, member(workerCallSID))},
			want:    map[string]time.Time{workerCallSID: enqueued},
		},
		{
			name:    "queues refused",
			replies: []reply{refusal(400, 20001)},
			wantErr: true,
		},
		{
			name:    "members refused",
			replies: []reply{queues(`null`, ourQueue), refusal(400, 20001)},
			wantErr: true,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			client, server, _ := newTwilio(t, test.replies...)
			got, err := client.WaitingCalls(t.Context(), workflowSID)
			if (err != nil) != test.wantErr {
				t.Errorf("err = %v, want an error: %t", err, test.wantErr)
			}
			if err == nil && (got == nil || !maps.Equal(got, test.want)) {
				t.Errorf("WaitingCalls = %v, want %v", got, test.want)
			}
			if len(server.requests()) != len(test.replies) {
				t.Errorf("asked %d times, want %d", len(server.requests()), len(test.replies))
			}
		})
	}
}

func TestSetMaxSizeErrors(t *testing.T) {
	t.Parallel()
	client, server, _ := newTwilio(t, refusal(http.StatusNotFound, 20404))
	err := client.SetMaxSize(t.Context(), queueSID, 500)
	var failure *Error
	if !errors.As(err, &failure) || failure.Status != http.StatusNotFound || failure.Code != 20404 {
		t.Errorf("err = %v, want status 404", err)
	}
	if got := len(server.requests()); got != 1 {
		t.Errorf("asked %d times, want once", got)
	}
}
