package reconciler

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/roster"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

const ann = alice

func ago(d time.Duration) time.Time { return noon().Add(-d) }

// room is Twilio, the queue and the roster, and what was asked of them.
type room struct {
	worker twilio.Worker
	onCall bool
	events []taskrouter.Event
	moved  []string
	sent   []time.Duration
	asked  int // requests other than those that read or move the worker
	store  roster.Memory

	meanwhile func() // happens once, while the worker is being moved; nil = nothing
}

func (d *room) Worker(context.Context, string) (twilio.Worker, bool, error) {
	return d.worker, true, nil
}

func (d *room) MoveWorker(_ context.Context, _ twilio.Worker, activity string, _ bool) (twilio.Move, error) {
	if meanwhile := d.meanwhile; meanwhile != nil {
		d.meanwhile = nil
		meanwhile()
	}
	d.moved = append(d.moved, activity)
	d.worker.ActivitySID, d.worker.Available, d.worker.Since = activity, activity == available, noon()
	return twilio.Move{Made: true, Since: d.worker.Since}, nil
}

func (d *room) OnCall(context.Context, string) (bool, error) {
	d.asked++
	return d.onCall, nil
}

func (d *room) RoutineActivities(context.Context) ([]string, error) {
	d.asked++
	return []string{busy}, nil
}

func (d *room) Events(context.Context, twilio.EventQuery) ([]taskrouter.Event, error) {
	d.asked++
	return d.events, nil
}

func (d *room) Send(_ context.Context, _ deferred.Message, delay time.Duration) error {
	d.sent = append(d.sent, delay)
	return nil
}

func (d *room) in(activity string, since time.Time) {
	d.worker = twilio.Worker{SID: ann, ActivitySID: activity, Available: activity == available, Since: since}
}

func activities() Activities {
	return Activities{Available: available, PostWork: postWork, Reject: reject, Fault: fault, Offline: offline}
}

func (d *room) reconciler() Reconciler {
	return Reconciler{
		Roster: roster.Roster{Store: &d.store}, Twilio: d, Queue: d, Activities: activities(), WrapUp: new(30 * time.Second), Pause: time.Minute,
		Now: noon, Logger: slog.New(slog.DiscardHandler),
	}
}

func (d *room) absences() Absences {
	return Absences{Roster: roster.Roster{Store: &d.store}, Queue: d, Activities: activities(), Pause: time.Minute, Limit: 3, Now: noon}
}

func (d *room) record(t *testing.T) roster.Record {
	t.Helper()
	record, err := d.store.Load(t.Context(), ann)
	if err != nil {
		t.Fatal(err)
	}
	return record
}

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
				Absence: roster.Absence{Cause: roster.Missed, ReservationSID: reservation, Activity: reject, At: ago(68 * time.Second), Until: noon(), Moved: true},
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
			d := &room{onCall: test.onCall, events: test.events}
			d.in(test.in, test.since)
			test.record.WorkerSID = ann
			if saved, err := d.store.Save(t.Context(), test.record); err != nil || !saved {
				t.Fatal(saved, err)
			}
			if err := d.reconciler().Reconcile(t.Context(), ann, test.callEnded); err != nil {
				t.Fatal(err)
			}
			var want []string
			if test.want != "" {
				want = []string{test.want}
			}
			if !slices.Equal(d.moved, want) || !slices.Equal(d.sent, test.wantSent) {
				t.Errorf("moved %q, sent %v; want %q, %v", d.moved, d.sent, want, test.wantSent)
			}
		})
	}
}

// TestTalkerComesBackAtTheEnd has a worker whose pause was over during a call with another
// reservation.
func TestTalkerComesBackAtTheEnd(t *testing.T) {
	t.Parallel()
	d := &room{}
	d.in(reject, ago(time.Minute))
	open := roster.Record{
		WorkerSID: ann, Absence: roster.Absence{Cause: roster.Missed, Activity: reject, At: ago(time.Minute), Until: ago(time.Second)},
		Place: roster.Place{Activity: reject, Before: available, Since: ago(time.Minute)},
	}
	if _, err := d.store.Save(t.Context(), open); err != nil {
		t.Fatal(err)
	}
	without := d.reconciler()
	without.Activities.PostWork = ""
	if err := without.CallEnded(t.Context(), ann, noon()); err != nil || !slices.Equal(d.moved, []string{available}) {
		t.Errorf("moved %q, %v", d.moved, err)
	}
	if err := without.CallEnded(t.Context(), ann, noon()); err != nil || len(d.moved) != 1 || d.asked != 1 {
		t.Errorf("moved %q, %v, and asked %d times: want nothing more", d.moved, err, d.asked)
	}
}

// TestLatePostWorkIsAwaited has TaskRouter return a worker from its own activity at the end of the
// call: that is not their return from the post-work activity, which comes later.
func TestLatePostWorkIsAwaited(t *testing.T) {
	t.Parallel()
	for before, looks := range map[string]int{busy: 1, postWork: 0} {
		d := &room{}
		d.in(available, ago(time.Second))
		back := roster.Record{WorkerSID: ann, Place: roster.Place{Activity: available, Before: before, Since: ago(time.Second)}}
		if _, err := d.store.Save(t.Context(), back); err != nil {
			t.Fatal(err)
		}
		if err := d.reconciler().CallEnded(t.Context(), ann, ago(2*time.Second)); err != nil || len(d.sent) != looks {
			t.Errorf("from %s: sent %v, %v", before, d.sent, err)
		}
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
			name:   "rejected when signed off",
			record: roster.Record{Wish: roster.Off, WishedAt: ago(time.Minute), WishedBy: roster.ByPhone},
			place:  roster.Place{Activity: reject, Before: offline, Since: noon()},
		},
		{
			name:       "offline by a person",
			place:      roster.Place{Activity: offline, Before: available, Since: noon()},
			wantChosen: offline,
		},
		{
			name:   "offline by their own wish",
			record: roster.Record{Wish: roster.Off, WishedAt: ago(time.Minute), WishedBy: roster.ByPhone},
			place:  roster.Place{Activity: offline, Before: available, Since: noon()},
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
			d := &room{}
			test.record.WorkerSID = ann
			if _, err := d.store.Save(t.Context(), test.record); err != nil {
				t.Fatal(err)
			}
			if err := d.absences().Moved(t.Context(), ann, test.place); err != nil {
				t.Fatal(err)
			}
			chosen, err := d.absences().Chosen(t.Context(), ann)
			if err != nil || chosen != test.wantChosen || d.record(t).Pending != test.wantPending || len(d.sent) != test.wantSent {
				t.Errorf("chosen %q, %v; pending %t; sent %v", chosen, err, d.record(t).Pending, d.sent)
			}
		})
	}
}

// TestSignOnWhileBeingSignedOff has a worker sign on again while the request that signs them off is
// under way.
func TestSignOnWhileBeingSignedOff(t *testing.T) {
	t.Parallel()
	d := &room{}
	d.in(available, ago(time.Hour))
	d.meanwhile = func() {
		if _, err := d.reconciler().SignOn(t.Context(), ann, roster.ByText); err != nil {
			t.Error(err)
		}
	}
	r := d.reconciler()
	r.Now = func() time.Time { return ago(time.Second) }
	if _, err := r.SignOff(t.Context(), ann, roster.ByText); err != nil {
		t.Fatal(err)
	}
	if record := d.record(t); !slices.Equal(d.moved, []string{offline, available}) || record.Pending || !record.WantsCalls() {
		t.Errorf("moved %q; record %+v", d.moved, record)
	}
}

// TestLunchEndsAnAbsence has a worker go to lunch out of our activity: who comes back there later was
// sent there by a person.
func TestLunchEndsAnAbsence(t *testing.T) {
	t.Parallel()
	d := &room{}
	away := roster.Record{WorkerSID: ann, Absence: roster.Absence{Cause: roster.Missed, Activity: reject, At: ago(time.Second), Until: noon().Add(time.Minute)}}
	if _, err := d.store.Save(t.Context(), away); err != nil {
		t.Fatal(err)
	}
	if err := d.absences().Moved(t.Context(), ann, roster.Place{Activity: lunch, Before: reject, Since: noon()}); err != nil {
		t.Fatal(err)
	}
	if record := d.record(t); record.Absence != (roster.Absence{}) {
		t.Errorf("absence %+v", record.Absence)
	}
}

// TestEndOfCallIsAwaited has something wait for the end of a call, or nothing.
func TestEndOfCallIsAwaited(t *testing.T) {
	t.Parallel()
	for _, pending := range []bool{true, false} {
		d := &room{}
		if _, err := d.store.Save(t.Context(), roster.Record{WorkerSID: ann, Misses: 2, Pending: pending}); err != nil {
			t.Fatal(err)
		}
		err := d.absences().Answered(t.Context(), ann, noon())
		if err != nil || len(d.sent) > 0 != pending || d.record(t).Misses != 0 {
			t.Errorf("pending %t: sent %v, %v", pending, d.sent, err)
		}
	}
}

// TestSignOffAtTheGate is recorded once, and does not undo a later wish.
func TestSignOffAtTheGate(t *testing.T) {
	t.Parallel()
	d := &room{}
	for _, at := range []time.Time{noon(), ago(time.Second)} { // by our clock, then by the event
		if err := d.absences().SignOff(t.Context(), ann, at); err != nil {
			t.Fatal(err)
		}
	}
	if record := d.record(t); record.WantsCalls() || !record.Pending || !record.WishedAt.Equal(noon()) || len(d.sent) != 2 {
		t.Errorf("record %+v, sent %v", record, d.sent)
	}
	later := roster.Roster{Store: &d.store}
	_, _, err := later.Change(t.Context(), ann, func(record *roster.Record) bool {
		return record.SetWish(roster.On, roster.ByPhone, noon().Add(time.Second))
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.absences().SignOff(t.Context(), ann, noon()); err != nil || !d.record(t).WantsCalls() {
		t.Errorf("signed off again: %+v, %v", d.record(t), err)
	}
}

// TestLeastPause has a worker whose line is busy, with a pause of 0.
func TestLeastPause(t *testing.T) {
	t.Parallel()
	for _, cause := range []roster.Cause{roster.Busy, roster.Declined, roster.Missed} {
		d := &room{}
		absences := d.absences()
		absences.Pause = 0
		err := absences.PutAway(t.Context(), ann, roster.Absence{Cause: cause, ReservationSID: reservation, Activity: reject})
		if err != nil || !slices.Equal(d.sent, []time.Duration{leastPause}) {
			t.Errorf("%s: sent %v, %v", cause, d.sent, err)
		}
	}
}
