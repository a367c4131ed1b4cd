package twilio

import (
	"context"

	api "github.com/twilio/twilio-go/rest/api/v2010"
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
