package workflow

import (
	"strings"
	"testing"
)

func TestParseRejects(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "x", "[]", "3", "null", `{"task_routing":{"default_filter":{"priority":"high"}}}`} {
		if _, _, err := Parse(text, nil); err == nil {
			t.Errorf("%q is accepted", text)
		}
	}
}

func TestCheckNamesUnknownMember(t *testing.T) {
	t.Parallel()
	_, document, err := Parse(`{"task_routing":{"default_filter":{"queue":"D","new":1}}}`, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := document.Check(); err == nil || !strings.Contains(err.Error(), "new") {
		t.Errorf("err = %v", err)
	}
}

func TestWireHasSIDs(t *testing.T) {
	t.Parallel()
	sids := map[string]string{"A": "WQ1", "D": "WQ2"}
	find := func(name string) (string, bool) {
		sid, found := sids[name]
		return sid, found
	}
	c := Configuration{
		Filters: []Filter{{Expression: "a == 1", Targets: []Target{{Queue: "A", Timeout: new(5)}, {}}}},
		Default: &Target{Queue: "D"},
	}
	const want = `{"task_routing":{"default_filter":{"queue":"WQ2"},` +
		`"filters":[{"expression":"a == 1","targets":[{"queue":"WQ1","timeout":5},{"queue":"WQ1"}]}]}}`
	if got, err := c.Wire(find); err != nil || got != want {
		t.Errorf("got %s, %v\nwant %s", got, err, want)
	}
	delete(sids, "D")
	if _, err := c.Wire(find); err == nil {
		t.Error("a queue without a SID is accepted")
	}
}
