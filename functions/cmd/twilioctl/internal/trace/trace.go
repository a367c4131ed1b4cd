// Package trace puts together what is known of one call: what the ledger recorded, what the
// functions logged, and what Twilio reports. It names what should be there and is not.
package trace

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

// Account reads calls at Twilio.
type Account interface {
	PastCall(ctx context.Context, sid string) (account.PastCall, error)
	Exchanges(ctx context.Context, call string) ([]account.Exchange, error)
	Notifications(ctx context.Context, call string) ([]account.Notification, error)
}

// Events reads TaskRouter's events.
type Events interface {
	Events(ctx context.Context, query twilio.EventQuery) ([]taskrouter.Event, error)
}

// Stack is what a trace needs to know of a stack.
type Stack struct {
	BaseURL      string        // of the webhooks, without a slash at the end
	FunctionLogs string        // names of log groups
	AccessLogs   string        //
	Retention    time.Duration // of both groups
	Deferred     bool          // BridgeMode
	InfoLogged   bool          // LogLevel is INFO or below
	WrapUp       time.Duration // after a talk; negative = no task is completed for it
}

// Tracer traces calls of one stack.
type Tracer struct {
	Stack   Stack
	Ledger  ledger.Ledger
	Account Account
	Events  Events
	Logs    Logs
	Now     func() time.Time
}

// Source is who reports an entry.
type Source string

// The sources.
const (
	FromTwilio Source = "Twilio"
	FromLogs   Source = "log"
	FromLedger Source = "ledger"
)

// Entry is one line of a call's timeline.
type Entry struct {
	At     time.Time `json:"at"` // Twilio's times of calls are in whole seconds
	Source Source    `json:"source"`
	About  string    `json:"about"` // SID of the call, task or reservation
	What   string    `json:"what"`
	TookMS int64     `json:"answered_after_ms,omitempty"` // webhooks: from the request to the answer
}

// Gap is a step that is expected and of which nothing is known.
type Gap struct {
	About   string `json:"about"`
	Missing string `json:"missing"`
	Reason  string `json:"reason"` // the likely one
	Remedy  string `json:"remedy"`
}

// Trace is what is known of a call.
type Trace struct {
	CallSID        string    `json:"call_sid"` // the caller's, or the key of a request (RE…, CB…)
	TaskSIDs       []string  `json:"task_sids"`
	WorkerCallSIDs []string  `json:"worker_call_sids"`
	From           time.Time `json:"from"` // the logs were searched from here
	Until          time.Time `json:"until"`
	Entries        []Entry   `json:"entries"` // oldest first
	Gaps           []Gap     `json:"gaps"`
}

// Retention of TaskRouter's events (https://www.twilio.com/docs/taskrouter/api/event).
const eventsKept = 30 * 24 * time.Hour

// Errors of Trace that name no fault of a source.
var (
	errNoSID = errors.New("give the SID of a caller's call or a worker call (CA…), a task (WT…) or a reservation (WR…): " +
		"two letters and 32 hexadecimal digits in lower case")
	errUnknown = "no call with %s is in the ledger or at Twilio: the ledger keeps calls for 90 days; " +
		"is it a call of this stack (--stack) and of this account (--account)?"
)

// Check reports whether a SID is of a kind that can be traced.
func Check(sid string) error {
	for _, prefix := range []string{"CA", "WT", "WR"} {
		if taskrouter.ValidSID(prefix, sid) {
			return nil
		}
	}
	return errNoSID
}

// Trace traces the call that a SID belongs to. A source that cannot be read is a gap; err is set if
// the ledger cannot be read, or if neither it nor Twilio knows the call.
func (t Tracer) Trace(ctx context.Context, sid string) (Trace, error) {
	if err := Check(sid); err != nil {
		return Trace{}, err
	}
	call, err := t.find(ctx, sid)
	if err != nil {
		return Trace{}, err
	}
	e := &evidence{Tracer: t, call: call, key: cmp.Or(call.CallSID(), sid), now: t.Now()}
	e.moments = call.Moments()
	e.readTwilio(ctx)
	if call.CallSID() == "" && !e.caller.known() {
		return Trace{}, fmt.Errorf(errUnknown, sid)
	}
	e.readLogs(ctx)
	if ctx.Err() != nil {
		return Trace{}, fmt.Errorf("trace call: %w", ctx.Err())
	}
	return e.trace(), nil
}

// find returns the ledger's item of the call, and an empty one for a call (CA…) that it lacks.
func (t Tracer) find(ctx context.Context, sid string) (call ledger.Call, err error) {
	found := false
	switch {
	case strings.HasPrefix(sid, "CA"):
		call, _, err = t.Ledger.ByEitherCall(ctx, sid)
		found = true
	case strings.HasPrefix(sid, "WT"):
		call, found, err = t.Ledger.ByTask(ctx, sid)
	default:
		call, found, err = t.byReservation(ctx, sid)
	}
	if err == nil && !found {
		err = fmt.Errorf(errUnknown, sid)
	}
	return call, err
}

// byReservation asks TaskRouter for the reservation's task: the ledger has no index of
// reservations.
func (t Tracer) byReservation(ctx context.Context, sid string) (call ledger.Call, found bool, err error) {
	events, err := t.Events.Events(ctx, twilio.EventQuery{ReservationSID: sid, Since: t.Now().Add(-eventsKept)})
	if err != nil {
		return ledger.Call{}, false, fmt.Errorf("find the reservation's task, or give the SID of the call or the task: %w", err)
	}
	for _, event := range events {
		if event.TaskSID != "" && event.ReservationSID == sid {
			return t.Ledger.ByTask(ctx, event.TaskSID)
		}
	}
	return ledger.Call{}, false, fmt.Errorf("TaskRouter has no event about %s in the last 30 days: give the SID of the call or the task", sid)
}

// evidence is what the sources say about a call.
type evidence struct {
	Tracer
	call    ledger.Call
	key     string // the caller's call, or a request's key
	now     time.Time
	moments []ledger.Moment

	caller  leg
	workers []leg // in the order of their reservations
	events  []taskrouter.Event
	logs    []line
	access  []request
	noLog   bool // the access log was not read, or has nothing of this time

	from, until time.Time
	unread      []Gap // sources
}

// leg is Twilio's record of a call.
type leg struct {
	ref           ledger.Ref // of a worker call
	call          account.PastCall
	exchanges     []account.Exchange
	notifications []account.Notification
}

func (l leg) known() bool { return l.call.SID != "" }

func (l leg) over() bool { return l.known() && !l.call.Ended.IsZero() }

// trace sorts what was read, and looks for gaps.
func (e *evidence) trace() Trace {
	made := Trace{
		CallSID: e.key, TaskSIDs: append([]string{}, e.call.Tasks()...), WorkerCallSIDs: []string{},
		From: e.from.UTC(), Until: e.until.UTC(), Gaps: append(append([]Gap{}, e.unread...), e.gaps()...),
	}
	for _, ref := range e.call.Reservations() {
		if sid := e.call.WorkerCall(ref); sid != "" {
			made.WorkerCallSIDs = append(made.WorkerCallSIDs, sid)
		}
	}
	made.Entries = slices.Concat(e.ofTwilio(), e.ofLogs(), e.ofLedger())
	slices.SortStableFunc(made.Entries, func(a, b Entry) int { return a.At.Compare(b.At) })
	for i := range made.Entries {
		made.Entries[i].What = masked(made.Entries[i].What)
	}
	for i := range made.Gaps {
		made.Gaps[i].Reason = masked(made.Gaps[i].Reason)
	}
	return made
}
