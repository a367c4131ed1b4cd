package simulator

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"switchboard/shared/expression"
)

// workflow is a parsed Workflow (https://www.twilio.com/docs/taskrouter/workflow-configuration).
type workflow struct {
	Workflow
	filters  []filter
	standard *target // default_filter
}

type filter struct {
	name       string
	expression *expression.Expression
	targets    []target
}

// target is a routing step. With timeout zero the task stays in it.
type target struct {
	queue      *taskQueue
	priority   *int
	timeout    time.Duration
	expression *expression.Expression
	orderBy    []orderClause
	skipIf     *expression.Expression
	known      *knownWorker
}

// knownWorker is the attribute in which a task names its worker: a worker's SID, or a friendly name
// (https://www.twilio.com/docs/taskrouter/workflow-configuration/known-agent-routing).
type knownWorker struct {
	reference expression.Reference
	byName    bool
}

// orderClause is a clause of order_by: an attribute of the worker and a direction
// (https://www.twilio.com/docs/taskrouter/order-workers).
type orderClause struct {
	attribute  expression.Reference
	descending bool
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

// integer is a number that Twilio's own examples also write as a string of digits.
type integer int

func (n *integer) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	value, err := strconv.ParseInt(strings.Trim(string(text), `"`), 10, 32)
	if err != nil {
		return fmt.Errorf("%s is not a whole number: %w", text, err)
	}
	*n = integer(value)
	return nil
}

// configurationLimit is the maximum size of a configuration in bytes
// (https://www.twilio.com/docs/taskrouter/limits).
const configurationLimit = 1038576

func (t *Twilio) parseWorkflow(w Workflow) (*workflow, error) {
	if n := len(w.Configuration); n > configurationLimit {
		return nil, fmt.Errorf("the configuration has %d bytes, more than %d", n, configurationLimit)
	}
	var c configuration
	if err := checkKeys([]byte(w.Configuration)); err != nil {
		return nil, fmt.Errorf("decode configuration: %w", err)
	}
	decoder := json.NewDecoder(strings.NewReader(w.Configuration))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil {
		return nil, fmt.Errorf("decode configuration: %w", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("decode configuration: something follows it")
	}
	parsed := &workflow{Workflow: w}
	for i, f := range c.TaskRouting.Filters {
		matches, err := t.parseExpression(f.Expression, expression.TaskNames)
		if err != nil {
			return nil, fmt.Errorf("filter %d: %w", i+1, err)
		}
		targets, err := t.parseTargets(f.Targets)
		if err != nil {
			return nil, fmt.Errorf("filter %d: %w", i+1, err)
		}
		parsed.filters = append(parsed.filters, filter{name: f.Name + f.OldName, expression: matches, targets: targets})
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

// parseTargets reads a filter's targets. A target without a queue has the queue of the one before.
func (t *Twilio) parseTargets(written []targetJSON) ([]target, error) {
	if len(written) == 0 {
		return nil, fmt.Errorf("no targets")
	}
	var targets []target
	var queue *taskQueue
	for i, w := range written {
		if w.Queue != "" {
			queue = t.taskQueue(w.Queue)
		}
		if queue == nil {
			return nil, fmt.Errorf("target %d: no task queue %q", i+1, w.Queue)
		}
		parsed := target{queue: queue}
		if err := t.parseTarget(w, &parsed); err != nil {
			return nil, fmt.Errorf("target %d: %w", i+1, err)
		}
		targets = append(targets, parsed)
	}
	return targets, nil
}

func (t *Twilio) parseTarget(w targetJSON, parsed *target) (err error) {
	if w.Priority != nil {
		priority := int(*w.Priority)
		if priority < 0 {
			return fmt.Errorf("the priority %d is negative", priority)
		}
		parsed.priority = &priority
	}
	if w.Timeout != nil {
		if *w.Timeout <= 0 {
			return fmt.Errorf("the timeout %d is not positive", *w.Timeout)
		}
		parsed.timeout = time.Duration(*w.Timeout) * time.Second
	}
	if w.Expression != "" {
		if parsed.expression, err = t.parseExpression(w.Expression, expression.PrefixedNames); err != nil {
			return err
		}
		t.watchesChannels = t.watchesChannels || parsed.expression.NamesChannel()
	}
	if w.SkipIf != "" {
		if parsed.skipIf, err = t.parseExpression(w.SkipIf, expression.CountNames); err != nil {
			return fmt.Errorf("skip_if: %w", err)
		}
	}
	if parsed.orderBy, err = parseOrder(w.OrderBy); err != nil {
		return fmt.Errorf("order_by: %w", err)
	}
	parsed.known, err = parseKnown(w)
	return err
}

func parseKnown(w targetJSON) (*knownWorker, error) {
	if w.KnownSID == "" && w.KnownNamed == "" {
		return nil, nil
	}
	if w.KnownSID != "" && w.KnownNamed != "" {
		return nil, fmt.Errorf("both known_worker_sid and known_worker_friendly_name")
	}
	reference, err := expression.ParseReference(w.KnownSID + w.KnownNamed)
	if err != nil {
		return nil, fmt.Errorf("known worker: %w", err)
	}
	return &knownWorker{reference: reference, byName: w.KnownNamed != ""}, nil
}

// parseOrder reads clauses such as "worker.level DESC, worker.cost ASC".
func parseOrder(list string) ([]orderClause, error) {
	var clauses []orderClause
	for written := range strings.SplitSeq(list, ",") {
		fields := strings.Fields(written)
		if len(fields) == 0 && strings.TrimSpace(list) == "" {
			break
		}
		if len(fields) != 2 || !strings.HasPrefix(fields[0], "worker.") {
			return nil, fmt.Errorf("%q is not of the form worker.attribute ASC or DESC", written)
		}
		attribute, err := expression.ParseReference(fields[0])
		if err != nil {
			return nil, err
		}
		descending := strings.EqualFold(fields[1], "DESC")
		if !descending && !strings.EqualFold(fields[1], "ASC") {
			return nil, fmt.Errorf("the direction %q is neither ASC nor DESC", fields[1])
		}
		clauses = append(clauses, orderClause{attribute, descending})
	}
	return clauses, nil
}
