package sweeper_test

import (
	"slices"
	"testing"
	"time"

	"switchboard/functions/sweeper"
	"switchboard/shared/reservation"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

const (
	end       = "end " + legSID
	hush      = "cancel " + legSID
	rejectOur = "reject to WA05 " + reservationSID
	rejectOwn = "reject to WA02 " + reservationSID
	complete  = "complete " + taskSID
	cancel    = "cancel " + taskSID
	redirect  = "redirect to https://switchboard.example/survey/overflow " + callSID
)

// TestSweep has a row for each state in which a call can be found.
func TestSweep(t *testing.T) {
	t.Parallel()
	waits := []fact{told("task.created", time.Hour)}
	ringing := then(waits, told("reservation.created", 10*time.Minute), dialled(10*time.Minute))
	justRings := then(waits, told("reservation.created", time.Minute), dialled(time.Minute))
	talks := then(ringing, told("reservation.accepted", 9*time.Minute))
	tests := []struct {
		name       string
		facts      []fact
		account    account
		settings   func(*sweeper.Handler)
		wantActs   []string
		wantLeft   []string
		wantClosed bool
		wantAsked  int // requests; 0 = not counted
	}{
		// Sound calls cost nothing but the lists: three requests of this account, six of Twilio's.
		{name: "the caller waits", facts: waits, account: account{tasks: task("pending", time.Hour), calls: calls(is("in-progress"), over(0))}, wantAsked: 3},
		{name: "the phone rings", facts: justRings, account: account{tasks: task("reserved", time.Minute), calls: calls(is("in-progress"), is("ringing"))}, wantAsked: 3},
		{name: "they talk", facts: talks, account: account{tasks: task("assigned", 9*time.Minute), calls: calls(is("in-progress"), is("in-progress"))}, wantAsked: 3},
		{name: "the survey is taken", facts: then(talks, left(time.Minute), legOver(time.Minute)), account: account{tasks: task("wrapping", time.Minute), calls: calls(is("in-progress"), over(time.Minute))}, wantAsked: 3},
		{name: "all is known", facts: then(talks, left(2*time.Minute), legOver(2*time.Minute), told("task.completed", time.Minute)), wantClosed: true, wantAsked: 3},
		{name: "young", facts: []fact{told("task.created", 59*time.Second)}, account: account{calls: calls(over(30*time.Second), over(0))}, wantAsked: 3},

		// Worker's calls.
		{name: "a phone rings, the reservation timed out", facts: ringing, account: account{tasks: task("pending", 8*time.Minute), calls: calls(is("in-progress"), is("ringing")), reservations: reserved("timeout", 8*time.Minute)}, wantActs: []string{hush}},
		{name: "a phone rings, its reservation has just ended", facts: then(justRings, told("reservation.timeout", 10*time.Second)), account: account{tasks: task("pending", 10*time.Second), calls: calls(is("in-progress"), is("ringing")), reservations: reserved("timeout", 10*time.Second)}},
		{name: "a phone rings past the deadline", facts: ringing, account: account{tasks: task("reserved", 10*time.Minute), calls: calls(is("in-progress"), is("ringing")), reservations: reserved("pending", 10*time.Minute)}, wantActs: []string{rejectOur, hush}},
		{name: "they talk, and nobody told", facts: ringing, account: account{tasks: task("assigned", 9*time.Minute), calls: calls(is("in-progress"), is("in-progress")), reservations: reserved("accepted", 9*time.Minute)}},
		{name: "they talk, and Twilio's events tell", facts: ringing, account: account{tasks: task("assigned", 9*time.Minute), calls: calls(is("in-progress"), is("in-progress")), events: []taskrouter.Event{eventOf("reservation.accepted", ago(9*time.Minute))}}},
		{name: "they talk, an operator completed the task", facts: ringing, account: account{calls: calls(is("in-progress"), is("in-progress"))}},
		{name: "a phone rings, the task is gone", facts: ringing, account: account{calls: calls(is("in-progress"), is("ringing"))}, wantActs: []string{hush}},
		{name: "a phone rings, the task died, the caller waits", facts: justRings, account: account{calls: calls(is("in-progress"), is("ringing")), waiting: inQueue(time.Hour), reservations: reserved("canceled", time.Minute),
			events: []taskrouter.Event{eventOf("task.canceled", ago(time.Minute))}}, wantActs: []string{redirect, hush}},
		{name: "the phone is down, nobody told", facts: justRings, account: account{tasks: task("reserved", time.Minute), calls: calls(is("in-progress"), over(time.Minute)), reservations: reserved("pending", time.Minute)}, wantActs: []string{rejectOwn}},
		{name: "the phone has just gone down", facts: justRings, account: account{tasks: task("reserved", time.Minute), calls: calls(is("in-progress"), over(59*time.Second)), reservations: reserved("pending", time.Minute)}},
		{name: "the list of calls lags", facts: justRings, account: account{tasks: task("reserved", time.Minute), calls: calls(is("in-progress"), is("ringing")), unlisted: []string{callSID, legSID}, reservations: reserved("pending", time.Minute)}, wantAsked: 6},
		{name: "the caller has gone, a phone rings", facts: justRings, account: account{calls: calls(over(time.Minute), is("ringing")), reservations: reserved("canceled", time.Minute)}, wantActs: []string{hush}},
		{name: "the caller has gone, somebody is at the gate", facts: justRings, account: account{calls: calls(over(time.Minute), is("in-progress")), reservations: reserved("canceled", time.Minute)}, wantActs: []string{end}},
		{name: "the caller has gone, a phone rings for a reservation that is pending", facts: justRings, account: account{tasks: task("reserved", time.Minute), calls: calls(over(time.Minute), is("ringing")), reservations: reserved("pending", time.Minute)}, wantActs: []string{rejectOur, hush}, wantLeft: []string{"task is stuck"}},
		{name: "we rejected, Twilio has it pending still", facts: then(ringing, rejected(9*time.Minute)), account: account{tasks: task("reserved", 10*time.Minute), calls: calls(is("in-progress"), is("ringing")), reservations: reserved("pending", 10*time.Minute)}},
		{name: "the caller has gone, the worker is still on the phone", facts: talks, account: account{tasks: task("wrapping", 5*time.Minute), calls: calls(over(5*time.Minute), is("in-progress"))}, wantLeft: []string{"worker's call goes on"}},
		{name: "the caller has gone, and the reservation was accepted unheard", facts: ringing, account: account{tasks: task("wrapping", 5*time.Minute), calls: calls(over(5*time.Minute), is("in-progress")), reservations: reserved("wrapping", 5*time.Minute)}, wantLeft: []string{"worker's call goes on"}},
		{name: "a phone rings for a caller who leaves a message", facts: then(justRings, left(30*time.Second), told("task.canceled", 30*time.Second)), account: account{calls: calls(is("in-progress"), is("ringing")), reservations: reserved("canceled", time.Minute)}, wantActs: []string{hush}, wantAsked: 8},
		{name: "a phone rings for a caller who left the queue, and nobody told of the task", facts: then(justRings, left(30*time.Second)), account: account{tasks: task("reserved", time.Minute), calls: calls(is("in-progress"), is("ringing")), reservations: reserved("canceled", time.Minute)}, wantActs: []string{hush}},
		{name: "a reservation is pending for a caller who left the queue", facts: then(justRings, left(30*time.Second)), account: account{tasks: task("reserved", time.Minute), calls: calls(is("in-progress"), is("ringing")), reservations: reserved("pending", time.Minute)}, wantActs: []string{rejectOur, hush}},
		{name: "a phone rings, and we rejected", facts: then(justRings, rejected(50*time.Second)), account: account{tasks: task("pending", time.Minute), calls: calls(is("in-progress"), is("ringing")), reservations: reserved("rejected", time.Minute)}, wantActs: []string{hush}},
		{name: "the caller has gone, the worker whom Twilio called has not", facts: then(waits, told("reservation.created", 10*time.Minute), dequeued(9*time.Minute)), account: account{tasks: task("wrapping", 5*time.Minute), calls: calls(over(5*time.Minute), is("in-progress"))}},
		{name: "the caller and the worker whom Twilio called have gone", facts: then(waits, told("reservation.created", 10*time.Minute), dequeued(9*time.Minute)), account: account{tasks: task("wrapping", 5*time.Minute), calls: calls(over(5*time.Minute), over(5*time.Minute))}, wantActs: []string{complete}},
		{name: "the caller has gone, the first of two workers has not", facts: then(talks, offeredNext(8*time.Minute)), account: account{tasks: task("wrapping", 5*time.Minute), calls: calls(over(5*time.Minute), is("in-progress"))}, wantLeft: []string{"worker's call goes on"}},
		{name: "the caller has just gone", facts: justRings, account: account{calls: calls(over(59*time.Second), is("ringing"))}},

		// Reservations.
		{name: "nobody worked on the reservation", facts: then(waits, told("reservation.created", 3*time.Minute)), account: account{tasks: task("reserved", 3*time.Minute), calls: calls(is("in-progress"), over(0)), reservations: reserved("pending", 3*time.Minute)}, wantActs: []string{rejectOur}},
		{name: "the reservation may still be worked on", facts: then(waits, told("reservation.created", 3*time.Minute-time.Second)), account: account{tasks: task("reserved", 2*time.Minute), calls: calls(is("in-progress"), over(0))}, wantAsked: 3},
		{name: "the bridge died", facts: then(waits, claimedOnly(3*time.Minute)), account: account{tasks: task("reserved", 3*time.Minute), calls: calls(is("in-progress"), over(0)), reservations: reserved("pending", 3*time.Minute)}, wantActs: []string{rejectOur}},
		{name: "nobody told of the reservation", facts: waits, account: account{tasks: task("reserved", 3*time.Minute), calls: calls(is("in-progress"), over(0)), reservations: reserved("pending", 3*time.Minute),
			events: []taskrouter.Event{eventOf("reservation.created", ago(3*time.Minute))}}, wantActs: []string{rejectOur}},
		{name: "the first task's reservation is overdue", facts: then(waits, enqueuedAgain(4*time.Minute)), account: account{calls: calls(is("in-progress"), over(0)), reservations: reserved("pending", 3*time.Minute),
			tasks:  append(task("reserved", 3*time.Minute), twilio.Task{SID: secondTask, Status: "pending", Created: ago(4 * time.Minute), Updated: ago(4 * time.Minute)}),
			events: []taskrouter.Event{eventOf("reservation.created", ago(3*time.Minute))}}, wantActs: []string{rejectOur}},

		// Tasks.
		{name: "wrapping, the wrap-up time is over", facts: then(talks, left(5*time.Minute), legOver(5*time.Minute)), account: account{tasks: task("wrapping", 90*time.Second), calls: calls(over(5*time.Minute), over(5*time.Minute))}, wantActs: []string{complete}, wantAsked: 6},
		{name: "wrapping, the message may still come", facts: then(talks, left(2*time.Minute), legOver(2*time.Minute)), account: account{tasks: task("wrapping", 89*time.Second), calls: calls(over(2*time.Minute), over(2*time.Minute))}},
		{name: "assigned, nobody is on the phone", facts: talks, account: account{tasks: task("assigned", 9*time.Minute), calls: calls(over(90*time.Second), over(90*time.Second))}, wantActs: []string{complete}},
		{name: "assigned, they have just hung up", facts: talks, account: account{tasks: task("assigned", 9*time.Minute), calls: calls(over(89*time.Second), over(89*time.Second))}},
		{name: "wrapping, others complete it", facts: talks, settings: func(h *sweeper.Handler) { h.WrapUp = nil }, account: account{tasks: task("wrapping", 9*time.Minute), calls: calls(over(9*time.Minute), over(9*time.Minute))}},
		{name: "stuck", facts: waits, account: account{tasks: task("pending", time.Hour), calls: calls(over(2*time.Minute), over(0))}, wantLeft: []string{"task is stuck"}},
		{name: "stuck, to be ended", facts: waits, settings: func(h *sweeper.Handler) { h.EndStuckTasks = true }, account: account{tasks: task("pending", time.Hour), calls: calls(over(time.Minute), over(0))}, wantActs: []string{cancel}},
		{name: "its caller has just gone", facts: waits, settings: func(h *sweeper.Handler) { h.EndStuckTasks = true }, account: account{tasks: task("pending", time.Hour), calls: calls(over(59*time.Second), over(0))}},
		{name: "its call is unknown", settings: func(h *sweeper.Handler) { h.EndStuckTasks = true }, account: account{tasks: task("pending", time.Hour)}},
		{name: "a chat's", account: account{tasks: task("pending", time.Hour), events: []taskrouter.Event{{SID: "EV1", Type: "task.created", Time: ago(time.Hour), TaskSID: taskSID}}}},
		{name: "the ledger never heard of it", account: account{tasks: task("wrapping", 9*time.Minute), calls: calls(over(9*time.Minute), over(0)), events: []taskrouter.Event{eventOf("task.created", ago(time.Hour)), eventOf("reservation.accepted", ago(50*time.Minute))}}, wantActs: []string{complete}},
		{name: "the ledger has not heard of it yet", account: account{tasks: []twilio.Task{{SID: taskSID, Status: "pending", Created: ago(30 * time.Second)}}}, wantAsked: 3},

		// Callers.
		{name: "the task died, the caller waits", facts: waits, account: account{calls: calls(is("in-progress"), over(0)), waiting: inQueue(time.Hour)}, wantActs: []string{redirect}},
		{name: "the second task died, the first was completed meanwhile", facts: then(waits, enqueuedAgain(30*time.Minute), told("task.completed", 29*time.Minute)), account: account{calls: calls(is("in-progress"), over(0)), waiting: inQueue(time.Hour)}, wantActs: []string{redirect}},
		{name: "the second task died, and Twilio's events tell who took the first", facts: then(waits, told("reservation.created", 59*time.Minute), enqueuedAgain(30*time.Minute)), account: account{calls: calls(is("in-progress"), over(0)), waiting: inQueue(time.Hour), events: []taskrouter.Event{eventOf("reservation.accepted", ago(58*time.Minute))}}, wantActs: []string{redirect}},
		{name: "the task died, the caller is elsewhere", facts: waits, account: account{calls: calls(is("in-progress"), over(0))}},

		// Calls.
		{name: "nobody told that the call is over", facts: then(waits, told("task.canceled", 50*time.Minute)), account: account{calls: calls(over(50*time.Minute), over(0))}, wantClosed: true},
		{name: "Twilio knows no such call", facts: then(waits, told("task.canceled", 50*time.Minute)), wantClosed: true},
		{name: "Twilio's events tell that the task is over", facts: then(waits, left(50*time.Minute)), account: account{events: []taskrouter.Event{eventOf("task.canceled", ago(50*time.Minute))}, calls: calls(over(50*time.Minute), over(0))}, wantClosed: true, wantAsked: 4},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBroom(t, &test.account, test.facts...)
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

// TestWhatTheLedgerLearns: the ends of bridges, and the end of the call, are in the ledger afterwards.
func TestWhatTheLedgerLearns(t *testing.T) {
	t.Parallel()
	waits := []fact{told("task.created", time.Hour)}
	// The next worker took the call, and all is over.
	rejectedInVain := then(waits, claimedOnly(55*time.Minute), rejected(45*time.Minute), takenByNext(44*time.Minute), left(40*time.Minute), told("task.completed", 39*time.Minute))
	pending := account{tasks: task("reserved", 3*time.Minute), calls: calls(is("in-progress"), over(3*time.Minute)), reservations: reserved("pending", 3*time.Minute)}
	tests := []struct {
		name    string
		facts   []fact
		account account
		want    reservation.State
	}{
		{"nobody worked on it", then(waits, told("reservation.created", 3*time.Minute)), pending, reservation.Expired},
		{"nobody knows whether the worker was called", then(waits, claimedOnly(3*time.Minute)), pending, reservation.Unknown},
		{"the worker did not answer", then(waits, dialled(3*time.Minute)), pending, reservation.Rejected},
		{"the caller has gone", then(waits, dialled(3*time.Minute)), account{calls: calls(over(2*time.Minute), over(2*time.Minute))}, reservation.CallerLeft},
		{"it may have been called, and a redrive found it over: Twilio's events tell how", rejectedInVain, account{calls: calls(over(2*time.Minute), over(2*time.Minute)), events: []taskrouter.Event{eventOf("reservation.timeout", ago(50*time.Minute))}}, reservation.Expired},
		{"it may have been called, a redrive found it over, and nobody tells how", rejectedInVain, account{calls: calls(over(2*time.Minute), over(2*time.Minute))}, reservation.CallerLeft},
		{"they talked, and the events of it were lost", then(waits, told("reservation.accepted", 50*time.Minute), left(40*time.Minute), told("task.completed", 39*time.Minute)), account{events: []taskrouter.Event{eventOf("reservation.completed", ago(39*time.Minute))}}, reservation.Talked},
		{"they talked", then(waits, dialled(10*time.Minute), told("reservation.accepted", 9*time.Minute)), account{calls: calls(over(2*time.Minute), over(2*time.Minute))}, reservation.Talked},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBroom(t, &test.account, test.facts...)
			b.sweep(t)
			known, _, err := b.ledger.ByCall(t.Context(), callSID)
			if err != nil || known.State(ref()) != test.want {
				t.Errorf("state %s, %v, want %s", known.State(ref()), err, test.want)
			}
		})
	}
}
