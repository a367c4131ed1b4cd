package twilio

import (
	"context"
	"time"

	taskrouter "github.com/twilio/twilio-go/rest/taskrouter/v1"

	own "switchboard/shared/taskrouter"
)

// RejectReservation rejects a reservation and moves its worker to an activity; "" leaves the worker
// where they are. wasPending is true if the reservation was pending until then, by the status in
// the answer, and false if it was resolved before. No source says which 4xx Twilio answers then, so
// each of them counts.
func (c *Client) RejectReservation(ctx context.Context, task, reservation, activity string) (bool, error) {
	if err := c.checkTaskRouter("reject reservation", sid{"WT", task}, sid{"WR", reservation}); err != nil {
		return false, err
	}
	params := &taskrouter.UpdateTaskReservationParams{}
	params.SetReservationStatus("rejected")
	if activity != "" {
		params.SetWorkerActivitySid(activity)
	}
	var status string
	err := c.request(ctx, "reject reservation "+reservation, (*Error).Transient, func(s services) error {
		updated, err := s.taskrouter.UpdateTaskReservation(c.WorkspaceSID, task, reservation, params)
		status = ""
		if err == nil && updated.ReservationStatus != nil {
			status = *updated.ReservationStatus
		}
		return err
	})
	if refused(err) {
		return false, nil
	}
	return status == "rejected", err
}

// TaskStatus returns a task's assignment status, or "" if Twilio has deleted the task (5 minutes
// after its end).
func (c *Client) TaskStatus(ctx context.Context, task string) (status string, err error) {
	if err := c.checkTaskRouter("fetch task", sid{"WT", task}); err != nil {
		return "", err
	}
	err = c.request(ctx, "fetch task "+task, (*Error).Transient, func(s services) error {
		found, err := s.taskrouter.FetchTask(c.WorkspaceSID, task)
		if err == nil && found.AssignmentStatus != nil {
			status = *found.AssignmentStatus
		}
		return err
	})
	if notFound(err) {
		return "", nil
	}
	return status, err
}

// CompleteTask ends a task that is wrapping. It is a no-op if the task is no longer wrapping.
func (c *Client) CompleteTask(ctx context.Context, task, reason string) error {
	if err := c.checkTaskRouter("complete task", sid{"WT", task}); err != nil {
		return err
	}
	params := &taskrouter.UpdateTaskParams{}
	params.SetAssignmentStatus("completed")
	params.SetReason(reason)
	err := c.request(ctx, "complete task "+task, (*Error).Transient, func(s services) error {
		_, err := s.taskrouter.UpdateTask(c.WorkspaceSID, task, params)
		return err
	})
	if refused(err) {
		return nil
	}
	return err
}

// EventQuery selects events of the workspace. Twilio keeps 30 days of them with their attributes.
type EventQuery struct {
	TaskSID   string // "" = any
	WorkerSID string // "" = any
	// ReservationSID selects the events of a reservation; "" = any.
	ReservationSID string
	Type           string // "" = any
	Since          time.Time
	Until          time.Time // zero = now
}

// Events reads the workspace's events (https://www.twilio.com/docs/taskrouter/api/event), oldest
// page last, as Twilio sorts them. Twilio is asked in whole seconds: there may be events from just
// before Since and just after Until.
func (c *Client) Events(ctx context.Context, query EventQuery) ([]own.Event, error) {
	if err := c.checkTaskRouter("list events"); err != nil {
		return nil, err
	}
	params := &taskrouter.ListEventParams{}
	if query.TaskSID != "" {
		if err := CheckSID("list events", "WT", query.TaskSID); err != nil {
			return nil, err
		}
		params.SetTaskSid(query.TaskSID)
	}
	if query.WorkerSID != "" {
		if err := CheckSID("list events", "WK", query.WorkerSID); err != nil {
			return nil, err
		}
		params.SetWorkerSid(query.WorkerSID)
	}
	if query.ReservationSID != "" {
		if err := CheckSID("list events", "WR", query.ReservationSID); err != nil {
			return nil, err
		}
		params.SetReservationSid(query.ReservationSID)
	}
	if query.Type != "" {
		params.SetEventType(query.Type)
	}
	params.SetStartDate(query.Since.UTC())
	if !query.Until.IsZero() {
		params.SetEndDate(query.Until.UTC().Add(time.Second - time.Nanosecond))
	}
	params.SetPageSize(1000)
	var found []own.Event
	err := c.request(ctx, "list events", (*Error).Transient, func(s services) error {
		found = nil // of a try before
		return everyPage(func(token, number string) (*string, error) {
			page, err := s.taskrouter.PageEvent(c.WorkspaceSID, params, token, number)
			if err != nil {
				return nil, err
			}
			for _, each := range page.Events {
				found = append(found, eventOf(each))
			}
			return page.Meta.NextPageUrl, CheckItems(len(found))
		})
	})
	return found, err
}

// eventOf converts an event of the REST API, whose data has the callback's fields under snake_case
// names. If the data has another shape, SIDs are malformed or attributes were redacted, the rest of
// the event is kept.
func eventOf(listed taskrouter.TaskrouterV1Event) own.Event {
	data := eventData(listed.EventData)
	field := func(name string) string {
		value, _ := data[name].(string)
		return value
	}
	fields := own.EventFields{
		SID: text(listed.Sid), Type: text(listed.EventType), WorkflowSID: field("workflow_sid"), TaskSID: field("task_sid"),
		ReservationSID: field("reservation_sid"), WorkerSID: field("worker_sid"), TaskAttributes: field("task_attributes"), TaskQueueName: field("task_queue_name"), WorkerName: field("worker_name"),
		ActivitySID: field("worker_activity_sid"), PreviousActivitySID: field("worker_previous_activity_sid"),
	}
	if listed.EventDate != nil {
		fields.Time = *listed.EventDate
	}
	if listed.EventDateMs != nil {
		fields.Time = time.UnixMilli(*listed.EventDateMs).UTC()
	}
	event, _ := own.NewEvent(fields)
	return event
}

// eventData is the object in an event's data, which twilio-go leaves to encoding/json.
func eventData(data *interface{}) map[string]any {
	if data == nil {
		return nil
	}
	object, _ := (*data).(map[string]any)
	return object
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
