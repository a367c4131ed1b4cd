package twiml

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
)

func TestEnqueueRefusesWrongSettings(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		edit    func(*Enqueue)
		wantErr string
	}{
		{"no workflow", func(e *Enqueue) { e.WorkflowSID = "" }, "no workflow SID"},
		{"no action URL", func(e *Enqueue) { e.ActionURL = "" }, "no action URL"},
		{"silent with a wait URL", func(e *Enqueue) { e.Silent, e.WaitURL = true, base }, "both silent and a wait URL"},
		{"legacy with priority", func(e *Enqueue) { e.Legacy, e.Priority = true, new(1) }, "legacy"},
		{"legacy with timeout", func(e *Enqueue) { e.Legacy, e.Timeout = true, new(1) }, "legacy"},
		{"priority too low", func(e *Enqueue) { e.Priority = new(-1) }, "task priority -1"},
		{"priority too high", func(e *Enqueue) { e.Priority = new(math.MaxInt32 + 1) }, "task priority 2147483648"},
		{"timeout too low", func(e *Enqueue) { e.Timeout = new(0) }, "task timeout 0 s"},
		{"timeout too high", func(e *Enqueue) { e.Timeout = new(1_209_601) }, "task timeout 1209601 s"},
		{"attributes cut off", func(e *Enqueue) { e.Attributes = json.RawMessage(`{"a":`) }, "compact task attributes"},
		{"attributes twice", func(e *Enqueue) { e.Attributes = json.RawMessage(`{}{}`) }, "compact task attributes"},
		{"array", func(e *Enqueue) { e.Attributes = json.RawMessage(`[1]`) }, "not a JSON object"},
		{"null", func(e *Enqueue) { e.Attributes = json.RawMessage(`null`) }, "not a JSON object"},
		{"string", func(e *Enqueue) { e.Attributes = json.RawMessage(`"{}"`) }, "not a JSON object"},
		{"one character too many", func(e *Enqueue) { e.Attributes = attributesOfLength(4097) }, "4097 characters"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e := Enqueue{WorkflowSID: workflowSID, ActionURL: base}
			test.edit(&e)
			document, err := e.Document()
			if err == nil || !strings.Contains(err.Error(), test.wantErr) {
				t.Errorf("got error %v, want one about %q", err, test.wantErr)
			}
			if document != "" {
				t.Errorf("got document %s and an error", document)
			}
		})
	}
}

func TestEnqueueTakesSettingsAtTheirLimits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		edit func(*Enqueue)
		want string
	}{
		{"lowest priority", func(e *Enqueue) { e.Priority = new(0) }, `<Task priority="0">{}</Task>`},
		{"highest priority", func(e *Enqueue) { e.Priority = new(math.MaxInt32) }, `<Task priority="2147483647">{}</Task>`},
		{"shortest timeout", func(e *Enqueue) { e.Timeout = new(1) }, `<Task timeout="1">{}</Task>`},
		{"longest timeout", func(e *Enqueue) { e.Timeout = new(1_209_600) }, `<Task timeout="1209600">{}</Task>`},
		{"white space for attributes", func(e *Enqueue) { e.Attributes = json.RawMessage(" \n") }, `<Task>{}</Task>`},
		{"compacted", func(e *Enqueue) { e.Attributes = json.RawMessage("\t{ \"b\" : [ 1, 2 ],\n\"a\" : null }\n") },
			`<Task>{&#34;b&#34;:[1,2],&#34;a&#34;:null}</Task>`},
		{"bytes that are not UTF-8", func(e *Enqueue) { e.Attributes = json.RawMessage("{\"a\":\"\xff\ufffe\"}") },
			"<Task>{&#34;a&#34;:&#34;\ufffd\ufffd&#34;}</Task>"},
		{"4,096 characters of four bytes", func(e *Enqueue) { e.Attributes = attributesOfLength(4096) }, "😀&#34;}</Task>"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e := Enqueue{WorkflowSID: workflowSID, ActionURL: base}
			test.edit(&e)
			document, err := e.Document()
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(document), test.want) {
				t.Errorf("got %.300s, want %s in it", document, test.want)
			}
		})
	}
}

// attributesOfLength gives a JSON object of n characters, spread over more before
// it is compacted.
func attributesOfLength(n int) json.RawMessage {
	return json.RawMessage(`{ "a" : "` + strings.Repeat("😀", n-len(`{"a":""}`)) + `" }`)
}
