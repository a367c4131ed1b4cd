package reconciler

import (
	"testing"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/roster"
	"switchboard/shared/taskrouter"
)

func (d *desk) shift(at time.Time, on bool) {
	d.t.Helper()
	d.must(d.Reconciler.AtShift(d.t.Context(), deferred.Shift{WorkerSID: alice, At: at, On: on}))
}

// TestShiftBoundary has a boundary at noon.
func TestShiftBoundary(t *testing.T) {
	t.Parallel()
	missed := roster.Absence{Cause: roster.Missed, ReservationSID: reservation, Activity: reject, At: ago(20 * time.Second), Until: noon().Add(40 * time.Second)}
	tests := []struct {
		name        string
		on          bool
		in          string
		since       time.Time // zero = an hour before
		late        time.Duration
		onCall      bool
		record      roster.Record
		want        string // the activity that they are in then
		wantPending bool   // the end of a call or of a ring applies the wish
	}{
		{
			name: "begins for a worker who was never signed on",
			on:   true,
			in:   offline,
			want: available,
		},
		{
			name:   "begins for a worker who signed off before",
			on:     true,
			in:     offline,
			record: roster.Record{Wish: roster.Off, WishedAt: ago(2 * time.Hour), WishedBy: roster.ByText},
			want:   available,
		},
		{
			name:   "begins for a worker whom the last shift signed off",
			on:     true,
			in:     offline,
			record: roster.Record{Wish: roster.Off, WishedAt: ago(15 * time.Hour), WishedBy: roster.ByShift, Shift: ago(15 * time.Hour)},
			want:   available,
		},
		{
			name: "begins for a worker who works already",
			on:   true,
			in:   available,
			want: available,
		},
		{
			name: "begins at lunch",
			on:   true,
			in:   lunch,
			want: lunch,
		},
		{
			name:   "begins in a pause",
			on:     true,
			in:     reject,
			since:  ago(20 * time.Second),
			record: roster.Record{Absence: missed},
			want:   reject,
		},
		{
			name: "begins in one of our activities, chosen by a person",
			on:   true,
			in:   fault,
			want: fault,
		},
		{
			name:        "begins in a call of a worker who is signed off",
			on:          true,
			in:          offline,
			onCall:      true,
			want:        offline,
			wantPending: true,
		},
		{
			name:   "begins, applied after a person put them offline",
			on:     true,
			in:     offline,
			since:  noon().Add(time.Minute),
			late:   time.Hour,
			want:   offline,
			record: roster.Record{Place: roster.Place{Activity: offline, Before: available, Since: noon().Add(time.Minute)}},
		},
		{
			name:   "begins, applied after they signed off",
			on:     true,
			in:     offline,
			since:  noon().Add(time.Minute),
			late:   time.Hour,
			record: roster.Record{Wish: roster.Off, WishedAt: noon().Add(time.Minute), WishedBy: roster.ByGate},
			want:   offline,
		},
		{
			name: "ends",
			in:   available,
			want: offline,
		},
		{
			name:   "ends in a talk during which they can be offered no call",
			in:     available,
			onCall: true,
			want:   offline,
		},
		{
			name:        "ends in a talk in an activity of the task queue",
			in:          busy,
			onCall:      true,
			want:        busy,
			wantPending: true,
		},
		{
			name:        "ends while the phone rings in an activity of the task queue",
			in:          busy,
			want:        busy,
			wantPending: true,
		},
		{
			name:  "ends in the wrap-up",
			in:    postWork,
			since: ago(5 * time.Second),
			want:  offline,
		},
		{
			name:   "ends in a pause",
			in:     reject,
			since:  ago(20 * time.Second),
			record: roster.Record{Absence: missed},
			want:   offline,
		},
		{
			name: "ends at lunch",
			in:   lunch,
			want: offline,
		},
		{
			name:  "ends, applied after a lunch that began since",
			in:    lunch,
			since: noon().Add(time.Minute),
			late:  time.Hour,
			want:  lunch,
		},
		{
			name:   "ends, applied after they signed on for overtime",
			in:     available,
			since:  noon().Add(time.Minute),
			late:   time.Hour,
			record: roster.Record{Wish: roster.On, WishedAt: noon().Add(time.Minute), WishedBy: roster.ByText},
			want:   available,
		},
		{
			name: "ends for a worker who is off",
			in:   offline,
			want: offline,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			if test.since.IsZero() {
				test.since = ago(time.Hour)
			}
			d.in(test.in, test.since)
			d.onCall, d.now = test.onCall, noon().Add(test.late)
			d.save(test.record)
			for range 2 { // SQS delivers it twice
				d.shift(noon(), test.on)
				d.wantIn(test.want)
			}
			if record := d.record(); record.Pending != test.wantPending || !record.Shift.Equal(noon()) {
				t.Errorf("record %+v", record)
			}
			if d.rejected {
				t.Error("a ringing phone was stopped")
			}
			d.reconcile()
			d.wantIn(test.want)
		})
	}
}

// TestShiftEndsAfterPause has a desk without an activity of its own for workers who are off: a
// worker who is back from a pause does not do overtime.
func TestShiftEndsAfterPause(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Reconciler.Activities.Offline = reject
	back := noon().Add(time.Minute)
	d.in(available, back)
	d.now = noon().Add(time.Hour)
	d.save(roster.Record{Place: roster.Place{Activity: available, Before: reject, Since: back}})
	d.shift(noon(), false)
	d.wantIn(reject)
}

// TestShiftOfADay has a shift from 8 to 12 o'clock.
func TestShiftOfADay(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.now = ago(4 * time.Hour)
	d.in(offline, ago(15*time.Hour))
	d.shift(d.now, true)
	d.wantIn(available)

	d.passes(time.Hour)
	_, err := d.Reconciler.SignOff(t.Context(), alice, roster.ByText)
	d.must(err)
	d.shift(ago(4*time.Hour), true) // SQS delivers it again
	d.wantIn(offline)

	d.now = noon()
	d.shift(noon(), false)
	d.wantIn(offline)
	d.passes(time.Hour)
	_, err = d.Reconciler.SignOn(t.Context(), alice, roster.ByText)
	d.must(err)
	d.shift(noon(), false)
	d.wantIn(available) // overtime

	d.now = noon().Add(20 * time.Hour)
	d.shift(d.now, true)
	d.wantIn(available)
	d.now = noon().Add(24 * time.Hour)
	d.shift(d.now, false)
	d.wantIn(offline)
}

// TestShiftEndsInCall talks in an activity of the task queue when the shift ends.
func TestShiftEndsInCall(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.now = noon().Add(-time.Minute)
	d.reports(busy)
	d.onCall, d.now = true, noon()
	d.shift(noon(), false)
	d.wantIn(busy)
	d.passes(5 * time.Minute)
	d.reports(postWork)
	d.ended(taskrouter.ReservationWrapup)
	d.onCall = false
	d.must(d.Answered(t.Context(), alice, d.now))
	d.reconcile()
	d.wantIn(offline)
}

// TestShiftEndsWhilePhoneRings misses the call that was offered before the shift ended.
func TestShiftEndsWhilePhoneRings(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.shift(noon(), false)
	d.wantIn(offline)
	if d.rejected {
		t.Error("the phone stopped")
	}
	d.passes(10 * time.Second)
	d.misses(roster.Missed)
	if len(d.returns) == 0 || d.returns[len(d.returns)-1] != 0 {
		t.Errorf("messages %v, want one without delay", d.returns)
	}
	d.reconcile()
	d.wantIn(offline)
}

// TestShiftBeginsBeforeLateSignOff signs a worker off after a call that began before their shift
// ended, when the next shift has just begun and the sweeper has not applied it. The desk has no
// activity of its own for workers who are off.
func TestShiftBeginsBeforeLateSignOff(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Reconciler.Activities.Offline = reject
	d.Absences.Activities.Offline = reject
	d.shift(ago(time.Minute), false)
	d.reports(postWork)
	d.ended(taskrouter.ReservationWrapup)

	d.now = noon().Add(15 * time.Second)
	d.lost = true
	d.reconcile()
	d.wantIn(reject)
	d.passes(time.Minute)
	d.must(d.Reconcile(t.Context(), alice, ago(0))) // SQS delivers the end of the call again
	d.now = noon().Add(3 * time.Minute)
	d.shift(noon(), true)
	d.wantIn(available)
}

// TestShiftBeginsAfterOfferOverLunch has no activity of its own for workers who are off: the shift
// begins before the end of the offer, over which the worker chose lunch, is recorded.
func TestShiftBeginsAfterOfferOverLunch(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Reconciler.Activities.Offline, d.Absences.Activities.Offline = reject, reject
	d.now = noon().Add(-time.Minute)
	d.reports(lunch)
	d.passes(40 * time.Second)
	d.reports(reject)
	d.ended(taskrouter.ReservationTimeout)
	d.now = noon().Add(15 * time.Second)
	d.shift(noon(), true)
	d.wantIn(lunch)
}
