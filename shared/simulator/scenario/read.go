package scenario

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"switchboard/shared/simulator"
)

// Error is something in a file that cannot be as it is.
type Error struct {
	File string
	Line int // 0 when the file as a whole is meant
	Text string
}

// Error gives place and text: calls.yaml:12: unknown key "stps" …
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Text
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Text)
}

// Read reads a file. Errors that concern its contents are *Error or *simulator.ScriptError, with file and line.
func Read(file string) (*Scenario, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read scenario: %w", err)
	}
	return Parse(file, data)
}

// Parse is Read of a file's contents.
func Parse(file string, data []byte) (*Scenario, error) {
	tree, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, notYAML(file, err)
	}
	s := &Scenario{file: file, tree: tree}
	if len(tree.Docs) != 1 || tree.Docs[0].Body == nil {
		return nil, &Error{File: file, Text: "want one document with title and callers"}
	}
	if err := yaml.NodeToValue(tree.Docs[0].Body, s, yaml.Strict()); err != nil {
		return nil, explain(file, tree.Docs[0].Body, s, err)
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	return s, nil
}

// Decode reads a section of the file into a struct with yaml tags, whose fields may be of this package's types. A nil or missing section
// leaves it as it is.
func (s *Scenario) Decode(section Section, into any) error {
	if section.node == nil {
		return nil
	}
	if err := yaml.NodeToValue(section.node, into, yaml.Strict()); err != nil {
		return explain(s.file, section.node, into, err)
	}
	return nil
}

// mistake is an error at a node; explain adds the file.
func mistake(node ast.Node, text string) error {
	return &Error{Line: node.GetToken().Position.Line, Text: text}
}

// at gives the error of a script the line of its node.
func at(node ast.Node, err error) error {
	var wrong *simulator.ScriptError
	if errors.As(err, &wrong) {
		moved := *wrong
		moved.Line = node.GetToken().Position.Line
		return &moved
	}
	return err
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
	var script *simulator.ScriptError
	var own *Error
	var unknown *yaml.UnknownFieldError
	var kind *yaml.TypeError
	var other yaml.Error
	switch {
	case errors.As(err, &script):
		script.File = file
		return script
	case errors.As(err, &own):
		own.File = file
		return own
	case errors.As(err, &unknown):
		name := unknown.Token.Value
		return &Error{File: file, Line: unknown.Token.Position.Line, Text: fmt.Sprintf("unknown key %q%s", name, remedy(keysBeside(node, into, name, unknown.Token.Position.Line)))}
	case errors.As(err, &kind) && kind.DstType != nil:
		return &Error{File: file, Line: kind.Token.Position.Line, Text: fmt.Sprintf("want %s, not %q", nameOf(kind.DstType), kind.Token.Value)}
	case errors.As(err, &other) && other.GetToken() != nil:
		return &Error{File: file, Line: other.GetToken().Position.Line, Text: strings.ReplaceAll(other.GetMessage(), "sequence", "a list")}
	}
	return &Error{File: file, Text: err.Error()}
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
	within := strings.TrimPrefix(finder.path, root.GetPath())
	if root.GetPath() == "" || !strings.HasPrefix(finder.path, root.GetPath()) {
		within = strings.TrimPrefix(finder.path, "$")
	}
	steps := regexp.MustCompile(`[A-Za-z_-]+|\[[0-9]+\]`).FindAllString(within, -1)
	return keysOf(typeAt(reflect.TypeOf(into), steps))
}

// typeAt follows the path of a node, without its last step, through a type.
func typeAt(t reflect.Type, steps []string) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if len(steps) <= 1 {
		return t
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Map:
		return typeAt(t.Elem(), steps[1:])
	case reflect.Struct:
		for field := range fields(t) {
			if field.Tag.Get("yaml") == steps[0] {
				return typeAt(field.Type, steps[1:])
			}
		}
	}
	return t
}

func fields(t reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if t.Field(i).Tag.Get("yaml") != "" && !yield(t.Field(i)) {
				return
			}
		}
	}
}

func keysOf(t reflect.Type) []string {
	if t.Kind() != reflect.Struct {
		return nil
	}
	var keys []string
	for field := range fields(t) {
		keys = append(keys, field.Tag.Get("yaml"))
	}
	return keys
}

// finder finds the path of a key.
type finder struct {
	key, path string
	line      int
}

// Visit implements ast.Visitor.
func (f *finder) Visit(node ast.Node) ast.Visitor {
	if pair, ok := node.(*ast.MappingValueNode); ok {
		token := pair.Key.GetToken()
		if f.path == "" && token.Value == f.key && token.Position.Line == f.line {
			f.path = pair.Key.GetPath()
		}
	}
	return f
}
