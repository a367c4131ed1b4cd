// Package yamlfile reads YAML files that people write: strictly, and with errors that say in which line of which file what stands wrong and
// what is allowed there.
package yamlfile

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Error is something in a file that cannot be as it is.
type Error struct {
	File  string
	Line  int    // 0 when the file as a whole is meant
	Field string // such as workers[1].contact_uri; "" where Text says it
	Text  string
	Err   error // the cause, when it is an error of its own
}

// Error gives place and text: calls.yaml:12: unknown key "stps" …
func (e *Error) Error() string {
	text := e.Text
	if e.Field != "" {
		text = e.Field + ": " + text
	}
	if e.Line == 0 {
		return e.File + ": " + text
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, text)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Mistake is an error at a node, for a value's UnmarshalYAML to return; Decode adds the file.
func Mistake(node ast.Node, text string) error {
	return &Error{Line: node.GetToken().Position.Line, Field: fieldOf(node), Text: text}
}

// Parse reads a file of one document in plain YAML (see plain.go). The node is nil when there is nothing in it.
func Parse(file string, data []byte) (ast.Node, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // the byte order mark that some editors write
	if err := onlyText(file, data); err != nil {
		return nil, err
	}
	tree, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, notYAML(file, err)
	}
	if len(tree.Docs) == 0 || tree.Docs[0].Body == nil && len(tree.Docs) == 1 {
		return nil, nil
	}
	for _, document := range tree.Docs {
		if directive, ok := document.Body.(*ast.DirectiveNode); ok {
			return nil, &Error{File: file, Line: directive.Start.Position.Line, Text: "there is a directive, a line that begins with %: leave it out"}
		}
	}
	if len(tree.Docs) > 1 {
		return nil, &Error{File: file, Text: "want one document, and there is a second one below ---"}
	}
	return tree.Docs[0].Body, makePlain(file, tree.Docs[0].Body)
}

// Decode reads a node into a struct with yaml tags. A key that the struct has not is an error.
func Decode(file string, node ast.Node, into any) error {
	if err := yaml.NodeToValue(node, into, yaml.Strict()); err != nil {
		return explain(file, node, into, err)
	}
	return nil
}

// Line finds where something stands in a document, by its path: callers[0].expect.talks_to. Where there is nothing it gives the line of what
// is around it, and 0 when that is the document.
func Line(document ast.Node, path string) int {
	for path != "" {
		if found, err := yaml.PathString("$." + path); err == nil {
			if node, err := found.FilterNode(document); err == nil && node != nil {
				return node.GetToken().Position.Line
			}
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return 0
}

// notYAML puts an error of the parser into words.
func notYAML(file string, err error) error {
	wrong := &Error{File: file, Text: err.Error()}
	var located yaml.Error
	if errors.As(err, &located) && located.GetToken() != nil {
		wrong.Line, wrong.Text = located.GetToken().Position.Line, located.GetMessage()
	}
	remedy := "look at the indentation, colons and quotes here and in the line above"
	if strings.Contains(wrong.Text, "\t") {
		remedy = "indent with spaces, YAML takes no tabs"
	}
	wrong.Text = fmt.Sprintf("this is not YAML: %s: %s", strings.ReplaceAll(wrong.Text, "'\t'", "tab"), remedy)
	return wrong
}

// explain puts an error of the YAML package into words. into is what node was to be read into.
func explain(file string, node ast.Node, into any, err error) error {
	var own *Error
	var unknown *yaml.UnknownFieldError
	var kind *yaml.TypeError
	var shape *yaml.UnexpectedNodeTypeError
	var other yaml.Error
	switch {
	case errors.As(err, &own):
		own.File = file
		return own
	case errors.As(err, &unknown):
		name := unknown.Token.Value
		return &Error{File: file, Line: unknown.Token.Position.Line, Text: fmt.Sprintf("unknown key %q%s", name, remedy(keysBeside(node, into, name, unknown.Token.Position.Line)))}
	case errors.As(err, &kind) && kind.DstType != nil:
		return &Error{File: file, Line: kind.Token.Position.Line, Field: fieldAt(node, kind.Token), Text: fmt.Sprintf("want %s, not %q", nameOf(kind.DstType), kind.Token.Value)}
	case errors.As(err, &shape):
		return &Error{File: file, Line: shape.Token.Position.Line, Field: fieldAt(node, shape.Token), Text: fmt.Sprintf("want %s, not %s", shapeOf(shape.Expected), shapeOf(shape.Actual))}
	case errors.As(err, &other) && other.GetToken() != nil:
		return &Error{File: file, Line: other.GetToken().Position.Line, Field: fieldAt(node, other.GetToken()), Text: other.GetMessage()}
	}
	return &Error{File: file, Text: err.Error(), Err: err}
}

// fieldOf is where a node stands: shelves[1].width; "" for the document.
func fieldOf(node ast.Node) string {
	return strings.TrimPrefix(strings.TrimPrefix(node.GetPath(), "$"), ".")
}

// fieldAt is the field whose value begins with the token.
func fieldAt(document ast.Node, at *token.Token) string {
	found := seeker{at: at}
	ast.Walk(&found, document)
	return found.field
}

// seeker walks to the outermost node that begins with a token.
type seeker struct {
	at    *token.Token
	field string
}

// Visit implements ast.Visitor.
func (s *seeker) Visit(node ast.Node) ast.Visitor {
	if s.field == "" && node.GetToken() == s.at {
		s.field = fieldOf(node)
	}
	return s
}

func shapeOf(kind ast.NodeType) string {
	switch kind {
	case ast.MappingType, ast.MappingValueType:
		return "keys with values"
	case ast.SequenceType:
		return "a list"
	case ast.IntegerType, ast.FloatType:
		return "a number"
	case ast.BoolType:
		return "true or false"
	case ast.NullType:
		return "nothing"
	}
	return "a text"
}

func nameOf(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return nameOf(t.Elem())
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	case reflect.Slice:
		return "a list"
	}
	return "keys and values"
}

func remedy(known []string) string {
	if len(known) == 0 {
		return ""
	}
	return "; the keys here are " + strings.Join(known, ", ")
}

// keysBeside are the keys that are known where a key stands in a line.
func keysBeside(root ast.Node, into any, key string, line int) []string {
	finder := &finder{key: key, line: line}
	ast.Walk(finder, root)
	within, below := strings.CutPrefix(finder.path, root.GetPath())
	if root.GetPath() == "" || !below {
		within = strings.TrimPrefix(finder.path, "$")
	}
	return keysOf(typeAt(reflect.TypeOf(into), regexp.MustCompile(`\[[0-9]+\]|[^.\[\]]+`).FindAllString(within, -1)))
}

// typeAt follows the path of a node through a type.
func typeAt(t reflect.Type, steps []string) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if len(steps) == 0 {
		return t
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Map:
		return typeAt(t.Elem(), steps[1:])
	case reflect.Struct:
		for field := range fields(t) {
			if keyOf(field) == steps[0] {
				return typeAt(field.Type, steps[1:])
			}
		}
	}
	return t
}

func fields(t reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if keyOf(t.Field(i)) != "" && !yield(t.Field(i)) {
				return
			}
		}
	}
}

// keyOf is a field's key, without options such as omitempty.
func keyOf(field reflect.StructField) string {
	key, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
	return key
}

func keysOf(t reflect.Type) []string {
	if t.Kind() != reflect.Struct {
		return nil
	}
	var keys []string
	for field := range fields(t) {
		keys = append(keys, keyOf(field))
	}
	return keys
}

// finder finds the path of the mapping that a key stands in.
type finder struct {
	key, path string
	line      int
}

// Visit implements ast.Visitor.
func (f *finder) Visit(node ast.Node) ast.Visitor {
	mapping, ok := node.(*ast.MappingNode)
	if !ok || f.path != "" {
		return f
	}
	for _, pair := range mapping.Values {
		if token := pair.Key.GetToken(); token.Value == f.key && token.Position.Line == f.line {
			f.path = mapping.GetPath()
		}
	}
	return f
}
