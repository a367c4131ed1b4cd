package prompt

import (
	"strconv"
	"strings"

	"switchboard/shared/spoken"
	"switchboard/shared/twiml"
)

func (b Book) fill(text string, values map[string]string) (twiml.Line, error) {
	if text = strings.TrimSpace(text); isRecording(text) {
		return twiml.Line{URL: text}, nil
	}
	template, err := spoken.Parse(text)
	if err != nil {
		return twiml.Line{}, err
	}
	return b.line(template.Fill(func(name string) string { return strings.TrimSpace(values[name]) })), nil
}

// line is a text in the book's language and voice; a phone number in it is said digit by digit.
func (b Book) line(text string) twiml.Line {
	if text == "" {
		return twiml.Line{}
	}
	return twiml.Line{
		Text:     spoken.PhoneNumbers(text, b.words().plus),
		Language: b.words().localeOf(b.own.Voice),
		Voice:    b.own.Voice,
	}
}

// Position returns the prompt for a place in the line, counted from 1 as Twilio's QueuePosition is;
// less is unknown, and nothing is said.
func (b Book) Position(place int) twiml.Line {
	switch {
	case place < 1:
		return twiml.Line{}
	case place == 1:
		return b.Line(NextInLine, nil)
	}
	return b.Line(Position, map[string]string{position: strconv.Itoa(place)})
}

// Wait returns the prompt for how many minutes those callers waited who were answered last, begun
// minutes counted; less than 1 is unknown, and nothing is said. From 4 it rounds up, since such a
// wait says little about the next one.
func (b Book) Wait(waited int) twiml.Line {
	switch {
	case waited < 1:
		return twiml.Line{}
	case waited == 1:
		return b.Line(WaitOneMinute, nil)
	case waited <= 3:
		return b.Line(WaitMinutes, map[string]string{minutes: strconv.Itoa(waited)})
	}
	for _, limit := range []int{5, 10, 15, 20, 30, 45, 60} {
		if waited <= limit {
			return b.Line(WaitUpTo, map[string]string{minutes: strconv.Itoa(limit)})
		}
	}
	return b.Line(WaitOverHour, nil)
}
