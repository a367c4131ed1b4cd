package scenario

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"switchboard/shared/simulator/script"
	"switchboard/shared/yamlfile"
)

// Texts is a list of texts; a single text is a list of one.
type Texts []string

// UnmarshalYAML implements yamlfile.Unmarshaler.
func (t *Texts) UnmarshalYAML(node *yamlfile.Node) error {
	items := []*yamlfile.Node{node}
	if node.Kind == yamlfile.List {
		items = node.Items
	}
	*t = Texts{}
	for _, item := range items {
		text, err := yamlfile.Scalar(item)
		if err != nil {
			return err
		}
		*t = append(*t, text)
	}
	return nil
}

// Span is a time such as 40 s or 1 min 30 s.
type Span time.Duration

// UnmarshalYAML implements yamlfile.Unmarshaler.
func (s *Span) UnmarshalYAML(node *yamlfile.Node) error {
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

// UnmarshalYAML implements yamlfile.Unmarshaler.
func (n *Numbers) UnmarshalYAML(node *yamlfile.Node) error {
	var written Texts
	if err := written.UnmarshalYAML(node); err != nil {
		return err
	}
	for _, text := range written {
		value, err := strconv.Atoi(text)
		if err != nil {
			return yamlfile.Mistake(node, fmt.Sprintf("want a whole number, not %q", text))
		}
		*n = append(*n, value)
	}
	return nil
}

// Moment is a time since the start, with a value at that time.
type Moment struct {
	At   time.Duration
	Text string
}

// Times are moments, written as {2 min: Lunch, 3 min: Available}.
type Times []Moment

// UnmarshalYAML implements yamlfile.Unmarshaler.
func (t *Times) UnmarshalYAML(node *yamlfile.Node) error {
	if node.Kind != yamlfile.Keys {
		return yamlfile.Mistake(node, "want times and what holds then, as {2 min: Lunch}")
	}
	for _, value := range node.Items {
		when, err := script.ParseDuration(value.Key.Text)
		if err != nil {
			return at(value.Key, err)
		}
		text, err := yamlfile.Scalar(value)
		if err != nil {
			return err
		}
		*t = append(*t, Moment{when, text})
	}
	return nil
}

// Steps are the steps of a person, one text for each.
type Steps []script.Step

// UnmarshalYAML implements yamlfile.Unmarshaler.
func (s *Steps) UnmarshalYAML(node *yamlfile.Node) error {
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

// Phones are how a phone behaves at the first call, at the second, and so on; the last one repeats.
type Phones []script.Phone

// UnmarshalYAML implements yamlfile.Unmarshaler.
func (p *Phones) UnmarshalYAML(node *yamlfile.Node) error {
	phones := []*yamlfile.Node{node}
	if len(node.Items) > 0 && node.Items[0].Kind == yamlfile.List {
		phones = node.Items
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

// Object is a JSON object, written as YAML or as JSON in a text.
type Object string

// UnmarshalYAML implements yamlfile.Unmarshaler.
func (o *Object) UnmarshalYAML(node *yamlfile.Node) error {
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

// Section is a part of the file that this package does not interpret.
type Section struct{ node *yamlfile.Node }

// UnmarshalYAML implements yamlfile.Unmarshaler.
func (s *Section) UnmarshalYAML(node *yamlfile.Node) error {
	s.node = node
	return nil
}

type scriptLine struct {
	node *yamlfile.Node
	text string
}

// scriptLines returns the texts of a list.
func scriptLines(node *yamlfile.Node) ([]scriptLine, error) {
	if node.Kind != yamlfile.List {
		return nil, yamlfile.Mistake(node, `want a list, one step a line: - hears "position 2"`)
	}
	var lines []scriptLine
	for i, item := range node.Items {
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
