package scenario

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"switchboard/shared/simulator/script"
	"switchboard/shared/yamlfile"
)

// Action is an action of a person at a time of the day, other than answering the phone. Exactly one
// of Activity, Body and Steps is set.
type Action struct {
	// At is the time since the start.
	At time.Duration
	// Activity is the activity that the worker or a lead selects for the worker in Twilio's
	// console.
	Activity string
	// Body is the text that the person sends.
	Body string
	// Steps are the person's steps on a call; Calls reports that there is one.
	Calls bool
	Steps []script.Step
	// Number is the number that the person calls or texts; "" = the first staff number, or else the
	// account's first number.
	Number string

	line int
}

// Actions are the actions of a person during the day, one for each time:
//
//	does:
//	  - at 2 min: goes to Lunch
//	  - at 30 min: texts "ON"
//	  - at 40 min: texts "status" to +12065550199
//	  - at 50 min: calls +12065550199 and hears "signed on" and presses 2
//	  - at 55 min: [calls, hears "signed off", presses 1, hangs up]
type Actions []Action

// UnmarshalYAML implements yamlfile.Unmarshaler.
func (d *Actions) UnmarshalYAML(node *yamlfile.Node) error {
	items := []*yamlfile.Node{node}
	if node.Kind == yamlfile.List {
		items = node.Items
	}
	for _, item := range items {
		if item.Kind != yamlfile.Keys {
			return yamlfile.Mistake(item, wantAction)
		}
		for _, value := range item.Items {
			action, err := readAction(value)
			if err != nil {
				return err
			}
			*d = append(*d, action)
		}
	}
	return nil
}

const wantAction = `want a time and what happens then: at 2 min: goes to Lunch, at 2 min: texts "ON", or at 2 min: calls and presses 1`

func readAction(value *yamlfile.Node) (action Action, err error) {
	when, found := strings.CutPrefix(value.Key.Text, "at ")
	if !found {
		return action, yamlfile.Mistake(value.Key, wantAction)
	}
	if action.At, err = script.ParseDuration(when); err != nil {
		return action, at(value.Key, err)
	}
	action.line = value.Key.Line
	lines := []scriptLine{}
	if value.Kind == yamlfile.List {
		if lines, err = scriptLines(value); err != nil {
			return action, err
		}
	} else {
		text, err := yamlfile.Scalar(value)
		if err != nil {
			return action, yamlfile.Mistake(value, wantAction)
		}
		for _, part := range partsOf(text) {
			lines = append(lines, scriptLine{value, part})
		}
	}
	if len(lines) == 0 {
		return action, yamlfile.Mistake(value.Key, wantAction)
	}
	return action, action.read(lines)
}

var (
	goesTo = regexp.MustCompile(`^goes to (.+)$`)
	sends  = regexp.MustCompile(`^texts "([^"]*)"(?: to (\+[1-9][0-9]{1,14}))?$`)
	dials  = regexp.MustCompile(`^calls(?: (\+[1-9][0-9]{1,14}))?$`)
)

// read parses an action's first line and, for a call, the steps after it.
func (d *Action) read(lines []scriptLine) error {
	first := strings.TrimSpace(lines[0].text)
	if dialed := dials.FindStringSubmatch(first); dialed != nil {
		d.Calls, d.Number = true, dialed[1]
		for _, line := range lines[1:] {
			step, err := script.ParseStep(line.text)
			if err != nil {
				return at(line.node, err)
			}
			d.Steps = append(d.Steps, step)
		}
		return nil
	}
	if len(lines) > 1 {
		return yamlfile.Mistake(lines[1].node, fmt.Sprintf("%q is no call, so no step may follow it: give each action its own time", first))
	}
	if moved := goesTo.FindStringSubmatch(first); moved != nil {
		d.Activity = moved[1]
		return nil
	}
	if sent := sends.FindStringSubmatch(first); sent != nil && sent[1] != "" {
		d.Body, d.Number = sent[1], sent[2]
		return nil
	}
	return yamlfile.Mistake(lines[0].node, wantAction)
}

// partsOf splits a call with its steps at each " and " outside of quotes.
func partsOf(text string) []string {
	if !strings.HasPrefix(text, "calls") {
		return []string{text}
	}
	var parts []string
	quoted, from := false, 0
	for i, char := range text {
		if char == '"' {
			quoted = !quoted
		}
		if !quoted && i >= from && strings.HasPrefix(text[i:], " and ") {
			parts = append(parts, strings.TrimSpace(text[from:i]))
			from = i + len(" and ")
		}
	}
	return append(parts, strings.TrimSpace(text[from:]))
}
