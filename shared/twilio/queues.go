package twilio

import (
	"context"
	"time"

	api "github.com/twilio/twilio-go/rest/api/v2010"

	own "switchboard/shared/taskrouter"
)

// Queue is a voice queue. The one below a workflow is made by the first call enqueued to it, and has the WorkflowSid as
// its friendly name (docs/taskrouter/twiml-queue-calls).
type Queue struct {
	SID     string
	MaxSize int
	Size    int
}

// Queue finds a queue by friendly name; false when there is none. Twilio's API has no filter for it, so this pages
// through all queues of the account.
func (c *Client) Queue(ctx context.Context, friendlyName string) (queue Queue, found bool, err error) {
	if err := c.check("list queues"); err != nil {
		return Queue{}, false, err
	}
	params := &api.ListQueueParams{}
	params.SetPageSize(1000)
	err = c.request(ctx, "list queues", transient, func(s services) error {
		queue, found = Queue{}, false // of a try before
		return everyPage(func(token, number string) (*string, error) {
			page, err := s.voice.PageQueue(params, token, number)
			if err != nil {
				return nil, err
			}
			for _, each := range page.Queues {
				if text(each.FriendlyName) == friendlyName {
					queue, found = Queue{SID: text(each.Sid), MaxSize: each.MaxSize, Size: each.CurrentSize}, true
				}
			}
			return page.NextPageUri, nil
		})
	})
	return queue, found, err
}

// SetMaxSize sets how many calls may wait in a queue, and nothing else about it.
func (c *Client) SetMaxSize(ctx context.Context, queue string, size int) error {
	if err := c.check("set MaxSize of queue", sid{"QU", queue}); err != nil {
		return err
	}
	params := &api.UpdateQueueParams{}
	params.SetMaxSize(size)
	return c.request(ctx, "set MaxSize of queue "+queue, transient, func(s services) error {
		_, err := s.voice.UpdateQueue(queue, params)
		return err
	})
}

// Waiting reports whether a call waits in the queue with the friendly name.
func (c *Client) Waiting(ctx context.Context, friendlyName, call string) (bool, error) {
	if err := c.check("fetch call in queue", sid{"CA", call}); err != nil {
		return false, err
	}
	queue, found, err := c.Queue(ctx, friendlyName)
	if err != nil || !found {
		return false, err
	}
	if err := c.check("fetch call in queue", sid{"QU", queue.SID}); err != nil {
		return false, err
	}
	err = c.request(ctx, "fetch call "+call+" in queue "+queue.SID, transient, func(s services) error {
		_, err := s.voice.FetchMember(queue.SID, call, nil)
		return err
	})
	if notFound(err) {
		return false, nil
	}
	return err == nil, err
}

// WaitingCalls lists the members of the queue with the friendly name: when each was enqueued, by
// CallSid. A time is zero where Twilio's answer has none. A queue that does not exist has no
// members. err is a *Error; a retry is safe.
// https://www.twilio.com/docs/voice/api/member-resource
func (c *Client) WaitingCalls(ctx context.Context, queueName string) (map[string]time.Time, error) {
	waiting := map[string]time.Time{}
	queue, found, err := c.Queue(ctx, queueName)
	if err != nil || !found {
		return waiting, err
	}
	if err := c.check("list members of queue", sid{"QU", queue.SID}); err != nil {
		return waiting, err
	}
	params := &api.ListMemberParams{}
	params.SetPageSize(1000)
	err = c.request(ctx, "list members of queue "+queue.SID, transient, func(s services) error {
		clear(waiting) // of a try before
		return everyPage(func(token, number string) (*string, error) {
			page, err := s.voice.PageMember(queue.SID, params, token, number)
			if err != nil {
				return nil, err
			}
			for _, each := range page.QueueMembers {
				if call := text(each.CallSid); own.ValidSID("CA", call) {
					waiting[call] = rfc2822(text(each.DateEnqueued))
				}
			}
			return page.NextPageUri, nil
		})
	})
	if notFound(err) {
		return map[string]time.Time{}, nil // the queue was deleted meanwhile
	}
	return waiting, err
}

// Stranded reports whether a caller waits for nothing: the call is a member of the workflow's voice
// queue, and no task of the workflow that can still be served has its CallSid. A caller can be
// enqueued several times, so the end of one task does not mean that none is left.
//
// The queue is read before the tasks: a task that TaskRouter makes in between counts, and a caller
// who leaves in between is redirected at worst, never forgotten. TaskRouter allows three requests
// with an attribute filter a second for each account; a *Error with status 429 is such a refusal.
// Other errors are of that type too, apart from a *SIDError. A retry is safe.
// https://www.twilio.com/docs/taskrouter/api/task#read-multiple-task-resources
func (c *Client) Stranded(ctx context.Context, workflow, call string) (bool, error) {
	if err := c.check("look for the tasks of a call", sid{"CA", call}); err != nil {
		return false, err
	}
	waiting, err := c.Waiting(ctx, workflow, call)
	if err != nil || !waiting {
		return false, err
	}
	tasks, err := c.tasksOf(ctx, workflow, call, "pending", "reserved", "assigned")
	return err == nil && len(tasks) == 0, err
}
