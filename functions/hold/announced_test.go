package hold_test

import (
	"testing"

	"switchboard/shared/settings"
	"switchboard/shared/settings/settingstest"
)

// TestToldWait has callers whose wait URL says what they are told. This function knows another
// wait.
func TestToldWait(t *testing.T) {
	t.Parallel()
	const between = "The caller who was answered last waited between "
	tests := []struct {
		name, path string
		silent     bool
		rounds     [][2]int
		want       []string
	}{
		{
			name:   "told, then what is known",
			path:   "/hold/wait-2-3",
			rounds: [][2]int{{3, 0}, {3, 40}, {2, 90}},
			want:   []string{thanks + "You are number 3 in line. " + between + "2 and 3 minutes." + offer, still, "You are number 2 in line. " + between + "5 and 10 minutes."},
		},
		{
			name:   "at a desk that announces none",
			silent: true,
			path:   "/hold/wait-2-3",
			rounds: [][2]int{{3, 0}, {2, 90}},
			want:   []string{thanks + "You are number 3 in line." + offer, "You are number 2 in line."},
		},
		{
			name:   "the first round again, later",
			path:   "/hold/wait-2-3",
			rounds: [][2]int{{3, 60}},
			want:   []string{thanks + "You are number 3 in line. " + between + "5 and 10 minutes." + offer},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := newHandler()
			h.Settings, h.Outlook = settingstest.Desk{Waiting: settings.Waiting{Wait: !test.silent}}, knows(answered(400))
			for i, document := range waitAt(t, h, test.path, test.rounds...) {
				if got := texts(document); got != test.want[i] {
					t.Errorf("round %d: heard %q, want %q", i, got, test.want[i])
				}
			}
		})
	}
}
