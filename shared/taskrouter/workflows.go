package taskrouter

import "slices"

// Workflows are those whose calls are served.
type Workflows struct {
	Current  string // WW…, which calls enter
	Previous string // WW…, which they entered before, and whose last calls are still here; "" = none
}

// All lists them, the current one first.
func (w Workflows) All() []string {
	if w.Previous == "" || w.Previous == w.Current {
		return []string{w.Current}
	}
	return []string{w.Current, w.Previous}
}

// Has reports whether a workflow is one of them.
func (w Workflows) Has(workflow string) bool { return slices.Contains(w.All(), workflow) }
