package simulator

import (
	"maps"
	"net/url"
	"slices"
	"time"
)

// CallRecord is the present state of a call (leg). The time of an event that has not happened is
// zero. Direction is "inbound", "outbound-api" or "outbound-dial"; Status is one of Twilio's
// (https://www.twilio.com/docs/voice/api/call-resource): queued, ringing, in-progress, completed,
// busy, no-answer, failed or canceled. Created is the time of the request for the call, Dialed the
// time at which Twilio dials.
type CallRecord struct {
	SID, From, To, Direction, Status          string
	Created, Dialed, Ringing, Answered, Ended time.Time
	Timeout                                   time.Duration // how long an outbound leg may ring
	URL, StatusCallback                       string        // of POST /Calls
	SendDigits                                string        // of POST /Calls: keys that Twilio presses after the answer
	TaskSID                                   string        // of a caller: the task that <Enqueue> made
	ReservationSID                            string        // of a worker's leg: the reservation by which it dequeued, or tried to
	PeerSID                                   string        // the last call that it was bridged with
	Queued, Bridged, BridgeEnded              time.Time     // Queued: when it entered the queue that it is in; zero outside one
	HungUpBy                                  string        // "caller", "worker", "twilio", "rest"
	QueueResults                              []string      // one for each <Enqueue>, in order
	Heard                                     []string      // texts spoken to the end and URLs of recordings, in order
	ApplicationError                          bool          // it heard "an application error has occurred"
	Recording                                 bool          // a <Record> is running
}

// TaskRecord is the present state of a task. Status is pending, reserved, assigned, wrapping,
// completed or canceled (https://www.twilio.com/docs/taskrouter/lifecycle-task-state), Attributes
// is a JSON object, Assignments counts the moves from pending to reserved.
type TaskRecord struct {
	SID, CallSID, WorkflowSID, TaskQueueSID string
	Status, Reason, Attributes              string
	Priority, Assignments                   int
	Created, Ended                          time.Time
}

// ReservationRecord is the present state of a reservation. Status is pending, accepted, rejected,
// timeout, canceled, rescinded, wrapping or completed. It times out at Deadline; at Settled it
// stopped being pending.
type ReservationRecord struct {
	SID, TaskSID, WorkerSID, WorkerName, Status string
	Created, Deadline, Settled                  time.Time
}

// WorkerRecord is the present state of a worker. Available is the activity's, Since is when the
// worker entered it; Occupied counts the reservations that use capacity.
type WorkerRecord struct {
	SID, Name, ActivitySID, ActivityName string
	Available                            bool
	Since                                time.Time
	Occupied                             int
}

// EventRecord is an event. Params is the form that TaskRouter sent to the event callback
// (https://www.twilio.com/docs/taskrouter/api/event/reference).
type EventRecord struct {
	SID, Type, TaskSID, ReservationSID, WorkerSID string
	At                                            time.Time
	Params                                        url.Values
}

// TextRecord is the present state of a text. Direction is "inbound" for a text from a person,
// "outbound-api" or "outbound-reply"; Status is received, accepted, queued, sent, delivered,
// undelivered or failed. OptOutType is STOP, START or HELP for a word that Twilio handles itself.
// Ended is when the text was received, or got its last status; the zero time before that.
type TextRecord struct {
	SID, From, To, Body, Direction, Status string
	ServiceSID, OptOutType                 string
	ErrorCode                              int
	Created, Sent, Ended                   time.Time
}

// Request is a REST request that the application made. Body is the body of the answer.
type Request struct {
	At           time.Time
	Method, Path string
	Params       url.Values
	Status       int
	Body         string
}

// Calls returns all calls, oldest first.
func (t *Twilio) Calls() []CallRecord { return snapshot(t, &t.calls, (*call).record) }

// FindCall returns a call, placed or received; found is false if there is none with that SID.
func (t *Twilio) FindCall(sid string) (record CallRecord, found bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.callBySID[sid]
	if c == nil {
		return CallRecord{}, false
	}
	return c.record(), true
}

// Tasks returns all tasks, oldest first, including those that Twilio would have deleted.
func (t *Twilio) Tasks() []TaskRecord { return snapshot(t, &t.tasks, (*task).record) }

// Reservations returns all reservations, oldest first.
func (t *Twilio) Reservations() []ReservationRecord {
	return snapshot(t, &t.reservations, (*reservation).record)
}

// Workers returns all workers in the order in which they were added.
func (t *Twilio) Workers() []WorkerRecord { return snapshot(t, &t.workers, (*worker).record) }

// RecordingRecord is the present state of a recording. Status is processing, completed, absent or
// deleted.
type RecordingRecord struct {
	SID, CallSID, Status string
	Created              time.Time
}

// Recordings returns what <Record> has recorded, oldest first.
func (t *Twilio) Recordings() []RecordingRecord {
	return snapshot(t, &t.audios, func(a *audio) RecordingRecord {
		return RecordingRecord{SID: a.sid, CallSID: a.callSID, Status: a.status, Created: a.created}
	})
}

// Texts returns all texts in both directions, oldest first.
func (t *Twilio) Texts() []TextRecord { return snapshot(t, &t.texts, (*message).record) }

// Events returns all events, oldest first.
func (t *Twilio) Events() []EventRecord { return snapshot(t, &t.events, (*event).record) }

// Requests returns all REST requests, oldest first.
func (t *Twilio) Requests() []Request {
	return snapshot(t, &t.requests, func(r Request) Request { return r })
}

// Debugger returns the entries of Twilio's debugger, oldest first.
func (t *Twilio) Debugger() []Alert {
	return snapshot(t, &t.debugger, func(a Alert) Alert { return a })
}

// Problems returns the problems that must fail a test, oldest first.
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
	var queued time.Time
	if c.member != nil {
		queued = c.member.entered
	}
	return CallRecord{
		SID: c.sid, From: c.from, To: c.to, Direction: c.direction, Status: c.status,
		Created: c.created, Dialed: c.dialed, Ringing: c.ringing, Answered: c.answered, Ended: c.ended,
		Timeout: c.timeout, URL: c.startURL, SendDigits: c.sendDigits, StatusCallback: c.progress.url,
		TaskSID: c.taskSID, ReservationSID: c.reservationSID, PeerSID: c.peerSID,
		Queued: queued, Bridged: c.bridged, BridgeEnded: c.bridgeEnded, HungUpBy: c.hungUpBy,
		QueueResults: slices.Clone(c.queueResults), Heard: slices.Clone(c.heard), ApplicationError: c.applicationError,
		Recording: c.tape != nil,
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
