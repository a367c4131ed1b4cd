package taskrouter

import "testing"

func TestWhichCallsHaveEnded(t *testing.T) {
	t.Parallel()
	for status, want := range map[CallStatus]bool{
		"queued": false, "initiated": false, "ringing": false, "in-progress": false, "": false,
		"completed": true, "busy": true, "failed": true, "no-answer": true, "canceled": true,
	} {
		if got := status.Ended(); got != want {
			t.Errorf("%q ended = %t, want %t", status, got, want)
		}
	}
}
