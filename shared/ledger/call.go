package ledger

import (
	"slices"
	"strings"
	"time"

	"switchboard/shared/failure"
	"switchboard/shared/taskrouter"
)

// Names of a call's own fields.
const (
	callSID       = "call_sid"
	taskSID       = "task_sid"
	workerSID     = "worker_sid"
	workerCallSID = "worker_call_sid"
	day           = "day"        // UTC date of the first change, for looking calls up by time
	firstSeen     = "first_seen" // RFC 3339, UTC, milliseconds, as all times here
	queueResult   = "queue_result"
	leftQueue     = "left_queue"
	ended         = "ended"     // the call itself is over
	connected     = "connected" // yes: a worker was connected, for any of the tasks
	score         = "score"
	remark        = "remark"
	voicemail     = "voicemail"
	overflow      = "overflow" // why the caller could not be served: "crm/refused"
)

// Names of what happened to a reservation's worker call, behind "WR…."; the names of what TaskRouter says happened to
// tasks and reservations are the second halves of its event types: "accepted", "canceled" …
const (
	claimed   = "claimed"
	attempt   = "attempt" // whose claim it is
	dialed    = "dialed"
	answered  = "answered"
	bridged   = "bridged"
	legEnded  = "leg_ended"
	rejecting = "reject_sent"
	ofTask    = "task_sid"

	deadline     = "deadline"
	dialBy       = "dial_by"
	announcement = "announcement"

	failed    = "failure"    // why the bridge failed: "crm/refused"
	chargedTo = "charged_to" // who bears it: worker, us, call
)

// yes is the value of a fact whose time depends on the webhook that comes first.
const yes = "yes"

// unserved is behind "WT….": when we sent the caller to overflow because the call could not be
// served.
const unserved = "unserved"

// Ref names a reservation and the call that it is for.
type Ref struct{ CallSID, TaskSID, ReservationSID string }

// Call is what the ledger knows of one call.
type Call struct{ fields Fields }

// CallSID is the caller's.
func (c Call) CallSID() string { return c.fields[callSID] }

// TaskSID is the task that the call waited with, the latest when it was enqueued more than once.
func (c Call) TaskSID() string { return c.fields[taskSID] }

// WorkerSID is the worker who took the call, or was asked last.
func (c Call) WorkerSID() string { return c.fields[workerSID] }

// WorkerCallSID is the call to that worker.
func (c Call) WorkerCallSID() string { return c.fields[workerCallSID] }

// QueueResult is what the Enqueue action URL was told, "" while the caller waits or talks.
func (c Call) QueueResult() string { return c.fields[queueResult] }

// Score is the survey's answer, "1" to "5" or "".
func (c Call) Score() string { return c.fields[score] }

// Remark and Voicemail are recordings that the caller left: RE… SIDs or "".
func (c Call) Remark() string    { return c.fields[remark] }
func (c Call) Voicemail() string { return c.fields[voicemail] }

// Overflow is why the caller could not be served and was sent to overflow, as step and name of the
// failure table, "" if that did not happen.
func (c Call) Overflow() string { return c.fields[overflow] }

// FirstSeen is when the ledger first heard of the call.
func (c Call) FirstSeen() time.Time { return c.time(firstSeen) }

// Enqueued is when the task was made, or when the ledger first heard of the call where no event told.
func (c Call) Enqueued() time.Time {
	if created := c.time(c.TaskSID() + ".created"); !created.IsZero() {
		return created
	}
	return c.FirstSeen()
}

// LeftQueue is when Twilio last reported that the caller left a queue, zero if it never did. That
// is no fact about one task: a caller can be enqueued again, and the report of an earlier queue can
// come late.
func (c Call) LeftQueue() time.Time { return c.time(leftQueue) }

// Bridged is when a worker was connected, zero when none was.
func (c Call) Bridged() time.Time {
	for _, reservation := range c.reservations() {
		for _, name := range []string{"accepted", bridged} {
			if at := c.time(reservation + "." + name); !at.IsZero() {
				return at
			}
		}
	}
	return time.Time{}
}

// Completed is when the call's task was completed, zero where it was not.
func (c Call) Completed() time.Time { return c.time(c.TaskSID() + ".completed") }

// Over reports that there is no caller left to bridge for this reservation: the call is over, the
// task died or cannot be served, or the reservation ended without being accepted. A worker's phone
// that rings for it must stop.
func (c Call) Over(ref Ref) bool {
	return slices.ContainsFunc(over(ref), c.has)
}

// Ended reports whether the caller's call itself is over. That is the one fact about the call that
// holds for every task of it.
func (c Call) Ended() bool { return c.has(ended) }

// Abandoned reports that the call is over and its caller never talked to a worker, as far as is
// known, or that the task was canceled: no worker will be bridged for it.
func (c Call) Abandoned(task string) bool {
	mayHaveTalked := c.Talked(task) || taskrouter.QueueResult(c.QueueResult()).Talked()
	return c.has(ended) && !mayHaveTalked || c.has(task+".canceled")
}

// Talked reports whether a worker was connected to the task's caller.
func (c Call) Talked(task string) bool {
	return slices.ContainsFunc(c.reservations(), func(reservation string) bool {
		return c.fields[reservation+"."+ofTask] == task && c.connected(reservation)
	})
}

// Served reports whether the task's caller certainly talked to a worker. An accepted reservation
// alone is no proof: Twilio may accept one when it begins to dequeue, and complete the task if the
// worker does not answer. The worker took the call from us; or Twilio reported a talk at the end of
// the queue, and the call has no other task to which the report could belong.
func (c Call) Served(task string) bool {
	tookIt := slices.ContainsFunc(c.Reservations(), func(ref Ref) bool {
		return ref.TaskSID == task && c.Answered(ref) && c.Connected(ref)
	})
	return tookIt || len(c.Tasks()) == 1 && taskrouter.QueueResult(c.QueueResult()).Talked()
}

// Unserved is when the task's caller was sent to overflow because no worker could have served the
// call, zero if that did not happen.
func (c Call) Unserved(task string) time.Time { return c.time(task + "." + unserved) }

// TaskCreated is when TaskRouter created the task, zero if no event reported it.
func (c Call) TaskCreated(task string) time.Time { return c.time(task + ".created") }

// Failure is why the reservation's bridge failed, as step and name of the failure table
// ("crm/refused"), and who bore it; both are "" if it did not fail.
func (c Call) Failure(ref Ref) (why, charged string) {
	return c.fields[ref.ReservationSID+"."+failed], c.fields[ref.ReservationSID+"."+chargedTo]
}

// Faults is how many other reservations of the same task failed by a fault of ours.
func (c Call) Faults(ref Ref) int {
	n := 0
	for _, reservation := range c.reservations() {
		ofTheTask := reservation != ref.ReservationSID && c.fields[reservation+"."+ofTask] == ref.TaskSID
		if ofTheTask && c.fields[reservation+"."+chargedTo] == string(failure.ToUs) {
			n++
		}
	}
	return n
}

// Answered reports whether the reservation's worker took the call and is being connected.
func (c Call) Answered(ref Ref) bool { return c.has(ref.ReservationSID + "." + answered) }

// Claimed is when a bridge began work on the reservation, zero when none did.
func (c Call) Claimed(ref Ref) time.Time { return c.time(ref.ReservationSID + "." + claimed) }

// Leg is the call to the reservation's worker, "" while none is known.
func (c Call) Leg(ref Ref) string { return c.fields[ref.ReservationSID+"."+workerCallSID] }

// WorkerOf is the worker who talked to the caller of a task, "" if none is known.
func (c Call) WorkerOf(task string) string {
	for _, reservation := range c.reservations() {
		if c.fields[reservation+"."+ofTask] == task && c.connected(reservation) {
			return c.fields[reservation+"."+workerSID]
		}
	}
	return ""
}

// WrappedUp reports whether Twilio reported that the reservation was wrapping.
func (c Call) WrappedUp(reservation string) bool { return c.has(reservation + ".wrapup") }

// Worker is the worker who was reserved, "" while none is known.
func (c Call) Worker(ref Ref) string { return c.fields[ref.ReservationSID+"."+workerSID] }

// Deadline is when the reservation times out at the earliest, zero when no bridge has claimed it.
func (c Call) Deadline(ref Ref) time.Time { return c.time(ref.ReservationSID + "." + deadline) }

// DialBy is the last instant at which the worker's phone may begin to ring, zero when no bridge got so far.
func (c Call) DialBy(ref Ref) time.Time { return c.time(ref.ReservationSID + "." + dialBy) }

// Announcement is what the worker hears of the caller at the gate, "" for nothing.
func (c Call) Announcement(ref Ref) string { return c.fields[ref.ReservationSID+"."+announcement] }

// Connected reports whether the reservation's worker got to talk to the caller.
func (c Call) Connected(ref Ref) bool { return c.connected(ref.ReservationSID) }

// Settled reports whether the reservation is no longer ours to reject: it was accepted, it ended, or we did reject it.
func (c Call) Settled(ref Ref) bool {
	return c.Connected(ref) || c.Over(ref) || c.has(ref.ReservationSID+"."+rejecting)
}

// OpenLegs returns the worker calls that are not known to be connected or at their end, of one task or, with "", of all.
func (c Call) OpenLegs(task string) []string {
	var legs []string
	for _, reservation := range c.reservations() {
		if task == "" || c.fields[reservation+"."+ofTask] == task {
			legs = append(legs, c.OpenLegsOf(reservation)...)
		}
	}
	return legs
}

// OpenLegsOf is OpenLegs for one reservation: it returns one call at most.
func (c Call) OpenLegsOf(reservation string) []string {
	leg := c.fields[reservation+"."+workerCallSID]
	if leg == "" || c.connected(reservation) || c.has(reservation+"."+legEnded) {
		return nil
	}
	return []string{leg}
}

func (c Call) connected(reservation string) bool {
	return c.any(reservation, connections())
}

// TalkedWith is the call to the worker who got to talk to the caller of a task or, with "", of any,
// "" if none is known.
func (c Call) TalkedWith(task string) string {
	for _, reservation := range c.reservations() {
		ofThat := task == "" || c.fields[reservation+"."+ofTask] == task
		if leg := c.fields[reservation+"."+workerCallSID]; leg != "" && ofThat && c.connected(reservation) {
			return leg
		}
	}
	return ""
}

// reservations lists the SIDs of the call's reservations, in a stable order.
func (c Call) reservations() []string {
	var sids []string
	for name := range c.fields {
		if sid, field, found := strings.Cut(name, "."); found && field == ofTask {
			sids = append(sids, sid)
		}
	}
	slices.Sort(sids)
	return sids
}

// claimedBy reports that the reservation is claimed by the attempt of that name, and still ours to bridge.
func (c Call) claimedBy(ref Ref, name string) bool {
	theirs := name != "" && c.fields[ref.ReservationSID+"."+attempt] == name
	return theirs && !slices.ContainsFunc(unsettled(ref), c.has)
}

func (c Call) has(name string) bool { _, found := c.fields[name]; return found }

func (c Call) any(sid string, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return c.has(sid + "." + name) })
}

func (c Call) time(name string) time.Time {
	at, err := time.Parse(timeFormat, c.fields[name])
	if err != nil {
		return time.Time{}
	}
	return at
}

func connections() []string { return []string{"accepted", "wrapup", "completed", bridged} }

func taskDeaths() []string { return []string{"canceled", "completed", "deleted", "system-deleted"} }

// reservationDeaths are TaskRouter's words and the ends without a talk: the move to a State is noted under its name.
func reservationDeaths() []string {
	return []string{"rejected", "timeout", "canceled", "rescinded", "failed", string(CallerLeft), string(Stale), string(Unknown), forgotten}
}
