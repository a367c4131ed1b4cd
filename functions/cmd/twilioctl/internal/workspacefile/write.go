package workspacefile

import (
	"encoding/json"
	"fmt"

	"go.yaml.in/yaml/v4"

	"switchboard/shared/yamlfile"
)

// Marshal writes a file as YAML that Parse reads.
func (f *File) Marshal() ([]byte, error) {
	text, err := yaml.Dump(f,
		yaml.WithCompactSeqIndent(false), yaml.WithLineWidth(-1), yaml.WithQuotePreference(yaml.QuoteDouble))
	if err != nil {
		return nil, fmt.Errorf("write workspace file: %w", err)
	}
	return text, nil
}

// MarshalYAML implements yaml.Marshaler: a json.Number stands as it is, and a text that looks like
// one in quotes.
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
		return &yaml.Node{Kind: yaml.ScalarNode, Value: value.String()}
	case string:
		if yamlfile.IsNumber(value) { // of these YAML takes 1e400 for a text, and sets no quotes
			return &yaml.Node{Kind: yaml.ScalarNode, Value: value, Style: yaml.DoubleQuotedStyle}
		}
	}
	return value
}
