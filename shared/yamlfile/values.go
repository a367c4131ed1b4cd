package yamlfile

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Kind is the kind of a part of a file, in the words of an error.
type Kind string

// The kinds.
const (
	Keys    Kind = "keys with values"
	List    Kind = "a list"
	Words   Kind = "a text"
	Number  Kind = "a number"
	Bool    Kind = "true or false"
	Nothing Kind = "nothing"
)

// Node is a part of a file.
type Node struct {
	Line  int
	Field string // such as shelves[1].width; "" for the document
	Kind  Kind
	Text  string  // of a scalar, as it was written, without quotes
	Items []*Node // of a list; of keys, their values
	Key   *Node   // of a value that has one
}

// isScalar reports whether a node is neither a list nor keys.
func (n *Node) isScalar() bool { return n.Kind != List && n.Kind != Keys }

func (n *Node) isTrue() bool { return n.Kind == Bool && strings.EqualFold(n.Text, "true") }

// Scalar is a scalar as it was written: +14155550101 stays a phone number, which YAML alone would
// read as a number.
func Scalar(node *Node) (string, error) {
	switch {
	case !node.isScalar():
		return "", Mistake(node, "want a text")
	case node.Kind == Nothing:
		return "", nil
	}
	return node.Text, nil
}

// Plain returns a node as encoding/json decodes it. A number is a json.Number, as it was written.
func Plain(node *Node) (any, error) {
	switch node.Kind {
	case List:
		list := []any{}
		for _, item := range node.Items {
			value, err := Plain(item)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		return list, nil
	case Keys:
		object := map[string]any{}
		for _, item := range node.Items {
			value, err := Plain(item)
			if err != nil {
				return nil, err
			}
			object[item.Key.Text] = value
		}
		return object, nil
	case Nothing:
		return nil, nil
	case Bool:
		return node.isTrue(), nil
	case Number:
		if IsNumber(node.Text) {
			return json.Number(node.Text), nil
		}
		if !strings.ContainsAny(node.Text[:1], "+0") { // +14155550101 and 01234 are texts
			return nil, Mistake(node, fmt.Sprintf("want a number such as 0.5, or a text in quotes, not %s", node.Text))
		}
	}
	return node.Text, nil
}

// IsNumber reports whether the text is a number in JSON.
func IsNumber(text string) bool {
	return text != "" && strings.Trim(text[:1], "-0123456789") == "" && json.Valid([]byte(text))
}
