package taskrouter

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Types of event callbacks that a call's story is made of
// (https://www.twilio.com/docs/taskrouter/api/event/reference). A workspace sends many more.
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

	WorkerActivityUpdate = "worker.activity.update"
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

// UsedEvents are the types that a function acts upon or records. The workspace need send no others:
// task-queue.entered, workflow.entered and workflow.target-matched alone would be three requests
// for each call.
func UsedEvents() []string {
	return slices.Concat(TaskEvents(), ReservationEvents(), []string{WorkerActivityUpdate})
}

// Event is one post to the workspace's EventCallbackUrl. Fields that its type does not carry are
// empty.
type Event struct {
	SID            string // EV…: the same when the event is delivered twice
	Type           string
	Time           time.Time
	WorkflowSID    string
	TaskSID        string
	ReservationSID string
	WorkerSID      string
	WorkerName     string
	Queue          string // name of the task queue that the task is in
	Task           TaskAttributes

	// Of a change of a worker's activity: the one that the worker has now, and the one before.
	ActivitySID, PreviousActivitySID string
}

// AboutCall reports whether the event is about a task that <Enqueue> made: its attributes have what
// Twilio adds, the whole SIDs of a call and of an account
// (https://www.twilio.com/docs/taskrouter/twiml-queue-calls).
func (e Event) AboutCall() bool {
	return e.TaskSID != "" && e.Task.EnqueuedBy(e.Task.AccountSID)
}

// EnqueuedBy reports whether <Enqueue> made the task for a call of the account: call_sid is a whole
// SID, and account_sid is the account's.
func (a TaskAttributes) EnqueuedBy(account string) bool {
	return ValidSID("CA", a.CallSID) && ValidSID("AC", account) && a.AccountSID == account
}

// CallChannel reports whether a call's task can be on the task channel of that unique name:
// <Enqueue> makes tasks on voice (https://www.twilio.com/docs/taskrouter/multitasking), under one
// reading on default. "" is an unknown channel.
func CallChannel(name string) bool { return name == "" || name == "voice" || name == "default" }

// EventFields are the fields of an event as Twilio has them in a callback and in the Events API,
// unchecked. "" is no field.
type EventFields struct {
	SID, Type, WorkflowSID, TaskSID, ReservationSID, WorkerSID string
	ActivitySID, PreviousActivitySID                           string
	TaskAttributes                                             string // JSON object
	TaskQueueName, WorkerName                                  string
	Time                                                       time.Time
}

// NewEvent is the one way from fields to an Event. The event holds the SIDs that are whole, and the
// attributes without those that are to be SIDs and are not; attributes that are no JSON object are
// none. err names the first field that was left out but should not have been, without its value: a
// SID of the event itself, or its type.
func NewEvent(fields EventFields) (event Event, err error) {
	event = Event{
		Type: fields.Type, Time: fields.Time, WorkerName: nameOf(fields.WorkerName), Queue: nameOf(fields.TaskQueueName),
		Task: taskAttributes(fields.TaskAttributes),
	}
	if event.Type == "" {
		err = errors.New("no EventType")
	}
	for _, each := range []struct {
		name, prefix, sid string
		to                *string
	}{
		{"Sid", "EV", fields.SID, &event.SID},
		{"WorkflowSid", "WW", fields.WorkflowSID, &event.WorkflowSID},
		{"TaskSid", "WT", fields.TaskSID, &event.TaskSID},
		{"ReservationSid", "WR", fields.ReservationSID, &event.ReservationSID},
		{"WorkerSid", "WK", fields.WorkerSID, &event.WorkerSID},
		{"WorkerActivitySid", "WA", fields.ActivitySID, &event.ActivitySID},
		{"WorkerPreviousActivitySid", "WA", fields.PreviousActivitySID, &event.PreviousActivitySID},
	} {
		switch {
		case ValidSID(each.prefix, each.sid):
			*each.to = each.sid
		case each.sid != "" && err == nil:
			err = fmt.Errorf("%s is not a %s… SID", each.name, each.prefix)
		}
	}
	return event, err
}

// taskAttributes reads what is readable of a task's attributes. Of chats and messages the same
// names may stand for other things.
func taskAttributes(text string) TaskAttributes {
	var task TaskAttributes
	if text == "" || task.UnmarshalJSON([]byte(text)) != nil {
		return TaskAttributes{}
	}
	for _, each := range []struct {
		prefix string
		sid    *string
	}{{"CA", &task.CallSID}, {"CA", &task.WorkerCallSID}, {"AC", &task.AccountSID}} {
		if !ValidSID(each.prefix, *each.sid) {
			*each.sid = ""
		}
	}
	if task.WorkerCallSID == task.CallSID {
		task.WorkerCallSID = "" // what is done about a worker call must not happen to the caller's
	}
	return task
}

// maxName is the maximum length of the name of a worker or a task queue, in bytes; a longer one is
// cut.
const maxName = 64

// nameOf returns a name of up to maxName bytes that can be printed.
func nameOf(text string) string {
	name := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	for len(name) > maxName {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return strings.TrimSpace(name)
}

// ParseEvent reads the form of an event callback. SIDs must be whole where they are there; an event
// about no task is an event all the same.
func ParseEvent(form url.Values) (Event, error) {
	event, err := NewEvent(EventFields{
		SID:                 form.Get("Sid"),
		Type:                form.Get("EventType"),
		WorkflowSID:         form.Get("WorkflowSid"),
		TaskSID:             form.Get("TaskSid"),
		ReservationSID:      form.Get("ReservationSid"),
		WorkerSID:           form.Get("WorkerSid"),
		ActivitySID:         form.Get("WorkerActivitySid"),
		PreviousActivitySID: form.Get("WorkerPreviousActivitySid"),
		TaskAttributes:      form.Get("TaskAttributes"),
		TaskQueueName:       form.Get("TaskQueueName"),
		WorkerName:          form.Get("WorkerName"),
		Time:                eventTime(form),
	})
	if err != nil {
		return event, fmt.Errorf("read event callback: %w", err)
	}
	return event, contradiction(form, event)
}

// eventTime prefers the milliseconds that real callbacks carry over the documented seconds; zero
// when there is neither.
func eventTime(form url.Values) time.Time {
	if ms, err := strconv.ParseInt(form.Get("TimestampMs"), 10, 64); err == nil {
		return time.UnixMilli(ms).UTC()
	}
	if seconds, err := strconv.ParseInt(form.Get("Timestamp"), 10, 64); err == nil {
		return time.Unix(seconds, 0).UTC()
	}
	return time.Time{}
}
