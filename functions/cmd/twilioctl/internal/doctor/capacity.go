package doctor

import (
	"context"
	"fmt"
	"strconv"

	"github.com/twilio/twilio-go/client"
	taskrouter "github.com/twilio/twilio-go/rest/taskrouter/v1"

	"switchboard/functions/cmd/twilioctl/internal/account"
)

// maxChannels limits the workers whose voice channel is read: each costs a request.
const maxChannels = 200

// channel says how many calls TaskRouter offers a worker at the same time
// (https://www.twilio.com/docs/taskrouter/api/worker-channel).
type channel struct {
	capacity int
	open     bool
}

// readChannels reads the voice channels of the first maxChannels workers, by worker SID. It returns
// nil if an activity keeps the next call away.
func (e *evidence) readChannels(ctx context.Context, c *account.Client) (map[string]channel, error) {
	if !e.wrapsByTask() {
		return nil, nil
	}
	channels := map[string]channel{}
	for _, worker := range e.account.Workers[:min(len(e.account.Workers), maxChannels)] {
		err := c.Do(ctx, "list channels of worker "+strconv.Quote(worker.Name), func(rest client.BaseClient) error {
			params := &taskrouter.ListWorkerChannelParams{}
			params.SetPageSize(pageSize)
			params.SetLimit(pageSize)
			all, err := taskrouter.NewApiServiceWithClient(rest).ListWorkerChannel(e.account.Workspace.SID,
				worker.SID, params)
			for _, each := range all {
				if value(each.TaskChannelUniqueName) == "voice" {
					channels[worker.SID] = channel{each.ConfiguredCapacity, value(each.Available)}
				}
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return channels, nil
}

// wrapsByTask reports whether only the wrapping task keeps the next call from a worker.
func (e *evidence) wrapsByTask() bool {
	return e.missing[needParameters] == "" && e.account.Workspace.MultiTask && e.parameter("PostWorkActivitySid") == ""
}

// checkCapacity requires capacity 1: a wrapping task fills one place of the voice channel, and with
// more places TaskRouter offers the worker the next call during a conversation.
func (e *evidence) checkCapacity() []Finding {
	switch {
	case e.channels.err != nil:
		return unreadable("the workers' voice channels", e.channels.err,
			"credentials that may read the workers' Channels")
	case !e.wrapsByTask():
		return ok("PostWorkActivitySid", "the activity keeps the next call away, so the capacity does not matter")
	}
	read := min(len(e.account.Workers), maxChannels)
	all := fmt.Sprintf("each of %s has capacity 1", counted(read, "voice channel"))
	if read < len(e.account.Workers) {
		all += fmt.Sprintf("; %d more not read", len(e.account.Workers)-read)
	}
	return e.blamed(Error, all, "voice channel capacity is not 1",
		workerPlace+" → the worker → Channels: voice, available, capacity 1; or sam deploy with a PostWorkActivitySid",
		func(w account.Worker) string {
			switch found, known := e.channels.value[w.SID]; {
			case !known || found.open && found.capacity == 1:
				return ""
			case !found.open || found.capacity == 0:
				return " (gets no calls)"
			default:
				return fmt.Sprintf(" (%d: gets the next call during a conversation)", found.capacity)
			}
		})
}
