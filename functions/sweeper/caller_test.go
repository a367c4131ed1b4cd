package sweeper_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/functions/sweeper"
	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

const (
	secondTask = "WT00000000000000000000000000000002"

	// maxRequests bounds one run over this account: its three lists, and what a run may ask.
	maxRequests = 3 + 150
)

// foreign returns tasks of another program on a channel, each with the event of its creation.
func foreign(n int, channel string, attributes taskrouter.AutomaticAttributes) *account {
	a := &account{calls: calls(is("in-progress"), endedCall(0)), waiting: inQueue(10 * time.Minute), owners: map[string]string{}}
	for i := range n {
		sid := fmt.Sprintf("WT%032x", i+16)
		event := taskrouter.Event{SID: "EV" + sid, Type: "task.created", Time: ago(time.Hour), TaskSID: sid}
		event.Task.AutomaticAttributes = attributes
		a.events = append(a.events, event)
		a.tasks = append(a.tasks, twilio.Task{SID: sid, Status: "pending", Channel: channel, Created: ago(time.Hour), Updated: ago(time.Hour)})
		a.owners[sid] = attributes.CallSID
	}
	return a
}

// closedFor has the ledger close the call.
func closedFor(reason string, ago time.Duration) fact {
	return fact{ago, func(ctx context.Context, l ledger.Ledger, _ time.Time) error {
		_, err := l.Close(ctx, callSID, reason)
		return err
	}}
}

func TestStrandedAmongForeignTasks(t *testing.T) {
	t.Parallel()
	enqueued := []fact{event("task.created", 10*time.Minute)}
	known := map[string][]fact{
		"open call":    enqueued,
		"closed call":  then(enqueued, closedFor("complete", 5*time.Minute)),
		"unknown call": nil,
	}
	const other = "CA00000000000000000000000000000009"
	tasks := map[string]struct {
		channel    string
		attributes taskrouter.AutomaticAttributes
	}{
		"chats":                {"chat", taskrouter.AutomaticAttributes{}},
		"nameless channel":     {"", taskrouter.AutomaticAttributes{}},
		"call-backs":           {"default", taskrouter.AutomaticAttributes{CallSID: other}},
		"of another's account": {"voice", taskrouter.AutomaticAttributes{CallSID: other, AccountSID: "AC00000000000000000000000000000009"}},
	}
	for name, facts := range known {
		for channel, theirs := range tasks {
			t.Run(name+", "+channel, func(t *testing.T) {
				t.Parallel()
				for minute := range 8 { // a run begins at a place that its time gives
					a := foreign(1000, theirs.channel, theirs.attributes)
					b := newBroom(t, a, facts...)
					b.EndStuckTasks = true
					b.now = noon().Add(time.Duration(minute) * time.Minute)
					report := b.sweep(t)
					if !slices.Equal(a.acts, []string{redirect}) {
						t.Fatalf("the first run did %q, want %q", a.acts, redirect)
					}
					if a.asked > maxRequests || len(report.Failed)+len(report.Left) > 0 {
						t.Errorf("%d requests, want %d at most; report %+v", a.asked, maxRequests, report)
					}
					if report.Foreign+report.Postponed != 1000 {
						t.Errorf("%d foreign tasks and %d postponed, want 1000", report.Foreign, report.Postponed)
					}
				}
			})
		}
	}
}

func TestForeignTasksAreLeftAlone(t *testing.T) {
	t.Parallel()
	const account = "AC00000000000000000000000000000009"
	tests := []struct {
		name       string
		channel    string
		attributes taskrouter.AutomaticAttributes
		wantAsked  int
	}{
		{
			name:       "chat about a call",
			channel:    "chat",
			attributes: taskrouter.AutomaticAttributes{CallSID: callSID, AccountSID: accountSID},
			wantAsked:  3,
		},
		{
			name:      "task without a call",
			channel:   "default",
			wantAsked: 4,
		},
		{
			name:       "task with an account alone",
			channel:    "default",
			attributes: taskrouter.AutomaticAttributes{AccountSID: accountSID},
			wantAsked:  4,
		},
		{
			name:       "call-back without an account",
			channel:    "voice",
			attributes: taskrouter.AutomaticAttributes{CallSID: callSID},
			wantAsked:  4,
		},
		{
			name:       "another account's call",
			channel:    "voice",
			attributes: taskrouter.AutomaticAttributes{CallSID: callSID, AccountSID: account},
			wantAsked:  4,
		},
	}
	for _, test := range tests {
		for _, status := range []string{"pending", "reserved", "assigned", "wrapping"} {
			t.Run(test.name+", "+status, func(t *testing.T) {
				t.Parallel()
				a := foreign(1, test.channel, test.attributes)
				a.waiting, a.calls, a.tasks[0].Status = nil, calls(endedCall(30*time.Minute), endedCall(0)), status
				b := newBroom(t, a)
				b.EndStuckTasks = true
				report := b.sweep(t)
				if len(a.acts) > 0 || len(report.Left) > 0 || report.Foreign != 1 || a.asked != test.wantAsked {
					t.Errorf("did %q after %d requests, want nothing after %d; report %+v", a.acts, a.asked, test.wantAsked, report)
				}
				if _, found, err := b.ledger.ByTask(t.Context(), a.tasks[0].SID); found || err != nil {
					t.Errorf("the ledger has the task: %t, %v", found, err)
				}
			})
		}
	}
}

func TestForeignTasksLogOneLine(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	a := foreign(40, "chat", taskrouter.AutomaticAttributes{})
	more := foreign(30, "default", taskrouter.AutomaticAttributes{})
	a.tasks, a.waiting = slices.Concat(a.tasks, more.tasks), nil
	for i := range a.tasks {
		a.tasks[i].SID = fmt.Sprintf("WT%032x", i+16)
	}
	b := newBroom(t, a)
	b.Logger = slog.New(slog.NewTextHandler(&log, nil))
	b.sweep(t)
	if lines := strings.Split(strings.TrimSpace(log.String()), "\n"); len(lines) != 2 || !strings.Contains(lines[0], `msg="foreign tasks ignored" tasks=70`) {
		t.Errorf("log:\n%s\nwant one line about 70 foreign tasks, and the run's own", log.String())
	}
}

// TestOpenCallsComeFirst has more tasks of no known call than a run may ask about, and one open
// call whose task is to be completed.
func TestOpenCallsComeFirst(t *testing.T) {
	t.Parallel()
	for minute := range 8 {
		a := foreign(1000, "default", taskrouter.AutomaticAttributes{})
		a.waiting, a.calls = nil, calls(endedCall(30*time.Minute), endedCall(0))
		a.tasks = append(a.tasks, task("wrapping", 30*time.Minute)...)
		b := newBroom(t, a, event("task.created", time.Hour))
		b.now = noon().Add(time.Duration(minute) * time.Minute)
		report := b.sweep(t)
		if !slices.Equal(a.acts, []string{complete}) || a.asked > maxRequests/2 || report.Postponed == 0 {
			t.Errorf("did %q after %d requests, want %q after %d at most; %d tasks postponed", a.acts, a.asked, complete, maxRequests/2, report.Postponed)
		}
	}
}

// TestEnqueuedTwice is about a caller whose second task died. The record of the first leaving may
// be late, and the clocks of Twilio and ours may differ: none of that says whether the caller
// waits.
func TestEnqueuedTwice(t *testing.T) {
	t.Parallel()
	const begun = 30 * time.Minute // ago, when an operator redirected the caller to VoiceUrl
	tests := []struct {
		name          string
		left, created time.Duration // after begun, by our clock
		at            time.Duration // the same for the second task, by Twilio's clock
	}{
		{
			name:    "record in time",
			left:    0,
			created: 2 * time.Second,
			at:      2 * time.Second,
		},
		{
			name:    "record 0.7 s late",
			left:    900 * time.Millisecond,
			created: 200 * time.Millisecond,
			at:      200 * time.Millisecond,
		},
		{
			name:    "record 5 s late",
			left:    5 * time.Second,
			created: 200 * time.Millisecond,
			at:      200 * time.Millisecond,
		},
		{
			name:    "events in whole seconds",
			left:    200 * time.Millisecond,
			created: 450 * time.Millisecond,
			at:      0,
		},
		{
			name:    "our clock 1 s ahead",
			left:    time.Second,
			created: 1400 * time.Millisecond,
			at:      400 * time.Millisecond,
		},
	}
	for _, test := range tests {
		for _, closed := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, closed %t", test.name, closed), func(t *testing.T) {
				t.Parallel()
				leaving := fact{begun - test.left, func(ctx context.Context, l ledger.Ledger, _ time.Time) error {
					_, err := l.LeftQueue(ctx, callSID, "redirected", false)
					return err
				}}
				again := fact{begun - test.created, func(ctx context.Context, l ledger.Ledger, _ time.Time) error {
					event := eventOf("task.created", ago(begun-test.at))
					event.SID, event.TaskSID = "EVagain", secondTask
					_, _, err := l.Event(ctx, event)
					return err
				}}
				facts := []fact{event("task.created", time.Hour), leaving, again}
				if test.created < test.left {
					facts = []fact{event("task.created", time.Hour), again, leaving}
				}
				if closed {
					facts = then(facts, closedFor("complete", 10*time.Minute))
				}
				a := &account{calls: calls(is("in-progress"), endedCall(0)), waiting: inQueue(begun)}
				newBroom(t, a, facts...).sweep(t)
				if !slices.Equal(a.acts, []string{redirect}) {
					t.Errorf("did %q, want %q", a.acts, redirect)
				}
			})
		}
	}
}

// TestWaitingCallers is about callers who wait, and what the lists and the ledger have of their
// tasks.
func TestWaitingCallers(t *testing.T) {
	t.Parallel()
	pending := func(sid string) twilio.Task {
		return twilio.Task{SID: sid, Status: "pending", Channel: "voice", Created: ago(10 * time.Minute), Updated: ago(10 * time.Minute)}
	}
	second := eventOf("task.created", ago(10*time.Minute))
	second.SID, second.TaskSID = "EVnext", secondTask
	enqueued := []fact{event("task.created", time.Hour)}
	tests := []struct {
		name      string
		facts     []fact
		tasks     []twilio.Task
		events    []taskrouter.Event
		waiting   map[string]time.Time
		wantActs  []string
		wantAsked int
	}{
		{
			name:      "known task alive",
			facts:     enqueued,
			tasks:     []twilio.Task{pending(taskSID)},
			waiting:   inQueue(time.Hour),
			wantAsked: 3,
		},
		{
			name:      "known task of a closed call alive",
			facts:     then(enqueued, closedFor("complete", 10*time.Minute)),
			tasks:     []twilio.Task{pending(taskSID)},
			waiting:   inQueue(time.Hour),
			wantAsked: 3,
		},
		{
			name:      "only the earlier task alive",
			facts:     then(enqueued, enqueuedAgain(10*time.Minute)),
			tasks:     []twilio.Task{pending(taskSID)},
			waiting:   inQueue(10 * time.Minute),
			wantAsked: 3,
		},
		{
			name:      "only the later task alive",
			facts:     then(enqueued, enqueuedAgain(10*time.Minute), event("task.canceled", 9*time.Minute)),
			tasks:     []twilio.Task{pending(secondTask)},
			waiting:   inQueue(10 * time.Minute),
			wantAsked: 3,
		},
		{
			name:      "live task unknown to the ledger",
			facts:     then(enqueued, event("task.canceled", 11*time.Minute)),
			tasks:     []twilio.Task{pending(secondTask)},
			events:    []taskrouter.Event{second},
			waiting:   inQueue(10 * time.Minute),
			wantAsked: 3 + 3 + 1, // the question, and the events of the task
		},
		{
			name:      "call and live task unknown",
			tasks:     []twilio.Task{pending(secondTask)},
			events:    []taskrouter.Event{second},
			waiting:   inQueue(10 * time.Minute),
			wantAsked: 3 + 3 + 1,
		},
		{
			name:      "wrapping task of the talk before",
			facts:     enqueued,
			tasks:     []twilio.Task{{SID: taskSID, Status: "wrapping", Created: ago(time.Hour), Updated: ago(time.Minute)}},
			waiting:   inQueue(2 * time.Minute),
			wantActs:  []string{redirect},
			wantAsked: 3 + 4 + 1,
		},
		{
			name:      "enqueued a moment ago",
			waiting:   inQueue(59 * time.Second),
			wantAsked: 3,
		},
		{
			name:      "enqueued a minute ago",
			waiting:   inQueue(time.Minute),
			wantActs:  []string{redirect},
			wantAsked: 3 + 4 + 1,
		},
		{
			name:      "enqueued at an unknown time",
			waiting:   map[string]time.Time{callSID: {}},
			wantActs:  []string{redirect},
			wantAsked: 3 + 4 + 1,
		},
		{
			name:      "task dead, caller elsewhere",
			facts:     then(enqueued, event("task.canceled", 10*time.Minute)),
			wantAsked: 3,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := &account{tasks: test.tasks, events: test.events, waiting: test.waiting, calls: calls(is("in-progress"), endedCall(0))}
			report := newBroom(t, a, test.facts...).sweep(t)
			if !slices.Equal(a.acts, test.wantActs) || a.asked != test.wantAsked {
				t.Errorf("did %q after %d requests, want %q after %d", a.acts, a.asked, test.wantActs, test.wantAsked)
			}
			if len(report.Failed) > 0 || report.Stopped != "" {
				t.Errorf("report %+v", report)
			}
		})
	}
}

// crowd is an account with callers who wait, without a task.
func crowd(n int) *account {
	a := &account{calls: map[string]twilio.CallRecord{}, waiting: map[string]time.Time{}}
	for i := range n {
		sid := fmt.Sprintf("CA%032x", i+16)
		a.calls[sid], a.waiting[sid] = is("in-progress"), ago(10*time.Minute)
	}
	return a
}

func TestRescuesAreBounded(t *testing.T) {
	t.Parallel()
	a := crowd(60)
	b := newBroom(t, a)
	for run, want := range []int{25, 25, 10, 0} {
		before := len(a.acts)
		report := b.sweep(t)
		if got := len(a.acts) - before; got != want || report.Waiting-got != report.Postponed || report.Stopped != "" {
			t.Errorf("run %d rescued %d callers, want %d; report %+v", run+1, got, want, report)
		}
		b.now = b.now.Add(5 * time.Minute)
	}
	const lists = 4 * 3
	if pace := b.paused / time.Duration(a.asked-lists); pace < time.Second/3 {
		t.Errorf("a request each %s, want 3 a second at most", pace)
	}
}

// TestFailedQuestionBlocksNoCaller has a caller about whom each question fails.
func TestFailedQuestionBlocksNoCaller(t *testing.T) {
	t.Parallel()
	a := crowd(3)
	b := newBroom(t, a)
	b.Twilio = odd{a, "CA00000000000000000000000000000011"}
	report := b.sweep(t)
	if len(a.acts) != 2 || len(report.Failed) != 1 || report.Stopped != "" {
		t.Errorf("did %q, want two rescues; report %+v", a.acts, report)
	}
}

// odd is an account that cannot answer about one call.
type odd struct {
	sweeper.Twilio
	call string
}

func (o odd) Stranded(ctx context.Context, call string, created time.Time) (bool, error) {
	if call == o.call {
		return false, errors.New("unexpected EOF")
	}
	return o.Twilio.Stranded(ctx, call, created)
}
