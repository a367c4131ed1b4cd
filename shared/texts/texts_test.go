package texts

import (
	"strings"
	"testing"
	"time"

	"switchboard/shared/reconciler"
	"switchboard/shared/roster"
)

func now() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

func TestStanding(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		state reconciler.State
		want  string
	}{
		{
			name:  "ready",
			state: reconciler.State{Standing: reconciler.Ready},
			want:  "You are signed on.",
		},
		{
			name:  "on a call",
			state: reconciler.State{Standing: reconciler.OnCall},
			want:  "You are signed on, and on a call.",
		},
		{
			name:  "wrapping up",
			state: reconciler.State{Standing: reconciler.WrapUp, Cause: roster.Call, Until: now().Add(12*time.Second + time.Millisecond)},
			want:  "You are signed on, and wrapping up. You are back in 13 seconds.",
		},
		{
			name:  "wrapping up without an end",
			state: reconciler.State{Standing: reconciler.WrapUp, Cause: roster.Call},
			want:  "You are signed on, and wrapping up. Sign on to take the next call.",
		},
		{
			name:  "missed",
			state: reconciler.State{Standing: reconciler.Paused, Cause: roster.Missed, Until: now().Add(time.Minute)},
			want:  "You are signed on, and paused after a missed call. You are back in 60 seconds.",
		},
		{
			name:  "busy, due",
			state: reconciler.State{Standing: reconciler.Paused, Cause: roster.Busy, Until: now().Add(-time.Hour)},
			want:  "You are signed on, and paused because your phone was busy. You are back in a moment.",
		},
		{
			name:  "declined",
			state: reconciler.State{Standing: reconciler.Paused, Cause: roster.Declined, Until: now().Add(91 * time.Second)},
			want:  "You are signed on, and paused after a call that you declined. You are back in 2 minutes.",
		},
		{
			name:  "our fault",
			state: reconciler.State{Standing: reconciler.Paused, Cause: roster.Fault, Until: now().Add(5 * time.Minute)},
			want:  "You are signed on, and paused after a fault that was not yours. You are back in 5 minutes.",
		},
		{
			name:  "signed off",
			state: reconciler.State{Standing: reconciler.SignedOff, By: roster.ByText},
			want:  "You are signed off.",
		},
		{
			name:  "signed off by misses",
			state: reconciler.State{Standing: reconciler.SignedOff, By: roster.ByMisses},
			want:  "You are signed off, because you missed too many calls in a row.",
		},
		{
			name:  "signed off by the shift",
			state: reconciler.State{Standing: reconciler.SignedOff, By: roster.ByShift},
			want:  "You are signed off, because your shift has ended.",
		},
		{
			name:  "elsewhere",
			state: reconciler.State{Standing: reconciler.Elsewhere, Activity: "Lunch\nbreak" + strings.Repeat("é", 40)},
			want:  "You are in the activity Lunch break" + strings.Repeat("é", 29) + ". Sign on to take calls.",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := Standing(test.state, now()); got != test.want {
				t.Errorf("Standing = %q, want %q", got, test.want)
			}
		})
	}
}

// TestTextsFitIntoOneSMS wants characters that GSM-7 has in one septet each, and 160 at most.
func TestTextsFitIntoOneSMS(t *testing.T) {
	t.Parallel()
	const septets = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,:;!?'-"
	texts := []string{Help, SharedNumber, Failed, signedOff(1), signedOff(3), signedOff(1000000)}
	for _, standing := range []reconciler.Standing{
		reconciler.Ready, reconciler.OnCall, reconciler.WrapUp, reconciler.Paused, reconciler.SignedOff, reconciler.Elsewhere,
	} {
		for _, cause := range []roster.Cause{roster.Call, roster.Missed, roster.Busy, roster.Declined, roster.Fault} {
			state := reconciler.State{
				Standing: standing, Cause: cause, Until: now().Add(9999 * time.Hour), By: roster.ByMisses, Activity: strings.Repeat("a", 400),
			}
			texts = append(texts, Standing(state, now()))
		}
	}
	for _, text := range texts {
		if strings.Trim(text, septets) != "" || len(text) > 160 {
			t.Errorf("%d characters: %s", len(text), text)
		}
	}
}
