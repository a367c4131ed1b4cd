package ledger

import (
	"context"
	"maps"
	"strconv"
	"time"

	"switchboard/shared/reservation"
	"switchboard/shared/taskrouter"
)

// Names of a request's own fields.
const (
	kind         = "kind"
	number       = "number"        // whom to call, E.164
	dialedNumber = "dialed_number" // which the caller had dialed
	asked        = "asked"
	entered      = "entered" // when the caller had entered the queue
	until        = "until"
	attributes   = "attributes" // of the call's task
	priority     = "priority"
	tries        = "tries"
	every        = "every" // seconds
	notBefore    = "not_before"
	try          = "try"
	requestState = "request_state"
	requestSince = "request_since"
	requestTask  = "request_task"
	talkingWith  = "talking_with" // WR…
	outcome      = "outcome"
	customerCall = "customer_call_sid" // CA…
)

// phaseRequest is the phase of a request that has not been closed: the sweeper lists requests apart
// from calls.
const phaseRequest = "request"

// RequestState is how far a request has come. Within a try it only moves forward.
type RequestState string

// The states. The last three are ends.
const (
	Wanted   RequestState = "wanted"   // the caller has confirmed, and is still in the line
	Left     RequestState = "left"     // the caller has left; a task is to be created
	Creating RequestState = "creating" // POST /Tasks is under way, or its outcome is unknown
	Waiting  RequestState = "waiting"  // the task waits for a worker
	Talking  RequestState = "talking"  // a worker has taken it

	Done      RequestState = "done"
	GivenUp   RequestState = "given_up"
	Withdrawn RequestState = "withdrawn" // the caller wants it no more, or talked to a worker
)

// Ended reports whether the state is an end.
func (s RequestState) Ended() bool { return s == Done || s == GivenUp || s == Withdrawn }

// Request is what a caller left instead of waiting: an item of its own, with the reservations of
// its tasks, as a call's. Its key says the kind (taskrouter.KindOf).
type Request struct {
	Key        string
	Number     string    // whom to call, E.164
	Dialed     string    // the number that the caller had dialed
	Language   string    // that the caller is spoken to in; "" = the number's
	Asked      time.Time // when the caller asked
	Entered    time.Time // when the caller had entered the queue: the place that is kept
	Until      time.Time // the end of the promise
	Attributes string    // of the call's task, a JSON object
	Priority   int       // of the call's task
	Tries      int       // how often the number is called at most
	Every      time.Duration
	NotBefore  time.Time // when the next task may be created; zero = now

	State   RequestState
	Since   time.Time // when the state began
	Try     int       // from 1
	TaskSID string    // of this try
	Talking string    // the reservation (WR…) whose worker has taken it
	Outcome string    // why it ended

	CustomerCallSID string // of the call that reached the customer
}

// IsRequest reports whether the item is a request's.
func (c Call) IsRequest() bool { return taskrouter.IsRequest(c.CallSID()) }

// Request returns what the ledger knows of a request; the zero Request for a call.
func (c Call) Request() Request {
	if !c.has(requestState) {
		return Request{}
	}
	whole := func(name string) int {
		n, err := strconv.Atoi(c.fields[name])
		if err != nil {
			return 0
		}
		return n
	}
	return Request{
		Key: c.CallSID(), Number: c.fields[number], Dialed: c.fields[dialedNumber], Language: c.fields[language],
		Asked: c.time(asked), Entered: c.time(entered), Until: c.time(until), NotBefore: c.time(notBefore),
		Attributes: c.fields[attributes], Priority: whole(priority), Tries: whole(tries),
		Every: time.Duration(whole(every)) * time.Second,
		State: RequestState(c.fields[requestState]), Since: c.time(requestSince), Try: whole(try),
		TaskSID: c.fields[requestTask], Talking: c.fields[talkingWith], Outcome: c.fields[outcome],
		CustomerCallSID: c.fields[customerCall],
	}
}

// Ask records a request, in state Wanted or Left. made is false if there is one with that key; one
// that was withdrawn can be made again. err is as for Store.Apply; a retry is safe, though made may
// then be false for a request in Left.
func (l Ledger) Ask(ctx context.Context, r Request, in RequestState) (call Call, made bool, err error) {
	change := l.change(r.Key)
	maps.Copy(change.Set, Fields{
		kind: string(taskrouter.KindOf(r.Key)), number: r.Number, dialedNumber: r.Dialed, language: r.Language,
		asked: text(r.Asked), entered: text(r.Entered), until: text(r.Until), notBefore: text(r.NotBefore),
		attributes: r.Attributes, priority: strconv.Itoa(r.Priority), tries: strconv.Itoa(r.Tries),
		every: strconv.Itoa(int(r.Every / time.Second)), try: "1",
	})
	change.Forget = []string{over, outcome, requestTask, talkingWith}
	change.Within = map[string][]string{requestState: {string(Wanted), string(Withdrawn)}}
	return l.apply(ctx, l.to(change, in))
}

// CallerLeftFor records that the caller of a wanted request has left the line: its task can be
// created. made is false if the request is in another state. err is as for Store.Apply; a retry is
// safe, though made may then be false.
func (l Ledger) CallerLeftFor(ctx context.Context, key string) (call Call, made bool, err error) {
	return l.step(ctx, l.change(key), Left, Wanted)
}

// Creating gives the caller the exclusive right to create the task of this try. seen is the request
// as it was read: in Left, or in Creating, if the outcome of an earlier attempt is unknown and it
// created none. made is false if another attempt has the right. err is as for Store.Apply.
func (l Ledger) Creating(ctx context.Context, seen Request) (call Call, made bool, err error) {
	change := l.change(seen.Key)
	change.Within = map[string][]string{try: {strconv.Itoa(seen.Try)}, requestSince: {text(seen.Since)}}
	return l.step(ctx, change, Creating, Left, Creating)
}

// NotCreated records that Twilio did not create the task: it can be created again. err is as for
// Store.Apply; a retry is safe.
func (l Ledger) NotCreated(ctx context.Context, key string, number int) error {
	change := l.change(key)
	change.Within = map[string][]string{try: {strconv.Itoa(number)}}
	_, _, err := l.step(ctx, change, Left, Creating)
	return err
}

// Adopt records the task of a try. adopted is false if the try is over or has another task: then no
// worker may be called for this one. err is as for Store.Apply; a retry is safe.
func (l Ledger) Adopt(ctx context.Context, key string, number int, task string) (call Call, adopted bool, err error) {
	change := l.change(key)
	change.Set[requestTask], change.Set[taskSID] = task, task
	change.Within = map[string][]string{try: {strconv.Itoa(number)}, requestTask: {task}}
	call, adopted, err = l.step(ctx, change, Waiting, Creating)
	r := call.Request()
	already := (r.State == Waiting || r.State == Talking) && r.Try == number && r.TaskSID == task
	return call, adopted || err == nil && already, err
}

// StartTalking gives a reservation's worker the exclusive right to call the customer, or to hear
// the message. The reservation was accepted. allowed is false if the request has ended, or another
// worker took it. err is as for Store.Apply; a retry is safe.
func (l Ledger) StartTalking(ctx context.Context, ref Ref) (call Call, allowed bool, err error) {
	change := l.about(ref)
	delete(change.Once, taskSID) // Adopt has set it
	change.Set[talkingWith] = ref.ReservationSID
	change.Once[ref.ReservationSID+"."+accepted] = l.now()
	change.Within = map[string][]string{requestTask: {ref.TaskSID}, talkingWith: {ref.ReservationSID}}
	change.Present = []string{requestTask}
	moved := change.moving(ref.ReservationSID, reservation.Talking, l.now())
	call, allowed, err = l.step(ctx, moved, Talking, Waiting, Talking)
	if !allowed && err == nil {
		// The event of the acceptance or the end of the worker call may have come first.
		call, allowed, err = l.step(ctx, change, Talking, Waiting, Talking)
	}
	return call, allowed, err
}

// Finish records that a request is done: worker and customer talked in the customer's call, or the
// message was heard; customer is "" if there was no call, or it is not known. made
// is false if the request has ended, or the worker of this reservation does not have it. err is as
// for Store.Apply; a retry is safe, though made may then be false.
func (l Ledger) Finish(ctx context.Context, ref Ref, how, customer string) (call Call, made bool, err error) {
	change := l.change(ref.CallSID)
	change.Set[customerCall] = customer
	change.Within = map[string][]string{talkingWith: {ref.ReservationSID}}
	return l.end(ctx, change, Done, how, Talking)
}

// Again has another task created, not before a time, with the next try's number; seen is the try
// that failed, with the wanted number of tries. made is false if the request has ended or is in
// another try. err is as for Store.Apply; a retry is safe, though made may then be false.
func (l Ledger) Again(ctx context.Context, seen Request, at time.Time, why string) (call Call, made bool, err error) {
	change := l.change(seen.Key)
	change.Set[try], change.Set[tries] = strconv.Itoa(seen.Try+1), strconv.Itoa(seen.Tries)
	change.Set[notBefore], change.Set[outcome] = text(at), why
	change.Forget = []string{requestTask, talkingWith}
	change.Within = map[string][]string{try: {strconv.Itoa(seen.Try)}}
	return l.step(ctx, change, Left, Creating, Waiting, Talking)
}

// GiveUp ends a request that cannot be kept; seen is the try that failed. made is false if the
// request has ended or is in another try. err is as for Store.Apply; a retry is safe, though made
// may then be false.
func (l Ledger) GiveUp(ctx context.Context, seen Request, why string) (call Call, made bool, err error) {
	change := l.change(seen.Key)
	change.Within = map[string][]string{try: {strconv.Itoa(seen.Try)}}
	return l.end(ctx, change, GivenUp, why, Wanted, Left, Creating, Waiting, Talking)
}

// Withdraw ends a request that its caller wants no more. made is false if it has ended, or a worker
// has taken it. err is as for Store.Apply; a retry is safe, though made may then be false.
func (l Ledger) Withdraw(ctx context.Context, key, why string) (call Call, made bool, err error) {
	return l.end(ctx, l.change(key), Withdrawn, why, Wanted, Left, Creating, Waiting)
}

// OpenRequests returns requests that are not closed, the oldest first, up to limit. err is the
// Store's; a retry is safe.
func (l Ledger) OpenRequests(ctx context.Context, limit int) ([]Call, error) {
	return l.inPhase(ctx, phaseRequest, time.Unix(0, 0), l.Now().Add(time.Minute), limit)
}

func (l Ledger) end(ctx context.Context, change Change, to RequestState, why string, from ...RequestState) (Call, bool, error) {
	change.Once[over] = l.now()
	change.Set[outcome] = why
	return l.step(ctx, change, to, from...)
}

// step makes the change and moves a request that the ledger has, from one of the states.
func (l Ledger) step(ctx context.Context, change Change, to RequestState, from ...RequestState) (Call, bool, error) {
	moved := l.to(change, to)
	moved.Present = append(moved.Present, requestState)
	if moved.Within == nil {
		moved.Within = map[string][]string{}
	}
	for _, state := range from {
		moved.Within[requestState] = append(moved.Within[requestState], string(state))
	}
	return l.apply(ctx, moved)
}

func (l Ledger) to(change Change, to RequestState) Change {
	moved := change.clone()
	moved.Set[requestState], moved.Set[requestSince] = string(to), l.now()
	return moved
}
