package survey

import (
	"context"
	"strconv"
	"strings"

	"switchboard/shared/taskrouter"
	"switchboard/shared/twiml"
)

// begin asks the first question, if the caller is to be asked any.
func (c callerRequest) begin() twiml.Document {
	switch {
	case !c.desk.Surveyed(c.dialed) || !c.desk.Survey.Takes(c.call):
		return c.book.Thanks()
	case len(c.desk.Survey.Questions) == 0:
		return c.book.AskScore(c.url("/score"), false)
	}
	return c.next("")
}

// score records the answer to the first of package prompt's two questions, which is asked at most
// twice.
func (c callerRequest) score(ctx context.Context, again bool) twiml.Document {
	points := c.points()
	switch {
	case points > 0:
		if err := c.handler.Ledger.Scored(ctx, c.call, points); err != nil {
			c.log.ErrorContext(ctx, "failed to record score", "error", err)
		}
	case !again && c.desk.Surveyed(c.dialed):
		return c.book.AskScore(c.url("/score/again"), true)
	}
	if !c.desk.Surveyed(c.dialed) {
		return c.book.Thanks()
	}
	return c.book.AskRemark(c.url("/remark"))
}

// points returns the score of a key or of speech in the caller's language, 1 to 5, or 0 if it is
// none.
func (c callerRequest) points() int {
	if digits := c.request.Form.Get("Digits"); digits != "" {
		return pressedScore(digits)
	}
	points, err := strconv.Atoi(c.scoreSaid(c.request.Form.Get("SpeechResult")))
	if err != nil {
		return 0
	}
	return points
}

// recorded records a recording, if there is one, and says goodbye if the caller is still on the
// phone.
func (c callerRequest) recorded(ctx context.Context, record func(ctx context.Context, call, recording string) error) twiml.Document {
	if recording := c.recording(); recording != "" {
		if err := record(ctx, c.call, recording); err != nil {
			c.log.ErrorContext(ctx, "failed to record recording", "recording_sid", recording, "error", err)
		}
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
