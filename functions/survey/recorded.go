package survey

import (
	"context"
	"strconv"
	"strings"
	"time"

	"switchboard/shared/recording"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
)

// recordedStop is where Twilio reports the status of a recording: recorded/{kind}, behind the
// language.
const recordedStop = "recorded"

// spareDelay is when a recording is looked for whose status callback got lost.
const spareDelay = time.Minute

// filed has a recording copied whose file exists
// (https://www.twilio.com/docs/voice/twiml/record#recordingstatuscallback).
func (c callerRequest) filed(ctx context.Context, kind recording.Kind) webhook.Answer {
	sid := c.recording()
	if !kind.Known() || sid == "" {
		return webhook.Malformed()
	}
	log := c.log.With("recording_sid", sid, "kind", kind)
	if status := taskrouter.Word(c.request.Form.Get("RecordingStatus")); status != "completed" {
		log.InfoContext(ctx, "nothing recorded", "recording_status", status)
		return webhook.Received()
	}
	if err := c.have(ctx, sid, kind, 0); err != nil {
		log.ErrorContext(ctx, "failed to have recording copied", "error", err)
		return webhook.Unavailable()
	}
	return webhook.Received()
}

// have has a recording copied after a delay, and a message heard.
func (c callerRequest) have(ctx context.Context, sid string, kind recording.Kind, delay time.Duration) error {
	seconds, err := strconv.Atoi(c.request.Form.Get("RecordingDuration"))
	if err != nil || seconds < 0 {
		seconds = 0
	}
	return c.handler.Recordings.Send(ctx, recording.Work{
		RecordingSID: sid, CallSID: c.call, Kind: kind, Language: c.chosen, Seconds: seconds,
	}, delay)
}

// haveLater has a recording copied even if its status callback gets lost.
func (c callerRequest) haveLater(ctx context.Context, sid string, kind recording.Kind) {
	if err := c.have(ctx, sid, kind, spareDelay); err != nil {
		c.log.ErrorContext(ctx, "failed to have recording copied if its callback gets lost", "recording_sid", sid, "error", err)
	}
}

// remarked records a remark, if there is one, and says goodbye if the caller is still on the phone.
func (c callerRequest) remarked(ctx context.Context) twiml.Document {
	if sid := c.recording(); sid != "" {
		if err := c.handler.Ledger.Remarked(ctx, c.call, sid); err != nil {
			c.log.ErrorContext(ctx, "failed to record recording", "recording_sid", sid, "error", err)
		}
		c.haveLater(ctx, sid, recording.Remark)
	}
	if !c.inProgress() {
		return twiml.Empty()
	}
	return c.book.Thanks()
}

// recording returns the recording's SID: the last part of RecordingUrl, and in some requests a
// parameter of its own.
func (c callerRequest) recording() string {
	if named := taskrouter.WholeSID("RE", c.request.Form.Get("RecordingSid")); named != "" {
		return named
	}
	return c.linkedRecording()
}

// linkedRecording returns the recording that RecordingUrl links to, or "".
func (c callerRequest) linkedRecording() string {
	address := c.request.Form.Get("RecordingUrl")
	return taskrouter.WholeSID("RE", address[strings.LastIndexByte(address, '/')+1:])
}

// contradicts reports whether RecordingSid and RecordingUrl name two recordings. Twilio sends no
// such request.
func (c callerRequest) contradicts() bool {
	linked := c.linkedRecording()
	return linked != "" && linked != c.recording()
}
