package sweeper_test

import (
	"errors"
	"testing"
	"time"

	"switchboard/shared/outlook"
	"switchboard/shared/reconciler"
	"switchboard/shared/twilio"
)

const postWorkActivity = "WA00000000000000000000000000000003"

func TestWorkersWhoTakeCallsAreCounted(t *testing.T) {
	t.Parallel()
	worker := func(digit string) twilio.Worker { return twilio.Worker{SID: workerSID[:33] + digit} }
	waits := []fact{event("task.created", 10*time.Minute)}
	ringing := then(waits, event("reservation.created", time.Minute), placed(time.Minute))
	talks := then(ringing, event("reservation.accepted", 50*time.Second))
	tests := []struct {
		name       string
		facts      []fact
		tasks      []twilio.Task
		available  []twilio.Worker
		wrappingUp []twilio.Worker
		want       int
	}{
		{
			name:  "none",
			facts: waits,
			tasks: task("pending", time.Minute),
		},
		{
			name:      "two are available",
			available: []twilio.Worker{worker("1"), worker("2")},
			want:      2,
		},
		{
			name:       "one wraps up",
			available:  []twilio.Worker{worker("2")},
			wrappingUp: []twilio.Worker{worker("1")},
			want:       2,
		},
		{
			name:  "the phone of one rings",
			facts: ringing,
			tasks: task("reserved", time.Minute),
			want:  1,
		},
		{
			name:      "an available one talks",
			facts:     talks,
			tasks:     task("assigned", time.Minute),
			available: []twilio.Worker{worker("1"), worker("2")},
			want:      2,
		},
		{
			name:      "an unavailable one talks",
			facts:     talks,
			tasks:     task("assigned", time.Minute),
			available: []twilio.Worker{worker("2")},
			want:      2,
		},
		{
			name:  "one whom the ledger does not know",
			tasks: task("wrapping", 10*time.Second),
			want:  1,
		},
		{
			name:  "one whose call rang before",
			facts: then(ringing, event("reservation.timeout", 30*time.Second)),
			tasks: task("pending", 30*time.Second),
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			account := &account{tasks: test.tasks, calls: calls(is("in-progress"), is("in-progress")), available: test.available}
			account.workers = map[string][]twilio.Worker{postWorkActivity: test.wrappingUp}
			b := newBroom(t, account, test.facts...)
			b.Activities = reconciler.Activities{Available: availableActivity, PostWork: postWorkActivity, Reject: rejectActivity}.Complete()
			b.sweep(t)
			want := outlook.Outlook{}.Count(test.want, noon())
			if b.outlook != want {
				t.Errorf("outlook %+v, want %+v", b.outlook, want)
			}
		})
	}
}

func TestUnwrittenOutlookFailsNoRun(t *testing.T) {
	t.Parallel()
	b := newBroom(t, &account{})
	b.unwritable = errors.New("denied")
	if report := b.sweep(t); len(report.Failed) > 0 || report.Stopped != "" {
		t.Errorf("report %+v", report)
	}
}
