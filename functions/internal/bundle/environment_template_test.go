package bundle

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"switchboard/functions/bridge"
	"switchboard/functions/internal/templatetest"
	"switchboard/functions/linkedcalls"
	"switchboard/functions/queuelimit"
	"switchboard/functions/recordings"
	"switchboard/functions/sweeper"
	"switchboard/shared/environment"
	"switchboard/shared/ledger"
	"switchboard/shared/roster"
)

// TestGlobalsAreShared requires that each function has the variables that it reads, and that the
// environment of all functions has none that only one reads.
func TestGlobalsAreShared(t *testing.T) {
	t.Parallel()
	template := templatetest.Read(t)
	global := variables(templatetest.At(template, "Globals", "Function"))
	readers := map[string][]string{}
	for id, properties := range templatetest.Resources(template, "AWS::Serverless::Function") {
		own := variables(properties)
		for _, name := range reads(t, id) {
			readers[name] = append(readers[name], id)
			if !slices.Contains(own, name) && !slices.Contains(global, name) && !strings.HasPrefix(name, "AWS_") {
				t.Errorf("%s reads %s, and template.yaml does not set it", id, name)
			}
		}
	}
	for _, name := range global {
		if by := readers[name]; len(by) < 2 && !strings.HasPrefix(name, "AWS_ENDPOINT") {
			t.Errorf("%s is set for all functions, and %q read it", name, by)
		}
	}
}

// variables returns the names of a function's variables.
func variables(function any) []string {
	set, _ := templatetest.At(function, "Environment", "Variables").(map[string]any)
	return slices.Sorted(maps.Keys(set))
}

// reads returns the variables that a function reads, by its logical ID.
func reads(t *testing.T, id string) []string {
	t.Helper()
	read := map[string]bool{}
	env := &environment.Reader{Lookup: func(name string) string {
		read[name] = true
		return ""
	}}
	c := Clients{Parameters: Parameters{}, Table: &ledger.Memory{}, Roster: &roster.Memory{}}
	var err error
	switch id {
	case "BridgeFunction":
		_, err = bridge.New(env, c.bridge())
	case "RecordingsFunction":
		_, err = recordings.New(env, c.recordings())
	case "SweeperFunction":
		_, err = sweeper.New(env, c.sweeper())
	case "LinkedCallsFunction":
		_, err = linkedcalls.New(env, c.linkedCalls())
	case "QueueLimitFunction":
		_, err = queuelimit.New(env, c.base())
	default:
		for route, owner := range templateRoutes(t) {
			if owner == id {
				if stop, fault := newStop(strings.TrimSuffix(route, "{proxy+}"), env, c); stop != nil {
					err = fault
				}
			}
		}
	}
	if err == nil {
		t.Errorf("%s read no variable", id)
	}
	return slices.Sorted(maps.Keys(read))
}
