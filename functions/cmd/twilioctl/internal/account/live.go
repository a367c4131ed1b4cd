package account

import (
	"context"
	"strconv"
	"time"

	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"
	taskrouter "github.com/twilio/twilio-go/rest/taskrouter/v1"

	own "switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

// WaitingTask is a task that waits for a worker. Twilio lists tasks without their attributes
// (https://www.twilio.com/docs/taskrouter/api/task).
type WaitingTask struct {
	SID      string // WT…
	Queue    string // name of its task queue, "" = none yet
	Priority int
	Created  time.Time
}

// WaitingTasks lists the tasks that are pending or reserved, of a workflow; "" = of all workflows.
func (c *Client) WaitingTasks(ctx context.Context, workspace, workflow string) ([]WaitingTask, error) {
	return c.tasks(ctx, "list waiting tasks", workspace, workflow, "pending", "reserved")
}

// OpenTasks counts the tasks of a workflow that have not ended.
func (c *Client) OpenTasks(ctx context.Context, workspace, workflow string) (int, error) {
	open, err := c.tasks(ctx, "list open tasks", workspace, workflow, own.OpenTask()...)
	return len(open), err
}

func (c *Client) tasks(ctx context.Context, what, workspace, workflow string, statuses ...string) ([]WaitingTask, error) {
	if err := twilio.CheckSID(what, "WS", workspace); err != nil {
		return nil, err
	}
	params := &taskrouter.ListTaskParams{}
	if workflow != "" {
		params.SetWorkflowSid(workflow)
	}
	params.SetAssignmentStatus(statuses)
	params.SetPageSize(pageSize)
	params.SetLimit(maxItems)
	return list(ctx, c, what, func(rest client.BaseClient) ([]taskrouter.TaskrouterV1Task, error) {
		return taskrouter.NewApiServiceWithClient(rest).ListTask(workspace, params)
	}, func(t taskrouter.TaskrouterV1Task) WaitingTask {
		return WaitingTask{SID: value(t.Sid), Queue: value(t.TaskQueueFriendlyName), Priority: t.Priority, Created: value(t.DateCreated)}
	})
}

// Statistics are TaskRouter's counts of a workspace, with tasks of every workflow and channel
// (https://www.twilio.com/docs/taskrouter/api/workspace-statistics).
type Statistics struct {
	Tasks   map[string]int // by status: pending, reserved, assigned, wrapping …
	Longest time.Duration  // age of the task that waits longest; 0 = none waits
	Workers int
}

// RealTimeStatistics reads the counts of a workspace as it is now.
func (c *Client) RealTimeStatistics(ctx context.Context, workspace string) (Statistics, error) {
	const what = "fetch real-time statistics"
	if err := twilio.CheckSID(what, "WS", workspace); err != nil {
		return Statistics{}, err
	}
	var read Statistics
	err := c.Do(ctx, what, func(rest client.BaseClient) error {
		params := &taskrouter.FetchWorkspaceRealTimeStatisticsParams{}
		found, err := taskrouter.NewApiServiceWithClient(rest).FetchWorkspaceRealTimeStatistics(workspace, params)
		if err != nil {
			return err
		}
		read = Statistics{
			Tasks: counts(value(found.TasksByStatus)), Workers: found.TotalWorkers,
			Longest: time.Duration(found.LongestTaskWaitingAge) * time.Second,
		}
		return nil
	})
	return read, err
}

// counts reads an object of counts, which Twilio's description has as texts, and its examples as
// numbers. What is neither counts as 0.
func counts(object any) map[string]int {
	read := map[string]int{}
	fields, _ := object.(map[string]any)
	for name, count := range fields {
		switch n := count.(type) {
		case float64:
			read[name] = int(n)
		case string:
			read[name], _ = strconv.Atoi(n)
		}
	}
	return read
}

// LiveCall is a call that was answered and has not ended, with its two ends as Twilio has them.
type LiveCall struct{ SID, From, To string }

// LiveCalls lists the account's calls that are in progress.
func (c *Client) LiveCalls(ctx context.Context) ([]LiveCall, error) {
	return list(ctx, c, "list live calls", func(rest client.BaseClient) ([]api.ApiV2010Call, error) {
		params := &api.ListCallParams{}
		params.SetStatus("in-progress")
		params.SetPageSize(pageSize)
		params.SetLimit(maxItems)
		return api.NewApiServiceWithClient(rest).ListCall(params)
	}, func(call api.ApiV2010Call) LiveCall {
		return LiveCall{SID: value(call.Sid), From: value(call.From), To: value(call.To)}
	})
}
