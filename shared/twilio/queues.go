package twilio

import (
	"context"
	"maps"
	"slices"
	"time"

	api "github.com/twilio/twilio-go/rest/api/v2010"

	own "switchboard/shared/taskrouter"
)

// Queue is a voice queue. The one below a workflow is made by the first call enqueued to it, and
// has the WorkflowSid as its friendly name
// (https://www.twilio.com/docs/taskrouter/twiml-queue-calls).
type Queue struct {
	SID     string
	MaxSize int
	Size    int
}

// Queue finds a queue by friendly name; false when there is none. err is that of Queues.
func (c *Client) Queue(ctx context.Context, friendlyName string) (queue Queue, found bool, err error) {
	queues, err := c.queues(ctx, friendlyName)
	if err != nil || len(queues) == 0 {
		return Queue{}, false, err
	}
	return queues[0], true, nil
}

// Queues lists the queues of the workflows; Twilio has none for a workflow that no call has
// entered. Twilio's API has no filter for their names, so this pages through all queues of the
// account. A queue without a whole SID is a *SIDError.
func (c *Client) Queues(ctx context.Context) ([]Queue, error) {
	return c.queues(ctx, c.Workflows.All()...)
}

func (c *Client) queues(ctx context.Context, friendlyNames ...string) (queues []Queue, err error) {
	if err := c.check("list queues"); err != nil {
		return nil, err
	}
	params := &api.ListQueueParams{}
	params.SetPageSize(1000)
	err = c.request(ctx, "list queues", (*Error).Transient, func(s services) error {
		queues = nil // of a try before
		return everyPage(func(token, number string) (*string, error) {
			page, err := s.voice.PageQueue(params, token, number)
			if err != nil {
				return nil, err
			}
			for _, each := range page.Queues {
				if slices.Contains(friendlyNames, text(each.FriendlyName)) {
					queues = append(queues, Queue{SID: text(each.Sid), MaxSize: each.MaxSize, Size: each.CurrentSize})
				}
			}
			return page.NextPageUri, nil
		})
	})
	if err != nil {
		return nil, err
	}
	for _, queue := range queues {
		if err := CheckSID("list queues", "QU", queue.SID); err != nil {
			return nil, err
		}
	}
	return queues, nil
}

// SetMaxSize sets how many calls may wait in a queue, and nothing else about it.
func (c *Client) SetMaxSize(ctx context.Context, queue string, size int) error {
	if err := c.check("set MaxSize of queue", sid{"QU", queue}); err != nil {
		return err
	}
	params := &api.UpdateQueueParams{}
	params.SetMaxSize(size)
	return c.request(ctx, "set MaxSize of queue "+queue, (*Error).Transient, func(s services) error {
		_, err := s.voice.UpdateQueue(queue, params)
		return err
	})
}

// Waiting reports whether a call waits in a queue of the workflows.
func (c *Client) Waiting(ctx context.Context, call string) (bool, error) {
	queue, _, err := c.queueOf(ctx, call)
	return queue != "", err
}

// queueOf finds the queue of the workflows in which a call waits, and since when; "" = none.
func (c *Client) queueOf(ctx context.Context, call string) (queue string, enqueued time.Time, err error) {
	if err := c.check("fetch call in queue", sid{"CA", call}); err != nil {
		return "", time.Time{}, err
	}
	queues, err := c.Queues(ctx)
	if err != nil {
		return "", time.Time{}, err
	}
	for _, each := range queues {
		switch enqueued, waiting, err := c.member(ctx, each.SID, call); {
		case err != nil:
			return "", time.Time{}, err
		case waiting:
			return each.SID, enqueued, nil
		}
	}
	return "", time.Time{}, nil
}

// member reads when a call was enqueued, in whole seconds, if it waits in a queue. The time is zero
// if Twilio's answer has none. https://www.twilio.com/docs/voice/api/member-resource
func (c *Client) member(ctx context.Context, queue, call string) (enqueued time.Time, waiting bool, err error) {
	err = c.request(ctx, "fetch call "+call+" in queue "+queue, (*Error).Transient, func(s services) error {
		member, err := s.voice.FetchMember(queue, call, nil)
		if err == nil {
			enqueued = rfc2822(text(member.DateEnqueued))
		}
		return err
	})
	if notFound(err) {
		return time.Time{}, false, nil
	}
	return enqueued, err == nil, err
}

// WaitingCalls lists the members of the workflows' queues: when each was enqueued, by CallSid. A
// time is zero where Twilio's answer has none. err is a *Error; a retry is safe.
// https://www.twilio.com/docs/voice/api/member-resource
func (c *Client) WaitingCalls(ctx context.Context) (map[string]time.Time, error) {
	queues, err := c.Queues(ctx)
	if err != nil {
		return nil, err
	}
	all := map[string]time.Time{}
	for _, queue := range queues {
		waiting, err := c.members(ctx, queue.SID)
		if err != nil {
			return nil, err
		}
		maps.Copy(all, waiting)
	}
	return all, nil
}

func (c *Client) members(ctx context.Context, queue string) (map[string]time.Time, error) {
	waiting := map[string]time.Time{}
	params := &api.ListMemberParams{}
	params.SetPageSize(1000)
	err := c.request(ctx, "list members of queue "+queue, (*Error).Transient, func(s services) error {
		clear(waiting) // of a try before
		return everyPage(func(token, number string) (*string, error) {
			page, err := s.voice.PageMember(queue, params, token, number)
			if err != nil {
				return nil, err
			}
			for _, each := range page.QueueMembers {
				if call := text(each.CallSid); own.ValidSID("CA", call) {
					waiting[call] = rfc2822(text(each.DateEnqueued))
				}
			}
			return page.NextPageUri, CheckItems(len(waiting))
		})
	})
	if notFound(err) {
		return nil, nil // the queue was deleted meanwhile
	}
	return waiting, err
}

// enqueueGrace is how much later than its task a call may seem to be enqueued: Twilio makes both in
// one step, and gives the one time in whole seconds.
const enqueueGrace = 5 * time.Second

// Stranded reports whether a caller waits for nothing: the call is a member of a workflow's voice
// queue, and no task of the workflows that can still be served has its CallSid. A caller can be
// enqueued several times, so the end of one task does not mean that none is left. created is when
// Twilio made the task that ended: a caller who was enqueued later waits with another one. Zero =
// not known, and for callers who were enqueued at that time, Twilio is asked for the call's tasks.
//
// The queue is read before the tasks: a task that TaskRouter makes in between counts. It is read
// again after them, because the list of tasks may take seconds, with its retries: a caller who was
// moved to a menu meanwhile, or leaves a message, must not be redirected. TaskRouter allows three
// requests with an attribute filter a second for each account; a *Error with status 429 is such a
// refusal. Other errors are of that type too, apart from a *SIDError. A retry is safe.
// https://www.twilio.com/docs/taskrouter/api/task#read-multiple-task-resources
func (c *Client) Stranded(ctx context.Context, call string, created time.Time) (bool, error) {
	queue, enqueued, err := c.queueOf(ctx, call)
	if err != nil || queue == "" || !created.IsZero() && enqueued.After(created.Add(enqueueGrace)) {
		return false, err
	}
	tasks, err := c.tasksOf(ctx, call, own.LiveTask()...)
	if err != nil || len(tasks) > 0 {
		return false, err
	}
	again, waiting, err := c.member(ctx, queue, call)
	return waiting && again.Equal(enqueued), err
}
