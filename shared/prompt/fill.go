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

// Wait returns the prompt for a wait between two numbers of minutes; to is 0 for any wait of more
// than an hour.
func (b Book) Wait(from, to int) twiml.Line {
	switch {
	case to == 0:
		return b.Line(WaitOverHour, nil)
	case to == 1:
		return b.Line(WaitOneMinute, nil)
	case from <= 1 && to == 2:
		return b.Line(WaitOneToTwo, nil)
	}
	return b.Line(WaitMinutes, map[string]string{fromMinutes: strconv.Itoa(from), minutes: strconv.Itoa(to)})
}
