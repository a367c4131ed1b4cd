package templatetest

import "testing"

// TestRecordsOutliveStack requires that a deleted stack leaves behind what happened, and that one
// whose creation failed leaves nothing in the way of the next attempt.
func TestRecordsOutliveStack(t *testing.T) {
	t.Parallel()
	template := Read(t)
	for _, id := range []string{"FunctionLogs", "AccessLogs", "LedgerTable", "WorkersTable", "RecordingsBucket"} {
		if got := At(template, "Resources", id, "DeletionPolicy"); got != "RetainExceptOnCreate" {
			t.Errorf("%s: DeletionPolicy %v", id, got)
		}
		if got := At(template, "Resources", id, "UpdateReplacePolicy"); got != "Retain" {
			t.Errorf("%s: UpdateReplacePolicy %v", id, got)
		}
	}
}
