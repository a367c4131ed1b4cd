package scenario

import (
	"errors"
	"fmt"
	"os"

	"switchboard/shared/simulator/script"
	"switchboard/shared/yamlfile"
)

// Error is a fault in a file.
type Error = yamlfile.Error

// Read reads a file. Faults in its contents are of type *Error or *script.Error, with file and
// line.
func Read(file string) (*Scenario, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read scenario: %w", err)
	}
	return Parse(file, data)
}

// Parse reads a file's contents.
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

// decode adds the file's name to the errors of scripts.
func decode(file string, node *yamlfile.Node, into any) error {
	err := yamlfile.Decode(file, node, into)
	var faulty *script.Error
	if errors.As(err, &faulty) {
		faulty.File = file
		return faulty
	}
	return err
}

// at adds the line of its node to the error of a script.
func at(node *yamlfile.Node, err error) error {
	var wrong *script.Error
	if errors.As(err, &wrong) {
		moved := *wrong
		moved.Line = node.Line
		return &moved
	}
	return err
}
