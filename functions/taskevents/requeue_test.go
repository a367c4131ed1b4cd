package taskevents_test

import (
	"net/url"
	"slices"
	"strconv"
	"testing"
	"time"

	"switchboard/shared/ledger"
)

const laterTask = "WT00000000000000000000000000000002"

func inMilliseconds(form url.Values, when time.Time) {
	form.Set("TimestampMs", strconv.FormatInt(when.UnixMilli(), 10))
}

func inSeconds(form url.Values, when time.Time) {
	form.Set("Timestamp", strconv.FormatInt(when.Unix(), 10))
}

// TestSecondTaskOfRedirectedCaller dies while the caller waits: the caller goes to overflow once,
// however late the ledger learns that they left the first queue and by any clock of ours.
func TestSecondTaskOfRedirectedCaller(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		recorded  time.Duration // when the ledger has that they left the first queue
		created   time.Duration // when the second task was made
		timestamp func(url.Values, time.Time)
	}{
		{
			name:      "the record is in time",
			recorded:  10 * time.Second,
			created:   12 * time.Second,
			timestamp: inMilliseconds,
		},
		{
			name:      "the record is 0.7 s late",
			recorded:  10*time.Second + 900*time.Millisecond,
			created:   10*time.Second + 200*time.Millisecond,
			timestamp: inMilliseconds,
		},
		{
			name:      "the record is 5 s late",
			recorded:  15 * time.Second,
			created:   10*time.Second + 200*time.Millisecond,
			timestamp: inMilliseconds,
		},
		{
			name:      "events have whole seconds",
			recorded:  10*time.Second + 200*time.Millisecond,
			created:   10*time.Second + 450*time.Millisecond,
			timestamp: inSeconds,
		},
		{
			name:      "our clock is 1 s ahead",
			recorded:  11 * time.Second,
			created:   10*time.Second + 400*time.Millisecond,
			timestamp: inMilliseconds,
		},
		{
			name:      "our clock is 1 s behind",
			recorded:  9 * time.Second,
			created:   10*time.Second + 400*time.Millisecond,
			timestamp: inMilliseconds,
		},
	}
	for _, test := range tests {
		for _, kind := range []string{"task.canceled", "task.deleted", "task.system-deleted"} {
			t.Run(test.name+": "+kind, func(t *testing.T) {
				t.Parallel()
				clock := at(0)
				d := newDesk(&ledger.Memory{})
				d.ledger.Now = func() time.Time { return clock }
				d.Ledger = d.ledger
				d.twilio.waiting = true
				hear := func(kind, task, sid string, when time.Time) {
					form := event(kind, sid, "TaskSid", task)
					form.Del("TimestampMs")
					test.timestamp(form, when)
					if got := d.hears(t, form); got != 204 {
						t.Fatalf("%s: status %d, want 204", kind, got)
					}
				}
				left := func() {
					clock = at(0).Add(test.recorded)
					if _, err := d.ledger.LeftQueue(t.Context(), callSID, "redirected", false); err != nil {
						t.Fatal(err)
					}
				}
				hear("task.created", taskSID, "01", at(0))
				if test.recorded < test.created {
					left()
				}
				clock = at(0).Add(test.created)
				hear("task.created", laterTask, "02", at(0).Add(test.created))
				if test.recorded >= test.created {
					left()
				}
				clock = at(300)
				hear(kind, laterTask, "03", clock)
				if want := []string{callSID + " to " + overflowURL}; !slices.Equal(d.twilio.redirected, want) {
					t.Errorf("redirected %q, want %q", d.twilio.redirected, want)
				}
			})
		}
	}
}
