package twilio

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

const (
	otherQueue = `{"sid":"QU00000000000000000000000000000009","friendly_name":"support","max_size":1000,"current_size":0}`
	ourQueue   = `{"sid":"` + queueSID + `","friendly_name":"` + workflowSID + `","max_size":100,"current_size":3}`
	nextQueues = `"/2010-04-01/Accounts/` + accountSID + `/Queues.json?PageSize=1000&Page=1&PageToken=PAQU1"`
)

// queues is a page of the list, with or without a next one.
func queues(next string, items ...string) reply {
	return ok(`{"queues":[` + strings.Join(items, ",") + `],"next_page_uri":` + next + `}`)
}

func TestQueueIsLookedForOnEachPage(t *testing.T) {
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

func TestALaterPageThatFailsIsReadAgain(t *testing.T) {
	t.Parallel()
	client, server, _ := newTwilio(t, queues(nextQueues, otherQueue), refusal(500, 20500), queues(nextQueues, otherQueue), queues(`null`, ourQueue))
	if queue, found, err := client.Queue(t.Context(), workflowSID); err != nil || !found || queue.SID != queueSID {
		t.Errorf("Queue = %+v, %t, %v", queue, found, err)
	}
	if got := len(server.requests()); got != 4 {
		t.Errorf("asked %d times, want 4", got)
	}
}

func TestALaterPageThatIsCutIsReadAgain(t *testing.T) {
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

func TestSetMaxSizeTellsWhyNot(t *testing.T) {
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
