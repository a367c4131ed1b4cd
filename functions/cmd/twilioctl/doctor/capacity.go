package doctor

import (
	"context"
	"fmt"
	"strconv"

	"github.com/twilio/twilio-go/client"
	taskrouter "github.com/twilio/twilio-go/rest/taskrouter/v1"

	"switchboard/functions/cmd/twilioctl/account"
)

// mostChannels is of how many workers the voice channel is read: each costs a request.
const mostChannels = 200

// channel is how many calls a worker takes at the same time
// (https://www.twilio.com/docs/taskrouter/api/worker-channel).
type channel struct {
	capacity int
	open     bool
}

// readChannels reads the voice channels of the first workers, by the workers' SIDs, where the task
// in wrapping keeps the next call away.
func (e *evidence) readChannels(ctx context.Context, c *account.Client) (map[string]channel, error) {
	if !e.wrapsByTask() {
		return nil, nil
	}
	channels := map[string]channel{}
	for _, worker := range e.account.Workers[:min(len(e.account.Workers), mostChannels)] {
		err := c.Do(ctx, "list channels of worker "+strconv.Quote(worker.Name), func(rest client.BaseClient) error {
			params := &taskrouter.ListWorkerChannelParams{}
			params.SetPageSize(pageSize)
			params.SetLimit(pageSize)
			all, err := taskrouter.NewApiServiceWithClient(rest).ListWorkerChannel(e.account.Workspace.SID, worker.SID, params)
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

// wrapsByTask reports whether nothing but the task in wrapping keeps the next call from a worker.
func (e *evidence) wrapsByTask() bool {
	return e.missing[needParameters] == "" && e.account.Workspace.MultiTask && e.parameter("PostWorkActivitySid") == ""
}

// checkCapacity: a task in wrapping fills one place of the voice channel. With more places a worker
// is offered the next call during a talk.
func (e *evidence) checkCapacity() []Finding {
	switch {
	case e.channels.err != nil:
		return unreadable("the workers' voice channels", e.channels.err, "credentials that may read the workers' Channels")
	case !e.wrapsByTask():
		return ok("PostWorkActivitySid", "it keeps the next call away, also from a worker with a larger capacity")
	}
	read := min(len(e.account.Workers), mostChannels)
	all := fmt.Sprintf("each of %s takes one call at a time", counted(read, "voice channel"))
	if read < len(e.account.Workers) {
		all += fmt.Sprintf("; %d more were not read", len(e.account.Workers)-read)
	}
	return e.blamed(Error, all, "a voice channel with another capacity than 1",
		workerPlace+" → the worker → Channels: voice, available, capacity 1; or sam deploy with a PostWorkActivitySid",
		func(w account.Worker) string {
			switch found, known := e.channels.value[w.SID]; {
			case !known || found.open && found.capacity == 1:
				return ""
			case !found.open || found.capacity == 0:
				return " (gets no call)"
			default:
				return fmt.Sprintf(" (%d, so the next call comes during a talk)", found.capacity)
			}
		})
}
