package plan

import (
	"strings"
	"testing"

	"switchboard/functions/cmd/twilioctl/internal/account"
)

// TestPreviousWorkflow deploys for a workflow that is not the one which the stack serves.
func TestPreviousWorkflow(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name        string
		current     string // of the stack
		previous    string // of the stack
		open        map[string]int
		want        string // "-" = the parameter is not given
		wantWarning string
	}{
		{
			name:    "the same workflow",
			current: sid("WW", 1),
			want:    "-",
		},
		{
			name:    "another workflow, no task open",
			current: sid("WW", 2),
			want:    sid("WW", 2),
		},
		{
			name:        "another workflow, tasks open",
			current:     sid("WW", 2),
			open:        map[string]int{sid("WW", 2): 3},
			want:        sid("WW", 2),
			wantWarning: `"Old" (` + sid("WW", 2) + ") has 3 open tasks, which the stack serves",
		},
		{
			name:    "another workflow that was deleted",
			current: sid("WW", 9),
			want:    "-",
		},
		{
			name:        "deployed, tasks open",
			current:     sid("WW", 1),
			previous:    sid("WW", 2),
			open:        map[string]int{sid("WW", 2): 1},
			want:        sid("WW", 2),
			wantWarning: "has 1 open tasks, which the stack serves",
		},
		{
			name:     "deployed, all tasks ended",
			current:  sid("WW", 1),
			previous: sid("WW", 2),
			want:     "",
		},
		{
			name:        "two changes in a row",
			current:     sid("WW", 2),
			previous:    sid("WW", 3),
			open:        map[string]int{sid("WW", 3): 2},
			want:        sid("WW", 2),
			wantWarning: `"Older" (` + sid("WW", 3) + ") has 2 open tasks, whose calls this deployment leaves alone",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, actual := wish(t, ""), standing()
			w.Stack.Parameters["WorkflowSid"], w.Stack.Parameters["PreviousWorkflowSid"] = test.current, test.previous
			actual.Workflows = append(actual.Workflows, account.Workflow{SID: sid("WW", 2), Name: "Old"}, account.Workflow{SID: sid("WW", 3), Name: "Older"})
			actual.OpenTasks = test.open
			made, got := w.Make(actual), "-"
			for _, each := range made.Deploy.Parameters {
				if each.Name == "PreviousWorkflowSid" {
					got = each.Value
				}
			}
			if got != test.want || !made.Deploy.Complete {
				t.Errorf("PreviousWorkflowSid %q, complete %t, want %q and complete", got, made.Deploy.Complete, test.want)
			}
			if warned := strings.Join(made.Warnings, "\n"); (warned == "") != (test.wantWarning == "") || !strings.Contains(warned, test.wantWarning) {
				t.Errorf("warnings %q, want %q", warned, test.wantWarning)
			}
		})
	}
}
