package reconciler

import (
	"context"
	"hash/fnv"
	"slices"
	"time"

	"switchboard/shared/failure"
	"switchboard/shared/roster"
)

const (
	firstFaultPause = 30 * time.Second // doubled while the fault lasts
	lastFaultPause  = 5 * time.Minute
)

// Absences records that workers were put away, and has the reconciler bring them back.
type Absences struct {
	Roster     roster.Roster
	Queue      Queue
	Activities Activities
	Pause      time.Duration // after a missed call
	Limit      int           // counted missed calls in a row that sign a worker off; 0 = none do
	Now        func() time.Time
}

// Rejected is one reservation that we rejected.
type Rejected struct {
	WorkerSID      string
	ReservationSID string
	Why            failure.Failure
	Activity       string // into which the rejection moved the worker; "" = it moved no worker
}

// Rejected records that a rejection put a worker away; a worker who asked at the gate to be signed
// off is signed off. A retry is safe.
func (a Absences) Rejected(ctx context.Context, rejected Rejected) error {
	if rejected.Why == failure.GateSignedOff {
		return a.SignOff(ctx, rejected.WorkerSID, a.Now())
	}
	return a.PutAway(ctx, rejected.WorkerSID, roster.Absence{
		Cause: CauseOf(rejected.Why), ReservationSID: rejected.ReservationSID, Activity: rejected.Activity,
	})
}

// SignOff records that a worker asked at the gate to be signed off. A retry is safe.
func (a Absences) SignOff(ctx context.Context, workerSID string, at time.Time) error {
	_, _, err := a.Roster.Change(ctx, workerSID, func(record *roster.Record) bool {
		known := !record.WantsCalls() && record.WishedBy == roster.ByGate && near(record.WishedAt, at)
		return !known && record.SetWish(roster.Off, roster.ByGate, at)
	})
	if err != nil {
		return err
	}
	return lookNow(ctx, a.Queue, workerSID)
}

// PutAway records an absence, once for each reservation, and asks for the worker's return at its
// end. Its At may be zero, which is now, and its Until follows from the cause. A worker whom it
// signs off, or who is still to be moved, is looked after without delay. A retry is safe, and asks
// for what was not asked for.
func (a Absences) PutAway(ctx context.Context, workerSID string, absence roster.Absence) error {
	if absence.At.IsZero() {
		absence.At = a.Now()
	}
	now := false // whether the worker is looked after without delay
	asking := asking{a.Roster, a.Queue, a.Now}
	_, err := asking.change(ctx, workerSID, time.Time{}, func(record *roster.Record) (changed bool, due time.Time) {
		away := absence
		away.Until = away.At.Add(a.pause(*record, away))
		if changed = record.PutAway(away, a.Limit); !changed {
			if record.Absence.ReservationSID != away.ReservationSID {
				now = false
				return false, time.Time{} // it is over
			}
			away = record.Absence
		}
		if now = !record.WantsCalls() || away.Move; now {
			return changed, time.Time{}
		}
		return changed, away.Until
	})
	if err != nil || !now {
		return err
	}
	return lookNow(ctx, a.Queue, workerSID)
}

// Answered records that the worker talked to a caller until the given time, and has a worker looked
// after about whom something waited for the end of the call. A retry is safe.
func (a Absences) Answered(ctx context.Context, workerSID string, ended time.Time) error {
	record, _, err := a.Roster.Change(ctx, workerSID, func(record *roster.Record) bool { return record.Answered(ended) })
	if err != nil || !record.Pending && record.Absence == (roster.Absence{}) {
		return err
	}
	return lookNow(ctx, a.Queue, workerSID)
}

// Moved records Twilio's event of a worker's change of activity. A worker who had chosen another
// activity when a rejection or a call's end moved them goes back there without delay, and so does
// one who is signed off. One who signed off during a call is signed off at its end. A retry is
// safe, and asks again for the look.
func (a Absences) Moved(ctx context.Context, workerSID string, place roster.Place) error {
	late := false  // a later decision than the wish, unless TaskRouter reserved the worker
	again := false // the event was recorded before, and perhaps no look was asked for
	record, changed, err := a.Roster.Change(ctx, workerSID, func(record *roster.Record) bool {
		changed := record.Moved(place, a.Activities.Offline, a.Activities.Available)
		again = !changed && record.Place.Activity == place.Activity && record.Place.Since.Equal(place.Since)
		late = record.Pending && a.Activities.isPersons(*record, place.Activity) && place.Since.After(record.WishedAt.Add(skew))
		if changed && late && record.WantsCalls() {
			record.Pending = false
		}
		left := record.Absence.Activity == place.Before && !record.Absence.Move && place.Since.After(record.Absence.At)
		if changed && left && place.Activity != a.Activities.PostWork {
			record.Absence = roster.Absence{} // it is over, whether we or a person ended it
		}
		return changed
	})
	if err != nil || !changed && !again {
		return err
	}
	over := a.Activities.isPersons(record, place.Before) || place.Activity == a.Activities.PostWork && a.Activities.isSent(record, place.Before)
	back := place.Activity == a.Activities.Available && place.Before != a.Activities.Offline && !record.WantsCalls()
	over = over || !record.WantsCalls() && place.Before == a.Activities.Offline
	if late && record.Pending || back || over && slices.Contains(a.Activities.Away(), place.Activity) {
		return lookNow(ctx, a.Queue, workerSID)
	}
	return nil
}

// leastPause keeps a call from being offered to the same worker ten times a second: TaskRouter
// cancels a task after 1,000 offers (https://www.twilio.com/docs/taskrouter/limits).
const leastPause = 5 * time.Second

// pause is how long an absence lasts. A fault's doubles with each one in a row, and is spread over
// the workers: they come back one after the other.
func (a Absences) pause(record roster.Record, absence roster.Absence) time.Duration {
	switch absence.Cause {
	case roster.Declined:
		return max(a.Pause/2, leastPause)
	case roster.Fault:
		pause := min(firstFaultPause<<min(record.Faults, 4), lastFaultPause)
		spread := fnv.New32a()
		_, _ = spread.Write([]byte(record.WorkerSID))
		return pause + pause/2*time.Duration(spread.Sum32()%100)/100
	}
	return max(a.Pause, leastPause)
}

// longestOffer is how long ago a choice can be that a worker made while a call was offered to them.
// An older one was made good since, and its event got lost: a worker at lunch is offered none.
const longestOffer = 15 * time.Minute

// Chosen is the activity that a person chose for the worker, or Offline, by the last event that
// Twilio sent: a rejection must not move them out of it. It may be one of TaskRouter's own, in a
// single-tasking workspace. Without a record it is "".
func (a Absences) Chosen(ctx context.Context, workerSID string) (activity string, err error) {
	record, err := a.Roster.Get(ctx, workerSID)
	place := record.Place
	persons := a.Activities.isPersons(record, place.Activity) || a.Activities.isSent(record, place.Activity)
	if err != nil || !persons && place.Activity != a.Activities.Offline || a.Now().Sub(place.Since) > longestOffer {
		return "", err
	}
	return place.Activity, nil
}

// CauseOf is how a failure counts for its worker.
func CauseOf(why failure.Failure) roster.Cause {
	if why.Row().Charge != failure.ToWorker {
		return roster.Fault
	}
	switch why {
	case failure.RingBusy:
		return roster.Busy
	case failure.GateDeclined, failure.GateOtherKey:
		return roster.Declined
	}
	return roster.Missed
}
