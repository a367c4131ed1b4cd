package taskrouter

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// Types of event callbacks that a call's story is made of (docs/taskrouter/api/event/reference). A workspace sends many
// more.
const (
	TaskCreated       = "task.created"
	TaskCanceled      = "task.canceled"
	TaskWrapup        = "task.wrapup"
	TaskCompleted     = "task.completed"
	TaskDeleted       = "task.deleted"
	TaskSystemDeleted = "task.system-deleted"

	ReservationCreated   = "reservation.created"
	ReservationAccepted  = "reservation.accepted"
	ReservationRejected  = "reservation.rejected"
	ReservationTimeout   = "reservation.timeout"
	ReservationCanceled  = "reservation.canceled"
	ReservationRescinded = "reservation.rescinded"
	ReservationFailed    = "reservation.failed"
	ReservationWrapup    = "reservation.wrapup"
	ReservationCompleted = "reservation.completed"
)

// TaskEvents are the types of events about a task that a call's story needs.
func TaskEvents() []string {
	return []string{TaskCreated, TaskCanceled, TaskWrapup, TaskCompleted, TaskDeleted, TaskSystemDeleted}
}

// ReservationEvents are those about a reservation.
func ReservationEvents() []string {
	return []string{
		ReservationCreated, ReservationAccepted, ReservationRejected, ReservationTimeout, ReservationCanceled, ReservationRescinded,
		ReservationFailed, ReservationWrapup, ReservationCompleted,
	}
}

// Event is one post to the workspace's EventCallbackUrl. Fields that its type does not carry are empty.
type Event struct {
	SID            string // EV…: the same when the event is delivered twice
	Type           string
	Time           time.Time
	WorkflowSID    string
	TaskSID        string
	ReservationSID string
	WorkerSID      string
	Task           TaskAttributes
}

// AboutCall reports whether the event is about a task that a call is linked to.
func (e Event) AboutCall() bool { return e.TaskSID != "" && e.Task.CallSID != "" }

// ParseEvent reads the form of an event callback. SIDs must be whole where they are there; an event about no task is
// an event all the same.
func ParseEvent(form url.Values) (Event, error) {
	event := Event{
		SID:            form.Get("Sid"),
		Type:           form.Get("EventType"),
		WorkflowSID:    form.Get("WorkflowSid"),
		TaskSID:        form.Get("TaskSid"),
		ReservationSID: form.Get("ReservationSid"),
		WorkerSID:      form.Get("WorkerSid"),
		Time:           eventTime(form),
	}
	if event.Type == "" {
		return event, fmt.Errorf("read event callback: no EventType")
	}
	if attributes := form.Get("TaskAttributes"); attributes != "" {
		if err := event.Task.UnmarshalJSON([]byte(attributes)); err != nil && linked(attributes) {
			return event, fmt.Errorf("read event callback %s: %w", event.Type, err)
		} else if err != nil {
			event.Task = TaskAttributes{}
		}
	}
	optional := []struct{ name, prefix, sid string }{
		{"Sid", "EV", event.SID},
		{"WorkflowSid", "WW", event.WorkflowSID},
		{"TaskSid", "WT", event.TaskSID},
		{"ReservationSid", "WR", event.ReservationSID},
		{"WorkerSid", "WK", event.WorkerSID},
		{"call_sid", "CA", event.Task.CallSID},
		{"worker_call_sid", "CA", event.Task.WorkerCallSID},
	}
	for _, o := range optional {
		if o.sid != "" && !ValidSID(o.prefix, o.sid) {
			return event, fmt.Errorf("read event callback %s: %s is not a %s… SID", event.Type, o.name, o.prefix)
		}
	}
	return event, contradiction(form, event)
}

// linked reports whether the attributes of a task, whatever else they are, name a call. Those of chats and messages use the
// same names for other things.
func linked(attributes string) bool {
	var object map[string]json.RawMessage
	return json.Unmarshal([]byte(attributes), &object) != nil || object["call_sid"] != nil
}

// eventTime prefers the milliseconds that real callbacks carry over the documented seconds; zero when there is neither.
func eventTime(form url.Values) time.Time {
	if ms, err := strconv.ParseInt(form.Get("TimestampMs"), 10, 64); err == nil {
		return time.UnixMilli(ms).UTC()
	}
	if seconds, err := strconv.ParseInt(form.Get("Timestamp"), 10, 64); err == nil {
		return time.Unix(seconds, 0).UTC()
	}
	return time.Time{}
}
