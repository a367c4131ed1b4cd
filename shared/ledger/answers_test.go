package ledger

import (
	"maps"
	"strings"
	"testing"
)

func TestAnswers(t *testing.T) {
	t.Parallel()
	l := Ledger{Store: &Memory{}, Now: noon}
	if known, _, err := l.ByCall(t.Context(), call); err != nil || known.Answers() != nil {
		t.Errorf("answers %v, %v before the first one", known.Answers(), err)
	}
	// Names that are those of fields are names like any other.
	for _, each := range [][2]string{{"solved", "no"}, {"task_sid", "billing"}, {"state", "5"}, {"solved", "yes"}, {"remark", "RE00000000000000000000000000000001"}} {
		if err := l.Answered(t.Context(), call, each[0], each[1]); err != nil {
			t.Fatal(err)
		}
	}
	known, _, err := l.ByCall(t.Context(), call)
	want := map[string]string{"solved": "yes", "task_sid": "billing", "state": "5", "remark": "RE00000000000000000000000000000001"}
	if err != nil || !maps.Equal(known.Answers(), want) {
		t.Errorf("answers %v, %v, want %v", known.Answers(), err, want)
	}
	if known.Remark() != "" || known.TaskSID() != "" || len(known.Tasks())+len(known.Reservations()) > 0 {
		t.Errorf("remark %q, tasks %v, reservations %v, want none", known.Remark(), known.Tasks(), known.Reservations())
	}
}

func TestAnswerThatIsRefused(t *testing.T) {
	t.Parallel()
	l := Ledger{Store: &Memory{}, Now: noon}
	for _, each := range [][2]string{{"", "yes"}, {"solved", ""}, {strings.Repeat("a", 21), "yes"}, {"solved", strings.Repeat("a", 35)}} {
		if err := l.Answered(t.Context(), call, each[0], each[1]); err == nil {
			t.Errorf("%q: %q was recorded", each[0], each[1])
		}
	}
	if _, found, err := l.ByCall(t.Context(), call); found || err != nil {
		t.Errorf("an item was written (%v)", err)
	}
}
