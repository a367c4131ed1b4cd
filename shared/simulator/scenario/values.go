package scenario

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"switchboard/shared/simulator"
)

// Text is a scalar as it was written: +14155550101 stays a phone number, which YAML alone would make a number of.
type Text string

// UnmarshalYAML implements yaml.NodeUnmarshaler.
func (t *Text) UnmarshalYAML(node ast.Node) error {
	text, err := scalar(node)
	*t = Text(text)
	return err
}

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
		text, err := scalar(item)
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
	text, err := scalar(node)
	if err != nil {
		return err
	}
	d, err := simulator.ParseDuration(text)
	*s = Span(d)
	return at(node, err)
}

// Steps are what a person does, one text a step.
type Steps []simulator.Step

// UnmarshalYAML implements yaml.NodeUnmarshaler.
func (s *Steps) UnmarshalYAML(node ast.Node) error {
	lines, err := scriptLines(node)
	for _, line := range lines {
		step, err := simulator.ParseStep(line.text)
		if err != nil {
			return at(line.node, err)
		}
		*s = append(*s, step)
	}
	return err
}

// Phones are how a phone behaves at the first call, at the second, and so on; the last one is for all further calls.
type Phones []simulator.Phone

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
		phone, err := simulator.ParsePhone(strings.Join(texts, "\n"))
		if err != nil {
			var wrong *simulator.ScriptError
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
	if text, err := scalar(node); err == nil {
		if !json.Valid([]byte(text)) || !strings.HasPrefix(strings.TrimSpace(text), "{") {
			return mistake(node, wantObject)
		}
		*o = Object(text)
		return nil
	}
	value, err := plain(node)
	if err != nil {
		return err
	}
	if _, ok := value.(map[string]any); !ok {
		return mistake(node, wantObject)
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return mistake(node, err.Error())
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
		return nil, mistake(node, `want a list, one step a line: - hears "position 2"`)
	}
	var lines []scriptLine
	for i, item := range list.Values {
		text, err := scalar(item)
		switch {
		case err != nil:
			return nil, mistake(item, `want a step as one text, without a colon, as hears "position 2"; words with a colon need single quotes around the step: 'says "no: not now"'`)
		case strings.TrimSpace(text) == "":
			return nil, mistake(item, fmt.Sprintf("step %d is empty", i+1))
		}
		lines = append(lines, scriptLine{item, strings.ReplaceAll(text, "\n", " ")})
	}
	return lines, nil
}

// scalar is what stands there, whatever YAML would make of it.
func scalar(node ast.Node) (string, error) {
	switch node := node.(type) {
	case *ast.AnchorNode:
		return scalar(node.Value)
	case *ast.LiteralNode:
		return node.Value.Value, nil
	case *ast.NullNode:
		return "", nil
	case *ast.StringNode:
		return node.Value, nil
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return node.GetToken().Value, nil
	}
	return "", mistake(node, "want a text")
}

// plain is a node as encoding/json takes it.
func plain(node ast.Node) (any, error) {
	switch node := node.(type) {
	case *ast.AnchorNode:
		return plain(node.Value)
	case *ast.SequenceNode:
		list := []any{}
		for _, item := range node.Values {
			value, err := plain(item)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		return list, nil
	case *ast.MappingNode:
		object := map[string]any{}
		for _, pair := range node.Values {
			key, err := scalar(pair.Key)
			if err != nil {
				return nil, err
			}
			if object[key], err = plain(pair.Value); err != nil {
				return nil, err
			}
		}
		return object, nil
	case *ast.NullNode:
		return nil, nil
	case *ast.BoolNode:
		return node.Value, nil
	case *ast.FloatNode:
		return node.Value, nil
	case *ast.IntegerNode:
		if text := node.GetToken().Value; strings.HasPrefix(text, "+") {
			return text, nil // a phone number
		}
		return node.Value, nil
	}
	return scalar(node)
}
