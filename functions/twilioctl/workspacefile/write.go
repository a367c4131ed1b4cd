package workspacefile

import (
	"fmt"

	"github.com/goccy/go-yaml"
)

// Marshal writes a file as YAML that Parse reads.
func (f *File) Marshal() ([]byte, error) {
	text, err := yaml.MarshalWithOptions(f, yaml.Indent(2), yaml.IndentSequence(true))
	if err != nil {
		return nil, fmt.Errorf("write workspace file: %w", err)
	}
	return text, nil
}
