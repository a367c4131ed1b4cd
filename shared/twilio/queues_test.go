package twilio

import (
	"context"
	"fmt"
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

func TestLaterPageIsRetried(t *testing.T) {
	t.Parallel()
	first, last := queues(nextQueues, otherQueue), queues(`null`, ourQueue)
	runExchanges(t, []exchange[string]{
		{"refused", []reply{first, refusal(500, 20500), first, last}, queueSID, false},
		{"cut", []reply{first, {cut: true}, first, last}, queueSID, false},
	}, func(ctx context.Context, c *Client) (string, error) {
		queue, _, err := c.Queue(ctx, workflowSID)
		return queue.SID, err
	})
}

func TestWaiting(t *testing.T) {
	t.Parallel()
	runExchanges(t, []exchange[bool]{
		{"waits", []reply{queues(`null`, ourQueue), ok(`{"call_sid":"` + callSID + `"}`)}, true, false},
		{"does not wait", []reply{queues(`null`, ourQueue), refusal(404, 20404)}, false, false},
		{"no queue", []reply{queues(`null`, otherQueue)}, false, false},
		{"list refused", []reply{refusal(400, 20001)}, false, true},
		{"member refused", []reply{queues(`null`, ourQueue), refusal(400, 20001)}, false, true},
	}, func(ctx context.Context, c *Client) (bool, error) { return c.Waiting(ctx, callSID) })
}

func TestStranded(t *testing.T) {
	t.Parallel()
	isMember := ok(`{"call_sid":"` + callSID + `"}`)
	since := ok(`{"call_sid":"` + callSID + `","date_enqueued":"Tue, 24 Nov 2026 12:00:20 +0000"}`)
	later := ok(`{"call_sid":"` + callSID + `","date_enqueued":"Tue, 24 Nov 2026 12:00:28 +0000"}`)
	waits, throttled, refused := []reply{queues(`null`, ourQueue), isMember}, refusal(429, 20429), refusal(400, 20001)
	// of reports a call that waits since 12:00:20; created is when the task that ended began.
	of := func(sid string, created time.Time) func(context.Context, *Client) (bool, error) {
		return func(ctx context.Context, c *Client) (bool, error) { return c.Stranded(ctx, sid, created) }
	}
	runExchanges(t, []exchange[bool]{
		{"waits without a task", append(waits, tasksPage(), isMember), true, false},
		{"left while the tasks were listed", append(waits, tasksPage(), refusal(404, 20404)), false, false},
		{"member refused after the list", append(waits, tasksPage(), refused), false, true},
		{"waits with a task", append(waits, tasksPage(taskSID)), false, false},
		{"does not wait", []reply{queues(`null`, ourQueue), refusal(404, 20404)}, false, false},
		{"queue missing", []reply{queues(`null`, otherQueue)}, false, false},
		{"member refused", []reply{queues(`null`, ourQueue), refused}, false, true},
		{"tasks refused", append(waits, refused), false, true},
		{"filter throttled, then answered", append(waits, throttled, tasksPage(), isMember), true, false},
		{"filter throttled", append(waits, throttled, throttled, throttled), false, true},
	}, of(callSID, time.Time{}))
	runExchanges(t, []exchange[bool]{
		{"enqueued again after the task", []reply{queues(`null`, ourQueue), since}, false, false},
		{"no time of enqueueing", append(waits, tasksPage(), isMember), true, false},
	}, of(callSID, at("2026-11-24T12:00:10Z")))
	runExchanges(t, []exchange[bool]{
		{"enqueued with the task", []reply{queues(`null`, ourQueue), since, tasksPage(), since}, true, false},
		{"enqueued again while the tasks were listed", []reply{queues(`null`, ourQueue), since, tasksPage(), later}, false, false},
	}, of(callSID, at("2026-11-24T12:00:19.8Z")))
	runExchanges(t, []exchange[bool]{{"SID with an expression", nil, false, true}}, of(callSID+`" OR "1" == "1`, time.Time{}))
}

func TestStrandedReportsThrottling(t *testing.T) {
	t.Parallel()
	client, _, _ := newTwilio(t, queues(`null`, ourQueue), ok(`{}`), refusal(429, 20429), refusal(429, 20429), refusal(429, 20429))
	_, err := client.Stranded(t.Context(), callSID, time.Time{})
	if errorOf(err).Status != http.StatusTooManyRequests {
		t.Errorf("err = %v, want a *Error with status 429", err)
	}
}

func TestWaitingCalls(t *testing.T) {
	t.Parallel()
	runExchanges(t, []exchange[string]{
		{"two pages", []reply{queues(`null`, ourQueue), members(nextMembers, member(callSID)), members(`null`, member(workerCallSID))},
			"map[" + callSID + ":12:00:20 " + workerCallSID + ":12:00:20]", false},
		{"queue empty", []reply{queues(`null`, ourQueue), members(`null`)}, "map[]", false},
		{"queue missing", []reply{queues(`null`, otherQueue)}, "map[]", false},
		{"queue deleted meanwhile", []reply{queues(`null`, ourQueue), refusal(404, 20404)}, "map[]", false},
		{"date missing", []reply{queues(`null`, ourQueue), members(`null`, `{"call_sid":"`+callSID+`"}`)}, "map[" + callSID + ":]", false},
		{"SID that is none", []reply{queues(`null`, ourQueue), members(`null`, member("CA1"), member(callSID), `{"call_sid":null}`)},
			"map[" + callSID + ":12:00:20]", false},
		{"first page read again",
			[]reply{queues(`null`, ourQueue), members(nextMembers, member(callSID)), refusal(500, 20500), members(`null`, member(workerCallSID))},
			"map[" + workerCallSID + ":12:00:20]", false},
		{"queues refused", []reply{refusal(400, 20001)}, "", true},
		{"members refused", []reply{queues(`null`, ourQueue), refusal(400, 20001)}, "", true},
	}, func(ctx context.Context, c *Client) (string, error) {
		calls, err := c.WaitingCalls(ctx)
		if err != nil || calls == nil {
			return "", err
		}
		since := map[string]string{}
		for sid, at := range calls {
			if since[sid] = ""; !at.IsZero() {
				since[sid] = at.UTC().Format(time.TimeOnly)
			}
		}
		return fmt.Sprint(since), err
	})
}

func TestSetMaxSizeErrors(t *testing.T) {
	t.Parallel()
	client, server, _ := newTwilio(t, refusal(http.StatusNotFound, 20404))
	err := client.SetMaxSize(t.Context(), queueSID, 500)
	if failure := errorOf(err); failure.Status != http.StatusNotFound || failure.Code != 20404 {
		t.Errorf("err = %v, want status 404", err)
	}
	if got := len(server.requests()); got != 1 {
		t.Errorf("asked %d times, want once", got)
	}
}

// TestPreviousWorkflow has the calls and tasks of two workflows, also if one was deleted.
func TestPreviousWorkflow(t *testing.T) {
	t.Parallel()
	const (
		previous      = "WW00000000000000000000000000000009"
		previousQueue = `{"sid":"QU00000000000000000000000000000007","friendly_name":"` + previous + `","current_size":1}`
	)
	both := queues(`null`, previousQueue, otherQueue, ourQueue)
	ask := func(question func(ctx context.Context, c *Client) (any, error)) func(ctx context.Context, c *Client) (string, error) {
		return func(ctx context.Context, c *Client) (string, error) {
			c.Workflows.Previous = previous
			answer, err := question(ctx, c)
			return fmt.Sprint(answer), err
		}
	}
	runExchanges(t, []exchange[string]{
		{"waits in the second", []reply{both, refusal(404, 20404), ok(`{"call_sid":"` + callSID + `"}`)}, "true", false},
		{"waits in neither", []reply{both, refusal(404, 20404), refusal(404, 20404)}, "false", false},
		{"first refused", []reply{both, refusal(400, 20001)}, "false", true},
	}, ask(func(ctx context.Context, c *Client) (any, error) { return c.Waiting(ctx, callSID) }))
	runExchanges(t, []exchange[string]{
		{"both have one", []reply{both, members(`null`, member(callSID)), members(`null`, member(workerCallSID))}, "2", false},
	}, ask(func(ctx context.Context, c *Client) (any, error) {
		calls, err := c.WaitingCalls(ctx)
		return len(calls), err
	}))
	runExchanges(t, []exchange[string]{
		{"both have one", []reply{tasksPage(taskSID), tasksPage(taskSID)}, "2", false},
		{"previous deleted", []reply{tasksPage(taskSID), refusal(404, 20404)}, "1", false},
		{"current deleted", []reply{refusal(404, 20404)}, "0", true},
	}, ask(func(ctx context.Context, c *Client) (any, error) {
		tasks, err := c.Tasks(ctx, "pending")
		return len(tasks), err
	}))
	runExchanges(t, []exchange[string]{
		{"waits with a task of the other", []reply{both, ok(`{"call_sid":"` + callSID + `"}`), tasksPage(), tasksPage(taskSID)}, "false", false},
	}, ask(func(ctx context.Context, c *Client) (any, error) { return c.Stranded(ctx, callSID, time.Time{}) }))
}
