package scenario

import (
	"errors"
	"fmt"
	"os"

	"switchboard/shared/simulator/script"
	"switchboard/shared/yamlfile"
)

// Error is something in a file that cannot be as it is.
type Error = yamlfile.Error

// Read reads a file. Errors that concern its contents are *Error or *script.Error, with file and
// line.
func Read(file string) (*Scenario, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read scenario: %w", err)
	}
	return Parse(file, data)
}

// Parse is Read of a file's contents.
func Parse(file string, data []byte) (*Scenario, error) {
	node, err := yamlfile.Parse(file, data)
	if err != nil {
		return nil, err
	}
	s := &Scenario{file: file, node: node}
	if node == nil {
		return nil, &Error{File: file, Text: "want one document with title and callers"}
	}
	if err := decode(file, node, s); err != nil {
		return nil, err
	}
	if err := s.copyAll(); err != nil {
		return nil, err
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	return s, nil
}

// Decode reads a section of the file into a struct with yaml tags, whose fields may be of this
// package's types. A nil or missing section leaves it as it is.
func (s *Scenario) Decode(section Section, into any) error {
	if section.node == nil {
		return nil
	}
	return decode(s.file, section.node, into)
}

// decode tells scripts the file that they stand in.
func decode(file string, node *yamlfile.Node, into any) error {
	err := yamlfile.Decode(file, node, into)
	var faulty *script.Error
	if errors.As(err, &faulty) {
		faulty.File = file
		return faulty
	}
	return err
}

// at gives the error of a script the line of its node.
func at(node *yamlfile.Node, err error) error {
	var wrong *script.Error
	if errors.As(err, &wrong) {
		moved := *wrong
		moved.Line = node.Line
		return &moved
	}
	return err
}
