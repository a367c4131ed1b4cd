package simulator

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// workflow is a parsed Workflow (docs/taskrouter/workflow-configuration).
type workflow struct {
	Workflow
	filters  []filter
	standard *target // default_filter
}

type filter struct {
	name       string
	expression *Expression
	targets    []target
}

// target is a routing step. timeout is zero when the task stays in it.
type target struct {
	queue      *taskQueue
	priority   *int
	timeout    time.Duration
	expression *Expression
}

// taskQueue is a TaskQueue; target is nil when it matches nobody.
type taskQueue struct {
	sid, name, targetWorkers string
	target                   *Expression
}

type configuration struct {
	TaskRouting struct {
		Filters []struct {
			Name       string       `json:"filter_friendly_name"`
			OldName    string       `json:"friendly_name"`
			Expression string       `json:"expression"`
			Targets    []targetJSON `json:"targets"`
		} `json:"filters"`
		Default *targetJSON `json:"default_filter"`
	} `json:"task_routing"`
}

type targetJSON struct {
	Queue      string   `json:"queue"`
	Priority   *integer `json:"priority"`
	Timeout    *integer `json:"timeout"`
	Expression string   `json:"expression"`

	OrderBy    string `json:"order_by"`
	SkipIf     string `json:"skip_if"`
	KnownSID   string `json:"known_worker_sid"`
	KnownNamed string `json:"known_worker_friendly_name"`
}

// integer is written as a number or as a string of digits in Twilio's own examples.
type integer int

func (n *integer) UnmarshalJSON(text []byte) error {
	value, err := strconv.Atoi(strings.Trim(string(text), `"`))
	if err != nil {
		return fmt.Errorf("%s is not a whole number: %w", text, err)
	}
	*n = integer(value)
	return nil
}

func (t *Twilio) parseWorkflow(w Workflow) (*workflow, error) {
	var c configuration
	decoder := json.NewDecoder(strings.NewReader(w.Configuration))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil {
		return nil, fmt.Errorf("decode configuration: %w", err)
	}
	parsed := &workflow{Workflow: w}
	for i, f := range c.TaskRouting.Filters {
		expression, err := ParseExpression(f.Expression, TaskNames)
		if err != nil {
			return nil, fmt.Errorf("filter %d: %w", i+1, err)
		}
		targets, err := t.parseTargets(f.Targets)
		if err != nil {
			return nil, fmt.Errorf("filter %d: %w", i+1, err)
		}
		parsed.filters = append(parsed.filters, filter{name: f.Name + f.OldName, expression: expression, targets: targets})
	}
	if c.TaskRouting.Default != nil {
		targets, err := t.parseTargets([]targetJSON{*c.TaskRouting.Default})
		if err != nil {
			return nil, fmt.Errorf("default filter: %w", err)
		}
		parsed.standard = &targets[0]
		parsed.standard.timeout = 0
	}
	return parsed, nil
}

// parseTargets reads a filter's targets. A later one without a queue has that of the one before.
func (t *Twilio) parseTargets(written []targetJSON) ([]target, error) {
	if len(written) == 0 {
		return nil, fmt.Errorf("no targets")
	}
	var targets []target
	var queue *taskQueue
	for i, w := range written {
		if refused := w.OrderBy + w.SkipIf + w.KnownSID + w.KnownNamed; refused != "" {
			return nil, fmt.Errorf("target %d: not simulated: order_by, skip_if, known_worker (%s)", i+1, refused)
		}
		if w.Queue != "" {
			queue = t.taskQueue(w.Queue)
		}
		if queue == nil {
			return nil, fmt.Errorf("target %d: no task queue %q", i+1, w.Queue)
		}
		parsed := target{queue: queue}
		if w.Priority != nil {
			priority := int(*w.Priority)
			parsed.priority = &priority
		}
		if w.Timeout != nil {
			parsed.timeout = time.Duration(*w.Timeout) * time.Second
		}
		if w.Expression != "" {
			var err error
			if parsed.expression, err = ParseExpression(w.Expression, PrefixedNames); err != nil {
				return nil, fmt.Errorf("target %d: %w", i+1, err)
			}
		}
		targets = append(targets, parsed)
	}
	return targets, nil
}

func (t *Twilio) taskQueue(sid string) *taskQueue {
	for _, q := range t.queues {
		if q.sid == sid {
			return q
		}
	}
	return nil
}

// step is where in its workflow a task is.
type step struct {
	filter, target int           // filter is len(filters) in the default filter
	deadline       time.Duration // age of the task at which the step ends; zero: never
}

// first finds the step for a new task: the first target of the first filter that matches, else the default filter.
func (w *workflow) first(attributes Attributes) (step, bool) {
	if s, ok := w.matching(0, attributes, 0); ok {
		return s, true
	}
	return step{filter: len(w.filters)}, w.standard != nil
}

// after finds the step that follows a timeout: the next target, else the first target of the next filter that matches. The default
// filter does not count (docs/taskrouter/workflow-configuration).
func (w *workflow) after(s step, attributes Attributes) (step, bool) {
	if s.filter >= len(w.filters) {
		return step{}, false
	}
	if targets := w.filters[s.filter].targets; s.target+1 < len(targets) {
		return w.at(s.filter, s.target+1, s.deadline), true
	}
	return w.matching(s.filter+1, attributes, s.deadline)
}

func (w *workflow) matching(from int, attributes Attributes, spent time.Duration) (step, bool) {
	for i := from; i < len(w.filters); i++ {
		if w.filters[i].expression.Match(attributes, nil) {
			return w.at(i, 0, spent), true
		}
	}
	return step{}, false
}

// at is a step whose deadline is the sum of its timeout and those before it, measured on the task's age (docs/taskrouter/task-evaluation).
func (w *workflow) at(filter, target int, spent time.Duration) step {
	s := step{filter: filter, target: target}
	if timeout := w.filters[filter].targets[target].timeout; timeout > 0 {
		s.deadline = spent + timeout
	}
	return s
}

func (w *workflow) target(s step) *target {
	if s.filter >= len(w.filters) {
		return w.standard
	}
	return &w.filters[s.filter].targets[s.target]
}
