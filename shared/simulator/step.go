package simulator

import (
	"time"

	"switchboard/shared/expression"
)

// step is a task's position in its workflow.
type step struct {
	filter, target int           // filter is len(filters) in the default filter
	spent          time.Duration // the timeouts of this step and those before it
	deadline       time.Duration // age of the task at which the step ends; zero: never
}

// first returns the first step of a new task: the first target of the first filter that matches,
// else the default filter.
func (w *workflow) first(attributes expression.Attributes) (step, bool) {
	if s, ok := w.matching(0, attributes, 0); ok {
		return s, true
	}
	return step{filter: len(w.filters)}, w.standard != nil
}

// next returns the next target of the same filter.
func (w *workflow) next(s step) (step, bool) {
	if s.filter < len(w.filters) && s.target+1 < len(w.filters[s.filter].targets) {
		return w.at(s.filter, s.target+1, s.spent), true
	}
	return step{}, false
}

// after returns the step that follows a timeout: the next target, else the first target of the next
// filter that matches, but never the default filter
// (https://www.twilio.com/docs/taskrouter/workflow-configuration).
func (w *workflow) after(s step, attributes expression.Attributes, firstFilterOnly bool) (step, bool) {
	if next, ok := w.next(s); ok || firstFilterOnly {
		return next, ok
	}
	return w.matching(s.filter+1, attributes, s.spent)
}

// skipped returns the step that follows a skipped one: as after a timeout, or the default filter
// (https://www.twilio.com/docs/taskrouter/worker-presence).
func (w *workflow) skipped(s step, attributes expression.Attributes) (step, bool) {
	if next, ok := w.after(s, attributes, false); ok {
		return next, true
	}
	return step{filter: len(w.filters), spent: s.spent}, w.standard != nil && s.filter < len(w.filters)
}

func (w *workflow) matching(from int, attributes expression.Attributes, spent time.Duration) (step, bool) {
	for i := from; i < len(w.filters); i++ {
		if w.filters[i].expression.Match(attributes, nil) {
			return w.at(i, 0, spent), true
		}
	}
	return step{}, false
}

// at returns a step. Its deadline is the sum of its timeout and those before it, measured by the
// task's age (https://www.twilio.com/docs/taskrouter/task-evaluation).
func (w *workflow) at(filter, target int, spent time.Duration) step {
	s := step{filter: filter, target: target, spent: spent}
	if timeout := w.filters[filter].targets[target].timeout; timeout > 0 {
		s.spent += timeout
		s.deadline = s.spent
	}
	return s
}

func (w *workflow) target(s step) *target {
	if s.filter >= len(w.filters) {
		return w.standard
	}
	return &w.filters[s.filter].targets[s.target]
}
