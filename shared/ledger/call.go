package ledger

import (
	"slices"
	"strings"
	"time"

	"switchboard/shared/failure"
	"switchboard/shared/reservation"
	"switchboard/shared/taskrouter"
)

// Names of a call's own fields that are not facts.
const (
	callSID       = "call_sid"
	taskSID       = "task_sid"
	workerSID     = "worker_sid"
	workerCallSID = "worker_call_sid"
	day           = "day"        // UTC date of the first change, for the index by day
	firstSeen     = "first_seen" // RFC 3339, UTC, milliseconds, as all times here
	queueResult   = "queue_result"
	leftQueue     = "left_queue"
	connected     = "connected" // yes: a worker was connected, for any of the tasks
	score         = "score"
	remark        = "remark"
	voicemail     = "voicemail"
	elsewhere     = "elsewhere" // when the caller wanted to leave the queue for another number
	overflow      = "overflow"  // why the caller could not be served: "crm/refused"
)

// Names of fields behind "WT….". language is also the name of a request's field.
const (
	language = "language"
	queue    = "queue"
	expected = "expected_wait"
)

// Names of a reservation's fields that are not facts, behind "WR….".
const (
	state        = "state"
	attempt      = "attempt"  // whose claim it is
	taskOf       = "task_sid" // WT…
	workerName   = "worker_name"
	deadline     = "deadline"
	dialBy       = "dial_by"
	announcement = "announcement"
	failed       = "failure"    // why the bridge failed: "crm/refused"
	chargedTo    = "charged_to" // who bears it: worker, us, call, wish
)

// yes is the value of a field whose time depends on the webhook that comes first.
const yes = "yes"

// Ref names a reservation and the call that it is for.
type Ref struct{ CallSID, TaskSID, ReservationSID string }

// Call is what the ledger knows of one call. The zero value is a call of which nothing is known.
// Times are zero, and texts empty, where nothing was reported.
type Call struct{ fields Fields }

// CallSID is the caller's call, the key of the item.
func (c Call) CallSID() string { return c.fields[callSID] }

// TaskSID is the task that the call waited with, the latest if it was enqueued more than once.
func (c Call) TaskSID() string { return c.fields[taskSID] }

// WorkerSID is the worker who took the call, or was offered it last.
func (c Call) WorkerSID() string { return c.fields[workerSID] }

// WorkerCallSID is the call to that worker.
func (c Call) WorkerCallSID() string { return c.fields[workerCallSID] }

// QueueResult is what Twilio posted to the Enqueue action URL, "" while the caller waits or talks.
func (c Call) QueueResult() string { return c.fields[queueResult] }

// Language is the language in which the task's caller is spoken to, such as "es"; "" = the dialed
// number's, or no event has named it.
func (c Call) Language(task string) string { return c.fields[task+"."+language] }

// Queue is the name of the task queue in which the task's wait ended; "" before the end of the
// task, or if no event has named it.
func (c Call) Queue(task string) string { return c.fields[task+"."+queue] }

// ExpectedWait is the wait that was expected when the task's caller entered the queue, in minutes:
// 5-10, or 60- for any longer one; "" = none was known, or the task has not ended. A desk that
// announces waits says it first.
func (c Call) ExpectedWait(task string) string { return c.fields[task+"."+expected] }

// Dialed is the number that the caller dialed, or a SIP or client address; "" before the end of the
// task, or if no event has named it.
func (c Call) Dialed() string { return c.fields[dialedNumber] }

// Score is the survey's answer, "1" to "5".
func (c Call) Score() string { return c.fields[score] }

// Remark is the recording (RE…) of what the caller said in the survey.
func (c Call) Remark() string { return c.fields[remark] }

// Voicemail is the recording (RE…) of what the caller said instead of waiting.
func (c Call) Voicemail() string { return c.fields[voicemail] }

// ElsewhereWanted is when the waiting caller last wanted to be connected to another number; zero if
// they did not.
func (c Call) ElsewhereWanted() time.Time { return c.time(elsewhere) }

// Overflow is why the caller could not be served and was sent to overflow, as step and name of the
// failure table: "crm/refused".
func (c Call) Overflow() string { return c.fields[overflow] }

// FirstSeen is when the ledger recorded the call first.
func (c Call) FirstSeen() time.Time { return c.time(firstSeen) }

// Enqueued is when TaskRouter created the call's task, or FirstSeen if no event reported it.
func (c Call) Enqueued() time.Time {
	if created := c.TaskCreated(c.TaskSID()); !created.IsZero() {
		return created
	}
	return c.FirstSeen()
}

// LeftQueueSince is when Twilio last reported that the caller left a queue. That is not a fact
// about one task: a caller can be enqueued again, and the report of an earlier queue can arrive
// late.
func (c Call) LeftQueueSince() time.Time { return c.time(leftQueue) }

// TalkStarted is when worker and caller were connected.
func (c Call) TalkStarted() time.Time {
	for _, sid := range c.reservations() {
		for _, name := range []string{accepted, bridged} {
			if at := c.time(sid + "." + name); !at.IsZero() {
				return at
			}
		}
	}
	return time.Time{}
}

// Completed is when the call's task was completed.
func (c Call) Completed() time.Time { return c.time(c.TaskSID() + "." + completed) }

// CannotBridge reports whether no worker can be connected to the caller for this reservation: the
// call or the task ended, the caller was sent to overflow, or the reservation ended without a talk.
// A worker call for it must end.
func (c Call) CannotBridge(ref Ref) bool { return c.proves(ref, cannotBridge) }

// Ended reports whether the caller's call ended. That is the one fact about the call that holds for
// all its tasks.
func (c Call) Ended() bool { return c.has(ended) }

// CallerLeft reports whether the call ended without a talk, as far as is known, or the task was
// canceled: no worker will be connected for it.
func (c Call) CallerLeft(task string) bool {
	mayHaveTalked := c.CallerTalked(task) || taskrouter.QueueResult(c.QueueResult()).Talked()
	return c.has(ended) && !mayHaveTalked || c.has(task+"."+canceled)
}

// CallerTalked reports whether a worker was connected to the task's caller.
func (c Call) CallerTalked(task string) bool {
	_, found := c.talk(task)
	return found
}

// Served reports whether the task's caller certainly talked to a worker. An accepted reservation
// alone is no proof: Twilio may accept one when it begins to dequeue, and complete the task if the
// worker does not answer. The worker took the call from us; or Twilio reported a talk at the end of
// the queue, and the call has no other task to which the report could belong.
func (c Call) Served(task string) bool {
	tookIt := slices.ContainsFunc(c.Reservations(), func(ref Ref) bool {
		return ref.TaskSID == task && c.WorkerAccepted(ref) && c.Talked(ref)
	})
	return tookIt || len(c.Tasks()) == 1 && taskrouter.QueueResult(c.QueueResult()).Talked()
}

// Unserved is when the task's caller was sent to overflow because no worker could have served the
// call.
func (c Call) Unserved(task string) time.Time { return c.time(task + "." + unserved) }

// TaskCreated is when TaskRouter created the task.
func (c Call) TaskCreated(task string) time.Time { return c.time(task + "." + created) }

// Failure is why the reservation's bridge failed, as step and name of the failure table
// ("crm/refused"), and who bore it; both are "" if it did not fail.
func (c Call) Failure(ref Ref) (why, charged string) {
	return c.of(ref, failed), c.of(ref, chargedTo)
}

// Faults is how many other reservations of the same task failed by a fault of ours.
func (c Call) Faults(ref Ref) int {
	n := 0
	for _, sid := range c.reservations() {
		sameTask := sid != ref.ReservationSID && c.fields[sid+"."+taskOf] == ref.TaskSID
		if sameTask && c.fields[sid+"."+chargedTo] == string(failure.ToUs) {
			n++
		}
	}
	return n
}

// WorkerAccepted reports whether the reservation's worker took the call and is being connected.
func (c Call) WorkerAccepted(ref Ref) bool { return c.has(ref.ReservationSID + "." + answered) }

// Claimed is when the bridge function began work on the reservation.
func (c Call) Claimed(ref Ref) time.Time { return c.At(ref, reservation.Claimed) }

// WorkerCall is the call to the reservation's worker, "" while none is known.
func (c Call) WorkerCall(ref Ref) string { return c.of(ref, workerCallSID) }

// WorkerCallEnded reports whether the call to the reservation's worker is known to have ended.
func (c Call) WorkerCallEnded(ref Ref) bool { return c.has(ref.ReservationSID + "." + workerCallEnded) }

// WorkerOf is the worker who talked to the caller of a task, "" if none is known.
func (c Call) WorkerOf(task string) string {
	talk, _ := c.talk(task)
	return c.of(talk, workerSID)
}

// WrappedUp reports whether Twilio reported that the reservation was wrapping.
func (c Call) WrappedUp(sid string) bool { return c.has(sid + "." + wrapup) }

// Worker is the worker who was reserved, "" while none is known.
func (c Call) Worker(ref Ref) string { return c.of(ref, workerSID) }

// WorkerName is the name that this worker had; "" before the wrap-up of a talk has ended.
func (c Call) WorkerName(ref Ref) string { return c.of(ref, workerName) }

// Deadline is when the reservation times out at the earliest, zero before Claim.
func (c Call) Deadline(ref Ref) time.Time { return c.time(ref.ReservationSID + "." + deadline) }

// DialBy is the latest time at which the worker's phone may begin to ring, zero before the worker
// call is about to be placed.
func (c Call) DialBy(ref Ref) time.Time { return c.time(ref.ReservationSID + "." + dialBy) }

// Announcement is what the worker hears of the caller at the gate, "" for nothing.
func (c Call) Announcement(ref Ref) string { return c.of(ref, announcement) }

// Talked reports whether the reservation's worker and the caller were connected.
func (c Call) Talked(ref Ref) bool { return c.proves(ref, talked) }

// Resolved reports whether the reservation needs nothing from us: they talked, we rejected it, or
// no worker can be connected for it.
func (c Call) Resolved(ref Ref) bool { return c.proves(ref, resolved) }

// MayBePending reports whether TaskRouter may still have the reservation pending: no event reported
// its end or a talk, and we have not rejected it. A caller who left ends our work on the
// reservation, not the reservation.
func (c Call) MayBePending(ref Ref) bool { return !c.proves(ref, talked|endsReservation|endsTask) }

// UnansweredCalls returns the worker calls of a task, "" = of all tasks, that are not known to have
// been connected or to have ended.
func (c Call) UnansweredCalls(task string) []string {
	var calls []string
	for _, sid := range c.reservations() {
		if task == "" || c.fields[sid+"."+taskOf] == task {
			calls = append(calls, c.UnansweredCallsOf(sid)...)
		}
	}
	return calls
}

// UnansweredCallsOf is UnansweredCalls for one reservation, which has at most one.
func (c Call) UnansweredCallsOf(sid string) []string {
	workerCall := c.fields[sid+"."+workerCallSID]
	if workerCall == "" || c.connected(sid) || c.has(sid+"."+workerCallEnded) {
		return nil
	}
	return []string{workerCall}
}

// TalkedWith is the call to the worker who talked to the caller of a task, "" = of any task; "" if
// none is known.
func (c Call) TalkedWith(task string) string {
	for _, sid := range c.reservations() {
		sameTask := task == "" || c.fields[sid+"."+taskOf] == task
		if workerCall := c.fields[sid+"."+workerCallSID]; workerCall != "" && sameTask && c.connected(sid) {
			return workerCall
		}
	}
	return ""
}

// Tasks lists the tasks that the call waited with, sorted by SID.
func (c Call) Tasks() []string {
	var tasks []string
	add := func(sid string) {
		if sid != "" && !slices.Contains(tasks, sid) {
			tasks = append(tasks, sid)
		}
	}
	add(c.TaskSID())
	for name, value := range c.fields {
		if sid, _, found := strings.Cut(name, "."); found && taskrouter.ValidSID("WT", sid) {
			add(sid)
		} else if strings.HasSuffix(name, "."+taskOf) {
			add(value)
		}
	}
	slices.Sort(tasks)
	return tasks
}

// LiveTasks lists the call's tasks that are not known to have ended.
func (c Call) LiveTasks() []string { return slices.DeleteFunc(c.Tasks(), c.taskEnded) }

// Reservations lists the reservations of all the call's tasks, in the order in which the first fact
// about each happened.
func (c Call) Reservations() []Ref {
	var refs []Ref
	for _, sid := range c.reservations() {
		refs = append(refs, Ref{c.CallSID(), c.fields[sid+"."+taskOf], sid})
	}
	first := c.firstFacts()
	slices.SortStableFunc(refs, func(a, b Ref) int {
		return strings.Compare(first[a.ReservationSID], first[b.ReservationSID])
	})
	return refs
}

// State is how far the reservation's bridge has come.
func (c Call) State(ref Ref) reservation.State { return reservation.State(c.of(ref, state)) }

// At is when the reservation's bridge came into a state, zero if it never did: states can be passed
// over. TaskRouter reports when a reservation and a talk began, perhaps late.
func (c Call) At(ref Ref, in reservation.State) time.Time {
	at := c.time(ref.ReservationSID + "." + string(in))
	for _, f := range facts {
		if at.IsZero() && f.state == in && f.proof&begins != 0 {
			at = c.time(f.field(ref))
		}
	}
	return at
}

// Reserved is when TaskRouter made the reservation. If no event reported it, it is when the ledger
// recorded the reservation first.
func (c Call) Reserved(ref Ref) time.Time {
	for _, at := range []time.Time{c.At(ref, reservation.Offered), c.Claimed(ref)} {
		if !at.IsZero() {
			return at
		}
	}
	return c.FirstSeen()
}

// Knows reports whether the ledger has what the event reports, or has forgotten its reservation.
func (c Call) Knows(event taskrouter.Event) bool {
	f := reportedBy(event.Type)
	if f.owner == ofReservation && c.isForgotten(event.ReservationSID) {
		return true
	}
	return c.has(f.field(Ref{TaskSID: event.TaskSID, ReservationSID: event.ReservationSID}))
}

// of returns a reservation's field.
func (c Call) of(ref Ref, name string) string { return c.fields[ref.ReservationSID+"."+name] }

func (c Call) connected(sid string) bool { return c.proves(Ref{ReservationSID: sid}, talked) }

func (c Call) taskEnded(task string) bool { return c.proves(Ref{TaskSID: task}, endsTask) }

// talk returns the first reservation, by SID, in which a worker talked to the task's caller.
func (c Call) talk(task string) (ref Ref, found bool) {
	for _, sid := range c.reservations() {
		if c.fields[sid+"."+taskOf] == task && c.connected(sid) {
			return Ref{ReservationSID: sid}, true
		}
	}
	return Ref{}, false
}

// reservations lists the SIDs of the call's reservations, sorted.
func (c Call) reservations() []string {
	var sids []string
	for name := range c.fields {
		if sid, field, found := strings.Cut(name, "."); found && field == taskOf {
			sids = append(sids, sid)
		}
	}
	slices.Sort(sids)
	return sids
}

// firstFacts is when the first fact about each task and reservation happened, as text: all times
// have one format.
func (c Call) firstFacts() map[string]string {
	first := map[string]string{}
	for name, value := range c.fields {
		sid, _, found := strings.Cut(name, ".")
		if _, err := time.Parse(timeFormat, value); !found || err != nil {
			continue
		}
		if at := first[sid]; at == "" || value < at {
			first[sid] = value
		}
	}
	return first
}

// began is when the first fact about each task or one of its reservations happened.
func (c Call) began() map[string]string {
	began := c.firstFacts()
	for _, ref := range c.Reservations() {
		if at := began[ref.ReservationSID]; began[ref.TaskSID] == "" || at < began[ref.TaskSID] {
			began[ref.TaskSID] = at
		}
	}
	return began
}

// isForgotten reports whether the reservation's facts are forgotten.
func (c Call) isForgotten(sid string) bool { return c.has(sid + "." + forgotten) }

func (c Call) has(name string) bool { _, found := c.fields[name]; return found }

func (c Call) time(name string) time.Time { return parse(c.fields[name]) }
