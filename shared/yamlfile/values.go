package yamlfile

import (
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Text is a scalar as it was written: +14155550101 stays a phone number, which YAML alone would make a number of.
type Text string

// UnmarshalYAML implements yaml.NodeUnmarshaler.
func (t *Text) UnmarshalYAML(node ast.Node) error {
	text, err := Scalar(node)
	*t = Text(text)
	return err
}

// Scalar is what stands there, whatever YAML would make of it.
func Scalar(node ast.Node) (string, error) {
	switch node := node.(type) {
	case *ast.AnchorNode:
		return Scalar(node.Value)
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

// Plain is a node as encoding/json takes it.
func Plain(node ast.Node) (any, error) {
	switch node := node.(type) {
	case *ast.AnchorNode:
		return Plain(node.Value)
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
		if text := node.GetToken().Value; strings.HasPrefix(text, "+") {
			return text, nil // a phone number
		}
		return node.Value, nil
	}
	return Scalar(node)
}
