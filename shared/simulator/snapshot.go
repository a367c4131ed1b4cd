package simulator

import (
	"maps"
	"net/url"
	"slices"
	"time"
)

// CallRecord is a call, or leg, as it stands. Times are zero for what has not happened. Direction
// is "inbound", "outbound-api" or "outbound-dial"; Status is one of Twilio's
// (https://www.twilio.com/docs/voice/api/call-resource): queued, ringing, in-progress, completed,
// busy, no-answer, failed or canceled. A call is Created when it is asked for and Dialed when
// Twilio gets to it.
type CallRecord struct {
	SID, From, To, Direction, Status          string
	Created, Dialed, Ringing, Answered, Ended time.Time
	Timeout                                   time.Duration // how long an outbound leg may ring
	URL, StatusCallback                       string        // of POST /Calls
	SendDigits                                string        // of POST /Calls: what is pressed when the phone is answered
	TaskSID                                   string        // of a caller: the task that <Enqueue> made
	ReservationSID                            string        // of a worker's leg: what it dequeued by, or tried to
	PeerSID                                   string        // the call that it was bridged with last
	Bridged, BridgeEnded                      time.Time
	HungUpBy                                  string   // "caller", "worker", "twilio", "rest"
	QueueResults                              []string // one for each <Enqueue>, in order
	Heard                                     []string // what was spoken to the end, and the URLs of recordings, in order
	ApplicationError                          bool     // it heard "an application error has occurred"
}

// TaskRecord is a task as it stands: Status is pending, reserved, assigned, wrapping, completed or
// canceled (https://www.twilio.com/docs/taskrouter/lifecycle-task-state), Attributes a JSON object,
// Assignments how often it went from pending to reserved.
type TaskRecord struct {
	SID, CallSID, WorkflowSID, TaskQueueSID string
	Status, Reason, Attributes              string
	Priority, Assignments                   int
	Created, Ended                          time.Time
}

// ReservationRecord is a reservation as it stands: Status is pending, accepted, rejected, timeout,
// canceled, rescinded, wrapping or completed. Deadline is when it times out; Settled is when it
// left pending.
type ReservationRecord struct {
	SID, TaskSID, WorkerSID, WorkerName, Status string
	Created, Deadline, Settled                  time.Time
}

// WorkerRecord is a worker as it stands. Available is the activity's, Since when the worker came to
// it; Occupied counts reservations that use capacity.
type WorkerRecord struct {
	SID, Name, ActivitySID, ActivityName string
	Available                            bool
	Since                                time.Time
	Occupied                             int
}

// EventRecord is an event, as sent to the event callback: Params is the form
// (https://www.twilio.com/docs/taskrouter/api/event/reference).
type EventRecord struct {
	SID, Type, TaskSID, ReservationSID, WorkerSID string
	At                                            time.Time
	Params                                        url.Values
}

// TextRecord is a text as it stands. Direction is "inbound" for one that a person sent,
// "outbound-api" or "outbound-reply"; Status is received, accepted, queued, sent, delivered,
// undelivered or failed. OptOutType is STOP, START or HELP for a word that Twilio keeps to itself.
// Ended is when the text was received, or got its last status; the zero time before that.
type TextRecord struct {
	SID, From, To, Body, Direction, Status string
	ServiceSID, OptOutType                 string
	ErrorCode                              int
	Created, Sent, Ended                   time.Time
}

// Request is a REST request that the application made. Body is the answer's.
type Request struct {
	At           time.Time
	Method, Path string
	Params       url.Values
	Status       int
	Body         string
}

// Calls returns all calls, oldest first.
func (t *Twilio) Calls() []CallRecord {
	return snapshot(t, &t.calls, (*call).record)
}

// Tasks returns all tasks, oldest first, those that Twilio would have deleted included.
func (t *Twilio) Tasks() []TaskRecord {
	return snapshot(t, &t.tasks, (*task).record)
}

// Reservations returns all reservations, oldest first.
func (t *Twilio) Reservations() []ReservationRecord {
	return snapshot(t, &t.reservations, (*reservation).record)
}

// Workers returns all workers in the order in which they were added.
func (t *Twilio) Workers() []WorkerRecord {
	return snapshot(t, &t.workers, (*worker).record)
}

// Texts returns all texts in both directions, oldest first.
func (t *Twilio) Texts() []TextRecord {
	return snapshot(t, &t.texts, (*message).record)
}

// Events returns all events, oldest first.
func (t *Twilio) Events() []EventRecord {
	return snapshot(t, &t.events, (*event).record)
}

// Requests returns all REST requests, oldest first.
func (t *Twilio) Requests() []Request {
	return snapshot(t, &t.requests, func(r Request) Request { return r })
}

// Debugger returns the entries of Twilio's debugger, oldest first.
func (t *Twilio) Debugger() []Alert {
	return snapshot(t, &t.debugger, func(a Alert) Alert { return a })
}

// Problems returns what a test must not pass over, oldest first.
func (t *Twilio) Problems() []Problem {
	return snapshot(t, &t.problems, func(p Problem) Problem { return p })
}

func snapshot[T, R any](t *Twilio, from *[]T, record func(T) R) []R {
	t.mu.Lock()
	defer t.mu.Unlock()
	records := make([]R, len(*from))
	for i, item := range *from {
		records[i] = record(item)
	}
	return records
}

func (c *call) record() CallRecord {
	return CallRecord{
		SID: c.sid, From: c.from, To: c.to, Direction: c.direction, Status: c.status,
		Created: c.created, Dialed: c.dialed, Ringing: c.ringing, Answered: c.answered, Ended: c.ended,
		Timeout: c.timeout, URL: c.startURL, SendDigits: c.sendDigits, StatusCallback: c.progress.url,
		TaskSID: c.taskSID, ReservationSID: c.reservationSID, PeerSID: c.peerSID,
		Bridged: c.bridged, BridgeEnded: c.bridgeEnded, HungUpBy: c.hungUpBy,
		QueueResults: slices.Clone(c.queueResults), Heard: slices.Clone(c.heard), ApplicationError: c.applicationError,
	}
}

func (k *task) record() TaskRecord {
	record := TaskRecord{
		SID: k.sid, CallSID: k.callSID, WorkflowSID: k.workflow.SID,
		Status: k.status, Reason: k.reason, Attributes: k.json, Priority: k.priority, Assignments: k.assignments,
		Created: k.created, Ended: k.ended,
	}
	if k.queue != nil {
		record.TaskQueueSID = k.queue.sid
	}
	return record
}

func (r *reservation) record() ReservationRecord {
	return ReservationRecord{
		SID: r.sid, TaskSID: r.task.sid, WorkerSID: r.worker.sid, WorkerName: r.worker.name, Status: r.status,
		Created: r.created, Deadline: r.deadline, Settled: r.settled,
	}
}

func (w *worker) record() WorkerRecord {
	return WorkerRecord{
		SID: w.sid, Name: w.name, ActivitySID: w.activity.SID, ActivityName: w.activity.Name,
		Available: w.activity.Available, Since: w.since, Occupied: w.occupied,
	}
}

func (m *message) record() TextRecord {
	record := TextRecord{
		SID: m.sid, From: m.from, To: m.to, Body: m.body, Direction: m.direction, Status: m.status,
		OptOutType: m.optOutType, ErrorCode: m.errorCode, Created: m.created, Sent: m.sent, Ended: m.ended,
	}
	if m.service != nil {
		record.ServiceSID = m.service.SID
	}
	return record
}

func (e *event) record() EventRecord {
	return EventRecord{
		SID: e.sid, Type: e.kind, At: e.at,
		TaskSID: e.params.Get("TaskSid"), ReservationSID: e.params.Get("ReservationSid"), WorkerSID: e.params.Get("WorkerSid"),
		Params: maps.Clone(e.params),
	}
}
