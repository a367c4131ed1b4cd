package bundle

import (
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/functions/internal/templatetest"
	"switchboard/shared/ledger"
	"switchboard/shared/roster"
)

// TestFrontHasTemplateRoutes compares the routes of template.yaml with those of Front.
func TestFrontHasTemplateRoutes(t *testing.T) {
	t.Parallel()
	var want []string
	for route := range templateRoutes(t) {
		want = append(want, strings.TrimSuffix(route, "{proxy+}"))
	}
	e, _ := newSettings(nil, nil, io.Discard)
	front := e.Front(Clients{Parameters: Parameters{}, Table: &ledger.Memory{}, Roster: &roster.Memory{}, Now: time.Now})
	got := slices.Sorted(maps.Keys(front))
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("Front has %q\ntemplate.yaml has %q", got, want)
	}
}

// TestFallbackIsOwnFunction requires that nothing which throttles or stops the first function stops
// the fallback.
func TestFallbackIsOwnFunction(t *testing.T) {
	t.Parallel()
	owners := templateRoutes(t)
	if first, second := owners["/assignment"], owners["/assignment/fallback"]; first == second {
		t.Errorf("%s answers both callbacks", first)
	}
}

// templateRoutes returns the logical ID of the function behind each route of template.yaml.
func templateRoutes(t *testing.T) map[string]string {
	t.Helper()
	owners := map[string]string{}
	for id, properties := range templatetest.Resources(templatetest.Read(t), "AWS::Serverless::Function") {
		events, _ := properties["Events"].(map[string]any)
		for _, event := range events {
			if path, isRoute := templatetest.At(event, "Properties", "Path").(string); isRoute {
				owners[path] = id
			}
		}
	}
	return owners
}
