package workspacefile

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"switchboard/shared/yamlfile"
)

// Marshal writes a file as YAML that Parse reads.
func (f *File) Marshal() ([]byte, error) {
	document, err := yaml.ValueToNode(f, yaml.Indent(2), yaml.IndentSequence(true))
	if err != nil {
		return nil, fmt.Errorf("write workspace file: %w", err)
	}
	ast.Walk(quoter{}, document)
	return []byte(document.String() + "\n"), nil
}

// quoter puts quotes around texts that the YAML package writes without them, and does not read as they were.
type quoter struct{}

// Visit implements ast.Visitor.
func (q quoter) Visit(node ast.Node) ast.Visitor {
	text, ok := node.(*ast.StringNode)
	if ok && (strings.HasPrefix(text.Value, "?") || text.Value == "<<" || strings.ContainsFunc(text.Value, unicode.IsControl)) {
		text.Token.Type = token.DoubleQuoteType
	}
	return q
}

// MarshalYAML implements yaml.InterfaceMarshaler: a json.Number stands as it is, and a text that
// looks like one in quotes.
func (o Object) MarshalYAML() (any, error) { return exact(map[string]any(o)), nil }

func exact(value any) any {
	switch value := value.(type) {
	case map[string]any:
		object := make(map[string]any, len(value))
		for key, each := range value {
			object[key] = exact(each)
		}
		return object
	case []any:
		list := make([]any, len(value))
		for i, each := range value {
			list[i] = exact(each)
		}
		return list
	case json.Number:
		return verbatim(value)
	case string:
		if yamlfile.IsNumber(value) {
			return verbatim(`"` + value + `"`)
		}
	}
	return value
}

// verbatim is a scalar in YAML.
type verbatim string

// MarshalYAML implements yaml.BytesMarshaler.
func (v verbatim) MarshalYAML() ([]byte, error) { return []byte(v), nil }
