package scenario

import (
	"switchboard/shared/simulator/reading"
	"switchboard/shared/yamlfile"
)

// Readings choose a reading.Set by the names of its switches. A switch that the file does not name
// has its default.
type Readings struct {
	given []string // name=reading
}

// UnmarshalYAML implements yamlfile.Unmarshaler.
func (r *Readings) UnmarshalYAML(node *yamlfile.Node) error {
	if node.Kind != yamlfile.Keys {
		return yamlfile.Mistake(node, "want readings by name: {after-bridge: completed}")
	}
	for _, value := range node.Items {
		text, err := yamlfile.Scalar(value)
		if err != nil {
			return err
		}
		var checked reading.Set
		if err := checked.Set(value.Key.Text + "=" + text); err != nil {
			return yamlfile.Mistake(value.Key, err.Error())
		}
		r.given = append(r.given, value.Key.Text+"="+text)
	}
	return nil
}
