// Package yamlfile reads YAML files that people write. It is strict, and its errors name the file,
// the line, what is wrong there and what is allowed.
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

// Error is a mistake in a file.
type Error struct {
	File  string
	Line  int    // 0 when the file as a whole is meant
	Field string // such as workers[1].contact_uri; "" where Text says it
	Text  string
}

// Error returns place and text: calls.yaml:12: unknown key "stps" …
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

// Parse parses a file of one document in plain YAML (see plain.go). The node is nil if the file is
// empty.
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

// notYAML says an error of the YAML package in plain words.
func notYAML(data []byte, err error) error {
	var located *yaml.LoadError
	if !errors.As(err, &located) {
		return &Error{Text: fmt.Sprintf("this is not YAML: %s", err)}
	}
	if strings.HasPrefix(located.Message, "unknown anchor") { // and known ones are refused
		return &Error{Line: located.Mark.Line, Text: "there is an alias, a value that begins with *: " +
			"write out what it stands for, and in quotes when it begins so"}
	}
	// A part that is still open at the end of a file ends below its last line.
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

// Line returns the line of a value in a document by its path, such as callers[0].expect.talks_to.
// If there is no such value it returns the line of what is around it, or 0 if that is the document.
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
