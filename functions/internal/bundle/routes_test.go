package bundle

import (
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

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
	template, err := os.ReadFile("../../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	owners, owner := map[string]string{}, ""
	resource := regexp.MustCompile(`^  (\w+):$`)
	route := regexp.MustCompile(`Type: HttpApi, .* Path: '?(/[a-z/]+(?:\{proxy\+\})?)`)
	for line := range strings.Lines(string(template)) {
		if match := resource.FindStringSubmatch(strings.TrimSuffix(line, "\n")); match != nil {
			owner = match[1]
		}
		if match := route.FindStringSubmatch(line); match != nil {
			owners[match[1]] = owner
		}
	}
	return owners
}
