package script

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Error is a script's line that is neither a step nor a phone.
type Error struct {
	File string // "" if the text is not from a file
	Line int    // from 1
	Text string // the line itself
	Want string // the expected form, with an example to copy
}

// Error returns the place, the text and the expected form: calls.yaml:12: `hear beep`: a step is …
func (e *Error) Error() string {
	place := fmt.Sprintf("line %d", e.Line)
	if e.File != "" {
		place = fmt.Sprintf("%s:%d", e.File, e.Line)
	}
	return fmt.Sprintf("%s: %#q: %s", place, e.Text, e.Want)
}

// ParseSteps reads a person's steps, one a line, as Step.String writes them. It skips empty lines
// and lines that begin with #.
//
//	hears "position 2"
//	presses 1
//	presses nothing
//	says "five"
//	records for 4 s
//	waits 3 s
//	until bridged
//	talks 40 s
//	hangs up
//	hangs up after 40 s
//	stays on
//
// An error is an *Error.
func ParseSteps(text string) ([]Step, error) {
	var steps []Step
	for number, line := range scriptLines(text) {
		step, err := parseStep(line)
		if err != "" {
			return nil, &Error{Line: number, Text: line, Want: err}
		}
		steps = append(steps, step)
	}
	return steps, nil
}

// ParseStep reads one step: see ParseSteps. An error is an *Error with line 1.
func ParseStep(line string) (Step, error) {
	step, want := parseStep(strings.TrimSpace(line))
	if want != "" {
		return Step{}, &Error{Line: 1, Text: line, Want: want}
	}
	return step, nil
}

// ParsePhone reads a worker's phone: a line for how it answers, and the steps of the person who
// answers. The first line is one of
//
//	answers after 4 s
//	voicemail answers after 10 s
//	never answers
//	is busy
//	fails
//
// Steps after voicemail replace the mailbox's minute of listening. An error is an *Error.
func ParsePhone(text string) (Phone, error) {
	phone, begun := Phone{}, false
	for number, line := range scriptLines(text) {
		var want string
		switch {
		case !begun:
			phone, want = parseOutcome(line)
			begun = true
		case phone.Outcome != OutcomeAnswers && phone.Outcome != outcomeVoicemail:
			want = fmt.Sprintf("no person answers this phone: begin it with answers after 4 s instead of %s", phone.String())
		default:
			var step Step
			if step, want = parseStep(line); want == "" {
				phone.Steps = append(phone.Steps, step)
			}
		}
		if want != "" {
			return Phone{}, &Error{Line: number, Text: line, Want: want}
		}
	}
	if !begun {
		return Phone{}, &Error{Line: 1, Text: text, Want: wantOutcome}
	}
	if phone.Outcome == outcomeVoicemail {
		phone.Outcome = OutcomeAnswers
		if len(phone.Steps) == 0 {
			phone.Steps = []Step{HangsUpAfter(mailboxListens)}
		}
	}
	return phone, nil
}

// ParseDuration reads a time in a script's spelling: 40 s, 1.5 s, 700 ms, 1 min 30 s, 2 h, and Go's
// 1m30s. An error is an *Error with line 1.
func ParseDuration(text string) (time.Duration, error) {
	d, ok := parseSpan(text)
	if !ok {
		return 0, &Error{Line: 1, Text: text, Want: wantDuration}
	}
	return d, nil
}

// String returns the step as ParseStep reads it: hears "position 2", talks 40 s.
func (s Step) String() string {
	switch s.Kind {
	case KindHears, KindSays:
		return string(s.Kind) + " " + strconv.Quote(s.Text)
	case KindPresses:
		// A # after a space begins a comment in YAML.
		if s.Text == "" || strings.Trim(s.Text, keys) != "" || s.Text[0] == '#' {
			return string(s.Kind) + " " + strconv.Quote(s.Text)
		}
		return string(s.Kind) + " " + s.Text
	case KindUntil:
		return string(s.Kind) + " " + s.Text
	case KindRecords:
		return string(s.Kind) + " for " + span(s.Span)
	case KindWaits, KindTalks:
		return string(s.Kind) + " " + span(s.Span)
	case KindHangsUp:
		if s.Span != 0 {
			return string(s.Kind) + " after " + span(s.Span)
		}
	}
	return string(s.Kind)
}

// String returns the phone as ParsePhone reads it: one line for how it answers and one for each
// step.
func (p Phone) String() string {
	switch p.Outcome {
	case OutcomeNoAnswer:
		return "never answers"
	case OutcomeBusy:
		return "is busy"
	case OutcomeFails:
		return "fails"
	}
	if slices.Equal(p.Steps, []Step{HangsUpAfter(mailboxListens)}) {
		return "voicemail answers after " + span(p.After)
	}
	lines := []string{"answers after " + span(p.After)}
	for _, step := range p.Steps {
		lines = append(lines, step.String())
	}
	return strings.Join(lines, "\n")
}
