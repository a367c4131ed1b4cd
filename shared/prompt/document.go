package prompt

import "switchboard/shared/twiml"

// The stops of a recording, below the survey function's address.
const (
	voicemailStop = "/voicemail"        // the action
	messageStop   = "/recorded/message" // the recording's status
	remarkStop    = "/recorded/remark"
)

// TakeMessage gives a reason and takes a message. stops is the address of the survey function,
// whose stop voicemail gets RecordingUrl and RecordingDuration; "" takes no message and asks the
// caller to call again.
func (b Book) TakeMessage(stops string, reason twiml.Line) twiml.Document {
	if stops == "" {
		return twiml.SayAndHangUp(reason, b.Line(CallAgain, nil))
	}
	return twiml.TakeMessage(twiml.MessageParams{
		Lines:        []twiml.Line{reason, b.Line(RecordingNotice, nil), b.Line(AskMessage, nil)},
		ActionURL:    stops + voicemailStop,
		StatusURL:    stops + messageStop,
		NothingHeard: b.Line(NoMessage, nil),
	})
}

// RetakeMessage takes a message that replaces the one with a RecordingSid, which stays if the
// caller records nothing.
func (b Book) RetakeMessage(stops, replaces string) twiml.Document {
	return twiml.TakeMessage(twiml.MessageParams{
		Lines:     []twiml.Line{b.Line(RecordingNotice, nil), b.Line(AskMessage, nil)},
		ActionURL: stops + voicemailStop + "/" + replaces,
		StatusURL: stops + messageStop,
		EmptyURL:  stops + voicemailStop + "/" + replaces + "/review",
	})
}

// Review lets a caller send, hear or replace the message with a RecordingSid. messageURL is played
// first; "" plays nothing. The stop key gets the key, or none.
func (b Book) Review(stops, recording, messageURL string, before ...twiml.Line) twiml.Document {
	return twiml.Review(twiml.ReviewParams{
		MessageURL: messageURL,
		Lines:      append(before, b.Line(MessageKeys, nil)),
		KeyURL:     stops + voicemailStop + "/" + recording + "/key",
	})
}

// AskScore asks for a score from 1 to 5, by key or by voice; again is for an answer that was not
// understood. twiml.Ask says what Twilio posts to actionURL.
func (b Book) AskScore(actionURL string, again bool) twiml.Document {
	question := b.Line(Score, nil)
	if again {
		question = b.Line(ScoreAgain, nil)
	}
	return twiml.Ask(twiml.Question{
		Lines:     []twiml.Line{question},
		ActionURL: actionURL,
		Speech:    true,
		Hints:     b.words().scores,
		Language:  b.Locale(),
	})
}

// AskRemark records a remark, as twiml.AskRemark; stops is as for TakeMessage.
func (b Book) AskRemark(actionURL, stops string, question twiml.Line) twiml.Document {
	return twiml.AskRemark(actionURL, stops+remarkStop, b.Line(RecordingNotice, nil), question)
}

// Thanks ends a survey or a message.
func (b Book) Thanks() twiml.Document {
	return twiml.SayAndHangUp(b.Line(Thanks, nil))
}
