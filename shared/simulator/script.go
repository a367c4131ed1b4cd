package simulator

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// ScriptError is a line of a script that is not a step or a phone.
type ScriptError struct {
	File string // "" when the text is not from a file
	Line int    // from 1
	Text string // the line as it was written
	Want string // what was expected there, with an example to copy
}

// Error gives place, text and remedy: calls.yaml:12: `hear beep`: a step is …
func (e *ScriptError) Error() string {
	place := fmt.Sprintf("line %d", e.Line)
	if e.File != "" {
		place = fmt.Sprintf("%s:%d", e.File, e.Line)
	}
	return fmt.Sprintf("%s: %#q: %s", place, e.Text, e.Want)
}

// ParseSteps reads a person's steps, one a line, as Step.String writes them. Empty lines and lines that begin with # are left out.
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
// An error is a *ScriptError.
func ParseSteps(text string) ([]Step, error) {
	var steps []Step
	for number, line := range scriptLines(text) {
		step, err := parseStep(line)
		if err != "" {
			return nil, &ScriptError{Line: number, Text: line, Want: err}
		}
		steps = append(steps, step)
	}
	return steps, nil
}

// ParseStep reads one step: see ParseSteps. An error is a *ScriptError with line 1.
func ParseStep(line string) (Step, error) {
	step, want := parseStep(strings.TrimSpace(line))
	if want != "" {
		return Step{}, &ScriptError{Line: 1, Text: line, Want: want}
	}
	return step, nil
}

// ParsePhone reads a worker's phone: a line that says who answers, and the steps of somebody who does. The first line is one of
//
//	answers after 4 s
//	voicemail answers after 10 s
//	never answers
//	is busy
//	fails
//
// Steps after voicemail replace the mailbox's minute of listening. An error is a *ScriptError.
func ParsePhone(text string) (Phone, error) {
	phone, begun := Phone{}, false
	for number, line := range scriptLines(text) {
		var want string
		switch {
		case !begun:
			phone, want = parseOutcome(line)
			begun = true
		case phone.outcome != answers && phone.outcome != voicemail:
			want = fmt.Sprintf("nobody is there to do that: begin the phone with %s instead of %s", "answers after 4 s", phone.String())
		default:
			var step Step
			if step, want = parseStep(line); want == "" {
				phone.steps = append(phone.steps, step)
			}
		}
		if want != "" {
			return Phone{}, &ScriptError{Line: number, Text: line, Want: want}
		}
	}
	if !begun {
		return Phone{}, &ScriptError{Line: 1, Text: text, Want: wantOutcome}
	}
	if phone.outcome == voicemail {
		phone.outcome = answers
		if len(phone.steps) == 0 {
			phone.steps = []Step{HangsUpAfter(mailboxListens)}
		}
	}
	return phone, nil
}

// ParseDuration reads a time as scripts have it: 40 s, 1.5 s, 700 ms, 1 min 30 s, 2 h, and Go's 1m30s. An error is a *ScriptError with
// line 1.
func ParseDuration(text string) (time.Duration, error) {
	d, ok := parseSpan(text)
	if !ok {
		return 0, &ScriptError{Line: 1, Text: text, Want: wantDuration}
	}
	return d, nil
}

// String writes the step as ParseStep reads it: hears "position 2", talks 40 s.
func (s Step) String() string {
	switch s.does {
	case hears, says:
		return string(s.does) + " " + quote(s.text)
	case presses:
		// A # after a space begins a comment in YAML.
		if s.text == "" || strings.Trim(s.text, keys) != "" || s.text[0] == '#' {
			return string(s.does) + " " + quote(s.text)
		}
		return string(s.does) + " " + s.text
	case until:
		return string(s.does) + " " + s.text
	case records:
		return string(s.does) + " for " + span(s.span)
	case waits, talks:
		return string(s.does) + " " + span(s.span)
	case hangsUp:
		if s.span != 0 {
			return string(s.does) + " after " + span(s.span)
		}
	}
	return string(s.does)
}

// String writes the phone as ParsePhone reads it, one line for who answers and one a step.
func (p Phone) String() string {
	switch p.outcome {
	case neverAnswers:
		return "never answers"
	case busy:
		return "is busy"
	case fails:
		return "fails"
	}
	if slices.Equal(p.steps, []Step{HangsUpAfter(mailboxListens)}) {
		return "voicemail answers after " + span(p.after)
	}
	lines := []string{"answers after " + span(p.after)}
	for _, step := range p.steps {
		lines = append(lines, step.String())
	}
	return strings.Join(lines, "\n")
}
