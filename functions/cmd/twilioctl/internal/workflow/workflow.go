// Package workflow is the configuration of a TaskRouter workflow: the part of a workspace file, and
// Twilio's JSON (https://www.twilio.com/docs/taskrouter/workflow-configuration).
package workflow

import (
	"encoding/json"
	"fmt"

	"switchboard/shared/exactjson"
)

// Configuration says which task queue a task goes to. Task queues have names here, and SIDs in
// Twilio's JSON.
type Configuration struct {
	Filters []Filter `json:"filters"`
	Default *Target  `json:"default_filter,omitempty"` // for tasks that no filter matches; nil = none
}

// Filter routes the tasks that its expression matches through its targets, one after the other.
type Filter struct {
	Name       string   `yaml:"name,omitempty"       json:"filter_friendly_name,omitempty"`
	Expression string   `yaml:"expression,omitempty" json:"expression,omitempty"`
	Targets    []Target `yaml:"targets,omitempty"    json:"targets,omitempty"`
}

// Target is a step of a filter, or the default.
type Target struct {
	Queue           string `yaml:"queue,omitempty"                      json:"queue,omitempty"` // "" = the queue of the target before
	Priority        *int   `yaml:"priority,omitempty"                   json:"priority,omitempty"`
	Timeout         *int   `yaml:"timeout,omitempty"                    json:"timeout,omitempty"` // seconds
	Expression      string `yaml:"expression,omitempty"                 json:"expression,omitempty"`
	OrderBy         string `yaml:"order_by,omitempty"                   json:"order_by,omitempty"`
	SkipIf          string `yaml:"skip_if,omitempty"                    json:"skip_if,omitempty"`
	KnownWorkerSID  string `yaml:"known_worker_sid,omitempty"           json:"known_worker_sid,omitempty"`
	KnownWorkerName string `yaml:"known_worker_friendly_name,omitempty" json:"known_worker_friendly_name,omitempty"`
}

// document is a Configuration as Twilio nests it.
type document struct {
	Routing Configuration `json:"task_routing"`
}

// Steps returns the number of targets.
func (c Configuration) Steps() int {
	steps := 0
	if c.Default != nil {
		steps = 1
	}
	for _, each := range c.Filters {
		steps += len(each.Targets)
	}
	return steps
}

// queues returns a copy with other names for the task queues. A target of a filter without a queue
// has that of the target before.
func (c Configuration) queues(name func(string) (string, error)) (Configuration, error) {
	var errs error
	rename := func(t Target) Target {
		var err error
		if t.Queue, err = name(t.Queue); err != nil {
			errs = err
		}
		return t
	}
	renamed := Configuration{Filters: []Filter{}}
	for _, each := range c.Filters {
		queue, targets := "", []Target(nil)
		for _, target := range each.Targets {
			if target.Queue == "" {
				target.Queue = queue
			}
			queue = target.Queue
			targets = append(targets, rename(target))
		}
		each.Targets = targets
		renamed.Filters = append(renamed.Filters, each)
	}
	if c.Default != nil {
		renamed.Default = new(rename(*c.Default))
	}
	return renamed, errs
}

// Wire returns Twilio's JSON. sid finds the SID of a task queue by its name.
func (c Configuration) Wire(sid func(name string) (sid string, found bool)) (string, error) {
	wire, err := c.queues(func(name string) (string, error) {
		found, ok := sid(name)
		if !ok {
			return "", fmt.Errorf("there is no task queue %q", name)
		}
		return found, nil
	})
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(wire.Document())
	return string(text), err
}

// Document returns the configuration as data, for comparisons.
func (c Configuration) Document() Document {
	same, _ := c.queues(func(name string) (string, error) { return name, nil })
	text, _ := json.Marshal(document{same}) // strings and ints only: no error
	whole, _ := decode(string(text))
	return whole
}

// Document is a configuration as data. It may have members that Configuration has no field for.
type Document map[string]any

// Check returns an error that names a member that Configuration has no field for.
func (d Document) Check() error {
	text, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return exactjson.UnmarshalStrict(text, &document{})
}
