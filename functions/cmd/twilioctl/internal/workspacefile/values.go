package workspacefile

import (
	"encoding/json"

	"switchboard/shared/yamlfile"
)

// Object is a JSON object, written as YAML.
type Object map[string]any

// UnmarshalYAML implements yamlfile.Unmarshaler.
func (o *Object) UnmarshalYAML(node *yamlfile.Node) error {
	if node.Kind != yamlfile.Keys {
		return yamlfile.Mistake(node, "want keys and values, such as {team: sales}")
	}
	value, err := yamlfile.Plain(node)
	*o, _ = value.(map[string]any)
	return err
}

// json returns the object's text, with its keys in order; nil for nil.
func (o Object) json() json.RawMessage {
	if o == nil {
		return nil
	}
	text, _ := json.Marshal(map[string]any(o)) // which is what JSON was decoded into
	return text
}

// UnmarshalYAML implements yamlfile.Unmarshaler: a number may be the whole item.
func (n *Number) UnmarshalYAML(node *yamlfile.Node) error {
	type plain Number
	if node.Kind == yamlfile.Keys {
		return yamlfile.Decode("", node, (*plain)(n))
	}
	text, err := yamlfile.Scalar(node)
	n.Number = text
	return err
}

// Payload returns all attributes of the worker in one object.
func (w Worker) Payload() Object {
	whole := Object{}
	for key, value := range w.Attributes {
		whole[key] = value
	}
	if w.ContactURI != "" {
		whole["contact_uri"] = w.ContactURI
	}
	if w.Skills != nil {
		skills := []any{}
		for _, skill := range w.Skills {
			skills = append(skills, skill)
		}
		whole["skills"] = skills
	}
	if w.Shift != "" {
		whole["shift"] = w.Shift
	}
	if w.Lead {
		whole["lead"] = true
	}
	return whole
}
