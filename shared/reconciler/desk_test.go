package reconciler

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"testing"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/roster"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

const (
	alice       = "WK00000000000000000000000000000001"
	reservation = "WR00000000000000000000000000000001"
	available   = "WA00000000000000000000000000000001"
	postWork    = "WA00000000000000000000000000000002"
	reject      = "WA00000000000000000000000000000003"
	fault       = "WA00000000000000000000000000000004"
	offline     = "WA00000000000000000000000000000005"
	lunch       = "WA00000000000000000000000000000006"
	busy        = "WA00000000000000000000000000000007" // a task queue's assignment activity
)

var errRefused = errors.New("no message taken")

func noon() time.Time { return time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC) }

// desk is a workspace with one worker, and what the reconciler asks of it.
type desk struct {
	*Reconciler
	Absences
	t     *testing.T
	store roster.Memory

	now     time.Time
	worker  twilio.Worker
	version int
	events  []taskrouter.Event
	onCall  bool

	meanwhile func() // runs once, between our read and our write
	slow      func() // runs once, before a move
	lost      bool   // the answer to the next move
	moves     []string
	rejected  bool
	asked     int // requests other than those that read or move the worker
	texts     int
	refuses   bool            // the queue, the next message
	returns   []time.Duration // delays of messages
}

func newDesk(t *testing.T) *desk {
	d := &desk{t: t, now: noon(), worker: twilio.Worker{SID: alice, ActivitySID: available, Available: true, Since: noon().Add(-time.Hour)}}
	clock := func() time.Time { return d.now }
	record := roster.Roster{Store: &d.store}
	activities := Activities{Available: available, PostWork: postWork, Reject: reject, Fault: fault, Offline: offline}
	d.Reconciler = &Reconciler{
		Roster: record, Twilio: d, Queue: d, Notifier: d, Activities: activities, WrapUp: new(30 * time.Second), Pause: time.Minute,
		Now: clock, Logger: slog.New(slog.DiscardHandler),
	}
	d.Absences = Absences{Roster: record, Queue: d, Activities: activities, Pause: time.Minute, Limit: 3, Now: clock}
	return d
}

func (d *desk) Worker(context.Context, string) (twilio.Worker, bool, error) {
	worker := d.worker
	worker.ETag = strconv.Itoa(d.version)
	if happens := d.meanwhile; happens != nil {
		d.meanwhile = nil
		happens()
	}
	return worker, true, nil
}

func (d *desk) MoveWorker(_ context.Context, worker twilio.Worker, activity string, reject bool) (twilio.Move, error) {
	if wait := d.slow; wait != nil {
		d.slow = nil
		wait()
	}
	if worker.ETag != strconv.Itoa(d.version) {
		return twilio.Move{}, nil
	}
	d.moves, d.rejected = append(d.moves, activity), reject
	d.goes(activity)
	if d.lost {
		d.lost = false
		return twilio.Move{Lost: true}, nil
	}
	return twilio.Move{Made: true, Since: d.worker.Since}, nil
}

func (d *desk) OnCall(context.Context, string) (bool, error) {
	d.asked++
	return d.onCall, nil
}

func (d *desk) RoutineActivities(context.Context) ([]string, error) {
	d.asked++
	return []string{busy}, nil
}

func (d *desk) Events(_ context.Context, query twilio.EventQuery) ([]taskrouter.Event, error) {
	d.asked++
	return slices.DeleteFunc(slices.Clone(d.events), func(e taskrouter.Event) bool {
		return e.Time.Before(query.Since) || e.Time.After(query.Until)
	}), nil
}

func (d *desk) Send(_ context.Context, message deferred.Message, delay time.Duration) error {
	if message.Return == nil || message.Return.WorkerSID != alice {
		d.t.Errorf("message %+v", message)
	}
	if d.refuses {
		d.refuses = false
		return errRefused
	}
	d.returns = append(d.returns, delay)
	return nil
}

func (d *desk) SignedOff(context.Context, string) error {
	d.texts++
	return nil
}

// in puts the worker into an activity since then, of which no event is known.
func (d *desk) in(activity string, since time.Time) {
	d.worker = twilio.Worker{SID: alice, ActivitySID: activity, Available: activity == available, Since: since}
}

// save makes the worker's record.
func (d *desk) save(record roster.Record) {
	d.t.Helper()
	record.WorkerSID = alice
	if saved, err := d.store.Save(d.t.Context(), record); err != nil || !saved {
		d.t.Fatal(saved, err)
	}
}

// record is the worker's record.
func (d *desk) record() roster.Record {
	d.t.Helper()
	record, err := d.store.Load(d.t.Context(), alice)
	d.must(err)
	return record
}

// goes is a change of activity by anyone, which Twilio's own record has.
func (d *desk) goes(activity string) {
	d.events = append(d.events, taskrouter.Event{
		Type: taskrouter.WorkerActivityUpdate, Time: d.now, WorkerSID: alice, ActivitySID: activity, PreviousActivitySID: d.worker.ActivitySID,
	})
	d.worker.ActivitySID, d.worker.Available, d.worker.Since = activity, activity == available, d.now.Truncate(time.Second)
	d.version++
}

// reports is goes, with Twilio's webhook about it.
func (d *desk) reports(activity string) {
	d.t.Helper()
	place := roster.Place{Activity: activity, Before: d.worker.ActivitySID, Since: d.now}
	d.goes(activity)
	d.must(d.Moved(d.t.Context(), alice, place))
}

// ended is an event of the end of a reservation.
func (d *desk) ended(kind string) {
	d.events = append(d.events, taskrouter.Event{Type: kind, Time: d.now, WorkerSID: alice, ReservationSID: reservation})
}

// misses is a rejection by us for the cause, which Twilio carries out.
func (d *desk) misses(cause roster.Cause) {
	d.t.Helper()
	activity := reject
	if cause == roster.Fault {
		activity = fault
	}
	d.goes(activity)
	d.ended(taskrouter.ReservationRejected)
	absence := roster.Absence{Cause: cause, ReservationSID: reservation + strconv.Itoa(d.version), Activity: activity}
	d.must(d.PutAway(d.t.Context(), alice, absence))
}

// timesOut is the end of an offer that the worker did not take, with Twilio's webhook about the
// move.
func (d *desk) timesOut() {
	d.t.Helper()
	d.reports(reject)
	d.ended(taskrouter.ReservationTimeout)
	d.must(d.PutAway(d.t.Context(), alice, roster.Absence{Cause: roster.Missed, ReservationSID: reservation, Activity: reject}))
}

func (d *desk) reconcile() {
	d.t.Helper()
	d.must(d.Reconcile(d.t.Context(), alice, time.Time{}))
}

func (d *desk) passes(time time.Duration) { d.now = d.now.Add(time) }

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// wantIn checks where the worker is.
func (d *desk) wantIn(activity string) {
	d.t.Helper()
	if d.worker.ActivitySID != activity {
		d.t.Errorf("the worker is in …%s after the moves %v, want …%s", d.worker.ActivitySID[30:], d.moves, activity[30:])
	}
}
