package reconciler

import (
	"context"
	"slices"
	"time"

	"switchboard/shared/roster"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

// decision is what is to be done about a worker: a move, a later look, or neither.
type decision struct {
	to     string // an activity; "" = the worker stays
	reject bool   // also the worker's pending reservations
	why    string // for the log
	due    time.Time
	first  func(*roster.Record) bool // what the record has to say before the move, which depends on it; nil = nothing
	put    roster.Put                // that first records; zero = none
	then   func(*roster.Record) bool // what it has to say after the move; nil = nothing
}

// refused is the change of a record if the worker was changed before we could move them: nothing of
// what was recorded first came true.
func (d decision) refused(current *roster.Record) bool {
	if current.Put != d.put {
		return false
	}
	current.Put = roster.Put{}
	if current.Absence.At.Equal(d.put.At) {
		current.Absence = roster.Absence{}
	}
	return true
}

// made adds to the change of a record when Twilio moved the worker, if that was recorded first.
func (d decision) made(move twilio.Move) func(*roster.Record) bool {
	if d.first == nil {
		return d.then
	}
	return func(current *roster.Record) bool {
		changed := d.then != nil && d.then(current)
		if current.Put != d.put {
			return changed
		}
		current.Put.Since = move.Since
		return true
	}
}

// moveTime is the longest time from the record of a move to the move, with all tries of the
// request.
const moveTime = 30 * time.Second

// skew is by how much our clock and Twilio's may differ, together with the way of a request and
// Twilio's whole seconds.
const skew = 10 * time.Second

// decide compares where a worker is with where the worker should be.
func (r Reconciler) decide(ctx context.Context, record roster.Record, worker twilio.Worker, callEnded time.Time) (decision, error) {
	if !record.Pending {
		return r.decidePlace(ctx, record, worker, callEnded)
	}
	asked := record
	asked.Pending = false
	switch needless, err := r.needsNoStart(ctx, asked, worker, callEnded); {
	case err != nil:
		return decision{}, err
	case !needless:
		return r.decidePlace(ctx, record, worker, callEnded)
	}
	d, err := r.decidePlace(ctx, asked, worker, callEnded)
	then := d.then
	d.then = func(current *roster.Record) bool {
		changed := then != nil && then(current)
		if !current.Pending || !current.WishedAt.Equal(record.WishedAt) {
			return changed
		}
		current.Pending = false
		return true
	}
	return d, err
}

// needsNoStart reports whether the wish is that of a shift that begins, which signs on only a
// worker who is signed off: one at lunch stays there, and a pause or a call comes to its end.
// Without an activity of its own for those who are signed off, the end of an offer may have put a
// worker there who was at lunch.
func (r Reconciler) needsNoStart(ctx context.Context, record roster.Record, worker twilio.Worker, callEnded time.Time) (bool, error) {
	switch isStart := record.WantsCalls() && record.WishedBy == roster.ByShift; {
	case !isStart:
		return false, nil
	case worker.ActivitySID != r.Activities.Offline:
		return true, nil
	case record.Place.Activity != worker.ActivitySID || !r.Activities.isPersons(record, record.Place.Before):
		return false, nil
	}
	_, chosen, err := r.origin(ctx, record, worker, callEnded)
	return chosen != "", err
}

// origin finds out how a worker came into their activity, and what they had chosen before if we put
// them there; "" = nothing.
func (r Reconciler) origin(ctx context.Context, record roster.Record, worker twilio.Worker, callEnded time.Time) (
	known evidence, chosen string, err error,
) {
	known, err = r.evidence(ctx, r.arrived(record, worker), worker, callEnded)
	if err != nil || !known.ours {
		return known, "", err
	}
	chosen, err = r.chosen(ctx, record, worker, known)
	return known, chosen, err
}

func (r Reconciler) decidePlace(ctx context.Context, record roster.Record, worker twilio.Worker, callEnded time.Time) (decision, error) {
	switch pending, err := r.isPending(ctx, record, worker); {
	case err != nil:
		return decision{}, err
	case pending:
		return r.decideWish(ctx, record, worker)
	}
	if worker.ActivitySID == r.Activities.Available {
		switch back, err := r.isBackFromCall(ctx, record, worker); {
		case err != nil:
			return decision{}, err
		case back:
			return r.decideOff(ctx, record, worker)
		}
		return r.decideAvailable(ctx, record, worker)
	}
	known, chosen, err := r.origin(ctx, record, worker, callEnded)
	switch {
	case err != nil:
		return decision{}, err
	case !known.ours:
		return decision{then: r.leave(record, worker)}, nil
	case chosen != "":
		return decision{to: chosen, why: "the worker chose it before", then: settle(record)}, nil
	case !record.WantsCalls():
		return r.signOff(record, worker), nil
	case known.until.IsZero():
		return decision{}, nil
	case r.Now().Before(known.until):
		return decision{due: known.until, then: replace(record.Absence, r.arrived(record, worker).Absence)}, nil
	}
	return r.decideReturn(ctx, record, worker, known)
}

// isPending reports whether a wish is still to be applied: a later change of activity was a later
// decision, unless TaskRouter made it for a call. Missed calls move no worker out of one of our
// activities that a person chose.
func (r Reconciler) isPending(ctx context.Context, record roster.Record, worker twilio.Worker) (bool, error) {
	switch {
	case !record.Pending:
		return false, nil
	case record.WantsCalls() && near(record.WishedAt, worker.Since) && r.Activities.isPersons(record, worker.ActivitySID):
		events, err := r.eventsUntil(ctx, worker)
		choice := arrival(events, worker.ActivitySID, worker.Since.Add(time.Second))
		return err == nil && !r.Activities.isAfterStart(events, record, choice), err
	case !worker.Since.After(record.WishedAt.Add(skew)):
		return record.WishedBy != roster.ByMisses || !slices.Contains(r.Activities.Away(), worker.ActivitySID), nil
	case record.WantsCalls() || worker.Available:
		return false, nil
	}
	return r.isRoutine(ctx, worker.ActivitySID)
}

// isAfterStart reports whether a person chose an activity after the worker was made available as
// they had wished: the record of that move may have failed, and the choice have come too soon for
// two clocks to tell.
func (a Activities) isAfterStart(events []taskrouter.Event, record roster.Record, choice taskrouter.Event) bool {
	start := arrival(events, a.Available, choice.Time)
	return choice.PreviousActivitySID == a.Available && start.Time.After(record.WishedAt)
}

// isBackFromCall reports whether TaskRouter made a signed-off worker available, whom it had in an
// activity for a call. A person who makes them available decides against the wish.
func (r Reconciler) isBackFromCall(ctx context.Context, record roster.Record, worker twilio.Worker) (bool, error) {
	place := record.Place
	if record.WantsCalls() || place.Activity != worker.ActivitySID || !near(place.Since, worker.Since) || place.Before == "" {
		return false, nil
	}
	return r.isRoutine(ctx, place.Before)
}

// isRoutine reports whether TaskRouter moves workers to the activity for a call, in a
// single-tasking workspace. Our own activities are none of those, and cost no request.
func (r Reconciler) isRoutine(ctx context.Context, activity string) (bool, error) {
	if activity == r.Activities.Available || activity == r.Activities.Offline || slices.Contains(r.Activities.Away(), activity) {
		return false, nil
	}
	routine, err := r.Twilio.RoutineActivities(ctx)
	return err == nil && slices.Contains(routine, activity), err
}

// now returns the time with the roster's precision.
func (r Reconciler) now() time.Time { return r.Now().UTC().Truncate(time.Millisecond) }

// decideReturn makes a worker available whose pause or wrap-up is over. A worker who talks
// meanwhile, in an activity that came late or because of another reservation, comes back when the
// call ends.
func (r Reconciler) decideReturn(ctx context.Context, record roster.Record, worker twilio.Worker, known evidence) (decision, error) {
	if known.cause != roster.Call || !cameWithEnd(record.Place, worker, known.at) {
		if onCall, err := r.Twilio.OnCall(ctx, worker.SID); err != nil || onCall {
			return decision{}, err
		}
	}
	return decision{to: r.Activities.Available, why: "back after " + string(known.cause), then: settle(record)}, nil
}

// cameWithEnd reports whether the worker came to the post-work activity when the call ended: a
// moment later TaskRouter may have offered the next call before. Only the events have milliseconds.
func cameWithEnd(place roster.Place, worker twilio.Worker, ended time.Time) bool {
	reported := place.Activity == worker.ActivitySID && coincides(place.Since, worker.Since)
	return reported && coincides(ended, worker.Since) && !place.Since.After(ended)
}

// decideWish applies a wish that the worker has just expressed, wherever they are.
func (r Reconciler) decideWish(ctx context.Context, record roster.Record, worker twilio.Worker) (decision, error) {
	if !record.WantsCalls() {
		return r.decideOff(ctx, record, worker)
	}
	if worker.ActivitySID == r.Activities.Available {
		return decision{then: settle(record)}, nil
	}
	// The end of the call brings the reconciler back.
	if onCall, err := r.Twilio.OnCall(ctx, worker.SID); err != nil || onCall {
		return decision{}, err
	}
	return decision{to: r.Activities.Available, why: "signed on", then: settle(record)}, nil
}

// decideOff signs a worker off, and stops a phone that rings. One who talks in an activity of
// TaskRouter's comes back at the end of the call, and is signed off then; one at lunch stays there.
// The end of a shift stops no phone, and also ends a lunch.
func (r Reconciler) decideOff(ctx context.Context, record roster.Record, worker twilio.Worker) (decision, error) {
	shiftEnded := record.WishedBy == roster.ByShift
	gone := r.signOff(record, worker)
	gone.reject = worker.Available && !shiftEnded
	if worker.Available || worker.ActivitySID == r.Activities.Offline || slices.Contains(r.Activities.Away(), worker.ActivitySID) {
		return gone, nil
	}
	switch routine, err := r.isRoutine(ctx, worker.ActivitySID); {
	case err != nil:
		return decision{}, err
	case !routine && shiftEnded:
		return gone, nil
	case !routine:
		return decision{then: settle(record)}, nil
	case shiftEnded:
		return decision{}, nil // a phone rings, or the worker talks: its end brings the reconciler back
	}
	onCall, err := r.Twilio.OnCall(ctx, worker.SID)
	if err != nil || onCall {
		return decision{}, err
	}
	gone.reject = true
	return gone, nil
}

// signOff moves a worker who wants no calls to Offline, unless they are there already. The record
// comes first: the worker may sign on while the request is under way, or just before it, and is
// then found in an activity that we put them into.
func (r Reconciler) signOff(record roster.Record, worker twilio.Worker) decision {
	if worker.ActivitySID == r.Activities.Offline {
		return decision{then: settle(record)}
	}
	put := roster.Put{Activity: r.Activities.Offline, At: r.now()}
	first := func(current *roster.Record) bool {
		if !current.WishedAt.Equal(record.WishedAt) {
			return false
		}
		current.Put = put
		return true
	}
	return decision{to: put.Activity, why: "signed off", first: first, put: put, then: settle(record)}
}

// decideAvailable puts a worker away whom Twilio left available after a missed call, or made
// available after a call during which they signed off.
func (r Reconciler) decideAvailable(ctx context.Context, record roster.Record, worker twilio.Worker) (decision, error) {
	absence := record.Absence
	switch {
	case record.Pending && !record.WantsCalls():
		return r.decideOff(ctx, record, worker)
	case record.Put.Activity != "" && !worker.Since.After(record.Put.At) && r.Now().Before(record.Put.At.Add(moveTime)):
		return decision{}, nil // another run is about to move the worker
	case !absence.Move || absence.Activity == "" || !r.Now().Before(absence.Until):
		return decision{then: settle(record)}, nil
	case !record.WantsCalls():
		return r.decideOff(ctx, record, worker)
	}
	moved := absence
	moved.Move, moved.At = false, r.now()
	// First the record: without it the worker would seem to have been put there by a person.
	put := roster.Put{Activity: moved.Activity, At: moved.At}
	first := func(current *roster.Record) bool {
		if current.Absence != absence {
			return false
		}
		current.Absence, current.Put = moved, put
		return true
	}
	return decision{to: put.Activity, why: string(absence.Cause), due: absence.Until, first: first, put: put}, nil
}

// arrived is the record of a worker whom Twilio moved when it ended a reservation, which we know by
// its event only: the absence is that of the activity where Twilio put them. One who is in another
// activity has decided for themselves.
func (r Reconciler) arrived(record roster.Record, worker twilio.Worker) roster.Record {
	if record.Absence.Move && slices.Contains(r.Activities.Away(), worker.ActivitySID) && coincides(record.Absence.At, worker.Since) {
		record.Absence.Activity, record.Absence.Move, record.Absence.At = worker.ActivitySID, false, worker.Since
	}
	return record
}

// replace returns the change of a record's absence into another; nil if it is the same.
func replace(from, to roster.Absence) func(*roster.Record) bool {
	if from == to {
		return nil
	}
	return func(current *roster.Record) bool {
		if current.Absence != from {
			return false
		}
		current.Absence = to
		return true
	}
}

// settle returns the change of a record after which neither the absence nor the wish is pending, if
// they are still those of the record given; nil if there is nothing to change.
func settle(record roster.Record) func(*roster.Record) bool {
	if record.Absence == (roster.Absence{}) && !record.Pending {
		return nil
	}
	return func(current *roster.Record) bool {
		if current.Absence != record.Absence || !current.WishedAt.Equal(record.WishedAt) {
			return false
		}
		current.Absence, current.Pending = roster.Absence{}, false
		return true
	}
}

// leave returns the change of a record after which the worker is left where they are, which is not
// our doing; nil if there is nothing to change. Only in one of our own activities would the sweeper
// look at them again. TaskRouter can move a worker there within the second for which Left stands.
func (r Reconciler) leave(record roster.Record, worker twilio.Worker) func(*roster.Record) bool {
	cleared := settle(record)
	if !slices.Contains(r.Activities.Away(), worker.ActivitySID) || record.Left.Equal(worker.Since) {
		return cleared
	}
	return func(current *roster.Record) bool {
		if cleared != nil && !cleared(current) {
			return false
		}
		current.Left = worker.Since
		return true
	}
}

// chosen is the activity that a person chose before we put the worker away; "" = none was, or the
// worker has signed on since. Available, our own activities and those of TaskRouter's task queues
// are no person's choice to stay away.
func (r Reconciler) chosen(ctx context.Context, record roster.Record, worker twilio.Worker, known evidence) (
	activity string, err error,
) {
	before := known.before
	isOurs, signedOn := before != "" && slices.Contains(r.Activities.Away(), before), record.Pending && record.WantsCalls()
	if !isOurs && !r.Activities.isPersons(record, before) {
		return "", nil
	}
	if isOurs || signedOn {
		events, err := r.eventsUntil(ctx, worker)
		if err != nil {
			return "", err
		}
		if isOurs {
			before = r.Activities.beforeOffers(events, record, worker, before)
		}
		// Twilio's events tell: the event of the choice would have taken back the wish, and may be
		// lost.
		choice := arrival(events, before, worker.Since.Add(time.Second))
		later := choice.Time.After(record.WishedAt.Add(skew)) || r.Activities.isAfterStart(events, record, choice)
		if before == "" || signedOn && !later {
			return "", nil
		}
	}
	if routine, err := r.isRoutine(ctx, before); err != nil || routine {
		return "", err
	}
	return before, nil
}

// isPersons reports whether no function of ours moved the worker to the activity: we sign workers
// off only by their wish. It may be one of TaskRouter's own, in a single-tasking workspace.
func (a Activities) isPersons(record roster.Record, activity string) bool {
	switch {
	case activity == "" || activity == a.Available || slices.Contains(a.Away(), activity):
		return false
	case activity == a.Offline:
		return record.WantsCalls()
	}
	return true
}

// isOfOffers reports whether we put workers into the activity who did not take an offered call.
func (a Activities) isOfOffers(activity string) bool {
	return activity != a.PostWork && slices.Contains(a.Away(), activity)
}

// isSent reports whether a person moved a worker, who was offered a call or talked, to one of our
// activities: we put no such worker there, unless the record says why.
func (a Activities) isSent(record roster.Record, activity string) bool {
	absence := record.Absence
	return a.isOfOffers(activity) && record.WantsCalls() && absence.Activity != activity && !absence.Move
}
