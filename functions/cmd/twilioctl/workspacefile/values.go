package workspacefile

import (
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"switchboard/shared/yamlfile"
)

// Object is a JSON object, written as YAML.
type Object map[string]any

// UnmarshalYAML implements yaml.NodeUnmarshaler.
func (o *Object) UnmarshalYAML(node ast.Node) error {
	value, err := yamlfile.Plain(node)
	if err != nil {
		return err
	}
	object, ok := value.(map[string]any)
	if !ok {
		return yamlfile.Mistake(node, "want keys and values, as {team: sales}")
	}
	*o = object
	return nil
}

// UnmarshalYAML implements yaml.NodeUnmarshaler: a number may stand alone.
func (n *Number) UnmarshalYAML(node ast.Node) error {
	type plain Number
	if _, ok := node.(*ast.MappingNode); ok {
		return yaml.NodeToValue(node, (*plain)(n), yaml.Strict())
	}
	text, err := yamlfile.Scalar(node)
	n.Number = Text(text)
	return err
}

// Payload is the worker's attributes in one object.
func (w Worker) Payload() Object {
	whole := Object{}
	for key, value := range w.Attributes {
		whole[key] = value
	}
	if w.ContactURI != "" {
		whole["contact_uri"] = string(w.ContactURI)
	}
	if w.Skills != nil {
		skills := []any{}
		for _, skill := range w.Skills {
			skills = append(skills, string(skill))
		}
		whole["skills"] = skills
	}
	return whole
}
