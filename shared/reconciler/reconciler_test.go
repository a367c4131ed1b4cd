package reconciler

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/failure"
	"switchboard/shared/roster"
	"switchboard/shared/taskrouter"
)

// TestWhereWorkersGo tells a piece of a worker's day and asks where the worker is at its end.
func TestWhereWorkersGo(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		day  func(d *desk)
		want string
	}{
		{
			name: "back after a missed call",
			day: func(d *desk) {
				d.misses(roster.Missed)
				d.passes(time.Minute)
				d.reconcile()
			},
			want: available,
		},
		{
			name: "away during the pause",
			day: func(d *desk) {
				d.misses(roster.Missed)
				d.passes(59 * time.Second)
				d.reconcile()
			},
			want: reject,
		},
		{
			name: "lunch before the missed call, whose event is late",
			day: func(d *desk) {
				d.reports(lunch)
				d.passes(time.Hour)
				d.reports(available)
				d.passes(time.Hour)
				d.misses(roster.Missed)
				d.reconcile()
			},
			want: reject,
		},
		{
			name: "half the pause after a decline",
			day: func(d *desk) {
				d.misses(roster.Declined)
				d.passes(30 * time.Second)
				d.reconcile()
			},
			want: available,
		},
		{
			name: "signed off after three misses",
			day: func(d *desk) {
				for range 3 {
					d.misses(roster.Missed)
					d.passes(time.Minute)
					d.reconcile()
				}
			},
			want: offline,
		},
		{
			name: "faults sign no worker off",
			day: func(d *desk) {
				for range 5 {
					d.misses(roster.Fault)
					d.passes(8 * time.Minute)
					d.reconcile()
				}
			},
			want: available,
		},
		{
			name: "lunch during the pause",
			day: func(d *desk) {
				d.misses(roster.Missed)
				d.passes(30 * time.Second)
				d.reports(lunch)
				d.passes(time.Minute)
				d.reconcile()
			},
			want: lunch,
		},
		{
			name: "lunch between our read and our write",
			day: func(d *desk) {
				d.misses(roster.Missed)
				d.passes(time.Minute)
				d.meanwhile = func() { d.goes(lunch) }
				d.reconcile()
			},
			want: lunch,
		},
		{
			name: "another change between our read and our write",
			day: func(d *desk) {
				d.misses(roster.Missed)
				d.passes(time.Minute)
				d.meanwhile = func() { d.version++ } // of attributes
				d.reconcile()
			},
			want: available,
		},
		{
			name: "answer to our write lost",
			day: func(d *desk) {
				d.misses(roster.Missed)
				d.passes(time.Minute)
				d.lost = true
				d.reconcile()
			},
			want: available,
		},
		{
			name: "lunch before the rejection",
			day: func(d *desk) {
				d.reports(lunch)
				d.passes(time.Second)
				before := d.worker.ActivitySID
				d.misses(roster.Missed)
				d.must(d.Moved(d.t.Context(), alice, roster.Place{Activity: reject, Before: before, Since: d.now}))
				d.reconcile()
			},
			want: lunch,
		},
		{
			name: "back after a call",
			day: func(d *desk) {
				d.reports(postWork)
				ended := d.now
				d.passes(30 * time.Second)
				d.must(d.CallEnded(d.t.Context(), alice, ended))
			},
			want: available,
		},
		{
			name: "back after a call whose webhooks were lost",
			day: func(d *desk) {
				d.goes(postWork)
				d.ended(taskrouter.ReservationWrapup)
				d.passes(30 * time.Second)
				d.reconcile()
			},
			want: available,
		},
		{
			name: "back from an assignment activity",
			day: func(d *desk) {
				d.goes(busy)
				d.passes(time.Minute)
				d.reports(postWork)
				ended := d.now
				d.passes(30 * time.Second)
				d.must(d.CallEnded(d.t.Context(), alice, ended))
			},
			want: available,
		},
		{
			name: "lunch during the talk, and the post-work activity over it",
			day: func(d *desk) {
				d.reports(lunch)
				d.passes(time.Minute)
				d.reports(postWork)
				d.reconcile()
			},
			want: postWork, // nothing tells whether a call ended
		},
		{
			name: "the same, and Twilio's record of the call's end",
			day: func(d *desk) {
				d.reports(lunch)
				d.passes(time.Minute)
				d.ended(taskrouter.ReservationWrapup)
				d.passes(2 * time.Second)
				d.reports(postWork)
				d.reconcile()
			},
			want: lunch,
		},
		{
			name: "lunch between two missed calls, when only the first event came",
			day: func(d *desk) {
				d.reports(reject)
				d.ended(taskrouter.ReservationTimeout)
				d.passes(time.Millisecond)
				d.goes(lunch)
				d.passes(5 * time.Second)
				d.misses(roster.Missed)
				d.passes(time.Minute)
				d.reconcile()
			},
			want: lunch,
		},
		{
			name: "post-work activity chosen by hand",
			day: func(d *desk) {
				d.reports(postWork)
				d.passes(time.Hour)
				d.reconcile()
			},
			want: postWork,
		},
		{
			name: "reject activity chosen by hand",
			day: func(d *desk) {
				d.goes(reject)
				d.passes(time.Hour)
				d.reconcile()
			},
			want: reject,
		},
		{
			name: "rejection that the roster does not know",
			day: func(d *desk) {
				d.goes(reject)
				d.ended(taskrouter.ReservationRejected)
				d.passes(time.Minute)
				d.reconcile()
			},
			want: available,
		},
		{
			name: "signed off while available",
			day: func(d *desk) {
				d.signs(roster.Off)
			},
			want: offline,
		},
		{
			name: "signed off while the phone rings in a single-tasking workspace",
			day: func(d *desk) {
				d.goes(busy)
				d.signs(roster.Off)
			},
			want: offline,
		},
		{
			name: "signed off on a call in a single-tasking workspace",
			day: func(d *desk) {
				d.goes(busy)
				d.onCall = true
				d.signs(roster.Off)
			},
			want: busy,
		},
		{
			name: "signed off at lunch",
			day: func(d *desk) {
				d.reports(lunch)
				d.passes(time.Minute)
				d.signs(roster.Off)
			},
			want: lunch,
		},
		{
			name: "signed on at lunch",
			day: func(d *desk) {
				d.reports(lunch)
				d.passes(time.Minute)
				d.signs(roster.On)
			},
			want: available,
		},
		{
			name: "lunch after signing on",
			day: func(d *desk) {
				d.signs(roster.On)
				d.passes(time.Minute)
				d.reports(lunch)
				d.reconcile()
			},
			want: lunch,
		},
		{
			name: "signed off during a call, then the call ends",
			day: func(d *desk) {
				d.onCall = true
				d.signs(roster.Off)
				d.passes(time.Minute)
				d.onCall = false
				d.reports(postWork)
				d.must(d.CallEnded(d.t.Context(), alice, d.now))
			},
			want: offline,
		},
		{
			name: "signed on at lunch during a call",
			day: func(d *desk) {
				d.onCall = true
				d.reports(lunch)
				d.passes(time.Minute)
				d.signs(roster.On)
			},
			want: lunch,
		},
		{
			name: "the same, and the call ends",
			day: func(d *desk) {
				d.onCall = true
				d.reports(lunch)
				d.passes(time.Minute)
				d.signs(roster.On)
				d.passes(time.Minute)
				d.onCall = false
				d.must(d.CallEnded(d.t.Context(), alice, d.now))
			},
			want: available,
		},
		{
			name: "signed off during the pause",
			day: func(d *desk) {
				d.misses(roster.Missed)
				d.passes(time.Second)
				d.signs(roster.Off)
				d.passes(time.Minute)
				d.reconcile()
			},
			want: offline,
		},
		{
			name: "signed on during the pause",
			day: func(d *desk) {
				d.misses(roster.Missed)
				d.passes(time.Second)
				d.signs(roster.On)
			},
			want: available,
		},
		{
			name: "left available by Twilio after a missed call",
			day: func(d *desk) {
				d.must(d.PutAway(d.t.Context(), alice, roster.Absence{
					Cause: roster.Missed, ReservationSID: reservation, Activity: reject, At: d.now, Move: true,
				}))
				d.reconcile()
			},
			want: reject,
		},
		{
			name: "the same, and back",
			day: func(d *desk) {
				d.must(d.PutAway(d.t.Context(), alice, roster.Absence{
					Cause: roster.Missed, ReservationSID: reservation, Activity: reject, At: d.now, Move: true,
				}))
				d.reconcile()
				d.passes(time.Minute)
				d.reconcile()
			},
			want: available,
		},
		{
			name: "another run while the move takes its time",
			day: func(d *desk) {
				d.must(d.PutAway(d.t.Context(), alice, roster.Absence{
					Cause: roster.Missed, ReservationSID: reservation, Activity: reject, At: d.now, Move: true,
				}))
				d.slow = func() {
					d.reconcile()
					d.passes(12 * time.Second)
				}
				d.reconcile()
				d.passes(time.Minute)
				d.reconcile()
			},
			want: available,
		},
		{
			name: "put away by a supervisor during a call soon after a missed one",
			day: func(d *desk) {
				d.misses(roster.Missed)
				d.passes(2 * time.Second)
				d.reports(available)
				d.passes(20 * time.Second)
				d.reports(reject)
				d.passes(20 * time.Second)
				d.ended(taskrouter.ReservationWrapup)
				d.reports(postWork)
				ended := d.now
				d.passes(30 * time.Second)
				d.must(d.CallEnded(d.t.Context(), alice, ended))
			},
			want: reject,
		},
		{
			name: "signed on while signing off takes its time",
			day: func(d *desk) {
				d.slow = func() {
					d.passes(time.Second)
					d.signs(roster.On)
				}
				d.lost = true
				d.signs(roster.Off)
			},
			want: available,
		},
		{
			name: "offline by a person soon after signing on, when the answer to signing off was lost",
			day: func(d *desk) {
				d.lost = true
				d.signs(roster.Off)
				d.passes(12 * time.Second)
				d.signs(roster.On)
				d.passes(12 * time.Second)
				d.goes(offline)
				d.passes(time.Minute)
				d.reconcile()
			},
			want: offline,
		},
		{
			name: "signed off, and made available by TaskRouter after a call",
			day: func(d *desk) {
				d.signs(roster.Off)
				d.passes(time.Minute)
				d.reports(busy)
				d.passes(time.Minute)
				d.reports(available)
				d.reconcile()
			},
			want: offline,
		},
		{
			name: "signed off, and made available by a supervisor after lunch",
			day: func(d *desk) {
				d.signs(roster.Off)
				d.passes(time.Minute)
				d.reports(lunch)
				d.passes(time.Minute)
				d.reports(available)
				d.reconcile()
			},
			want: available,
		},
		{
			name: "another call missed meanwhile, whose own event is late",
			day: func(d *desk) {
				missed := func(sid string) {
					d.must(d.PutAway(d.t.Context(), alice, roster.Absence{
						Cause: roster.Missed, ReservationSID: sid, Activity: reject, At: d.now, Move: true,
					}))
				}
				missed("1")
				d.reconcile()
				d.passes(time.Minute)
				missed("2")
				d.reconcile()
				d.passes(time.Minute)
				d.reconcile()
			},
			want: available,
		},
		{
			name: "signed off while offered one call after the other",
			day: func(d *desk) {
				d.onCall = true
				d.goes(busy)
				d.signs(roster.Off)
				d.passes(time.Minute)
				d.onCall = false
				d.goes(available)
				d.goes(busy)
				d.reconcile()
			},
			want: offline,
		},
		{
			name: "signed on between a missed call and its move",
			day: func(d *desk) {
				d.must(d.PutAway(d.t.Context(), alice, roster.Absence{
					Cause: roster.Missed, ReservationSID: reservation, Activity: reject, At: d.now, Move: true,
				}))
				d.passes(time.Second)
				d.meanwhile = func() { d.signs(roster.On) }
				d.reconcile()
			},
			want: available,
		},
		{
			name: "signed off while the answer to signing on is lost",
			day: func(d *desk) {
				d.signs(roster.Off)
				d.passes(time.Minute)
				d.slow = func() { d.signs(roster.Off) }
				d.lost = true
				d.signs(roster.On)
			},
			want: offline,
		},
		{
			name: "signed off by misses during a slow move back, when that activity is offline too",
			day: func(d *desk) {
				d.Reconciler.Activities.Offline, d.Absences.Activities.Offline, d.Limit = reject, reject, 1
				d.reports(reject)
				d.ended(taskrouter.ReservationTimeout)
				missed := d.now
				d.passes(time.Minute)
				d.slow = func() {
					d.must(d.PutAway(d.t.Context(), alice, roster.Absence{Cause: roster.Missed, ReservationSID: reservation, Activity: reject, At: missed}))
				}
				came := d.now
				d.reconcile()
				d.must(d.Moved(d.t.Context(), alice, roster.Place{Activity: available, Before: reject, Since: came}))
				if d.record().WantsCalls() {
					d.t.Error("our own move signed the worker on")
				}
			},
			want: reject,
		},
		{
			name: "back from the timeout activity",
			day: func(d *desk) {
				d.goes(reject)
				d.ended(taskrouter.ReservationTimeout)
				d.must(d.PutAway(d.t.Context(), alice, roster.Absence{
					Cause: roster.Missed, ReservationSID: reservation, Activity: reject, At: d.now, Move: true,
				}))
				d.reconcile()
				d.passes(time.Minute)
				d.reconcile()
			},
			want: available,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			test.day(d)
			d.wantIn(test.want)
		})
	}
}

// signs has the worker sign on or off.
func (d *desk) signs(wish roster.Wish) {
	d.t.Helper()
	sign := d.SignOn
	if wish == roster.Off {
		sign = d.Reconciler.SignOff
	}
	_, err := sign(d.t.Context(), alice, roster.ByText)
	d.must(err)
}

func TestSigningOffStopsRingingPhone(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if d.signs(roster.Off); !d.rejected {
		t.Error("pending reservations were not rejected")
	}
}

func TestSigningOnByPhoneWaits(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.signs(roster.Off)
	state, err := d.SignOn(t.Context(), alice, roster.ByPhone)
	d.wantIn(offline)
	if err != nil || state.Standing != Ready || len(d.returns) != 1 || d.returns[0] != hangUpTime {
		t.Errorf("state %+v, %v, messages after %v", state, err, d.returns)
	}
	d.passes(hangUpTime)
	d.reconcile()
	d.wantIn(available)
}

func TestOneTextForSigningOff(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for range 3 {
		d.misses(roster.Missed)
		d.passes(time.Minute)
		d.reconcile()
	}
	d.reconcile()
	if d.texts != 1 {
		t.Errorf("%d texts, want 1", d.texts)
	}
	d.signs(roster.On)
	d.signs(roster.Off)
	if d.reconcile(); d.texts != 1 {
		t.Errorf("%d texts after signing off by a text, want 1", d.texts)
	}
}

// TestOneMessagePerAbsence sends a second one only if the first comes early.
func TestOneMessagePerAbsence(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	due := d.now.Add(time.Minute)
	d.misses(roster.Missed)
	d.passes(20*time.Second + time.Millisecond)
	for range 3 {
		d.reconcile()
	}
	if !slices.Equal(d.returns, []time.Duration{time.Minute}) {
		t.Errorf("messages after %v, want one after a minute", d.returns)
	}
	d.must(d.Return(t.Context(), deferred.Return{WorkerSID: alice, Due: due}))
	if !slices.Equal(d.returns, []time.Duration{time.Minute, 40 * time.Second}) {
		t.Errorf("the message was early: messages after %v, want one more after 40 s", d.returns)
	}
	d.must(d.Return(t.Context(), deferred.Return{WorkerSID: alice, Due: due.Add(-time.Minute)}))
	if len(d.returns) != 2 {
		t.Errorf("the message of an earlier absence: messages after %v, want no more", d.returns)
	}
}

// TestReturnIsAskedForAgain has the queue refuse a message, or the function die before it sends it:
// the retry sends it, and a second retry does not.
func TestReturnIsAskedForAgain(t *testing.T) {
	t.Parallel()
	missed := roster.Absence{Cause: roster.Missed, ReservationSID: reservation, Activity: reject, At: noon()}
	left := missed
	left.Move = true
	tests := []struct {
		name    string
		prepare func(d *desk)
		limit   int
		ask     func(d *desk) error
		want    []time.Duration
	}{
		{
			name: "missed call",
			ask:  func(d *desk) error { return d.PutAway(d.t.Context(), alice, missed) },
			want: []time.Duration{time.Minute},
		},
		{
			name: "missed call that left the worker available",
			ask:  func(d *desk) error { return d.PutAway(d.t.Context(), alice, left) },
			want: []time.Duration{0, 0}, // until the worker has been moved
		},
		{
			name:  "missed call that signs the worker off",
			limit: 1,
			ask:   func(d *desk) error { return d.PutAway(d.t.Context(), alice, missed) },
			want:  []time.Duration{0, 0},
		},
		{
			name: "rejection of a worker who was at lunch",
			ask: func(d *desk) error {
				return d.Moved(d.t.Context(), alice, roster.Place{Activity: reject, Before: lunch, Since: noon()})
			},
			want: []time.Duration{0, 0},
		},
		{
			name: "look during a pause that another program's rejection began",
			prepare: func(d *desk) {
				d.goes(reject)
				d.ended(taskrouter.ReservationRejected)
			},
			ask:  func(d *desk) error { return d.Reconcile(d.t.Context(), alice, time.Time{}) },
			want: []time.Duration{time.Minute},
		},
		{
			name:    "end of a fault",
			prepare: func(d *desk) { d.misses(roster.Fault) },
			ask:     func(d *desk) error { return d.FaultOver(d.t.Context()) },
			want:    []time.Duration{returnPause},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.Limit = test.limit
			if test.prepare != nil {
				test.prepare(d)
			}
			d.returns, d.refuses = nil, true
			if err := test.ask(d); !errors.Is(err, errRefused) {
				t.Errorf("error %v", err)
			}
			for range 2 {
				d.must(test.ask(d))
			}
			if !slices.Equal(d.returns, test.want) {
				t.Errorf("messages after %v, want %v", d.returns, test.want)
			}
		})
	}
}

// busyQueue is the desk's queue while something else about the worker is recorded.
type busyQueue struct{ *desk }

func (q busyQueue) Send(ctx context.Context, message deferred.Message, delay time.Duration) error {
	_, _, err := q.Absences.Roster.Change(ctx, alice, func(record *roster.Record) bool {
		record.HelpTexts++
		return true
	})
	q.must(err)
	return q.desk.Send(ctx, message, delay)
}

func TestRepeatedChangeSendsOneMessage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Absences.Queue = busyQueue{d}
	d.misses(roster.Missed)
	record := d.record()
	if len(d.returns) != 1 || record.HelpTexts != 1 || !record.NextReturn.Equal(record.Absence.Until) || record.NextReturn.IsZero() {
		t.Errorf("messages after %v, record %+v", d.returns, record)
	}
}

// TestLeftStandsForOurActivities has TaskRouter move a worker to one of them within the second in
// which the worker was seen in another one.
func TestLeftStandsForOurActivities(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.in(busy, d.now)
	d.reconcile()
	if left := d.record().Left; !left.IsZero() {
		t.Errorf("left alone since %s, in an activity that the sweeper does not list", left)
	}
	d.in(reject, d.now)
	d.reconcile()
	if left := d.record().Left; !left.Equal(d.now) {
		t.Errorf("left alone since %s, want %s: a person chose the activity", left, d.now)
	}
}

func TestFaultPauseDoubles(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for n, pause := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 5 * time.Minute, 5 * time.Minute} {
		d.misses(roster.Fault)
		record, err := d.Absences.Roster.Get(t.Context(), alice)
		d.must(err)
		if lasts := record.Absence.Until.Sub(record.Absence.At); lasts < pause || lasts > pause*3/2 {
			t.Errorf("pause %d is %s, want %s and up to half more", n, lasts, pause)
		}
		d.passes(10 * time.Minute)
		d.reconcile()
	}
}

func TestFaultOverEndsPauses(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.misses(roster.Fault)
	d.passes(time.Second)
	d.must(d.FaultOver(t.Context()))
	d.passes(returnPause)
	d.reconcile()
	d.wantIn(available)
}

// TestNoQuestionWithoutPostWork: in a multitasking desk the completed task is the return.
func TestNoQuestionWithoutPostWork(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Reconciler.Activities.PostWork = ""
	d.meanwhile = func() { t.Error("Twilio was asked about the worker") }
	d.must(d.CallEnded(t.Context(), alice, d.now))
}

// TestLookedAtOnce: a worker whom a person put away costs Twilio's events one question.
func TestLookedAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.goes(reject)
	d.passes(time.Hour)
	d.reconcile()
	record, err := d.Absences.Roster.Get(t.Context(), alice)
	if err != nil || !record.Left.Equal(d.worker.Since) {
		t.Errorf("left alone since %s, %v, want %s", record.Left, err, d.worker.Since)
	}
}

func TestCauseOfFailures(t *testing.T) {
	t.Parallel()
	for why, want := range map[failure.Failure]roster.Cause{
		failure.RingBusy: roster.Busy, failure.GateDeclined: roster.Declined, failure.GateOtherKey: roster.Declined,
		failure.RingNoAnswer: roster.Missed, failure.RingFailed: roster.Missed, failure.GateNoKey: roster.Missed, failure.GateHungUp: roster.Missed,
		failure.CRMServerError: roster.Fault, failure.CRMRefused: roster.Fault, failure.DialInvalidNumber: roster.Missed,
	} {
		if got := CauseOf(why); got != want {
			t.Errorf("%s: %s, want %s", why.Path(), got, want)
		}
	}
}

func TestStates(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		day  func(d *desk)
		want State
	}{
		{
			name: "signed on",
			day:  func(*desk) {},
			want: State{Standing: Ready},
		},
		{
			name: "paused",
			day:  func(d *desk) { d.misses(roster.Busy) },
			want: State{Standing: Paused, Cause: roster.Busy, Until: noon().Add(time.Minute)},
		},
		{
			name: "wrapping up",
			day:  func(d *desk) { d.goes(postWork) },
			want: State{Standing: WrapUp, Cause: roster.Call, Until: noon().Add(30 * time.Second)},
		},
		{
			name: "signed off",
			day:  func(d *desk) { d.signs(roster.Off) },
			want: State{Standing: SignedOff, By: roster.ByText},
		},
		{
			name: "at lunch",
			day:  func(d *desk) { d.goes(lunch) },
			want: State{Standing: Elsewhere},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			test.day(d)
			got, err := d.State(t.Context(), alice)
			got.Since = time.Time{}
			if err != nil || got != test.want {
				t.Errorf("state %+v, %v, want %+v", got, err, test.want)
			}
		})
	}
}

// TestChoiceBeforeWrapUpAndTimeout has a person choose Lunch during a talk. Its end moves the
// worker to the post-work activity, whose event is lost, and an offer from before the talk then
// times out.
func TestChoiceBeforeWrapUpAndTimeout(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.reports(lunch)
	d.passes(3 * time.Second)
	d.ended(taskrouter.ReservationCompleted)
	d.goes(postWork)
	d.passes(20 * time.Second)
	d.timesOut()
	d.passes(2 * time.Minute)
	d.reconcile()
	d.wantIn(lunch)
}

// TestOfferDuringWrapUp is the same without a choice: the pause ends as usual.
func TestOfferDuringWrapUp(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.ended(taskrouter.ReservationCompleted)
	d.goes(postWork)
	d.passes(20 * time.Second)
	d.misses(roster.Missed)
	d.passes(2 * time.Minute)
	d.reconcile()
	d.wantIn(available)
}

// lunchAfterSigningOn is a desk whose worker went to lunch right after the move that signed them
// on, of which the record does not know: the request to record it failed.
func lunchAfterSigningOn(t *testing.T, by roster.Source) *desk {
	t.Helper()
	d := newDesk(t)
	d.in(offline, ago(time.Hour))
	d.save(roster.Record{Wish: roster.On, WishedAt: noon(), WishedBy: by, Pending: true})
	d.passes(100 * time.Millisecond)
	d.goes(available)
	d.passes(2 * time.Second)
	d.reports(lunch)
	return d
}

func TestLunchSoonAfterSigningOn(t *testing.T) {
	t.Parallel()
	for _, by := range []roster.Source{roster.ByText, roster.ByShift} {
		t.Run(string(by), func(t *testing.T) {
			t.Parallel()
			d := lunchAfterSigningOn(t, by)
			d.reconcile()
			d.wantIn(lunch)
		})
	}
}

// TestTimeoutAfterLunchSoonAfterSigningOn has an offer from before the lunch time out before the
// reconciler has looked.
func TestTimeoutAfterLunchSoonAfterSigningOn(t *testing.T) {
	t.Parallel()
	for _, by := range []roster.Source{roster.ByText, roster.ByShift} {
		t.Run(string(by), func(t *testing.T) {
			t.Parallel()
			d := lunchAfterSigningOn(t, by)
			d.passes(45 * time.Second)
			d.timesOut()
			d.passes(2 * time.Minute)
			d.reconcile()
			d.wantIn(lunch)
		})
	}
}

// TestSigningOnSoonAfterLunch has a worker regret within seconds that they went to lunch.
func TestSigningOnSoonAfterLunch(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.in(postWork, ago(time.Minute))
	d.reports(available)
	d.passes(2 * time.Second)
	d.reports(lunch)
	d.passes(2 * time.Second)
	_, err := d.SignOn(t.Context(), alice, roster.ByText)
	d.must(err)
	d.wantIn(available)
}

// TestPersonsChoiceAfterMoveWithoutAnswer puts a worker away after a missed call, and loses
// Twilio's answer. The worker, who still talked, is wrapping up then, and chooses the same
// activity.
func TestPersonsChoiceAfterMoveWithoutAnswer(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	declined := roster.Absence{
		Cause:          roster.Declined,
		ReservationSID: reservation,
		Activity:       reject,
		At:             noon(),
		Until:          noon().Add(15 * time.Second),
	}
	d.save(roster.Record{Absence: declined, Put: roster.Put{Activity: reject, At: noon()}})
	d.passes(200 * time.Millisecond)
	d.reports(reject)
	d.passes(12 * time.Second)
	d.reports(postWork)
	d.passes(2 * time.Second)
	d.reports(reject)
	d.passes(time.Second)
	d.reconcile()
	d.wantIn(reject)
}
