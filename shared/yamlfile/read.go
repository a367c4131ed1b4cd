// Package yamlfile reads YAML files that people write: strictly, and with errors that say in which
// line of which file what stands wrong and what is allowed there.
package yamlfile

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Error is something in a file that cannot be as it is.
type Error struct {
	File  string
	Line  int    // 0 when the file as a whole is meant
	Field string // such as workers[1].contact_uri; "" where Text says it
	Text  string
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

// Mistake is an error at a node, for a value's UnmarshalYAML to return; Decode adds the file.
func Mistake(node *Node, text string) error {
	return &Error{Line: node.Line, Field: node.Field, Text: text}
}

// inFile adds the file to a mistake.
func inFile(file string, err error) error {
	var own *Error
	if errors.As(err, &own) {
		own.File = file
	}
	return err
}

// Parse reads a file of one document in plain YAML (see plain.go). The node is nil when there is
// nothing in it.
func Parse(file string, data []byte) (*Node, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // the byte order mark that some editors write
	document, err := parse(data)
	if err != nil || document.Kind == Nothing {
		return nil, inFile(file, err)
	}
	return document, nil
}

func parse(data []byte) (*Node, error) {
	if err := onlyText(data); err != nil {
		return nil, err
	}
	documents, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("read YAML: %w", err)
	}
	var first, second yaml.Node
	if err := documents.Load(&first); errors.Is(err, io.EOF) {
		return &Node{Kind: Nothing}, nil
	} else if err != nil {
		return nil, notYAML(data, err)
	}
	if err := documents.Load(&second); err == nil {
		return nil, &Error{Line: second.Line, Text: "want one document, and there is a second one below ---"}
	} else if !errors.Is(err, io.EOF) {
		return nil, notYAML(data, err)
	}
	return plain(first.Content[0], "")
}

// notYAML puts an error of the YAML package into words.
func notYAML(data []byte, err error) error {
	var located *yaml.LoadError
	if !errors.As(err, &located) {
		return &Error{Text: fmt.Sprintf("this is not YAML: %s", err)}
	}
	if strings.HasPrefix(located.Message, "unknown anchor") { // and known ones are refused
		return &Error{Line: located.Mark.Line, Text: "there is an alias, a value that begins with *: " +
			"write out what it stands for, and in quotes when it begins so"}
	}
	// What is open at the end of a file ends below its last line.
	lines := bytes.Split(bytes.TrimRight(data, "\r\n"), []byte("\n"))
	line := min(located.Mark.Line, len(lines))
	text := strings.TrimSpace("this is not YAML: " + located.Message + " " + located.ContextMsg)
	if begin := located.ContextMark.Line; begin > 0 && begin < line {
		text += fmt.Sprintf(" that begins in line %d", begin)
	}
	remedy := "look at the indentation, colons and quotes here and in the line above"
	if regexp.MustCompile(`^ *\t`).Match(lines[max(line, 1)-1]) {
		remedy = "indent with spaces, YAML takes no tabs"
	}
	return &Error{Line: line, Text: text + ": " + remedy}
}

// Line finds where something stands in a document, by its path: callers[0].expect.talks_to. Where
// there is nothing it gives the line of what is around it, and 0 when that is the document.
func Line(document *Node, path string) int {
	around := &Node{}
	for _, item := range document.Items {
		rest, within := strings.CutPrefix(path, item.Field)
		if within && strings.Trim(rest[:min(len(rest), 1)], ".[") == "" && len(item.Field) > len(around.Field) {
			around = item
		}
	}
	if around.Line == 0 {
		return 0
	}
	return cmp.Or(Line(around, path), around.Line)
}
