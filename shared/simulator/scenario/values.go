package scenario

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"switchboard/shared/simulator/script"
	"switchboard/shared/yamlfile"
)

// Text is a scalar as it was written: +14155550101 stays a phone number, which YAML alone would make a number of.
type Text = yamlfile.Text

// Texts is a list of texts; a single text is a list of one.
type Texts []Text

// UnmarshalYAML implements yaml.NodeUnmarshaler.
func (t *Texts) UnmarshalYAML(node ast.Node) error {
	items := []ast.Node{node}
	if list, ok := node.(*ast.SequenceNode); ok {
		items = list.Values
	}
	*t = Texts{}
	for _, item := range items {
		text, err := yamlfile.Scalar(item)
		if err != nil {
			return err
		}
		*t = append(*t, Text(text))
	}
	return nil
}

// Span is a time such as 40 s or 1 min 30 s.
type Span time.Duration

// UnmarshalYAML implements yaml.NodeUnmarshaler.
func (s *Span) UnmarshalYAML(node ast.Node) error {
	text, err := yamlfile.Scalar(node)
	if err != nil {
		return err
	}
	d, err := script.ParseDuration(text)
	*s = Span(d)
	return at(node, err)
}

// Numbers is a list of whole numbers; a single number is a list of one.
type Numbers []int

// UnmarshalYAML implements yaml.NodeUnmarshaler.
func (n *Numbers) UnmarshalYAML(node ast.Node) error {
	var written Texts
	if err := written.UnmarshalYAML(node); err != nil {
		return err
	}
	for _, text := range written {
		value, err := strconv.Atoi(string(text))
		if err != nil {
			return yamlfile.Mistake(node, fmt.Sprintf("want a whole number, not %q", text))
		}
		*n = append(*n, value)
	}
	return nil
}

// Moment is a time from the beginning, and what holds then.
type Moment struct {
	At   time.Duration
	Text string
}

// Times are moments, written as {2 min: Lunch, 3 min: Available}.
type Times []Moment

// UnmarshalYAML implements yaml.NodeUnmarshaler.
func (t *Times) UnmarshalYAML(node ast.Node) error {
	pairs, ok := pairsOf(node)
	if !ok {
		return yamlfile.Mistake(node, "want times and what holds then, as {2 min: Lunch}")
	}
	for _, pair := range pairs {
		key, err := yamlfile.Scalar(pair.Key)
		if err != nil {
			return err
		}
		when, err := script.ParseDuration(key)
		if err != nil {
			return at(pair.Key, err)
		}
		text, err := yamlfile.Scalar(pair.Value)
		if err != nil {
			return err
		}
		*t = append(*t, Moment{when, text})
	}
	return nil
}

// Steps are what a person does, one text a step.
type Steps []script.Step

// UnmarshalYAML implements yaml.NodeUnmarshaler.
func (s *Steps) UnmarshalYAML(node ast.Node) error {
	lines, err := scriptLines(node)
	for _, line := range lines {
		step, err := script.ParseStep(line.text)
		if err != nil {
			return at(line.node, err)
		}
		*s = append(*s, step)
	}
	return err
}

// Phones are how a phone behaves at the first call, at the second, and so on; the last one is for all further calls.
type Phones []script.Phone

// UnmarshalYAML implements yaml.NodeUnmarshaler.
func (p *Phones) UnmarshalYAML(node ast.Node) error {
	phones := []ast.Node{node}
	if list, ok := node.(*ast.SequenceNode); ok && len(list.Values) > 0 {
		if _, several := list.Values[0].(*ast.SequenceNode); several {
			phones = list.Values
		}
	}
	for _, node := range phones {
		lines, err := scriptLines(node)
		if err != nil {
			return err
		}
		var texts []string
		for _, line := range lines {
			texts = append(texts, line.text)
		}
		phone, err := script.ParsePhone(strings.Join(texts, "\n"))
		if err != nil {
			var wrong *script.Error
			if errors.As(err, &wrong) && wrong.Line <= len(lines) {
				node = lines[wrong.Line-1].node
			}
			return at(node, err)
		}
		*p = append(*p, phone)
	}
	return nil
}

const wantObject = "want an object, as {skill: billing} or as a text of JSON"

// Object is a JSON object, written as YAML or as a text of JSON.
type Object string

// UnmarshalYAML implements yaml.NodeUnmarshaler.
func (o *Object) UnmarshalYAML(node ast.Node) error {
	if text, err := yamlfile.Scalar(node); err == nil {
		if !json.Valid([]byte(text)) || !strings.HasPrefix(strings.TrimSpace(text), "{") {
			return yamlfile.Mistake(node, wantObject)
		}
		*o = Object(text)
		return nil
	}
	value, err := yamlfile.Plain(node)
	if err != nil {
		return err
	}
	if _, ok := value.(map[string]any); !ok {
		return yamlfile.Mistake(node, wantObject)
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return yamlfile.Mistake(node, err.Error())
	}
	*o = Object(strings.TrimSpace(text.String()))
	return nil
}

// Section is a part of the file that the package does not know.
type Section struct{ node ast.Node }

// UnmarshalYAML implements yaml.NodeUnmarshaler.
func (s *Section) UnmarshalYAML(node ast.Node) error {
	s.node = node
	return nil
}

type scriptLine struct {
	node ast.Node
	text string
}

// scriptLines are the texts of a list.
func scriptLines(node ast.Node) ([]scriptLine, error) {
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		return nil, yamlfile.Mistake(node, `want a list, one step a line: - hears "position 2"`)
	}
	var lines []scriptLine
	for i, item := range list.Values {
		text, err := yamlfile.Scalar(item)
		switch {
		case err != nil:
			return nil, yamlfile.Mistake(item, `want a step as one text, without a colon, as hears "position 2"; words with a colon need single quotes around the step: 'says "no: not now"'`)
		case strings.TrimSpace(text) == "":
			return nil, yamlfile.Mistake(item, fmt.Sprintf("step %d is empty", i+1))
		}
		lines = append(lines, scriptLine{item, strings.ReplaceAll(text, "\n", " ")})
	}
	return lines, nil
}
