package enqueue_test

import (
	"testing"
	"time"

	"switchboard/shared/outlook"
	"switchboard/shared/settings"
	"switchboard/shared/webhook/webhooktest"
)

// TestExpectedWaitIsRecorded compares what the wait URL has the caller told with what the task's
// attributes have for the ledger.
func TestExpectedWaitIsRecorded(t *testing.T) {
	t.Parallel()
	known := outlook.Outlook{Answered: noon().Add(-time.Minute), Waited: 400, Counted: noon(), Workers: 5}
	long := known
	long.Waited = 7200
	tests := []struct {
		name           string
		desk           settings.Settings
		outlook        outlook.Outlook
		priority       *int
		wantAttributes string
		wantWait       string
	}{
		{name: "a range", outlook: known, wantAttributes: `{"expected_wait":"5-10"}`, wantWait: "/hold/wait-5-10"},
		{name: "the longest range", outlook: long, wantAttributes: `{"expected_wait":"60-"}`, wantWait: "/hold/wait-60-"},
		{name: "nothing is known", wantAttributes: `{}`, wantWait: "/hold"},
		{
			name:           "a number has a priority",
			desk:           settings.Settings{Numbers: map[string]settings.Number{"+12065550199": {Priority: new(5)}}},
			outlook:        known,
			wantAttributes: `{}`,
			wantWait:       "/hold",
		},
		{name: "the stack has a priority", outlook: known, priority: new(3), wantAttributes: `{}`, wantWait: "/hold"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := dials(t, test.desk, "+12065550100", noon())
			c.h.Outlook, c.h.Priority = knows(test.outlook), test.priority
			answered := c.post("/enqueue")
			if answered.Enqueue == nil || answered.Enqueue.Task.Attributes != test.wantAttributes {
				t.Errorf("answered %+v, want a task with %s", answered.Enqueue, test.wantAttributes)
			} else if answered.Enqueue.WaitURL != webhooktest.BaseURL+test.wantWait {
				t.Errorf("waits at %s, want %s", answered.Enqueue.WaitURL, test.wantWait)
			}
		})
	}
}
