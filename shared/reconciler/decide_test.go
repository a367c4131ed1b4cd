package reconciler

import (
	"slices"
	"testing"
	"time"

	"switchboard/shared/roster"
	"switchboard/shared/taskrouter"
)

func ago(d time.Duration) time.Time { return noon().Add(-d) }

// TestDecisions has a row for each way into an activity and out of it.
func TestDecisions(t *testing.T) {
	t.Parallel()
	missed := roster.Absence{Cause: roster.Missed, ReservationSID: reservation, Activity: reject, At: ago(time.Minute), Until: noon()}
	heardOf := func(at time.Time, until time.Time) roster.Absence {
		return roster.Absence{Cause: roster.Declined, ReservationSID: reservation, At: at, Until: until, Move: true}
	}
	tests := []struct {
		name      string
		in        string
		since     time.Time
		onCall    bool
		events    []taskrouter.Event
		record    roster.Record
		callEnded time.Time
		want      string // the activity that they are moved to; "" = none
		wantSent  []time.Duration
	}{
		{
			name:   "pause over",
			in:     reject,
			since:  ago(time.Minute),
			record: roster.Record{Absence: missed},
			want:   available,
		},
		{
			name:   "pause over, at lunch when they were rejected, by Twilio's list of events only",
			in:     reject,
			since:  ago(time.Minute),
			record: roster.Record{Absence: missed, Place: roster.Place{Activity: available, Before: postWork, Since: ago(time.Hour)}},
			events: []taskrouter.Event{
				{Type: taskrouter.ReservationRejected, ReservationSID: reservation, Time: ago(time.Minute)},
				{Type: taskrouter.WorkerActivityUpdate, ActivitySID: reject, PreviousActivitySID: lunch, Time: ago(time.Minute)},
			},
			want: lunch,
		},
		{
			name:  "signed off by missed calls, at lunch when the last one timed out, before its event came",
			in:    reject,
			since: ago(time.Second),
			record: roster.Record{
				Wish: roster.Off, WishedAt: noon(), WishedBy: roster.ByMisses, Pending: true,
				Absence: roster.Absence{Cause: roster.Missed, ReservationSID: reservation, Activity: reject, At: noon(), Until: noon().Add(time.Minute)},
			},
			events: []taskrouter.Event{
				{Type: taskrouter.ReservationTimeout, ReservationSID: reservation, Time: ago(time.Second)},
				{Type: taskrouter.WorkerActivityUpdate, ActivitySID: reject, PreviousActivitySID: lunch, Time: ago(time.Second)},
			},
			want: lunch,
		},
		{
			name:  "sent to one of our activities by a person, seconds before a rejection",
			in:    reject,
			since: ago(time.Minute),
			record: roster.Record{
				Absence: roster.Absence{Cause: roster.Missed, ReservationSID: reservation, Activity: reject, At: ago(52 * time.Second), Until: noon()},
			},
			events: []taskrouter.Event{
				{Type: taskrouter.WorkerActivityUpdate, ActivitySID: reject, PreviousActivitySID: available, Time: ago(time.Minute)},
				{Type: taskrouter.ReservationRejected, ReservationSID: reservation, Time: ago(53 * time.Second)},
			},
		},
		{
			name:  "put away by us, slowly",
			in:    reject,
			since: ago(time.Minute),
			record: roster.Record{
				Absence: roster.Absence{Cause: roster.Missed, ReservationSID: reservation, Activity: reject, At: ago(68 * time.Second), Until: noon()},
				Put:     roster.Put{Activity: reject, At: ago(68 * time.Second)},
				Place:   roster.Place{Activity: reject, Before: available, Since: ago(time.Minute)},
			},
			want: available,
		},
		{
			name:   "signed off by missed calls, offered the next call in an activity of the task queue",
			in:     busy,
			since:  noon(),
			record: roster.Record{Wish: roster.Off, WishedAt: noon(), WishedBy: roster.ByMisses, Pending: true},
			want:   offline,
		},
		{
			name:  "signed off by missed calls, in one of our activities by a person",
			in:    reject,
			since: ago(20 * time.Second),
			record: roster.Record{
				Wish: roster.Off, WishedAt: noon(), WishedBy: roster.ByMisses, Pending: true,
			},
		},
		{
			name:   "pause over, and talking with another reservation",
			in:     reject,
			since:  ago(time.Minute),
			onCall: true,
			record: roster.Record{Absence: missed},
		},
		{
			name:   "put away by Twilio, pause over before its event was heard",
			in:     reject,
			since:  ago(10 * time.Second),
			record: roster.Record{Absence: heardOf(ago(10*time.Second), ago(7*time.Second))},
			want:   available,
		},
		{
			name:     "put away by Twilio, pause not over",
			in:       fault,
			since:    ago(10 * time.Second),
			record:   roster.Record{Absence: heardOf(ago(10*time.Second), noon().Add(20*time.Second))},
			wantSent: []time.Duration{20 * time.Second},
		},
		{
			name:   "at lunch when Twilio ended the reservation",
			in:     lunch,
			since:  ago(10 * time.Second),
			record: roster.Record{Absence: heardOf(ago(10*time.Second), ago(7*time.Second))},
		},
		{
			name:   "offline by a person when Twilio ended the reservation",
			in:     offline,
			since:  ago(10 * time.Second),
			record: roster.Record{Absence: heardOf(ago(10*time.Second), ago(7*time.Second))},
		},
		{
			name:   "signed off by missed calls, and left available",
			in:     available,
			since:  ago(time.Minute),
			record: roster.Record{Wish: roster.Off, WishedAt: noon(), WishedBy: roster.ByMisses, Pending: true},
			want:   offline,
		},
		{
			name:   "signs off during a call, in an activity of the task queue",
			in:     busy,
			onCall: true,
			since:  ago(time.Minute),
			record: roster.Record{Wish: roster.Off, WishedAt: noon(), WishedBy: roster.ByText, Pending: true},
		},
		{
			name:   "signed off during a call that is over",
			in:     available,
			since:  ago(time.Second),
			record: roster.Record{Wish: roster.Off, WishedAt: ago(time.Minute), WishedBy: roster.ByText, Pending: true},
			want:   offline,
		},
		{
			name:  "wrapped up, offline by a person during the call",
			in:    postWork,
			since: ago(30 * time.Second),
			record: roster.Record{
				Place: roster.Place{Activity: postWork, Before: offline, Since: ago(30 * time.Second)},
			},
			callEnded: ago(30 * time.Second),
			want:      offline,
		},
		{
			name:  "wrapped up, signed on during the call",
			in:    postWork,
			since: ago(30 * time.Second),
			record: roster.Record{
				Wish: roster.On, WishedAt: ago(time.Minute), WishedBy: roster.ByPhone, Pending: true,
				Place: roster.Place{Activity: postWork, Before: offline, Since: ago(30 * time.Second)},
			},
			callEnded: ago(30 * time.Second),
			want:      available,
		},
		{
			name:   "wrapped up, sent to one of our activities by a person during the call",
			in:     postWork,
			since:  ago(30 * time.Second),
			record: roster.Record{Place: roster.Place{Activity: postWork, Before: reject, Since: ago(30 * time.Second)}},
			events: []taskrouter.Event{
				{Type: taskrouter.WorkerActivityUpdate, ActivitySID: reject, PreviousActivitySID: available, Time: ago(time.Minute)},
			},
			callEnded: ago(30 * time.Second),
			want:      reject,
		},
		{
			name:  "wrapped up, sent to one of our activities by a person during the call, away before it",
			in:    postWork,
			since: ago(30 * time.Second),
			record: roster.Record{
				Absence: roster.Absence{Cause: roster.Missed, Activity: reject, At: ago(5 * time.Minute), Until: ago(4 * time.Minute)},
				Place:   roster.Place{Activity: postWork, Before: reject, Since: ago(30 * time.Second)},
			},
			events: []taskrouter.Event{
				{Type: taskrouter.WorkerActivityUpdate, ActivitySID: reject, PreviousActivitySID: available, Time: ago(time.Minute)},
			},
			callEnded: ago(30 * time.Second),
			want:      reject,
		},
		{
			name:   "wrapped up, put away during the call because of another program's task",
			in:     postWork,
			since:  ago(30 * time.Second),
			record: roster.Record{Place: roster.Place{Activity: postWork, Before: reject, Since: ago(30 * time.Second)}},
			events: []taskrouter.Event{
				{Type: taskrouter.WorkerActivityUpdate, ActivitySID: reject, PreviousActivitySID: available, Time: ago(time.Minute)},
				{Type: taskrouter.ReservationTimeout, ReservationSID: reservation, Time: ago(time.Minute)},
			},
			callEnded: ago(30 * time.Second),
			want:      available,
		},
		{
			name:  "rejected in another of our activities",
			in:    reject,
			since: ago(time.Minute),
			record: roster.Record{
				Absence: missed,
				Place:   roster.Place{Activity: reject, Before: fault, Since: ago(time.Minute)},
			},
			want: available,
		},
		{
			name:  "wrapped up, signed on during the call, and at lunch after that",
			in:    postWork,
			since: ago(30 * time.Second),
			record: roster.Record{
				Wish: roster.On, WishedAt: ago(time.Minute), WishedBy: roster.ByPhone, Pending: true,
				Place: roster.Place{Activity: postWork, Before: lunch, Since: ago(30 * time.Second)},
			},
			events: []taskrouter.Event{
				{Type: taskrouter.WorkerActivityUpdate, ActivitySID: lunch, PreviousActivitySID: offline, Time: ago(40 * time.Second)},
			},
			callEnded: ago(30 * time.Second),
			want:      lunch,
		},
		{
			name:  "wrapped up, signed on during the call, and sent to one of our activities after that",
			in:    postWork,
			since: ago(30 * time.Second),
			record: roster.Record{
				Wish: roster.On, WishedAt: ago(time.Minute), WishedBy: roster.ByPhone, Pending: true,
				Place: roster.Place{Activity: postWork, Before: reject, Since: ago(30 * time.Second)},
			},
			events: []taskrouter.Event{
				{Type: taskrouter.WorkerActivityUpdate, ActivitySID: reject, PreviousActivitySID: busy, Time: ago(40 * time.Second)},
			},
			callEnded: ago(30 * time.Second),
			want:      reject,
		},
		{
			name:      "wrapped up from an activity of the task queue",
			in:        postWork,
			since:     ago(30 * time.Second),
			record:    roster.Record{Place: roster.Place{Activity: postWork, Before: busy, Since: ago(30 * time.Second)}},
			callEnded: ago(30 * time.Second),
			want:      available,
		},
		{
			name:      "post-work activity applied late, during the next call",
			in:        postWork,
			since:     ago(26 * time.Second),
			onCall:    true,
			record:    roster.Record{Place: roster.Place{Activity: postWork, Before: available, Since: ago(26 * time.Second)}},
			callEnded: ago(30 * time.Second),
		},
		{
			name:      "post-work activity applied a second late, during the next call",
			in:        postWork,
			since:     ago(29 * time.Second),
			onCall:    true,
			record:    roster.Record{Place: roster.Place{Activity: postWork, Before: available, Since: ago(29 * time.Second)}},
			callEnded: ago(30 * time.Second),
		},
		{
			name:      "post-work activity applied in the same second, during the next call",
			in:        postWork,
			since:     ago(31 * time.Second),
			onCall:    true,
			record:    roster.Record{Place: roster.Place{Activity: postWork, Before: available, Since: ago(30_087 * time.Millisecond)}},
			callEnded: ago(30_232 * time.Millisecond),
		},
		{
			name:      "post-work activity applied with the end of the call",
			in:        postWork,
			since:     ago(31 * time.Second),
			onCall:    true, // with a later reservation, for which the worker is not available
			record:    roster.Record{Place: roster.Place{Activity: postWork, Before: available, Since: ago(30_232 * time.Millisecond)}},
			callEnded: ago(30_232 * time.Millisecond),
			want:      available,
		},
		{
			name:   "wrapped up, at lunch when another offer timed out during the call",
			in:     postWork,
			since:  ago(30 * time.Second),
			record: roster.Record{Place: roster.Place{Activity: postWork, Before: reject, Since: ago(30 * time.Second)}},
			events: []taskrouter.Event{
				{Type: taskrouter.WorkerActivityUpdate, ActivitySID: lunch, PreviousActivitySID: available, Time: ago(2 * time.Minute)},
				{Type: taskrouter.WorkerActivityUpdate, ActivitySID: reject, PreviousActivitySID: lunch, Time: ago(time.Minute)},
				{Type: taskrouter.ReservationTimeout, ReservationSID: reservation, Time: ago(time.Minute)},
			},
			callEnded: ago(30 * time.Second),
			want:      lunch,
		},
		{
			name:   "wrapped up, at lunch when two other offers ended during the call",
			in:     postWork,
			since:  ago(30 * time.Second),
			record: roster.Record{Place: roster.Place{Activity: postWork, Before: reject, Since: ago(30 * time.Second)}},
			events: []taskrouter.Event{
				{Type: taskrouter.WorkerActivityUpdate, ActivitySID: fault, PreviousActivitySID: lunch, Time: ago(2 * time.Minute)},
				{Type: taskrouter.ReservationRejected, ReservationSID: reservation, Time: ago(2 * time.Minute)},
				{Type: taskrouter.WorkerActivityUpdate, ActivitySID: reject, PreviousActivitySID: fault, Time: ago(time.Minute)},
				{Type: taskrouter.ReservationTimeout, ReservationSID: reservation, Time: ago(time.Minute)},
			},
			callEnded: ago(30 * time.Second),
			want:      lunch,
		},
		{
			name:  "signed off by the call that they missed while they wrapped up, at lunch before",
			in:    postWork,
			since: noon(),
			record: roster.Record{
				Wish: roster.Off, WishedAt: noon(), WishedBy: roster.ByMisses, Pending: true,
				Absence: roster.Absence{
					Cause: roster.Missed, ReservationSID: reservation, Activity: reject, At: noon(), Until: noon().Add(time.Minute), Move: true,
				},
				Place: roster.Place{Activity: postWork, Before: reject, Since: noon()},
			},
			events: []taskrouter.Event{
				{Type: taskrouter.WorkerActivityUpdate, ActivitySID: reject, PreviousActivitySID: lunch, Time: noon()},
				{Type: taskrouter.ReservationTimeout, ReservationSID: reservation, Time: noon()},
			},
			want: lunch,
		},
		{
			name:      "post-work activity still to come",
			in:        available,
			since:     ago(time.Hour),
			callEnded: ago(time.Second),
			wantSent:  []time.Duration{9 * time.Second},
		},
		{
			name:      "post-work activity of this call still to come, that of the one before came late",
			in:        postWork,
			since:     ago(4 * time.Second),
			record:    roster.Record{Place: roster.Place{Activity: postWork, Before: available, Since: ago(4 * time.Second)}},
			callEnded: noon(),
			wantSent:  []time.Duration{10 * time.Second},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.onCall, d.events = test.onCall, test.events
			d.in(test.in, test.since)
			d.save(test.record)
			if err := d.Reconcile(t.Context(), alice, test.callEnded); err != nil {
				t.Fatal(err)
			}
			var want []string
			if test.want != "" {
				want = []string{test.want}
			}
			if !slices.Equal(d.moves, want) || !slices.Equal(d.returns, test.wantSent) {
				t.Errorf("moved %q, sent %v; want %q, %v", d.moves, d.returns, want, test.wantSent)
			}
		})
	}
}

// TestTalkerComesBackAtTheEnd has a worker whose pause was over during a call with another
// reservation.
func TestTalkerComesBackAtTheEnd(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.in(reject, ago(time.Minute))
	open := roster.Record{
		Absence: roster.Absence{Cause: roster.Missed, Activity: reject, At: ago(time.Minute), Until: ago(time.Second)},
		Place:   roster.Place{Activity: reject, Before: available, Since: ago(time.Minute)},
	}
	d.save(open)
	without := *d.Reconciler
	without.Activities.PostWork = ""
	if err := without.CallEnded(t.Context(), alice, noon()); err != nil || !slices.Equal(d.moves, []string{available}) {
		t.Errorf("moved %q, %v", d.moves, err)
	}
	if err := without.CallEnded(t.Context(), alice, noon()); err != nil || len(d.moves) != 1 || d.asked != 1 {
		t.Errorf("moved %q, %v, and asked %d times: want nothing more", d.moves, err, d.asked)
	}
}

// TestLatePostWorkIsAwaited has workers who became available after a call. Only the return from
// this call's wrap-up makes a look needless: Twilio may apply the post-work activity some seconds
// late.
func TestLatePostWorkIsAwaited(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before string // the activity from which they became available
		ended  time.Time
		looks  int
	}{
		"TaskRouter returned them from its own activity": {
			before: busy,
			ended:  ago(2 * time.Second),
			looks:  1,
		},
		"they came back from the wrap-up of the call before": {
			before: postWork,
			ended:  ago(2 * time.Second),
			looks:  1,
		},
		"they came back from the wrap-up of this call": {
			before: postWork,
			ended:  ago(31 * time.Second),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.in(available, ago(time.Second))
			back := roster.Record{Place: roster.Place{Activity: available, Before: test.before, Since: ago(time.Second)}}
			d.save(back)
			if err := d.CallEnded(t.Context(), alice, test.ended); err != nil || len(d.returns) != test.looks {
				t.Errorf("sent %v, %v, want %d messages", d.returns, err, test.looks)
			}
		})
	}
}

// TestLatePostWorkAfterAPause has a worker whose pause for another call ends a second after the
// talk: the first look brings them back, and the second looks for what TaskRouter did after it.
func TestLatePostWorkAfterAPause(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.in(reject, ago(time.Minute))
	d.save(roster.Record{Absence: roster.Absence{
		Cause: roster.Busy, ReservationSID: reservation, Activity: reject, At: ago(time.Minute), Until: noon().Add(time.Second),
	}})
	if err := d.CallEnded(t.Context(), alice, ago(time.Second)); err != nil || len(d.returns) != 2 {
		t.Errorf("sent %v, %v, want a look at the end of the pause, and one at that of TaskRouter's time", d.returns, err)
	}
}

// TestMovesOfPersons has the events of what people choose, and what is made of them.
func TestMovesOfPersons(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name        string
		record      roster.Record
		place       roster.Place
		wantSent    int
		wantPending bool
		wantChosen  string
	}{
		{
			name:     "rejected at lunch",
			place:    roster.Place{Activity: reject, Before: lunch, Since: noon()},
			wantSent: 1,

			wantChosen: reject, // as long as we have not recorded why
		},
		{
			name:     "rejected when a person had chosen offline",
			place:    roster.Place{Activity: reject, Before: offline, Since: noon()},
			wantSent: 1,

			wantChosen: reject,
		},
		{
			name:     "rejected when signed off",
			record:   roster.Record{Wish: roster.Off, WishedAt: ago(time.Minute), WishedBy: roster.ByPhone},
			place:    roster.Place{Activity: reject, Before: offline, Since: noon()},
			wantSent: 1,
		},
		{
			name:       "offline by a person",
			place:      roster.Place{Activity: offline, Before: available, Since: noon()},
			wantChosen: offline,
		},
		{
			name:       "offline by their own wish",
			record:     roster.Record{Wish: roster.Off, WishedAt: ago(time.Minute), WishedBy: roster.ByPhone},
			place:      roster.Place{Activity: offline, Before: available, Since: noon()},
			wantChosen: offline,
		},
		{
			name:       "lunch after signing on during a call",
			record:     roster.Record{Wish: roster.On, WishedAt: ago(time.Minute), WishedBy: roster.ByPhone, Pending: true},
			place:      roster.Place{Activity: lunch, Before: offline, Since: noon()},
			wantChosen: lunch,
		},
		{
			name:        "signed on soon after lunch",
			record:      roster.Record{Wish: roster.On, WishedAt: noon(), WishedBy: roster.ByPhone, Pending: true},
			place:       roster.Place{Activity: lunch, Before: offline, Since: ago(time.Second)},
			wantPending: true,
			wantChosen:  lunch,
		},
		{
			name:        "back after a call during which they signed off",
			record:      roster.Record{Wish: roster.Off, WishedAt: ago(time.Minute), WishedBy: roster.ByText, Pending: true},
			place:       roster.Place{Activity: available, Before: busy, Since: noon()},
			wantSent:    1,
			wantPending: true,
		},
		{
			name:   "put away by us",
			record: roster.Record{Absence: roster.Absence{Cause: roster.Busy, Activity: reject, At: noon(), Until: noon().Add(time.Minute)}},
			place:  roster.Place{Activity: reject, Before: available, Since: noon()},
		},
		{
			name:       "sent to one of our activities by a person",
			place:      roster.Place{Activity: reject, Before: available, Since: noon()},
			wantChosen: reject,
		},
		{
			name:  "at lunch an hour ago",
			place: roster.Place{Activity: lunch, Before: available, Since: ago(time.Hour)},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			test.record.WorkerSID = alice
			d.save(test.record)
			if err := d.Moved(t.Context(), alice, test.place); err != nil {
				t.Fatal(err)
			}
			chosen, err := d.Chosen(t.Context(), alice)
			if err != nil || chosen != test.wantChosen || d.record().Pending != test.wantPending || len(d.returns) != test.wantSent {
				t.Errorf("chosen %q, %v; pending %t; sent %v", chosen, err, d.record().Pending, d.returns)
			}
		})
	}
}

// TestSignOnWhileBeingSignedOff has a worker sign on again while the request that signs them off is
// under way.
func TestSignOnWhileBeingSignedOff(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.in(available, ago(time.Hour))
	d.slow = func() {
		if _, err := d.SignOn(t.Context(), alice, roster.ByText); err != nil {
			t.Error(err)
		}
	}
	r := *d.Reconciler
	r.Now = func() time.Time { return ago(time.Second) }
	if _, err := r.SignOff(t.Context(), alice, roster.ByText); err != nil {
		t.Fatal(err)
	}
	if record := d.record(); !slices.Equal(d.moves, []string{offline, available}) || record.Pending || !record.WantsCalls() {
		t.Errorf("moved %q; record %+v", d.moves, record)
	}
}

// TestLunchEndsAnAbsence has a worker go to lunch out of our activity: who comes back there later
// was sent there by a person.
func TestLunchEndsAnAbsence(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	away := roster.Record{Absence: roster.Absence{Cause: roster.Missed, Activity: reject, At: ago(time.Second), Until: noon().Add(time.Minute)}}
	d.save(away)
	if err := d.Moved(t.Context(), alice, roster.Place{Activity: lunch, Before: reject, Since: noon()}); err != nil {
		t.Fatal(err)
	}
	if record := d.record(); record.Absence != (roster.Absence{}) {
		t.Errorf("absence %+v", record.Absence)
	}
}

// TestEndOfCallIsAwaited has something wait for the end of a call, or nothing.
func TestEndOfCallIsAwaited(t *testing.T) {
	t.Parallel()
	for _, pending := range []bool{true, false} {
		d := newDesk(t)
		d.save(roster.Record{Misses: 2, Pending: pending})
		err := d.Answered(t.Context(), alice, noon())
		if err != nil || len(d.returns) > 0 != pending || d.record().Misses != 0 {
			t.Errorf("pending %t: sent %v, %v", pending, d.returns, err)
		}
	}
}

// TestSignOffAtTheGate is recorded once, and does not undo a later wish.
func TestSignOffAtTheGate(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, at := range []time.Time{noon(), ago(time.Second)} { // by our clock, then by the event
		if err := d.Absences.SignOff(t.Context(), alice, at); err != nil {
			t.Fatal(err)
		}
	}
	if record := d.record(); record.WantsCalls() || !record.Pending || !record.WishedAt.Equal(noon()) || len(d.returns) != 2 {
		t.Errorf("record %+v, sent %v", record, d.returns)
	}
	_, _, err := d.Absences.Roster.Change(t.Context(), alice, func(record *roster.Record) bool {
		return record.SetWish(roster.On, roster.ByPhone, noon().Add(time.Second))
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Absences.SignOff(t.Context(), alice, noon()); err != nil || !d.record().WantsCalls() {
		t.Errorf("signed off again: %+v, %v", d.record(), err)
	}
}

// TestLeastPause has a worker whose line is busy, with a pause of 0.
func TestLeastPause(t *testing.T) {
	t.Parallel()
	for _, cause := range []roster.Cause{roster.Busy, roster.Declined, roster.Missed} {
		d := newDesk(t)
		absences := d.Absences
		absences.Pause = 0
		err := absences.PutAway(t.Context(), alice, roster.Absence{Cause: cause, ReservationSID: reservation, Activity: reject})
		if err != nil || !slices.Equal(d.returns, []time.Duration{leastPause}) {
			t.Errorf("%s: sent %v, %v", cause, d.returns, err)
		}
	}
}
