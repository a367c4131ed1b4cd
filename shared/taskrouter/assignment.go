package taskrouter

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// AssignmentCallback is what TaskRouter posts to the AssignmentCallbackUrl, or to the fallback,
// after it reserved a worker for a task
// (https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks). TaskRouter expects the
// answer within 5 seconds.
type AssignmentCallback struct {
	AccountSID     string
	WorkspaceSID   string
	WorkflowSID    string
	TaskQueueSID   string
	TaskSID        string
	ReservationSID string
	WorkerSID      string
	WorkerName     string // read by public code, not documented: may be empty

	TaskAge      time.Duration
	TaskPriority int

	// Timestamp is documented, but missing from both captures that are public. It is zero if absent
	// or not in Unix seconds.
	Timestamp time.Time

	TaskAttributes   TaskAttributes // empty if they are not a JSON object
	WorkerAttributes string         // JSON object
}

// ParseAssignmentCallback parses the form of an assignment callback. err is not nil if a SID that
// goes into URLs and keys is not whole. A script may have rewritten the task's attributes:
// unreadable ones are empty, and EnqueuedBy reports whether they still name the call that waits.
func ParseAssignmentCallback(form url.Values) (AssignmentCallback, error) {
	callback := AssignmentCallback{
		AccountSID:       form.Get("AccountSid"),
		WorkspaceSID:     form.Get("WorkspaceSid"),
		WorkflowSID:      form.Get("WorkflowSid"),
		TaskQueueSID:     form.Get("TaskQueueSid"),
		TaskSID:          form.Get("TaskSid"),
		ReservationSID:   form.Get("ReservationSid"),
		WorkerSID:        form.Get("WorkerSid"),
		WorkerName:       form.Get("WorkerName"),
		WorkerAttributes: form.Get("WorkerAttributes"),
	}
	required := []struct{ name, prefix, sid string }{
		{"WorkspaceSid", "WS", callback.WorkspaceSID},
		{"TaskSid", "WT", callback.TaskSID},
		{"ReservationSid", "WR", callback.ReservationSID},
		{"WorkerSid", "WK", callback.WorkerSID},
	}
	for _, r := range required {
		if !ValidSID(r.prefix, r.sid) {
			return callback, fmt.Errorf("read assignment callback: %s is not a %s… SID", r.name, r.prefix)
		}
	}
	callback.TaskAttributes = taskAttributes(form.Get("TaskAttributes"))

	// Age, priority and time only inform: a callback that mangles them is still answered.
	if age, err := strconv.ParseInt(form.Get("TaskAge"), 10, 32); err == nil {
		callback.TaskAge = time.Duration(age) * time.Second
	}
	if priority, err := strconv.ParseInt(form.Get("TaskPriority"), 10, 32); err == nil {
		callback.TaskPriority = int(priority)
	}
	if seconds, err := strconv.ParseInt(form.Get("Timestamp"), 10, 64); err == nil && seconds < latestSecond {
		callback.Timestamp = time.Unix(seconds, 0).UTC()
	}
	return callback, nil
}

// latestSecond is the end of the year 9999: a greater timestamp does not count seconds.
const latestSecond = 253402300800

// Dequeue is the instruction to call the worker and bridge the call to them. Its fields are those
// of https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks.
type Dequeue struct {
	To                  Contact `json:"to"`
	From                string  `json:"from,omitempty"` // E.164; empty = the number that the caller dialed
	PostWorkActivitySID string  `json:"post_work_activity_sid,omitempty"`
	Timeout             int     `json:"timeout,omitempty"` // seconds of ringing, at most 999 (600 for SIP)
}

// MarshalJSON adds the instruction's name.
func (d Dequeue) MarshalJSON() ([]byte, error) {
	type fields Dequeue
	return json.Marshal(struct {
		Instruction string `json:"instruction"`
		fields
	}{"dequeue", fields(d)})
}

// Reject is the instruction to reject the reservation and move its worker to an activity. Without
// an activity TaskRouter could reserve the same worker again immediately.
type Reject struct {
	ActivitySID string `json:"activity_sid"`
}

// MarshalJSON adds the instruction's name.
func (r Reject) MarshalJSON() ([]byte, error) {
	type fields Reject
	return json.Marshal(struct {
		Instruction string `json:"instruction"`
		fields
	}{"reject", fields(r)})
}

// Redirect is the instruction to send the caller to other TwiML. The caller leaves the queue, which
// ends the task and the reservation and moves no worker.
type Redirect struct {
	CallSID string `json:"call_sid"`
	URL     string `json:"url"` // absolute
}

// MarshalJSON adds the instruction's name.
func (r Redirect) MarshalJSON() ([]byte, error) {
	type fields Redirect
	return json.Marshal(struct {
		Instruction string `json:"instruction"`
		fields
	}{"redirect", fields(r)})
}
