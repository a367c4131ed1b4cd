package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/rules"
	"switchboard/shared/roster"
	"switchboard/shared/simulator"
)

// The limits that the judge applies to the workers' days.
const (
	// prompt is how late a worker may return if no fault struck the worker: the time of the event
	// and the message, with cold starts, late events and clocks that differ.
	prompt = reach + maxCold + largestSkew + 4*time.Second

	// troubled is prompt for a world in which something failed: a slow or retried request delays
	// others.
	troubled = prompt + 3*slowestService

	// returnGrace is how long the sweeper waits for the message that brings a worker back.
	returnGrace = 15*time.Second + largestSkew + 2*time.Second

	// sameMoment is the interval around a person's choice in which a wish may count as later: two
	// clocks differ, and Twilio has whole seconds.
	sameMoment = 10*time.Second + largestSkew + 2*time.Second

	minPause = 5 * time.Second // after a missed call

	firstFaultPause, lastFaultPause = 30 * time.Second, 5 * time.Minute
)

// judgeWorkers checks where workers were, and who moved them.
func (v verdict) judgeWorkers(requests []simulator.Request) {
	day := v.workersDay(requests)
	for _, worker := range v.staff {
		day.judgeChoices(worker)
		day.judgeAvailable(worker)
		day.judgeAbsences(worker)
		for n := range day.spells[worker] {
			if late := day.overdue(worker, n); !late.from.IsZero() {
				v.breaks(rules.BroughtBack, "worker %s was left in %s from %s, although they were due %s before", worker, v.called(late.activity), timeOfDay(late.from), late.from.Sub(late.due))
				day.judgeServed(late)
			}
		}
		for _, h := range day.held[worker] {
			day.judgeServed(day.overstayed(worker, h))
		}
		day.judgeMisses(worker)
	}
	day.judgeShifts(requests)
	for _, i := range v.invocations {
		worker, expresses := v.expresses(i)
		// The roster does not tell apart two wishes of one millisecond, such as those of two leads.
		recorded := func(known wished) bool { return known.i == i || known.at.Sub(i.began).Abs() <= time.Millisecond }
		if expresses && i.clean() && !slices.ContainsFunc(v.wishes[worker], recorded) {
			v.breaks(signedOff, "worker %s expressed a wish at %s by %s%s, which was not recorded", worker, timeOfDay(i.began), i.function, i.path)
		}
	}
}

// lateness says from when to when we kept a worker from calls against the rules.
type lateness struct {
	worker, activity string
	due, from, until time.Time // the rule is broken from from; zero until = to the end of the world
}

// overdue checks that a worker who wants calls is brought back in time from one spell. Zero = in
// time.
func (day staffed) overdue(worker string, n int) lateness {
	s := day.spells[worker][n]
	due, isOurs := day.due(worker, n)
	if !isOurs {
		return lateness{}
	}
	until := s.until
	if until.IsZero() {
		until = day.loop.Now()
	}
	for _, h := range day.held[worker] {
		if h.from.Before(until) && (h.until.IsZero() || h.until.After(s.from)) {
			if h.until.IsZero() || day.wrapUp == nil {
				return lateness{} // on a call, or in a wrap-up that the worker ends
			}
			due = latest(due, h.until.Add(*day.wrapUp))
		}
	}
	for _, wants := range day.spansOf(worker, true, s.from, until) {
		ready := latest(due, wants.from)
		if limit := day.limitOf(s, ready); !limit.IsZero() && wants.until.After(limit) {
			return lateness{worker: worker, activity: s.activity, due: ready, from: limit, until: wants.until}
		}
	}
	return lateness{}
}

// span is the interval between two times.
type span struct{ from, until time.Time }

// spansOf returns when, between two times, the worker wanted calls, or did not.
func (w *world) spansOf(worker string, wants bool, from, until time.Time) (spans []span) {
	wish, since := w.wish(worker, from)
	wanted, since := wish != roster.Off, latest(since, from)
	for _, known := range w.wishes[worker] {
		next := known.wish != roster.Off
		if !known.at.After(from) || !known.at.Before(until) || next == wanted {
			continue
		}
		if wanted == wants {
			spans = append(spans, span{since, known.at})
		}
		wanted, since = next, known.at
	}
	if wanted == wants {
		spans = append(spans, span{since, until})
	}
	return spans
}

// due returns when a worker must leave a spell in one of our activities, and whether we or Twilio
// for us began the spell.
func (day staffed) due(worker string, n int) (due time.Time, isOurs bool) {
	s := day.spells[worker][n]
	if s.chosen || s.activity != account.WrappingUpSID && s.activity != account.UnavailableSID && s.activity != faultlessSID {
		return time.Time{}, false
	}
	switch s.by {
	case aCallsEnd:
		if day.wrapUp == nil {
			return time.Time{}, false
		}
		due = s.from.Add(*day.wrapUp)
	case aRejection, aTimeout:
		if day.pressedNine(s.reservation) {
			return time.Time{}, false
		}
		due = s.from.Add(day.pause(day.reservations[s.reservation], s))
	case us:
		due = s.from.Add(day.maxPause(worker, s.from))
	default:
		return time.Time{}, false
	}
	// Another call that was offered at the same time may fail later, or before Twilio applies the
	// post-work activity of this one, seconds after its end.
	since := s.from
	if s.by == aCallsEnd {
		since = since.Add(-sameMoment)
	}
	for _, r := range day.reservations {
		if r.WorkerSID == worker && r.Status != "accepted" && r.Settled.After(since) && (s.until.IsZero() || r.Settled.Before(s.until)) {
			due = latest(due, r.Settled.Add(day.pause(r, s)))
		}
	}
	return due, true
}

// pause returns the maximum time that a worker may be away after a reservation that failed.
func (day staffed) pause(r simulator.ReservationRecord, s spell) time.Duration {
	if s.by == aRejection && s.activity != faultlessSID && day.workersOwn(r) && !day.struck(r) && !day.rangLate(r) {
		return max(day.desk.pause, minPause)
	}
	return day.maxPause(s.worker, s.from)
}

// rangLate reports whether Twilio placed a worker call so late that it could ring beyond the
// reservation's deadline. The worker is not to blame for that.
func (v verdict) rangLate(r simulator.ReservationRecord) bool {
	for _, c := range v.calls {
		latestRing := c.Dialed.Add(c.Timeout + rules.RingOverrun + largestSkew)
		if rules.ReservationSID(c) == r.SID && latestRing.After(r.Deadline) {
			return true
		}
	}
	return false
}

// maxPause returns the maximum time that a worker may be away from then on, for any reason. A
// fault's pause doubles, and is spread over the workers.
func (day staffed) maxPause(worker string, at time.Time) time.Duration {
	before := 0
	for _, r := range day.reservations {
		if r.WorkerSID == worker && r.Created.Before(at) {
			before++
		}
	}
	pause := min(firstFaultPause<<min(before, 4), lastFaultPause)
	return max(day.desk.pause, pause+pause/2)
}

// limit returns the latest time for an act that was due for a worker: soon, or the end of the next
// sweep if a fault struck something about the worker. Zero = no sweep followed.
func (day staffed) limit(worker string, due time.Time) time.Time {
	switch {
	case len(day.faults.struck) == 0:
		return due.Add(prompt)
	case !day.workerDamaged(worker):
		return due.Add(troubled)
	}
	return day.sweptAfter(due)
}

// limitOf is limit for the return out of a spell. No message brings a worker back from a task of
// another program, or from one whose call a script removed. There the sweeper does it.
func (day staffed) limitOf(s spell, due time.Time) time.Time {
	untold := func(reservation string) bool {
		task := day.reservations[reservation].TaskSID
		return day.foreign[task] != nil || day.untraceable(task)
	}
	if s.reservation != "" && untold(s.reservation) || slices.ContainsFunc(day.held[s.worker], func(h hold) bool {
		return untold(h.reservation) && (h.until.IsZero() || h.until.After(s.from.Add(-prompt))) && (s.until.IsZero() || h.from.Before(s.until))
	}) {
		return day.sweptAfter(due)
	}
	return day.limit(s.worker, due)
}

// sweptAfter returns the end of the first sweep that could see what was due. Zero = no sweep did.
func (day staffed) sweptAfter(due time.Time) time.Time {
	for _, sweep := range day.sweeps {
		if sweep.clean() && sweep.came.After(due.Add(returnGrace)) {
			return sweep.ended
		}
	}
	return time.Time{}
}

// workerDamaged reports whether faults damaged something about the worker.
func (v verdict) workerDamaged(worker string) bool {
	if v.harmed(worker) || slices.ContainsFunc(v.invocations, func(i *invocation) bool {
		of, expresses := v.expresses(i)
		return expresses && of == worker && !i.clean()
	}) {
		return true
	}
	for _, r := range v.reservations {
		if r.WorkerSID == worker && (v.harmed(r.SID) || v.harmed(r.TaskSID) || v.harmed(v.tasks[r.TaskSID].CallSID)) {
			return true
		}
	}
	return false
}

// overstayed returns the lateness of a worker whose capacity was kept by a task after the wrap-up.
func (day staffed) overstayed(worker string, h hold) lateness {
	task := day.reservations[h.reservation].TaskSID
	if day.wrapUp == nil || h.until.IsZero() || day.foreign[task] != nil || day.untraceable(task) {
		// Without its events, only the end of the caller's call says that a task can be completed.
		return lateness{}
	}
	due := h.until.Add(*day.wrapUp)
	limit, until := day.limit(worker, due), h.completed
	if until.IsZero() {
		until = day.loop.Now()
	}
	if wish, _ := day.wish(worker, due); limit.IsZero() || !until.After(limit) || wish == roster.Off {
		return lateness{}
	}
	return lateness{worker: worker, activity: keptByTask, due: due, from: limit, until: until}
}

// keptByTask stands for an activity in the lateness of overstayed.
const keptByTask = "a task"

// worthServing is the minimum time that a caller waits before judgeServed blames a late worker.
const worthServing = 5 * time.Second

// judgeServed checks that every caller who stays is served while a worker wants calls.
func (day staffed) judgeServed(late lateness) {
	if late.from.IsZero() {
		return
	}
	for _, line := range day.lines {
		call := line.CallSID()
		for _, k := range day.tasks {
			if k.CallSID == call && call != "" && day.waited(k, late.from, late.until) >= worthServing {
				day.breaks(allServed, "caller %s waited while worker %s, who was due back at %s, was kept by %s", call, late.worker, timeOfDay(late.due), day.called(late.activity))
			}
		}
	}
}

// waited returns the longest time between two times in which the task was offered to no worker.
func (day staffed) waited(k simulator.TaskRecord, from, until time.Time) (longest time.Duration) {
	from = latest(from, k.Created)
	if !k.Ended.IsZero() && k.Ended.Before(until) {
		until = k.Ended
	}
	var offers []simulator.ReservationRecord
	for _, r := range day.reservations {
		if r.TaskSID == k.SID {
			offers = append(offers, r)
		}
	}
	slices.SortFunc(offers, func(a, b simulator.ReservationRecord) int { return a.Created.Compare(b.Created) })
	for _, r := range offers {
		if r.Created.Before(until) {
			longest = max(longest, r.Created.Sub(from))
		}
		if r.Status == "accepted" || r.Status == "wrapping" || r.Status == "completed" || r.Settled.IsZero() {
			return longest
		}
		from = latest(from, r.Settled)
	}
	return max(longest, until.Sub(from))
}

// judgeAvailable checks that a worker who is on a call or signed off is not made available, nor
// left so.
func (day staffed) judgeAvailable(worker string) {
	for n, s := range day.spells[worker] {
		if s.activity != account.AvailableSID {
			continue
		}
		if s.by == us && day.onCall(worker, s.i.began, s.from) && !day.hadTwo(worker, s.from) {
			day.breaks(signedOff, "worker %s, who is on a call, was made available at %s", worker, timeOfDay(s.from))
		}
		if wish, since := day.wish(worker, s.from); s.by == us && wish == roster.Off && since.Before(s.i.began) && !day.freed(worker, s.from) {
			day.breaks(signedOff, "worker %s, who is signed off, was made available at %s", worker, timeOfDay(s.from))
		}
		day.judgeLeftAvailable(worker, n)
	}
}

// freed reports whether TaskRouter made the worker available itself, since the functions had
// completed the task of a request. In a single-tasking workspace they move the worker only then: a
// reservation that is accepted over REST takes no post-work activity.
func (day staffed) freed(worker string, at time.Time) bool {
	for _, r := range day.reservations {
		task := day.tasks[r.TaskSID]
		if _, isRequest := markOf(task); isRequest && r.WorkerSID == worker && task.Ended.Equal(at) {
			return true
		}
	}
	return false
}

// hadTwo reports whether the worker accepted two calls that TaskRouter had offered together, and
// one of them has ended. TaskRouter offers two if only accepted reservations count against the
// capacity.
func (day staffed) hadTwo(worker string, at time.Time) bool {
	for n, a := range day.held[worker] {
		for _, b := range day.held[worker][n+1:] {
			ended := func(h hold) bool { return !h.until.IsZero() && !h.until.After(at) }
			offered := day.reservations[b.reservation].Created
			if b.from.Before(at) && (a.until.IsZero() || offered.Before(a.until)) && (ended(a) || ended(b)) {
				return true
			}
		}
	}
	return false
}

// judgeLeftAvailable checks that a worker who signs off is not left available. A person may make
// any worker available.
func (day staffed) judgeLeftAvailable(worker string, n int) {
	s := day.spells[worker][n]
	until := s.until
	if until.IsZero() {
		until = day.loop.Now()
	}
	for _, off := range day.spansOf(worker, false, s.from, until) {
		_, since := day.wish(worker, off.from)
		if slices.ContainsFunc(day.spells[worker][:n+1], func(made spell) bool {
			return made.by == aPerson && made.activity == account.AvailableSID && !made.from.Before(since) && !made.from.After(off.from)
		}) {
			continue
		}
		if limit := day.limit(worker, off.from); !limit.IsZero() && off.until.After(limit) {
			day.breaks(signedOff, "worker %s signed off at %s, and was left available until %s", worker, timeOfDay(off.from), timeOfDay(off.until))
		}
	}
}

// judgeChoices checks that a worker is not moved out of an activity that a person chose. A
// rejection or the end of a call may cross the choice; then the worker must be moved back.
func (day staffed) judgeChoices(worker string) {
	// A choice is doubtful if a wish or the end of a reservation came so close to it that either
	// may count.
	var chosen, doubtful *spell
	all := day.spells[worker]
	for n := range all {
		s := &all[n]
		ambiguous := s.by == aPerson && s.activity == account.UnavailableSID && day.endedWith(worker, s.from)
		switch {
		case s.by == aPerson && s.activity != account.AvailableSID && !ambiguous:
			chosen = s
			continue
		case ambiguous:
			chosen, doubtful = nil, s
			continue
		case s.by == aPerson, chosen == nil, s.by == taskRouting:
			s.chosen = s.by == us && doubtful != nil && s.activity == doubtful.activity
			chosen = nil
			continue
		case s.activity == chosen.activity:
			s.chosen = true // moved back
			continue
		}
		since := chosen.from.Add(-sameMoment)
		ours := s.by == us && (day.movedByShift(worker, chosen.activity, since, s.from) || day.diedMoving(worker, chosen.from))
		if ours || day.asked(worker, since, s.from.Add(prompt)) || s.by == aTimeout && day.desk.timesOutOffline {
			chosen, doubtful = nil, chosen
			continue
		}
		out := all[n-1].activity == chosen.activity
		switch {
		case s.by == us:
			day.breaks(personsChoice, "worker %s was moved to %s at %s by %s, although a person had chosen %s at %s", worker, day.called(s.activity), timeOfDay(s.from), s.i.function, day.called(chosen.activity), timeOfDay(chosen.from))
			chosen = nil
		case out && s.by == aRejection && day.knewChoice(*chosen, s.i):
			day.breaks(personsChoice, "a rejection by %s moved worker %s to %s at %s, although a person had chosen %s at %s, and that was recorded", s.i.function, worker, day.called(s.activity), timeOfDay(s.from), day.called(chosen.activity), timeOfDay(chosen.from))
		case out:
			day.judgePutBack(worker, n, *chosen)
		}
	}
}

// moveTime is how long after its record our move of a worker may still be made, by Twilio's clock.
const moveTime = 40 * time.Second

// diedMoving reports whether a function died that was about to move the worker, soon before a
// person did. No record tells a move that was not made from a person's of the same way.
func (day staffed) diedMoving(worker string, moved time.Time) bool {
	return slices.ContainsFunc(day.invocations, func(i *invocation) bool {
		since := moved.Sub(i.began)
		return i.killed && since > 0 && since < moveTime && strings.Contains(i.body, worker)
	})
}

// oneStep is the maximum time between a reservation's end and Twilio's own change of activity
// because of it: the reconciler allows five seconds between two clocks, and Twilio's dates are in
// whole seconds.
const oneStep = 6 * time.Second

// endedWith reports whether a reservation of the worker ended without being accepted when a person
// chose one of our activities. No record tells that choice from a rejection.
func (day staffed) endedWith(worker string, at time.Time) bool {
	for _, r := range day.reservations {
		unaccepted := slices.Contains([]string{"rejected", "timeout", "canceled", "rescinded", "failed"}, r.Status)
		if r.WorkerSID == worker && unaccepted && r.Settled.Sub(at).Abs() <= oneStep {
			return true
		}
	}
	return false
}

// judgePutBack checks that a worker goes back to the activity that a person chose, after a
// rejection or the end of a call moved them out. If the task of another program did, the functions
// cannot tell that from a person's choice (README's limits).
func (day staffed) judgePutBack(worker string, n int, chosen spell) {
	all := day.spells[worker]
	if day.foreign[day.reservations[all[n].reservation].TaskSID] != nil {
		return
	}
	back := day.loop.Now()
	for _, s := range all[n+1:] {
		if s.by == aPerson || s.by == us || s.activity == chosen.activity {
			back = s.from
			break
		}
	}
	due := all[n].from
	// The end of a wrap-up tells a choice of one of our own activities from a move of ours.
	ownAfterCall := chosen.activity == account.UnavailableSID && all[n].by == aCallsEnd
	if day.workerDamaged(worker) || ownAfterCall {
		pause, isOurs := day.due(worker, n)
		if due = pause; !isOurs {
			return
		}
	}
	if limit := day.limit(worker, due); !limit.IsZero() && back.After(limit) {
		day.breaks(personsChoice, "worker %s was moved from %s to %s at %s, and was not put back by %s", worker, day.called(chosen.activity), day.called(all[n].activity), timeOfDay(all[n].from), timeOfDay(limit))
	}
}

// knewChoice reports whether a person's choice was recorded before an invocation that could read it
// began.
func (v verdict) knewChoice(chosen spell, i *invocation) bool {
	return i != nil && i.clean() && slices.ContainsFunc(v.invocations, func(told *invocation) bool {
		return told.path == "/events" && told.clean() && !told.forged && told.ended.Before(i.began) && told.field("EventType") == "worker.activity.update" &&
			told.field("WorkerSid") == chosen.worker && told.field("WorkerActivitySid") == chosen.activity && !told.signed.Before(chosen.from) &&
			told.signed.Before(chosen.from.Add(time.Second))
	})
}

// judgeMisses checks that a worker was signed off for missed calls only after as many as the limit.
func (day staffed) judgeMisses(worker string) {
	for _, known := range day.wishes[worker] {
		if known.wish != roster.Off || known.by != roster.ByMisses {
			continue
		}
		missed := 0
		for _, r := range day.reservations {
			if r.WorkerSID == worker && r.Created.Before(known.at) && (r.Status == "rejected" || r.Status == "timeout" || r.Status == "canceled") {
				missed++
			}
		}
		if day.desk.limit == 0 || missed < day.desk.limit {
			day.breaks(signedOff, "worker %s was signed off at %s after %d missed calls, and the limit is %d", worker, timeOfDay(known.at), missed, day.desk.limit)
		}
	}
}

// awaits reports whether a worker in one of our activities is not yet due at the time of a sweep.
func (w *world) awaits(sweep *invocation) bool {
	away := func(r simulator.WorkerRecord) bool {
		return slices.Contains([]string{account.WrappingUpSID, account.UnavailableSID, faultlessSID}, r.ActivitySID)
	}
	if !slices.ContainsFunc(w.twilio.Workers(), away) {
		return false
	}
	v := w.verdict()
	day := v.workersDay(w.twilio.Requests())
	for worker, all := range day.spells {
		if due, isOurs := day.due(worker, len(all)-1); isOurs && !sweep.came.After(due.Add(returnGrace)) {
			return true
		}
	}
	return false
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// timeOfDay formats a time as the timeline prints it.
func timeOfDay(at time.Time) string {
	d := at.Sub(account.Morning)
	return fmt.Sprintf("%d:%06.3f", int(d.Minutes()), (d % time.Minute).Seconds())
}

// called returns an activity's name.
func (w *world) called(activity string) string {
	if activity == keptByTask {
		return activity
	}
	return map[string]string{
		account.AvailableSID: "Available", account.WrappingUpSID: "Wrapping up", account.UnavailableSID: "Unavailable",
		account.OfflineSID: "Offline", faultlessSID: "Not their fault",
		lunchSID: "Lunch", reservedSID: "Reserved", busySID: "Busy",
	}[activity]
}
