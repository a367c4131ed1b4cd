package prompt

import "switchboard/shared/twiml"

// TakeMessage gives a reason and takes a message. Twilio posts RecordingUrl and RecordingDuration
// to actionURL; "" takes none and asks the caller to call again.
func (b Book) TakeMessage(actionURL string, reason twiml.Line) twiml.Document {
	if actionURL == "" {
		return twiml.SayAndHangUp(reason, b.Line(CallAgain, nil))
	}
	return twiml.TakeMessage(twiml.MessageParams{
		Lines:        []twiml.Line{reason, b.Line(RecordingNotice, nil), b.Line(AskMessage, nil)},
		ActionURL:    actionURL,
		NothingHeard: b.Line(NoMessage, nil),
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

// AskRemark records a remark, as twiml.AskRemark.
func (b Book) AskRemark(actionURL string) twiml.Document {
	return twiml.AskRemark(actionURL, b.Line(RecordingNotice, nil), b.Line(Remark, nil))
}

// Thanks ends a survey or a message.
func (b Book) Thanks() twiml.Document {
	return twiml.SayAndHangUp(b.Line(Thanks, nil))
}
