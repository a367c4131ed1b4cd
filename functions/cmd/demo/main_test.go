package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"testing"
)

func TestDemoAsJSON(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	if err := run(t.Context(), []string{"-json", "-seed", "3"}, &out, &errs); err != nil {
		t.Fatal(err)
	}
	var calls []struct {
		CallSID  string   `json:"call_sid"`
		Broken   []string `json:"rules_broken"`
		Timeline []map[string]any
	}
	if err := json.Unmarshal(out.Bytes(), &calls); err != nil {
		t.Fatal(err)
	}
	if len(calls) != 7 || calls[0].CallSID == "" || len(calls[0].Timeline) == 0 || calls[0].Broken == nil {
		t.Fatalf("%d calls", len(calls))
	}
	want := map[string]any{
		"at":       "2026-11-24T09:00:01Z",
		"kind":     "call",
		"call_sid": calls[0].CallSID,
		"text":     "caller +14155550101 dials +12065550100",
	}
	if got := calls[0].Timeline[0]; !maps.Equal(got, want) {
		t.Errorf("the timeline begins with %v, want %v", got, want)
	}
}

// TestSeedReplaysDemo: two runs of a seed print the same.
func TestSeedReplaysDemo(t *testing.T) {
	t.Parallel()
	print := func() string {
		var out, errs bytes.Buffer
		if err := run(t.Context(), []string{"-v", "-seed", "7"}, &out, &errs); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	if first, second := print(), print(); first != second {
		t.Errorf("two runs of one seed differ:\n%s\n%s", first, second)
	}
}

func TestInvalidFlags(t *testing.T) {
	t.Parallel()
	for _, arguments := range [][]string{{"-seed", "x"}, {"enqueue"}, {"-unknown"}} {
		var out, errs bytes.Buffer
		if err := run(t.Context(), arguments, &out, &errs); err == nil || out.Len() > 0 {
			t.Errorf("%v: error %v, want one about the flags", arguments, err)
		}
	}
}
