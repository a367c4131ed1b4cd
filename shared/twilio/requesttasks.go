package twilio

import (
	"context"
	"strconv"
	"time"

	api "github.com/twilio/twilio-go/rest/api/v2010"
	taskrouter "github.com/twilio/twilio-go/rest/taskrouter/v1"

	"switchboard/shared/cause"
	own "switchboard/shared/taskrouter"
)

// NewTask is a task without a call (https://www.twilio.com/docs/taskrouter/api/task).
type NewTask struct {
	WorkflowSID string
	Attributes  string // JSON object
	Priority    int
	Start       time.Time     // the place in each queue: not in the future
	Timeout     time.Duration // how long the task may wait, in whole seconds, 1 or more
}

// voiceChannel is the task channel of calls. On another channel a worker who talks would be offered
// the task: capacity counts by channel (https://www.twilio.com/docs/taskrouter/multitasking).
const voiceChannel = "voice"

// CreateTask creates a task and returns its SID. POST /Tasks takes no idempotency key, so it
// retries only a request that Twilio throttled or never got. If err is an *Error that is Unknown,
// Twilio may have created the task.
func (c *Client) CreateTask(ctx context.Context, task NewTask) (created string, err error) {
	if err := c.checkTaskRouter("create task", sid{"WW", task.WorkflowSID}); err != nil {
		return "", err
	}
	params := &taskrouter.CreateTaskParams{}
	params.SetWorkflowSid(task.WorkflowSID)
	params.SetTaskChannel(voiceChannel)
	params.SetAttributes(task.Attributes)
	params.SetPriority(task.Priority)
	params.SetTimeout(int(task.Timeout / time.Second))
	params.SetVirtualStartTime(task.Start.UTC())
	err = c.request(ctx, "create task", (*Error).unprocessed, func(s services) error {
		answer, err := s.taskrouter.CreateTask(c.WorkspaceSID, params)
		if err != nil {
			return err
		}
		if !own.ValidSID("WT", text(answer.Sid)) {
			return errNoTaskSID
		}
		created = *answer.Sid
		return nil
	})
	return created, err
}

// errNoTaskSID reports an answer to POST /Tasks without a usable SID: Twilio may have created the
// task.
const errNoTaskSID = cause.Text("the answer has no task SID")

// TasksOfRequest lists the live tasks of one try of a request, oldest first.
func (c *Client) TasksOfRequest(ctx context.Context, key string, try int) ([]Task, error) {
	if own.KindOf(key) == "" {
		return nil, &SIDError{What: "list tasks of request", Prefix: "CB"}
	}
	params := taskrouter.ListTaskParams{}
	params.SetEvaluateTaskAttributes(`request.key == "` + key + `" AND request.try == ` + strconv.Itoa(try))
	return c.listTasks(ctx, "list tasks of request "+key, params, own.LiveTask())
}

// TaskAttributes returns a task's attributes, a JSON object, and its priority; "" if Twilio has
// deleted the task.
func (c *Client) TaskAttributes(ctx context.Context, task string) (attributes string, priority int, err error) {
	if err := c.checkTaskRouter("fetch task", sid{"WT", task}); err != nil {
		return "", 0, err
	}
	err = c.request(ctx, "fetch task "+task, (*Error).Transient, func(s services) error {
		found, err := s.taskrouter.FetchTask(c.WorkspaceSID, task)
		if err == nil {
			attributes, priority = text(found.Attributes), found.Priority
		}
		return err
	})
	if notFound(err) {
		return "", 0, nil
	}
	return attributes, priority, err
}

// AcceptReservation accepts the reservation of a task without a call: that of a call's task is
// accepted by <Queue> (https://www.twilio.com/docs/taskrouter/twiml-queue-calls). accepted is false
// if it is no longer pending. If err is an *Error that is Unknown, Twilio may have accepted it.
func (c *Client) AcceptReservation(ctx context.Context, task, reservation string) (accepted bool, err error) {
	if err := c.checkTaskRouter("accept reservation", sid{"WT", task}, sid{"WR", reservation}); err != nil {
		return false, err
	}
	params := &taskrouter.UpdateTaskReservationParams{}
	params.SetReservationStatus("accepted")
	var status string
	err = c.request(ctx, "accept reservation "+reservation, (*Error).unprocessed, func(s services) error {
		updated, err := s.taskrouter.UpdateTaskReservation(c.WorkspaceSID, task, reservation, params)
		status = ""
		if err == nil {
			status = text(updated.ReservationStatus)
		}
		return err
	})
	if refused(err) {
		return false, nil
	}
	return status == "accepted", err
}

// WrapUpTask moves an assigned task to wrapping, as Twilio does with the task of a call. It is a
// no-op if the task is not assigned.
func (c *Client) WrapUpTask(ctx context.Context, task string) error {
	if err := c.checkTaskRouter("wrap up task", sid{"WT", task}); err != nil {
		return err
	}
	params := &taskrouter.UpdateTaskParams{}
	params.SetAssignmentStatus("wrapping")
	err := c.request(ctx, "wrap up task "+task, (*Error).Transient, func(s services) error {
		_, err := s.taskrouter.UpdateTask(c.WorkspaceSID, task, params)
		return err
	})
	if refused(err) {
		return nil
	}
	return err
}

// Dialed returns Twilio's record of the call that <Dial> placed last for another one, and its SID;
// the zero record and "" if it placed none.
func (c *Client) Dialed(ctx context.Context, parent string) (sidOf string, record CallRecord, err error) {
	if err := c.check("list dialed calls", sid{"CA", parent}); err != nil {
		return "", CallRecord{}, err
	}
	params := &api.ListCallParams{}
	params.SetParentCallSid(parent)
	params.SetPageSize(1)
	err = c.request(ctx, "list calls dialed by "+parent, (*Error).Transient, func(s services) error {
		page, err := s.voice.PageCall(params, "", "")
		if err != nil || len(page.Calls) == 0 {
			return err
		}
		latest := page.Calls[0]
		sidOf = own.WholeSID("CA", text(latest.Sid))
		record = CallRecord{
			Status: text(latest.Status), From: text(latest.From), To: text(latest.To), Ended: rfc2822(text(latest.EndTime)),
		}
		return nil
	})
	return sidOf, record, err
}
