package scenario

import (
	"fmt"

	"github.com/goccy/go-yaml/ast"

	"switchboard/shared/simulator"
)

// Readings choose simulator.Readings by the names of their switches. What a file does not name has its default.
type Readings struct {
	chosen simulator.Readings
	given  bool
}

// UnmarshalYAML implements yaml.NodeUnmarshaler.
func (r *Readings) UnmarshalYAML(node ast.Node) error {
	object, ok := node.(*ast.MappingNode)
	if !ok {
		return mistake(node, "want readings by name: {after-bridge: completed}")
	}
	for _, pair := range object.Values {
		name, err := scalar(pair.Key)
		if err != nil {
			return err
		}
		reading, err := scalar(pair.Value)
		if err != nil {
			return err
		}
		if err := choose(&r.chosen, name, reading); err != nil {
			return mistake(pair.Key, err.Error())
		}
		r.given = true
	}
	return nil
}

func choose(readings *simulator.Readings, name, reading string) error {
	switch name + "=" + reading {
	case "after-bridge=wrapping":
		readings.AfterBridge = simulator.Wrapping
	case "after-bridge=completed":
		readings.AfterBridge = simulator.Completed
	case "worker-call-sid-on-dial-queue=no":
		readings.WorkerCallSIDOnDialQueue = false
	case "worker-call-sid-on-dial-queue=yes":
		readings.WorkerCallSIDOnDialQueue = true
	default:
		return fmt.Errorf("no reading %s: %s; want after-bridge (wrapping, completed) or worker-call-sid-on-dial-queue (no, yes)", name, reading)
	}
	return nil
}
