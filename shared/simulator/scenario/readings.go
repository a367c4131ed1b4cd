package scenario

import (
	"github.com/goccy/go-yaml/ast"

	"switchboard/shared/simulator/reading"
	"switchboard/shared/yamlfile"
)

// Readings choose simulator.Readings by the names of their switches. What a file does not name has its default.
type Readings struct {
	given []string // name=reading
}

// UnmarshalYAML implements yaml.NodeUnmarshaler.
func (r *Readings) UnmarshalYAML(node ast.Node) error {
	object, ok := node.(*ast.MappingNode)
	if !ok {
		return yamlfile.Mistake(node, "want readings by name: {after-bridge: completed}")
	}
	for _, pair := range object.Values {
		name, err := yamlfile.Scalar(pair.Key)
		if err != nil {
			return err
		}
		value, err := yamlfile.Scalar(pair.Value)
		if err != nil {
			return err
		}
		var checked reading.Set
		if err := checked.Set(name + "=" + value); err != nil {
			return yamlfile.Mistake(pair.Key, err.Error())
		}
		r.given = append(r.given, name+"="+value)
	}
	return nil
}
