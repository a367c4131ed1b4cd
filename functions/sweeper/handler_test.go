package sweeper_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/functions/sweeper"
	"switchboard/shared/reservation"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

const (
	end       = "end " + workerCallSID
	hush      = "cancel " + workerCallSID
	rejectOur = "reject to WA05 " + reservationSID
	rejectOwn = "reject to WA02 " + reservationSID
	complete  = "complete " + taskSID
	cancel    = "cancel " + taskSID
	redirect  = "redirect to https://switchboard.example/survey/overflow " + callSID
)

// TestSweep has a row for each state in which a call can be found.
func TestSweep(t *testing.T) {
	t.Parallel()
	waits := []fact{event("task.created", time.Hour)}
	ringing := then(waits, event("reservation.created", 10*time.Minute), placed(10*time.Minute))
	justRings := then(waits, event("reservation.created", time.Minute), placed(time.Minute))
	talks := then(ringing, event("reservation.accepted", 9*time.Minute))
	tests := []struct {
		name         string
		facts        []fact
		tasks        []twilio.Task
		caller       twilio.CallRecord // zero = in progress
		workerCall   twilio.CallRecord // zero = none
		reservations map[string]twilio.Reservation
		events       []taskrouter.Event
		waiting      map[string]time.Time
		unlisted     []string
		settings     func(*sweeper.Handler)
		wantActs     []string
		wantLeft     []string
		wantClosed   bool
		wantAsked    int // requests; 0 = not counted
	}{
		// Sound calls cost nothing but the lists: three requests of this account, six of Twilio's.
		{
			name:      "the caller waits",
			facts:     waits,
			tasks:     task("pending", time.Hour),
			wantAsked: 3,
		},
		{
			name:       "the phone rings",
			facts:      justRings,
			tasks:      task("reserved", time.Minute),
			workerCall: is("ringing"),
			wantAsked:  3,
		},
		{
			name:       "they talk",
			facts:      talks,
			tasks:      task("assigned", 9*time.Minute),
			workerCall: is("in-progress"),
			wantAsked:  3,
		},
		{
			name:       "the survey is taken",
			facts:      then(talks, left(time.Minute), workerCallEnds(time.Minute)),
			tasks:      task("wrapping", time.Minute),
			workerCall: endedCall(time.Minute),
			wantAsked:  3,
		},
		{
			name:       "wrap-up over, caller on the phone",
			facts:      then(talks, left(5*time.Minute), workerCallEnds(5*time.Minute)),
			tasks:      task("wrapping", 5*time.Minute),
			workerCall: endedCall(5 * time.Minute),
			wantActs:   []string{complete},
		},
		{
			name:       "wrap-up over, worker on the phone",
			facts:      then(talks, left(5*time.Minute)),
			tasks:      task("wrapping", 5*time.Minute),
			workerCall: is("in-progress"),
			wantAsked:  3,
		},
		{
			name:       "everything recorded",
			facts:      then(talks, left(2*time.Minute), workerCallEnds(2*time.Minute), event("task.completed", time.Minute)),
			caller:     endedCall(time.Minute),
			wantClosed: true,
			wantAsked:  3,
		},
		{
			name:      "everything recorded, survey is taken",
			facts:     then(talks, left(2*time.Minute), workerCallEnds(2*time.Minute), event("task.completed", time.Minute)),
			wantAsked: 3,
		},

		// Worker's calls.
		{
			name:         "rings after reservation timed out",
			facts:        ringing,
			tasks:        task("pending", 8*time.Minute),
			workerCall:   is("ringing"),
			reservations: reserved("timeout", 8*time.Minute),
			wantActs:     []string{hush},
		},
		{
			name:         "rings, reservation just ended",
			facts:        then(justRings, event("reservation.timeout", 10*time.Second)),
			tasks:        task("pending", 10*time.Second),
			workerCall:   is("ringing"),
			reservations: reserved("timeout", 10*time.Second),
		},
		{
			name:         "rings past the deadline",
			facts:        ringing,
			tasks:        task("reserved", 10*time.Minute),
			workerCall:   is("ringing"),
			reservations: reserved("pending", 10*time.Minute),
			wantActs:     []string{rejectOur, hush},
		},
		{
			name:         "talk not reported",
			facts:        ringing,
			tasks:        task("assigned", 9*time.Minute),
			workerCall:   is("in-progress"),
			reservations: reserved("accepted", 9*time.Minute),
		},
		{
			name:       "talk in Twilio's events",
			facts:      ringing,
			tasks:      task("assigned", 9*time.Minute),
			workerCall: is("in-progress"),
			events:     []taskrouter.Event{eventOf("reservation.accepted", ago(9*time.Minute))},
		},
		{
			name:       "talk, task completed by an operator",
			facts:      ringing,
			workerCall: is("in-progress"),
		},
		{
			name:       "rings, task deleted",
			facts:      ringing,
			workerCall: is("ringing"),
			wantActs:   []string{hush},
		},
		{
			name:         "rings, task canceled, caller waits",
			facts:        justRings,
			workerCall:   is("ringing"),
			waiting:      inQueue(time.Hour),
			reservations: reserved("canceled", time.Minute),
			events:       []taskrouter.Event{eventOf("task.canceled", ago(time.Minute))},
			wantActs:     []string{redirect, hush},
		},
		{
			name:         "worker call ended, not reported",
			facts:        justRings,
			tasks:        task("reserved", time.Minute),
			workerCall:   endedCall(time.Minute),
			reservations: reserved("pending", time.Minute),
			wantActs:     []string{rejectOwn},
		},
		{
			name:         "worker call just ended",
			facts:        justRings,
			tasks:        task("reserved", time.Minute),
			workerCall:   endedCall(59 * time.Second),
			reservations: reserved("pending", time.Minute),
		},
		{
			name:         "the list of calls lags",
			facts:        justRings,
			tasks:        task("reserved", time.Minute),
			workerCall:   is("ringing"),
			unlisted:     []string{callSID, workerCallSID},
			reservations: reserved("pending", time.Minute),
			wantAsked:    6,
		},
		{
			name:         "caller ended, worker call rings",
			facts:        justRings,
			caller:       endedCall(time.Minute),
			workerCall:   is("ringing"),
			reservations: reserved("canceled", time.Minute),
			wantActs:     []string{hush},
		},
		{
			name:         "caller ended, worker at the gate",
			facts:        justRings,
			caller:       endedCall(time.Minute),
			workerCall:   is("in-progress"),
			reservations: reserved("canceled", time.Minute),
			wantActs:     []string{end},
		},
		{
			name:         "caller ended, pending reservation rings",
			facts:        justRings,
			tasks:        task("reserved", time.Minute),
			caller:       endedCall(time.Minute),
			workerCall:   is("ringing"),
			reservations: reserved("pending", time.Minute),
			wantActs:     []string{rejectOur, hush},
			wantLeft:     []string{"task is stuck"},
		},
		{
			name:         "rejected, still pending at Twilio",
			facts:        then(ringing, rejected(9*time.Minute)),
			tasks:        task("reserved", 10*time.Minute),
			workerCall:   is("ringing"),
			reservations: reserved("pending", 10*time.Minute),
		},
		{
			name:       "caller ended, worker still connected",
			facts:      talks,
			tasks:      task("wrapping", 5*time.Minute),
			caller:     endedCall(5 * time.Minute),
			workerCall: is("in-progress"),
			wantLeft:   []string{"worker call continues"},
		},
		{
			name:         "caller ended, acceptance not reported",
			facts:        ringing,
			tasks:        task("wrapping", 5*time.Minute),
			caller:       endedCall(5 * time.Minute),
			workerCall:   is("in-progress"),
			reservations: reserved("wrapping", 5*time.Minute),
			wantLeft:     []string{"worker call continues"},
		},
		{
			name:         "rings while caller leaves a message",
			facts:        then(justRings, left(30*time.Second), event("task.canceled", 30*time.Second)),
			workerCall:   is("ringing"),
			reservations: reserved("canceled", time.Minute),
			wantActs:     []string{hush},
			wantAsked:    8,
		},
		{
			name:         "rings after caller left the queue",
			facts:        then(justRings, left(30*time.Second)),
			tasks:        task("reserved", time.Minute),
			workerCall:   is("ringing"),
			reservations: reserved("canceled", time.Minute),
			wantActs:     []string{hush},
		},
		{
			name:         "pending after caller left the queue",
			facts:        then(justRings, left(30*time.Second)),
			tasks:        task("reserved", time.Minute),
			workerCall:   is("ringing"),
			reservations: reserved("pending", time.Minute),
			wantActs:     []string{rejectOur, hush},
		},
		{
			name:         "rings after our rejection",
			facts:        then(justRings, rejected(50*time.Second)),
			tasks:        task("pending", time.Minute),
			workerCall:   is("ringing"),
			reservations: reserved("rejected", time.Minute),
			wantActs:     []string{hush},
		},
		{
			name:       "caller ended, dequeued worker connected",
			facts:      then(waits, event("reservation.created", 10*time.Minute), dequeued(9*time.Minute)),
			tasks:      task("wrapping", 5*time.Minute),
			caller:     endedCall(5 * time.Minute),
			workerCall: is("in-progress"),
		},
		{
			name:       "caller and dequeued worker ended",
			facts:      then(waits, event("reservation.created", 10*time.Minute), dequeued(9*time.Minute)),
			tasks:      task("wrapping", 5*time.Minute),
			caller:     endedCall(5 * time.Minute),
			workerCall: endedCall(5 * time.Minute),
			wantActs:   []string{complete},
		},
		{
			name:       "caller ended, first worker connected",
			facts:      then(talks, offeredNext(8*time.Minute)),
			tasks:      task("wrapping", 5*time.Minute),
			caller:     endedCall(5 * time.Minute),
			workerCall: is("in-progress"),
			wantLeft:   []string{"worker call continues"},
		},

		// Reservations.
		{
			name:         "reservation without a claim",
			facts:        then(waits, event("reservation.created", 3*time.Minute)),
			tasks:        task("reserved", 3*time.Minute),
			reservations: reserved("pending", 3*time.Minute),
			wantActs:     []string{rejectOur},
		},
		{
			name:      "reservation not overdue yet",
			facts:     then(waits, event("reservation.created", 3*time.Minute-time.Second)),
			tasks:     task("reserved", 2*time.Minute),
			wantAsked: 3,
		},
		{
			name:         "the bridge died",
			facts:        then(waits, claimedOnly(3*time.Minute)),
			tasks:        task("reserved", 3*time.Minute),
			reservations: reserved("pending", 3*time.Minute),
			wantActs:     []string{rejectOur},
		},
		{
			name:         "reservation not reported",
			facts:        waits,
			tasks:        task("reserved", 3*time.Minute),
			reservations: reserved("pending", 3*time.Minute),
			events:       []taskrouter.Event{eventOf("reservation.created", ago(3*time.Minute))},
			wantActs:     []string{rejectOur},
		},
		{
			name:         "first task's reservation overdue",
			facts:        then(waits, enqueuedAgain(4*time.Minute)),
			reservations: reserved("pending", 3*time.Minute),
			tasks:        append(task("reserved", 3*time.Minute), twilio.Task{SID: secondTask, Status: "pending", Created: ago(4 * time.Minute), Updated: ago(4 * time.Minute)}),
			events:       []taskrouter.Event{eventOf("reservation.created", ago(3*time.Minute))},
			wantActs:     []string{rejectOur},
		},

		// Tasks.
		{
			name:       "wrapping, wrap-up time over",
			facts:      then(talks, left(5*time.Minute), workerCallEnds(5*time.Minute)),
			tasks:      task("wrapping", 90*time.Second),
			caller:     endedCall(5 * time.Minute),
			workerCall: endedCall(5 * time.Minute),
			wantActs:   []string{complete},
			wantAsked:  6,
		},
		{
			name:       "wrapping, message still expected",
			facts:      then(talks, left(2*time.Minute), workerCallEnds(2*time.Minute)),
			tasks:      task("wrapping", 89*time.Second),
			caller:     endedCall(2 * time.Minute),
			workerCall: endedCall(2 * time.Minute),
		},
		{
			name:       "assigned, both calls ended",
			facts:      talks,
			tasks:      task("assigned", 9*time.Minute),
			caller:     endedCall(90 * time.Second),
			workerCall: endedCall(90 * time.Second),
			wantActs:   []string{complete},
		},
		{
			name:       "wrapping without WrapUpSeconds",
			facts:      talks,
			settings:   func(h *sweeper.Handler) { h.WrapUp = nil },
			tasks:      task("wrapping", 9*time.Minute),
			caller:     endedCall(9 * time.Minute),
			workerCall: endedCall(9 * time.Minute),
		},
		{
			name:     "stuck",
			facts:    waits,
			tasks:    task("pending", time.Hour),
			caller:   endedCall(2 * time.Minute),
			wantLeft: []string{"task is stuck"},
		},
		{
			name:     "stuck, EndStuckTasks",
			facts:    waits,
			settings: endsStuckTasks,
			tasks:    task("pending", time.Hour),
			caller:   endedCall(time.Minute),
			wantActs: []string{cancel},
		},
		{
			name:     "caller just ended",
			facts:    waits,
			settings: endsStuckTasks,
			tasks:    task("pending", time.Hour),
			caller:   endedCall(59 * time.Second),
		},
		{
			name:     "task of an unknown call",
			settings: endsStuckTasks,
			tasks:    task("pending", time.Hour),
		},
		{
			name:   "task of a chat",
			tasks:  task("pending", time.Hour),
			events: []taskrouter.Event{{SID: "EV1", Type: "task.created", Time: ago(time.Hour), TaskSID: taskSID}},
		},
		{
			name:     "task unknown to the ledger",
			tasks:    task("wrapping", 9*time.Minute),
			caller:   endedCall(9 * time.Minute),
			events:   []taskrouter.Event{eventOf("task.created", ago(time.Hour)), eventOf("reservation.accepted", ago(50*time.Minute))},
			wantActs: []string{complete},
		},
		{
			name:      "young task unknown to the ledger",
			tasks:     []twilio.Task{{SID: taskSID, Status: "pending", Created: ago(30 * time.Second)}},
			wantAsked: 3,
		},

		// Callers.
		{
			name:     "task canceled, caller waits",
			facts:    waits,
			waiting:  inQueue(time.Hour),
			wantActs: []string{redirect},
		},
		{
			name:     "task canceled, caller who chose Spanish waits",
			facts:    then(waits, inSpanish(time.Hour)),
			waiting:  inQueue(time.Hour),
			wantActs: []string{strings.Replace(redirect, "/survey", "/survey/es", 1)},
		},
		{
			name:     "second task canceled, first completed",
			facts:    then(waits, enqueuedAgain(30*time.Minute), event("task.completed", 29*time.Minute)),
			waiting:  inQueue(time.Hour),
			wantActs: []string{redirect},
		},
		{
			name:     "second task canceled, first in events",
			facts:    then(waits, event("reservation.created", 59*time.Minute), enqueuedAgain(30*time.Minute)),
			waiting:  inQueue(time.Hour),
			events:   []taskrouter.Event{eventOf("reservation.accepted", ago(58*time.Minute))},
			wantActs: []string{redirect},
		},
		{
			name:  "task canceled, caller not in queue",
			facts: waits,
		},

		// Calls.
		{
			name:       "call end not reported",
			facts:      then(waits, event("task.canceled", 50*time.Minute)),
			caller:     endedCall(50 * time.Minute),
			wantClosed: true,
		},
		{
			name:       "call without a record",
			facts:      then(waits, event("task.canceled", 50*time.Minute)),
			caller:     twilio.CallRecord{Ended: ago(time.Hour)},
			wantClosed: true,
		},
		{
			name:       "task end in Twilio's events",
			facts:      then(waits, left(50*time.Minute)),
			events:     []taskrouter.Event{eventOf("task.canceled", ago(50*time.Minute))},
			caller:     endedCall(50 * time.Minute),
			wantClosed: true,
			wantAsked:  4,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if test.caller == (twilio.CallRecord{}) {
				test.caller = is("in-progress")
			}
			b := newBroom(t, &account{
				tasks: test.tasks, calls: calls(test.caller, test.workerCall), reservations: test.reservations,
				events: test.events, waiting: test.waiting, unlisted: test.unlisted,
			}, test.facts...)
			if test.settings != nil {
				test.settings(&b.Handler)
			}
			report := b.sweep(t)
			if !slices.Equal(b.account.acts, test.wantActs) {
				t.Errorf("did %q, want %q", b.account.acts, test.wantActs)
			}
			var gotLeft []string
			for _, finding := range report.Left {
				gotLeft = append(gotLeft, finding.What)
			}
			if !slices.Equal(gotLeft, test.wantLeft) {
				t.Errorf("left %q, want %q", gotLeft, test.wantLeft)
			}
			if got := b.closed(t); got != test.wantClosed {
				t.Errorf("closed %t, want %t", got, test.wantClosed)
			}
			if test.wantAsked > 0 && b.account.asked != test.wantAsked {
				t.Errorf("made %d requests, want %d", b.account.asked, test.wantAsked)
			}
			if len(report.Failed) > 0 || report.Stopped != "" {
				t.Errorf("report %+v", report)
			}
		})
	}
}

// TestStateAfterSweep: the sweeper records how bridges ended.
func TestStateAfterSweep(t *testing.T) {
	t.Parallel()
	waits := []fact{event("task.created", time.Hour)}
	// The next worker took the call, and it has ended.
	rejectedTooLate := then(waits, claimedOnly(55*time.Minute), rejected(45*time.Minute), takenByNext(44*time.Minute), left(40*time.Minute), event("task.completed", 39*time.Minute))
	pending := account{
		tasks:        task("reserved", 3*time.Minute),
		calls:        calls(is("in-progress"), endedCall(3*time.Minute)),
		reservations: reserved("pending", 3*time.Minute),
	}
	ended := account{calls: calls(endedCall(2*time.Minute), endedCall(2*time.Minute))}
	tests := []struct {
		name    string
		facts   []fact
		account account
		events  []taskrouter.Event
		want    reservation.State
	}{
		{
			name:    "reservation without a claim",
			facts:   then(waits, event("reservation.created", 3*time.Minute)),
			account: pending,
			want:    reservation.Expired,
		},
		{
			name:    "worker perhaps called",
			facts:   then(waits, claimedOnly(3*time.Minute)),
			account: pending,
			want:    reservation.Unknown,
		},
		{
			name:    "worker did not answer",
			facts:   then(waits, placed(3*time.Minute)),
			account: pending,
			want:    reservation.Rejected,
		},
		{
			name:    "caller left",
			facts:   then(waits, placed(3*time.Minute)),
			account: ended,
			want:    reservation.CallerLeft,
		},
		{
			name:    "redrive too late, events complete",
			facts:   rejectedTooLate,
			account: ended,
			events:  []taskrouter.Event{eventOf("reservation.timeout", ago(50*time.Minute))},
			want:    reservation.Expired,
		},
		{
			name:    "redrive too late, events lost",
			facts:   rejectedTooLate,
			account: ended,
			want:    reservation.CallerLeft,
		},
		{
			name:   "talked, events lost",
			facts:  then(waits, event("reservation.accepted", 50*time.Minute), left(40*time.Minute), event("task.completed", 39*time.Minute)),
			events: []taskrouter.Event{eventOf("reservation.completed", ago(39*time.Minute))},
			want:   reservation.Talked,
		},
		{
			name:    "talked",
			facts:   then(waits, placed(10*time.Minute), event("reservation.accepted", 9*time.Minute)),
			account: ended,
			want:    reservation.Talked,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.account.events = test.events
			b := newBroom(t, &test.account, test.facts...)
			b.sweep(t)
			known, _, err := b.ledger.ByCall(t.Context(), callSID)
			if err != nil || known.State(ref()) != test.want {
				t.Errorf("state %s, %v, want %s", known.State(ref()), err, test.want)
			}
		})
	}
}
