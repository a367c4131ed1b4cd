package figures

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/outlook"
	"switchboard/shared/reservation"
	"switchboard/shared/taskrouter"
)

// Outcome is what became of a call. Each call has one.
type Outcome string

// The outcomes, in the order of a table's columns.
const (
	Answered   Outcome = "answered"    // a worker and the caller talked
	Abandoned  Outcome = "abandoned"   // the caller hung up, or left the line and no message
	Callback   Outcome = "call back"   // the caller left the line to be called back
	Message    Outcome = "message"     // the caller left a message
	TurnedAway Outcome = "turned away" // no worker could serve the caller, or the line was full
	Waiting    Outcome = "waiting"     // the caller waits, or no report says how the wait ended
)

// Outcomes lists them all.
func Outcomes() []Outcome {
	return []Outcome{Answered, Abandoned, Callback, Message, TurnedAway, Waiting}
}

// Call is what the figures need of one call. Times are zero, and texts empty, where the ledger has
// nothing.
type Call struct {
	SID      string
	Began    time.Time // when the ledger recorded the call first
	Enqueued time.Time // when the caller entered the queue; zero = the caller did not
	Answered time.Time // when worker and caller were connected
	Left     time.Time // when a wait without a talk ended
	Ended    time.Time // when the talk ended
	Done     time.Time // when the worker's wrap-up ended with the task
	Outcome  Outcome

	Number   string // that the caller dialed
	Queue    string // name of the task queue in which the wait ended
	Language string // code such as es; "" = the number's
	Worker   string // SID of the worker who talked first
	Name     string // of that worker then

	Expected outlook.Range // the wait that was expected then, which callers hear at a desk that announces it; zero = none was known
	Score    int           // 1 to 5; 0 = none
	Answers  map[string]string
	Offers   []Offer
	Overflow string // why no worker could serve the caller, such as crm/refused
	Requests []Request
}

// Offer is one reservation of a worker for a call, a call back or a message.
type Offer struct {
	Worker  string // SID
	State   reservation.State
	Failure string // step and name of the failure table, such as ring/busy
	Charged string // who bears it: worker, us, call, wish
}

// Request is a call back or a message.
type Request struct {
	Kind    taskrouter.Kind
	State   ledger.RequestState
	Outcome string // why it ended, or why the last try failed
	Tries   int
	Offers  []Offer
}

// Ledger finds calls.
type Ledger interface {
	ByCall(ctx context.Context, sid string) (ledger.Call, bool, error)
	Between(ctx context.Context, from, until time.Time) ([]ledger.Call, error)
}

// Read returns the calls that the ledger first recorded in the period, the oldest first, with their
// call backs and messages. It makes a query for each day, and a read for each call back and
// message. err is the ledger's; a retry is safe.
func Read(ctx context.Context, from Ledger, period Period) ([]Call, error) {
	var calls []Call
	for _, day := range period.Days {
		found, err := from.Between(ctx, day.From, day.Until)
		if err != nil {
			return nil, fmt.Errorf("read calls of %s: %w", day.Date, err)
		}
		for _, each := range found {
			call, err := read(ctx, from, each)
			if err != nil {
				return nil, fmt.Errorf("read requests of call %s: %w", each.CallSID(), err)
			}
			calls = append(calls, call)
		}
	}
	return calls, nil
}

func read(ctx context.Context, from Ledger, call ledger.Call) (Call, error) {
	var requests []ledger.Call
	keys := []string{call.Voicemail()}
	if !call.CallbackWanted().IsZero() {
		keys = append(keys, taskrouter.CallbackKey(call.CallSID()))
	}
	for _, key := range keys {
		if key == "" {
			continue
		}
		request, found, err := from.ByCall(ctx, key)
		if err != nil {
			return Call{}, err
		}
		if found {
			requests = append(requests, request)
		}
	}
	return FromLedger(call, requests...), nil
}

// FromLedger returns what the figures need of a call in the ledger, and of what its caller left.
func FromLedger(from ledger.Call, requests ...ledger.Call) Call {
	call := Call{
		SID: from.CallSID(), Began: from.FirstSeen(), Number: from.Dialed(), Overflow: from.Overflow(), Answers: from.Answers(), Offers: offers(from),
	}
	call.Score, _ = strconv.Atoi(from.Score()) // 0 = the caller gave none
	for _, request := range requests {
		if r := request.Request(); r.State != "" {
			call.Requests = append(call.Requests, Request{taskrouter.KindOf(r.Key), r.State, r.Outcome, r.Try, offers(request)})
		}
	}
	if task := firstTask(from); task != "" {
		call.Queue, call.Language = from.Queue(task), from.Language(task)
		call.Expected, _ = outlook.ParseRange(from.ExpectedWait(task))
		if call.Enqueued = from.TaskCreated(task); call.Enqueued.IsZero() {
			call.Enqueued = from.FirstSeen()
		}
	}
	if talk, found := firstTalk(from); found {
		call.Worker, call.Name, call.Answered = from.Worker(talk), from.WorkerName(talk), from.At(talk, reservation.Talking)
		call.Ended = from.At(talk, reservation.Talked)
		call.Queue = cmp.Or(from.Queue(talk.TaskSID), call.Queue)
		if talk.TaskSID == from.TaskSID() {
			call.Done = from.Completed()
		}
	}
	call.Outcome = outcome(from)
	if call.Outcome != Answered && call.Outcome != Waiting && !call.Enqueued.IsZero() {
		call.Left = earliest(from.LeftQueueSince(), from.CallbackWanted(), from.Unserved(from.TaskSID()))
	}
	return call
}

func offers(from ledger.Call) (all []Offer) {
	for _, ref := range from.Reservations() {
		offer := Offer{Worker: from.Worker(ref), State: from.State(ref)}
		offer.Failure, offer.Charged = from.Failure(ref)
		all = append(all, offer)
	}
	return all
}

// firstTask returns the task with which the caller began to wait; "" = none.
func firstTask(call ledger.Call) string {
	tasks := call.Tasks()
	if len(tasks) == 0 {
		return ""
	}
	return slices.MinFunc(tasks, func(a, b string) int {
		return orNever(call.TaskCreated(a)).Compare(orNever(call.TaskCreated(b)))
	})
}

// firstTalk returns the reservation whose worker talked to the caller first.
func firstTalk(call ledger.Call) (talk ledger.Ref, found bool) {
	talks := slices.DeleteFunc(call.Reservations(), func(ref ledger.Ref) bool { return !call.Talked(ref) })
	if len(talks) == 0 {
		return ledger.Ref{}, false
	}
	return slices.MinFunc(talks, func(a, b ledger.Ref) int {
		return orNever(call.At(a, reservation.Talking)).Compare(orNever(call.At(b, reservation.Talking)))
	}), true
}

func outcome(call ledger.Call) Outcome {
	_, talked := firstTalk(call)
	result := taskrouter.QueueResult(call.QueueResult())
	switch {
	case talked || result.Talked():
		return Answered
	case !call.CallbackWanted().IsZero():
		return Callback
	case call.Voicemail() != "":
		return Message
	case call.Overflow() != "" || !call.Unserved(call.TaskSID()).IsZero():
		return TurnedAway
	case result == taskrouter.Hangup || result == taskrouter.Leave:
		return Abandoned
	case result != "" && !result.Elsewhere():
		return TurnedAway // the line was full, or Twilio had an error
	case call.TaskSID() == "" && (call.Ended() || call.Closed()):
		return TurnedAway
	case call.Ended() || call.Closed() || len(call.Tasks()) > 0 && len(call.LiveTasks()) == 0:
		return Abandoned
	}
	return Waiting
}

// earliest returns the earliest time that is known.
func earliest(times ...time.Time) time.Time {
	times = slices.DeleteFunc(times, time.Time.IsZero)
	if len(times) == 0 {
		return time.Time{}
	}
	return slices.MinFunc(times, time.Time.Compare)
}

// orNever returns a time after all others for one that is not known.
func orNever(at time.Time) time.Time {
	if at.IsZero() {
		return time.Unix(1<<40, 0)
	}
	return at
}
