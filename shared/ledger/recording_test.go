package ledger_test

import (
	"testing"
	"time"

	"switchboard/shared/ledger"
)

const (
	recordingSID = "RE00000000000000000000000000000001"
	recordedCall = "CA00000000000000000000000000000001"
)

func TestRecordingIsSentOrDiscarded(t *testing.T) {
	t.Parallel()
	l := ledger.Ledger{Store: &ledger.Memory{}, Now: func() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }}
	steps := []struct {
		name string
		do   func() (bool, error)
		made bool
	}{
		{
			name: "discard",
			do:   func() (bool, error) { return l.DiscardRecording(t.Context(), recordingSID, recordedCall) },
			made: true,
		},
		{
			name: "discard again",
			do:   func() (bool, error) { return l.DiscardRecording(t.Context(), recordingSID, recordedCall) },
			made: true,
		},
		{
			name: "send what was discarded",
			do:   func() (bool, error) { return l.SendRecording(t.Context(), recordingSID, recordedCall) },
		},
		{
			name: "send another",
			do:   func() (bool, error) { return l.SendRecording(t.Context(), otherRecording, recordedCall) },
			made: true,
		},
		{
			name: "discard what was sent",
			do:   func() (bool, error) { return l.DiscardRecording(t.Context(), otherRecording, recordedCall) },
		},
	}
	for _, step := range steps {
		if made, err := step.do(); err != nil || made != step.made {
			t.Errorf("%s: %t, %v, want %t", step.name, made, err, step.made)
		}
	}
	first, err := l.Recording(t.Context(), recordingSID)
	if err != nil || first.Discarded.IsZero() || !first.Sent.IsZero() || first.CallSID != recordedCall {
		t.Errorf("the first is %+v, %v", first, err)
	}
}

const otherRecording = "RE00000000000000000000000000000002"

func TestRecordingIsNoRequest(t *testing.T) {
	t.Parallel()
	l := ledger.Ledger{Store: &ledger.Memory{}, Now: time.Now}
	for _, record := range []func() error{
		func() error { return l.RecordingStored(t.Context(), recordingSID, recordedCall) },
		func() error { return l.RecordingRemoved(t.Context(), recordingSID, recordedCall) },
		func() error { return l.TopicTold(t.Context(), recordingSID, recordedCall) },
	} {
		if err := record(); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := l.Recording(t.Context(), recordingSID)
	if err != nil || kept.Stored.IsZero() || kept.Removed.IsZero() || kept.Told.IsZero() || kept.Requested {
		t.Errorf("the recording is %+v, %v", kept, err)
	}
	if open, err := l.OpenRequests(t.Context(), 10); err != nil || len(open) > 0 {
		t.Errorf("open requests %v, %v, want none", open, err)
	}
	if _, made, err := l.Ask(t.Context(), ledger.Request{Key: recordingSID}, ledger.Left); err != nil || !made {
		t.Fatalf("ask: %t, %v", made, err)
	}
	if kept, err = l.Recording(t.Context(), recordingSID); err != nil || !kept.Requested || kept.Stored.IsZero() {
		t.Errorf("the message is %+v, %v", kept, err)
	}
	if made, err := l.DiscardRecording(t.Context(), recordingSID, recordedCall); err != nil || made {
		t.Errorf("a message was discarded: %t, %v", made, err)
	}
}
