package taskevents_test

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	"switchboard/shared/ledger"
)

// tried stands in for package requests: it writes down which tries ended.
type tried struct{ ended []string }

func (r *tried) Missed(_ context.Context, seen ledger.Request, why string, _ bool) (time.Time, error) {
	r.ended = append(r.ended, seen.TaskSID+": "+why)
	return time.Time{}, nil
}

// TestCanceledTaskEndsItsTry: the workflow of a desk can give a task up before its call back is
// due to end.
func TestCanceledTaskEndsItsTry(t *testing.T) {
	t.Parallel()
	key := "CB" + callSID[2:]
	for name, test := range map[string]struct {
		task string // of the event
		want []string
	}{
		"the task of this try": {
			task: taskSID,
			want: []string{taskSID + ": task canceled"},
		},
		"the task of an earlier try": {
			task: laterTask,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, asked := newDesk(&ledger.Memory{}), &tried{}
			d.Requests = asked
			first, _, err := d.ledger.Ask(t.Context(), ledger.Request{Key: key, Until: now().Add(time.Hour), Tries: 3}, ledger.Left)
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := d.ledger.Creating(t.Context(), first.Request()); err != nil {
				t.Fatal(err)
			}
			if _, _, err := d.ledger.Adopt(t.Context(), key, 1, taskSID); err != nil {
				t.Fatal(err)
			}
			attributes := `{"request":{"kind":"callback","key":"` + key + `","try":1}}`
			canceled := event("task.canceled", "01", "TaskSid", test.task, "TaskAttributes", attributes)
			if status := d.hears(t, canceled); status != http.StatusNoContent || !slices.Equal(asked.ended, test.want) {
				t.Errorf("status %d, ended %q, want %q", status, asked.ended, test.want)
			}
		})
	}
}
