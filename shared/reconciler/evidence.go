package reconciler

import (
	"cmp"
	"context"
	"slices"
	"time"

	"switchboard/shared/roster"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

// evidence says how a worker came into the unavailable activity that they are in.
type evidence struct {
	ours   bool // we put the worker there, or Twilio did for us
	cause  roster.Cause
	until  time.Time // when the worker is to be back; zero = by their own wish only
	before string    // the activity until then; "" = not known, or nothing special
	at     time.Time // of the call's end; zero for another cause
}

// evidence finds out how a worker came into their activity: by the roster, or by Twilio's own
// events about the worker. Our own change of activity coincides with the end of a reservation; a
// person's does not.
func (r Reconciler) evidence(ctx context.Context, record roster.Record, worker twilio.Worker, callEnded time.Time) (evidence, error) {
	absence, place := record.Absence, record.Place
	told := place.Activity == worker.ActivitySID && coincides(place.Since, worker.Since)
	if absence.Cause != "" && absence.Activity == worker.ActivitySID && began(absence, worker.Since) {
		known := evidence{ours: true, cause: absence.Cause, until: absence.Until}
		switch {
		case told:
			known.before = place.Before
		case !record.WantsCalls() || !r.Now().Before(absence.Until):
			// The event was lost or is late, which says what the worker had chosen before.
			found, err := r.fromEvents(ctx, record, worker)
			known.before = found.before
			return known, err
		}
		return known, nil
	}
	if put := record.Put; put.Activity == worker.ActivitySID && isOf(put, worker.Since) {
		known := evidence{ours: true, cause: cmp.Or(absence.Cause, roster.Missed), until: absence.Until}
		switch {
		case known.until.IsZero() && put.Activity == r.Activities.Offline:
			known.until = worker.Since // signed off, and on again
		case known.until.IsZero():
			known.until = worker.Since.Add(max(r.Pause, leastPause))
		}
		return known, nil
	}
	if told && worker.ActivitySID == r.Activities.PostWork && near(callEnded, worker.Since) {
		return r.afterCall(callEnded, place.Before), nil
	}
	if !slices.Contains(r.Activities.Away(), worker.ActivitySID) {
		return evidence{}, nil
	}
	return r.fromEvents(ctx, record, worker)
}

// fromEvents asks Twilio what happened when the worker came into the activity.
func (r Reconciler) fromEvents(ctx context.Context, record roster.Record, worker twilio.Worker) (evidence, error) {
	events, err := r.Twilio.Events(ctx, twilio.EventQuery{
		WorkerSID: worker.SID, Since: worker.Since.Add(-skew), Until: worker.Since.Add(skew),
	})
	if err != nil {
		return evidence{}, err
	}
	arrival := slices.IndexFunc(events, func(e taskrouter.Event) bool {
		return e.Type == taskrouter.WorkerActivityUpdate && e.ActivitySID == worker.ActivitySID && !e.Time.Before(worker.Since) &&
			e.Time.Before(worker.Since.Add(time.Second))
	})
	before := ""
	if arrival >= 0 {
		before = events[arrival].PreviousActivitySID
	}
	for _, event := range events {
		switch postWork := worker.ActivitySID == r.Activities.PostWork; {
		case postWork && endsTalk(event):
			return r.afterCall(event.Time, before), nil
		case !postWork && endsOffer(event) && coincides(event.Time, worker.Since):
			return r.afterRejection(record, worker, event, before), nil
		}
	}
	return evidence{}, nil
}

// longestTalk is how far back to look for how a worker came into an activity before their call
// ended.
const longestTalk = 2 * time.Hour

// beforeOffers finds out how a worker came to one of our activities before the last move, and
// returns the activity that a person had chosen: that one, or the one that the worker was in when
// an offer or a talk ended. "" = none, or a function of ours moved the worker.
func (a Activities) beforeOffers(events []taskrouter.Event, record roster.Record, worker twilio.Worker, activity string) string {
	until := worker.Since.Add(time.Second)
	for {
		event := arrival(events, activity, until)
		isOfferEnd := func(e taskrouter.Event) bool { return endsOffer(e) && coincides(e.Time, event.Time) }
		isTalkEnd := func(e taskrouter.Event) bool { return endsTalk(e) && near(e.Time, event.Time) }
		switch before := event.PreviousActivitySID; {
		case event.Time.IsZero() || activity == a.PostWork && !slices.ContainsFunc(events, isTalkEnd):
			return ""
		case activity != a.PostWork && !slices.ContainsFunc(events, isOfferEnd):
			absence, put := record.Absence, record.Put
			away := absence.Activity == activity && began(absence, event.Time)
			if away || put.Activity == activity && isOf(put, event.Time.Truncate(time.Second)) {
				return ""
			}
			return activity
		case a.isPersons(record, before):
			return before
		case !slices.Contains(a.Away(), before):
			return ""
		default:
			activity, until = before, event.Time
		}
	}
}

// eventsUntil asks Twilio for a worker's events up to the last change of activity.
func (r Reconciler) eventsUntil(ctx context.Context, worker twilio.Worker) ([]taskrouter.Event, error) {
	return r.Twilio.Events(ctx, twilio.EventQuery{
		WorkerSID: worker.SID, Since: worker.Since.Add(-longestTalk), Until: worker.Since.Add(skew),
	})
}

// arrival is the event with which a worker last came to an activity before the given time; the zero
// Event = there is none.
func arrival(events []taskrouter.Event, activity string, until time.Time) (last taskrouter.Event) {
	for _, event := range events {
		came := event.Type == taskrouter.WorkerActivityUpdate && event.ActivitySID == activity
		if came && event.Time.After(last.Time) && event.Time.Before(until) {
			last = event
		}
	}
	return last
}

// endsOffer reports whether an event is of a reservation that came to nothing, with which its
// worker may have been moved.
func endsOffer(event taskrouter.Event) bool {
	return slices.Contains([]string{taskrouter.ReservationRejected, taskrouter.ReservationTimeout, taskrouter.ReservationFailed}, event.Type)
}

// endsTalk reports whether an event is of the end of a talk, after which Twilio moves its worker to
// the post-work activity.
func endsTalk(event taskrouter.Event) bool {
	return event.Type == taskrouter.ReservationWrapup || event.Type == taskrouter.ReservationCompleted
}

func (r Reconciler) afterCall(ended time.Time, before string) evidence {
	known := evidence{ours: true, cause: roster.Call, before: before, at: ended}
	if r.WrapUp != nil {
		known.until = ended.Add(*r.WrapUp)
	}
	return known
}

func (r Reconciler) afterRejection(record roster.Record, worker twilio.Worker, event taskrouter.Event, before string) evidence {
	known := evidence{ours: true, cause: roster.Declined, until: worker.Since.Add(max(r.Pause, leastPause)), before: before}
	if worker.ActivitySID == r.Activities.Fault && r.Activities.Fault != r.Activities.Reject {
		known.cause = roster.Fault
	}
	if record.Absence.ReservationSID == event.ReservationSID {
		known.cause, known.until = record.Absence.Cause, record.Absence.Until
	}
	return known
}

// moment is by how much the date of an absence may differ from that of the change of activity
// without a doubt that they are one. Twilio's list of events tells where it differs more: a person
// may have chosen the activity a few seconds before a rejection.
const moment = 5 * time.Second

// began reports whether an absence began with a change of activity.
func began(absence roster.Absence, since time.Time) bool {
	return absence.At.Sub(since).Abs() <= moment
}

// isOf reports whether a worker has been in an activity since we put them there. If Twilio's answer
// was lost, the request may have taken its time.
func isOf(put roster.Put, since time.Time) bool {
	if !put.Since.IsZero() {
		return since.Equal(put.Since)
	}
	return since.After(put.At.Add(-skew)) && since.Before(put.At.Add(moveTime+skew))
}

// near reports whether two times, by Twilio's clock or ours, are of the same moment.
func near(a, b time.Time) bool { return !a.IsZero() && a.Sub(b).Abs() <= skew }

// coincides reports whether an event is of the second in which the worker's activity changed, by
// Twilio's clock alone: Twilio makes both in one step.
func coincides(event, since time.Time) bool {
	return !event.Before(since.Add(-time.Second)) && event.Before(since.Add(2*time.Second))
}
