package yamlfile

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// Text is a scalar as it was written: +14155550101 stays a phone number, which YAML alone would make a number of.
type Text string

// UnmarshalYAML implements yaml.NodeUnmarshaler.
func (t *Text) UnmarshalYAML(node ast.Node) error {
	text, err := Scalar(node)
	*t = Text(text)
	return err
}

// Whole is a whole number in decimal digits. The YAML package alone would make 8 of 010, and cut 1.5 down to 1.
type Whole int

// UnmarshalYAML implements yaml.NodeUnmarshaler.
func (w *Whole) UnmarshalYAML(node ast.Node) error {
	text, err := Scalar(node)
	if err != nil {
		return Mistake(node, "want a whole number")
	}
	n, err := strconv.Atoi(text)
	if _, ok := node.(*ast.IntegerNode); !ok || err != nil || strings.HasPrefix(text, "0") && n != 0 {
		return Mistake(node, fmt.Sprintf("want a whole number, not %q", text))
	}
	*w = Whole(n)
	return nil
}

// Scalar is what stands there, whatever YAML would make of it.
func Scalar(node ast.Node) (string, error) {
	switch node := node.(type) {
	case *ast.LiteralNode:
		return node.Value.Value, nil
	case *ast.NullNode:
		return "", nil
	case *ast.StringNode:
		return node.Value, nil
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return node.GetToken().Value, nil
	}
	return "", Mistake(node, "want a text")
}

// Plain is a node as encoding/json takes it. A number that JSON has too is a json.Number, as it was
// written: the YAML package rounds 1.00000000000000001, and takes 1e-05 and 100000000000000000000
// for texts.
func Plain(node ast.Node) (any, error) {
	if text := node.GetToken().Value; !isQuoted(node) && IsNumber(text) {
		return json.Number(text), nil
	}
	switch node := node.(type) {
	case *ast.SequenceNode:
		list := []any{}
		for _, item := range node.Values {
			value, err := Plain(item)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		return list, nil
	case *ast.MappingNode:
		object := map[string]any{}
		for _, pair := range node.Values {
			key, err := Scalar(pair.Key)
			if err != nil {
				return nil, err
			}
			if object[key], err = Plain(pair.Value); err != nil {
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
		if text := node.GetToken().Value; strings.HasPrefix(text, "+") || strings.HasPrefix(text, "0") && text != "0" {
			return text, nil // a phone number, or a code such as 01234, of which YAML would make 668
		}
		return node.Value, nil
	}
	return Scalar(node)
}

// IsNumber reports whether JSON has the text as a number.
func IsNumber(text string) bool {
	return text != "" && strings.Trim(text[:1], "-0123456789") == "" && json.Valid([]byte(text))
}

// isQuoted reports whether a scalar cannot be a number: it stands in quotes or is a block of text,
// or is none.
func isQuoted(node ast.Node) bool {
	switch node.(type) {
	case *ast.IntegerNode, *ast.FloatNode:
		return false
	case *ast.StringNode:
		return node.GetToken().Type != token.StringType
	}
	return true
}
