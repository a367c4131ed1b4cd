package sweeper_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/functions/sweeper"
	"switchboard/shared/deferred"
	"switchboard/shared/ledger"
	"switchboard/shared/outlook"
	"switchboard/shared/reconciler"
	"switchboard/shared/roster"
	"switchboard/shared/settings"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

const (
	accountSID        = "AC00000000000000000000000000000001"
	workflowSID       = "WW00000000000000000000000000000001"
	callSID           = "CA00000000000000000000000000000001"
	workerCallSID     = "CA00000000000000000000000000000002"
	taskSID           = "WT00000000000000000000000000000001"
	reservationSID    = "WR00000000000000000000000000000001"
	workerSID         = "WK00000000000000000000000000000001"
	availableActivity = "WA00000000000000000000000000000001"
	rejectActivity    = "WA00000000000000000000000000000002"
	faultActivity     = "WA00000000000000000000000000000005"
)

func ref() ledger.Ref {
	return ledger.Ref{CallSID: callSID, TaskSID: taskSID, ReservationSID: reservationSID}
}

// fact is recorded in the ledger at a time before noon.
type fact struct {
	ago    time.Duration
	record func(context.Context, ledger.Ledger, time.Time) error
}

func eventOf(kind string, at time.Time) taskrouter.Event {
	event := taskrouter.Event{SID: "EV" + kind, Type: kind, Time: at, TaskSID: taskSID, WorkerSID: workerSID}
	event.Task.CallSID, event.Task.AccountSID = callSID, accountSID
	if strings.HasPrefix(kind, "reservation.") {
		event.ReservationSID = reservationSID
	}
	return event
}

func event(kind string, ago time.Duration) fact {
	return fact{ago, func(ctx context.Context, l ledger.Ledger, at time.Time) error {
		_, _, err := l.Event(ctx, eventOf(kind, at))
		return err
	}}
}

// inSpanish is an event of a task whose caller chose Spanish in a menu.
func inSpanish(ago time.Duration) fact {
	return fact{ago, func(ctx context.Context, l ledger.Ledger, at time.Time) error {
		event := eventOf(taskrouter.ReservationCreated, at)
		event.Task.Own = map[string]json.RawMessage{"language": json.RawMessage(`"es"`)}
		_, _, err := l.Event(ctx, event)
		return err
	}}
}

func placed(ago time.Duration) fact {
	return fact{ago, func(ctx context.Context, l ledger.Ledger, at time.Time) error {
		_, _, err := l.Claim(ctx, ref(), ledger.Offer{WorkerSID: workerSID, Deadline: at.Add(2 * time.Minute), DialBy: at.Add(time.Minute)})
		if err == nil {
			_, err = l.RecordPlaced(ctx, ref(), workerCallSID)
		}
		return err
	}}
}

func claimedOnly(ago time.Duration) fact {
	return fact{ago, func(ctx context.Context, l ledger.Ledger, at time.Time) error {
		_, _, err := l.Claim(ctx, ref(), ledger.Offer{WorkerSID: workerSID, Deadline: at.Add(2 * time.Minute), DialBy: at.Add(time.Minute)})
		return err
	}}
}

func workerCallEnds(ago time.Duration) fact {
	return fact{ago, func(ctx context.Context, l ledger.Ledger, _ time.Time) error {
		_, err := l.RecordWorkerCall(ctx, ref(), workerCallSID, true)
		return err
	}}
}

// dequeued is the event that Twilio's own call to the worker was accepted.
func dequeued(ago time.Duration) fact {
	return fact{ago, func(ctx context.Context, l ledger.Ledger, at time.Time) error {
		event := eventOf("reservation.accepted", at)
		event.Task.WorkerCallSID = workerCallSID
		_, _, err := l.Event(ctx, event)
		return err
	}}
}

// offeredNext is a second reservation that ended without a talk.
func offeredNext(ago time.Duration) fact { return eventOfNext("reservation.rescinded", ago) }

// takenByNext is a second reservation whose worker talked.
func takenByNext(ago time.Duration) fact { return eventOfNext("reservation.completed", ago) }

// eventOfNext is an event about the second reservation.
func eventOfNext(kind string, ago time.Duration) fact {
	return fact{ago, func(ctx context.Context, l ledger.Ledger, at time.Time) error {
		event := eventOf(kind, at)
		event.ReservationSID = "WR00000000000000000000000000000002"
		_, _, err := l.Event(ctx, event)
		return err
	}}
}

func rejected(ago time.Duration) fact {
	return fact{ago, func(ctx context.Context, l ledger.Ledger, _ time.Time) error {
		return l.RecordRejection(ctx, ref(), "", false)
	}}
}

func left(ago time.Duration) fact {
	return fact{ago, func(ctx context.Context, l ledger.Ledger, _ time.Time) error {
		_, err := l.LeftQueue(ctx, callSID, "hangup", true)
		return err
	}}
}

// enqueuedAgain is a document that took the caller out of the queue, and the task with which they
// wait since.
func enqueuedAgain(ago time.Duration) fact {
	return fact{ago, func(ctx context.Context, l ledger.Ledger, at time.Time) error {
		if _, err := l.LeftQueue(ctx, callSID, "redirected-from-bridged", false); err != nil {
			return err
		}
		event := eventOf("task.created", at.Add(time.Second))
		event.SID, event.TaskSID = "EVnext", "WT00000000000000000000000000000002"
		_, _, err := l.Event(ctx, event)
		return err
	}}
}

func then(facts []fact, more ...fact) []fact { return slices.Concat(facts, more) }

// broom is a sweeper at noon, with what it sweeps.
type broom struct {
	sweeper.Handler
	ledger  ledger.Ledger
	account *account
	roster  roster.Memory
	paused  time.Duration
	now     time.Time

	reconciled []string // workers
	outlook    outlook.Outlook
	unwritable error
	desk       settings.Settings
	sent       []string // "WK… 12:00:00 true after 5m0s"
}

// Change implements sweeper.Outlook.
func (b *broom) Change(_ context.Context, change func(outlook.Outlook) outlook.Outlook) error {
	if b.unwritable == nil {
		b.outlook = change(b.outlook)
	}
	return b.unwritable
}

func (b *broom) Reconcile(_ context.Context, workerSID string, _ time.Time) error {
	b.reconciled = append(b.reconciled, workerSID)
	return nil
}

func (b *broom) Get(context.Context) settings.Settings { return b.desk }

func (b *broom) Send(_ context.Context, message deferred.Message, delay time.Duration) error {
	work := message.Shift
	b.sent = append(b.sent, fmt.Sprint(work.WorkerSID[32:], " ", work.At.Format(time.DateTime), " ", work.On, " after ", delay))
	return nil
}

func newBroom(t *testing.T, account *account, facts ...fact) *broom {
	t.Helper()
	b := &broom{account: account, now: noon()}
	b.ledger = ledger.Ledger{Store: &ledger.Memory{}, Now: func() time.Time { return b.now }}
	for _, fact := range facts {
		b.now = ago(fact.ago)
		if err := fact.record(t.Context(), b.ledger, b.now); err != nil {
			t.Fatal(err)
		}
	}
	b.now = noon()
	b.Handler = sweeper.Handler{
		Ledger: b.ledger, Twilio: account, AccountSID: accountSID, BaseURL: "https://switchboard.example",
		Roster: &b.roster, Workers: b, Outlook: b, Settings: b, Queue: b, Activities: reconciler.Activities{Available: availableActivity, Reject: rejectActivity, Fault: faultActivity}.Complete(),
		MissedCallPause:    time.Minute,
		ReservationTimeout: 2 * time.Minute, WrapUp: new(30 * time.Second),
		Now: func() time.Time { return b.now }, Logger: slog.New(slog.DiscardHandler),
		Pause: func(ctx context.Context, d time.Duration) error { b.paused += d; return ctx.Err() },
	}
	return b
}

func (b *broom) sweep(t *testing.T) sweeper.Report {
	t.Helper()
	report, err := b.Handle(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func (b *broom) closed(t *testing.T) bool {
	t.Helper()
	known, _, err := b.ledger.ByCall(t.Context(), callSID)
	if err != nil {
		t.Fatal(err)
	}
	return known.Closed()
}

func task(status string, updated time.Duration) []twilio.Task {
	return []twilio.Task{{SID: taskSID, Status: status, Created: ago(time.Hour), Updated: ago(updated)}}
}

// inQueue is the queue with the caller in it, enqueued d ago.
func inQueue(d time.Duration) map[string]time.Time {
	return map[string]time.Time{callSID: ago(d)}
}

func endedCall(ended time.Duration) twilio.CallRecord {
	return twilio.CallRecord{Status: "completed", Ended: ago(ended)}
}

func is(status string) twilio.CallRecord { return twilio.CallRecord{Status: status} }

func calls(caller, workerCall twilio.CallRecord) map[string]twilio.CallRecord {
	return map[string]twilio.CallRecord{callSID: caller, workerCallSID: workerCall}
}

func reserved(status string, updated time.Duration) map[string]twilio.Reservation {
	return map[string]twilio.Reservation{reservationSID: {Status: status, Updated: ago(updated)}}
}

func endsStuckTasks(h *sweeper.Handler) { h.EndStuckTasks = true }
