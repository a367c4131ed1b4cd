package survey

import (
	"context"
	"strings"
	"unicode"

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
		return pointsIn(digits)
	}
	return pointsIn(v.request.Form.Get("SpeechResult"))
}

// pointsIn finds the one score that was said: "five", "5.", "I'd say four". Two different ones are none.
func pointsIn(said string) int {
	words := strings.FieldsFunc(strings.ToLower(said), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	found := 0
	for _, word := range words {
		points := pointsOf(word)
		if points > 0 && found > 0 && points != found {
			return 0
		}
		found = max(found, points)
	}
	return found
}

func pointsOf(word string) int {
	switch word {
	case "1", "one":
		return 1
	case "2", "two":
		return 2
	case "3", "three":
		return 3
	case "4", "four":
		return 4
	case "5", "five":
		return 5
	}
	return 0
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
	address := v.request.Form.Get("RecordingUrl")
	for _, sid := range []string{v.request.Form.Get("RecordingSid"), address[strings.LastIndexByte(address, '/')+1:]} {
		if taskrouter.ValidSID("RE", sid) {
			return sid
		}
	}
	return ""
}
