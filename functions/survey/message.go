package survey

import (
	"context"
	"strconv"
	"time"

	"switchboard/shared/prompt"
	"switchboard/shared/recording"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twiml"
)

// voicemailStop takes a message. Below it are voicemail/{recording}, which replaces a message by
// another, and with one more segment what a caller does with the message: key, review, and
// listen/{try}.
const voicemailStop = "voicemail"

const (
	// listenTries is how often a caller waits for two seconds for their message to be copied.
	listenTries = 5
	// linkLife is how long a link to a message works, which is played when it is fetched.
	linkLife = 10 * time.Minute
)

// The keys of a message.
const (
	sendKey   = "1"
	listenKey = "2"
	againKey  = "3"
)

// voicemail answers the stops of a message; found is false for a path that is none.
func (c callerRequest) voicemail(ctx context.Context, segments []string) (document twiml.Document, found bool) {
	if len(segments) == 0 {
		return c.spoken(ctx, ""), true
	}
	message := segments[0]
	if !taskrouter.ValidSID("RE", message) {
		return "", false
	}
	switch {
	case len(segments) == 1:
		return c.spoken(ctx, message), true
	case len(segments) == 2 && segments[1] == "review":
		return c.book.Review(c.url(""), message, ""), true
	case len(segments) == 2 && segments[1] == "key":
		return c.decided(ctx, message), true
	case len(segments) == 3 && segments[1] == "listen":
		try, err := strconv.Atoi(segments[2])
		return c.listen(ctx, message, try), err == nil
	}
	return "", false
}

// spoken records the message that a caller has spoken, which replaces another one, if that is not
// "". A caller who has hung up sent it.
func (c callerRequest) spoken(ctx context.Context, replaces string) twiml.Document {
	message := c.recording()
	if message != "" {
		if err := c.handler.Ledger.LeftVoicemail(ctx, c.call, message); err != nil {
			c.log.ErrorContext(ctx, "failed to record recording", "recording_sid", message, "error", err)
		}
		if replaces != "" && replaces != message {
			c.discard(ctx, replaces)
		}
		c.haveLater(ctx, message, recording.Message)
	}
	switch {
	case !c.inProgress():
		return twiml.Empty()
	case message == "":
		return c.book.Thanks()
	}
	return c.book.Review(c.url(""), message, "")
}

// discard has a message forgotten that its caller replaced. If the ledger fails, both are heard.
func (c callerRequest) discard(ctx context.Context, message string) {
	if _, err := c.handler.Ledger.DiscardRecording(ctx, message, c.call); err != nil {
		c.log.ErrorContext(ctx, "failed to discard recording", "recording_sid", message, "error", err)
	}
}

// decided does what the caller's key says. Without a key the message is sent, as by hanging up.
func (c callerRequest) decided(ctx context.Context, message string) twiml.Document {
	switch c.request.Form.Get("Digits") {
	case listenKey:
		return c.listen(ctx, message, 0)
	case againKey:
		return c.book.RetakeMessage(c.url(""), message)
	case sendKey, "":
		// If the ledger fails, the end of the call sends the message.
		if _, err := c.handler.Ledger.SendRecording(ctx, message, c.call); err != nil {
			c.log.ErrorContext(ctx, "failed to record that the message was sent", "recording_sid", message, "error", err)
		}
		if !c.inProgress() {
			return twiml.Empty()
		}
		return twiml.SayAndHangUp(c.book.Line(prompt.MessageSent, nil))
	}
	return c.book.Review(c.url(""), message, "")
}

// listen plays the caller's own message as soon as it is copied: Twilio plays it only with the
// account's credentials.
func (c callerRequest) listen(ctx context.Context, message string, try int) twiml.Document {
	known, err := c.handler.Ledger.Recording(ctx, message)
	link := ""
	if err == nil && !known.Stored.IsZero() && known.CallSID == c.call {
		link, err = c.handler.Files.Link(ctx, recording.Key(message), linkLife)
	}
	switch {
	case err != nil:
		c.log.ErrorContext(ctx, "failed to play the caller's message", "recording_sid", message, "error", err)
	case link != "":
		return c.book.Review(c.url(""), message, link)
	case try >= 0 && try < listenTries:
		return twiml.WaitThen(c.url("/" + voicemailStop + "/" + message + "/listen/" + strconv.Itoa(try+1)))
	}
	return c.book.Review(c.url(""), message, "", c.book.Line(prompt.MessageNotReady, nil))
}
