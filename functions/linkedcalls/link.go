package linkedcalls

import (
	"cmp"
	"slices"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/reservation"
	"switchboard/shared/taskrouter"
)

// Link is the calls that belong together. Unknown fields are absent.
type Link struct {
	CallSID       string    `json:"call_sid"`
	WorkerCallSID string    `json:"worker_call_sid,omitempty"` // "" = no worker took the call, or unknown
	TaskSID       string    `json:"task_sid,omitempty"`
	WorkerSID     string    `json:"worker_sid,omitempty"`
	Enqueued      time.Time `json:"enqueued,omitzero"`
	Bridged       time.Time `json:"bridged,omitzero"`
	LeftQueue     time.Time `json:"left_queue,omitzero"`
	Completed     time.Time `json:"completed,omitzero"` // the task
	QueueResult   string    `json:"queue_result,omitempty"`
	Score         string    `json:"score,omitempty"`
	Remark        string    `json:"remark,omitempty"`    // RE…
	Voicemail     string    `json:"voicemail,omitempty"` // RE…
	Tries         []Try     `json:"tries,omitempty"`     // as the ledger heard of them
	Sources       []string  `json:"sources"`             // "ledger", "events"
	Overflow      string    `json:"overflow,omitempty"`  // why no worker could serve the call: "crm/refused"
	// Answers are those to the desk's own questions, by name.
	Answers map[string]string `json:"answers,omitempty"`
	// Callback is what became of the caller's wish to be called back.
	Callback *Callback `json:"callback,omitempty"`

	WorkerName   string `json:"worker_name,omitempty"`   // when the worker took the call
	DialedNumber string `json:"dialed_number,omitempty"` // by the caller
	Queue        string `json:"queue,omitempty"`         // name of the task queue
	Language     string `json:"language,omitempty"`      // code such as es; "" = the number's
}

// Callback is a call back. The number is not shown.
type Callback struct {
	Asked           time.Time           `json:"asked,omitzero"`
	State           ledger.RequestState `json:"state"`             // done, given_up, withdrawn, or not ended
	Outcome         string              `json:"outcome,omitempty"` // why it ended, or why the last try failed
	Tries           int                 `json:"tries"`             // that began
	CustomerCallSID string              `json:"customer_call_sid,omitempty"`
	WorkerCallSID   string              `json:"worker_call_sid,omitempty"`
	WorkerSID       string              `json:"worker_sid,omitempty"`
	Offers          []Try               `json:"offers,omitempty"` // as Link.Tries
}

// callbackOf returns what the ledger knows of a call back.
func callbackOf(request ledger.Call) *Callback {
	r := request.Request()
	callback := &Callback{Asked: r.Asked, State: r.State, Outcome: r.Outcome, Tries: r.Try, CustomerCallSID: r.CustomerCallSID}
	for _, ref := range request.Reservations() {
		callback.Offers = append(callback.Offers, tryOf(request, ref))
		if ref.ReservationSID == r.Talking {
			callback.WorkerCallSID, callback.WorkerSID = request.WorkerCall(ref), request.Worker(ref)
		}
	}
	return callback
}

// Try is one reservation for the call.
type Try struct {
	ReservationSID string            `json:"reservation_sid"`
	TaskSID        string            `json:"task_sid,omitempty"`
	WorkerSID      string            `json:"worker_sid,omitempty"`
	WorkerCallSID  string            `json:"worker_call_sid,omitempty"` // whether the worker answered or not
	State          reservation.State `json:"state,omitempty"`
	Failure        string            `json:"failure,omitempty"`    // step and failure of README's table: "crm/refused"
	ChargedTo      string            `json:"charged_to,omitempty"` // worker, us, call
	// Times are when the reservation came into each state. A state that no webhook reported in time
	// is absent.
	Times map[reservation.State]time.Time `json:"times,omitempty"`
}

// fromLedger returns the link that the ledger knows. A worker who did not talk to the caller
// appears only in Tries.
func fromLedger(call ledger.Call) Link {
	link := Link{
		CallSID: call.CallSID(), TaskSID: call.TaskSID(), Enqueued: call.Enqueued(), Bridged: call.TalkStarted(),
		LeftQueue: call.LeftQueueSince(), Completed: call.Completed(), QueueResult: call.QueueResult(),
		Score: call.Score(), Remark: call.Remark(), Voicemail: call.Voicemail(), Sources: []string{"ledger"}, Overflow: call.Overflow(),
		Answers: call.Answers(), DialedNumber: call.Dialed(), Queue: call.Queue(call.TaskSID()), Language: call.Language(call.TaskSID()),
	}
	if slices.ContainsFunc(call.Reservations(), call.Talked) {
		link.WorkerCallSID, link.WorkerSID = call.WorkerCallSID(), call.WorkerSID()
	}
	for _, ref := range call.Reservations() {
		if name := call.WorkerName(ref); name != "" && call.Worker(ref) == link.WorkerSID {
			link.WorkerName = name
		}
		link.Tries = append(link.Tries, tryOf(call, ref))
	}
	return link
}

func tryOf(call ledger.Call, ref ledger.Ref) Try {
	try := Try{
		ReservationSID: ref.ReservationSID, TaskSID: ref.TaskSID, WorkerSID: call.Worker(ref), WorkerCallSID: call.WorkerCall(ref),
		State: call.State(ref), Times: map[reservation.State]time.Time{},
	}
	try.Failure, try.ChargedTo = call.Failure(ref)
	for _, state := range reservation.States() {
		if at := call.At(ref, state); !at.IsZero() {
			try.Times[state] = at
		}
	}
	return try
}

// gap reports whether events may add to the link. They add nothing about a caller who left
// unserved.
func (l Link) gap() bool {
	unserved := l.QueueResult != "" && !taskrouter.QueueResult(l.QueueResult).Talked()
	return l.TaskSID == "" || !unserved && (l.Bridged.IsZero() || l.WorkerCallSID == "")
}

// merge fills a gap with the facts of an event of the same call. A link that began with an event
// takes all facts of further events.
func (l *Link) merge(event taskrouter.Event) {
	if !l.gap() && !slices.Contains(l.Sources, "events") {
		return
	}
	l.CallSID = cmp.Or(l.CallSID, event.Task.CallSID)
	l.TaskSID = cmp.Or(l.TaskSID, event.TaskSID)
	switch event.Type {
	case taskrouter.TaskCreated:
		if l.Enqueued.IsZero() {
			l.Enqueued = event.Time
		}
	case taskrouter.ReservationAccepted, taskrouter.TaskCompleted:
		l.WorkerSID = cmp.Or(event.WorkerSID, l.WorkerSID)
		l.WorkerCallSID = cmp.Or(l.WorkerCallSID, event.Task.WorkerCallSID)
		if event.Type == taskrouter.ReservationAccepted && l.Bridged.IsZero() {
			l.Bridged = event.Time
		}
		if event.Type == taskrouter.TaskCompleted && l.Completed.IsZero() {
			l.Completed = event.Time
		}
	}
	if !slices.Contains(l.Sources, "events") {
		l.Sources = append(l.Sources, "events")
	}
}

// first returns the earliest known time of a call.
func (l Link) first() time.Time {
	if l.Enqueued.IsZero() {
		return l.Bridged
	}
	return l.Enqueued
}
