package survey

import (
	"context"
	"strings"

	"switchboard/shared/taskrouter"
	"switchboard/shared/twiml"
)

// score takes the answer to the first question. It is asked a second time when it was none, never a third.
func (v visit) score(ctx context.Context, again bool) twiml.Document {
	points := v.points()
	switch {
	case points > 0:
		if err := v.h.Ledger.Scored(ctx, v.call, points); err != nil {
			v.log.ErrorContext(ctx, "score not noted", "error", err)
		}
	case !again:
		return twiml.AskScore(v.request.URL("/survey/score/again"), true)
	}
	return twiml.AskRemark(v.request.URL("/survey/remark"))
}

// points reads a key or what was said, 1 to 5; 0 when it is neither.
func (v visit) points() int {
	if digits := v.request.Form.Get("Digits"); digits != "" {
		return pressedScore(digits)
	}
	return spokenScore(v.request.Form.Get("SpeechResult"))
}

// recorded takes a recording, or that there is none, and says goodbye to whoever is still there.
func (v visit) recorded(ctx context.Context, note func(ctx context.Context, call, recording string) error) twiml.Document {
	if recording := v.recording(); recording != "" {
		if err := note(ctx, v.call, recording); err != nil {
			v.log.ErrorContext(ctx, "recording not noted", "recording_sid", recording, "error", err)
		}
	}
	if !v.inProgress() {
		return twiml.Empty()
	}
	return twiml.Thanks()
}

// recording is the recording's SID: the last part of RecordingUrl, and in some requests a parameter of its own.
func (v visit) recording() string {
	if named := taskrouter.WholeSID("RE", v.request.Form.Get("RecordingSid")); named != "" {
		return named
	}
	return v.linkedRecording()
}

// linkedRecording is the recording that RecordingUrl leads to, "" for none.
func (v visit) linkedRecording() string {
	address := v.request.Form.Get("RecordingUrl")
	return taskrouter.WholeSID("RE", address[strings.LastIndexByte(address, '/')+1:])
}

// contradicts reports whether RecordingSid and RecordingUrl name two recordings. Twilio sends no
// such request.
func (v visit) contradicts() bool {
	linked := v.linkedRecording()
	return linked != "" && linked != v.recording()
}
