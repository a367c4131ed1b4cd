package twilio

import (
	"context"
	"slices"
	"time"

	taskrouter "github.com/twilio/twilio-go/rest/taskrouter/v1"
)

// Task is a task as a list of them tells it: without its attributes
// (https://www.twilio.com/docs/taskrouter/api/task).
type Task struct {
	SID     string
	Status  string // pending, reserved, assigned, wrapping …
	Channel string // unique name of its task channel: voice, default, chat …; "" = not in the answer
	Created time.Time
	Updated time.Time
}

// Tasks lists the tasks of the workflows that have one of the statuses, oldest first.
func (c *Client) Tasks(ctx context.Context, statuses ...string) ([]Task, error) {
	return c.listTasks(ctx, "list tasks", taskrouter.ListTaskParams{}, statuses)
}

// tasksOf is Tasks for those whose attribute call_sid is the call, which must be a whole SID.
func (c *Client) tasksOf(ctx context.Context, call string, statuses ...string) ([]Task, error) {
	params := taskrouter.ListTaskParams{}
	params.SetEvaluateTaskAttributes(`call_sid == "` + call + `"`)
	return c.listTasks(ctx, "list tasks of call "+call, params, statuses)
}

// listTasks makes a list for each workflow: Twilio's filter takes one.
func (c *Client) listTasks(ctx context.Context, what string, params taskrouter.ListTaskParams, statuses []string) ([]Task, error) {
	var all []Task
	for _, workflow := range c.Workflows.All() {
		found, err := c.listTasksOf(ctx, what, params, workflow, statuses)
		switch {
		case notFound(err) && workflow == c.Workflows.Previous:
		case err != nil:
			return nil, err
		}
		all = append(all, found...)
	}
	slices.SortStableFunc(all, func(a, b Task) int { return a.Created.Compare(b.Created) })
	return all, nil
}

func (c *Client) listTasksOf(
	ctx context.Context, what string, params taskrouter.ListTaskParams, workflow string, statuses []string,
) ([]Task, error) {
	if err := c.checkTaskRouter(what, sid{"WW", workflow}); err != nil {
		return nil, err
	}
	params.SetWorkflowSid(workflow)
	params.SetAssignmentStatus(statuses)
	params.SetPageSize(1000)
	var found []Task
	err := c.request(ctx, what+" in workflow "+workflow, (*Error).Transient, func(s services) error {
		found = nil // of a try before
		return everyPage(func(token, number string) (*string, error) {
			page, err := s.taskrouter.PageTask(c.WorkspaceSID, &params, token, number)
			if err != nil {
				return nil, err
			}
			for _, each := range page.Tasks {
				found = append(found, Task{
					SID: text(each.Sid), Status: text(each.AssignmentStatus), Channel: text(each.TaskChannelUniqueName),
					Created: moment(each.DateCreated), Updated: moment(each.DateUpdated),
				})
			}
			return page.Meta.NextPageUrl, CheckItems(len(found))
		})
	})
	return found, err
}

// CancelTask cancels a task without an assigned worker. canceled is false if a worker was assigned
// meanwhile, or the task has ended.
func (c *Client) CancelTask(ctx context.Context, task, reason string) (canceled bool, err error) {
	if err := c.checkTaskRouter("cancel task", sid{"WT", task}); err != nil {
		return false, err
	}
	params := &taskrouter.UpdateTaskParams{}
	params.SetAssignmentStatus("canceled")
	params.SetReason(reason)
	err = c.request(ctx, "cancel task "+task, (*Error).Transient, func(s services) error {
		_, err := s.taskrouter.UpdateTask(c.WorkspaceSID, task, params)
		return err
	})
	if refused(err) {
		return false, nil
	}
	return err == nil, err
}

// Reservation is what TaskRouter has of a reservation
// (https://www.twilio.com/docs/taskrouter/api/reservations).
type Reservation struct {
	Status  string // pending, accepted, rejected …; "" when it is gone with its task
	Updated time.Time
}

// Reservation reads a reservation.
func (c *Client) Reservation(ctx context.Context, task, named string) (reservation Reservation, err error) {
	if err := c.checkTaskRouter("fetch reservation", sid{"WT", task}, sid{"WR", named}); err != nil {
		return Reservation{}, err
	}
	err = c.request(ctx, "fetch reservation "+named, (*Error).Transient, func(s services) error {
		found, err := s.taskrouter.FetchTaskReservation(c.WorkspaceSID, task, named)
		if err == nil {
			reservation = Reservation{Status: text(found.ReservationStatus), Updated: moment(found.DateUpdated)}
		}
		return err
	})
	if notFound(err) {
		return Reservation{}, nil
	}
	return reservation, err
}

func moment(at *time.Time) time.Time {
	if at == nil {
		return time.Time{}
	}
	return at.UTC()
}
