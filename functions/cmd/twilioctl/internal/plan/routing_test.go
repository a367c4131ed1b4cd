package plan

import (
	"strings"
	"testing"

	"switchboard/functions/cmd/twilioctl/internal/workflow"
)

// TestConfigurationsAreComparedAsData compares configurations with the same meaning, and some with
// different meanings.
func TestConfigurationsAreComparedAsData(t *testing.T) {
	t.Parallel()
	const filter = `{"task_routing":{"filters":[{"filter_friendly_name":"A","expression":"a == 1","targets":[{"queue":"Q","timeout":5,"priority":1},{"queue":"Q"}]}],"default_filter":{"queue":"D"}}}`
	tests := []struct {
		name, a, b string
		want       string // paths that differ
	}{
		{"itself", filter, filter, ""},
		{
			name: "order and spaces",
			a:    `{"task_routing":{"default_filter":{"queue":"D"},"filters":[]}}`,
			b:    "{ \"task_routing\" :\n{\"filters\":[],\"default_filter\":{\"queue\":\"D\"}}}",
		},
		{
			name: "no filters",
			a:    `{"task_routing":{"default_filter":{"queue":"D"}}}`,
			b:    `{"task_routing":{"filters":[],"default_filter":{"queue":"D"}}}`,
		},
		{
			name: "numbers as strings",
			a:    filter,
			b:    strings.NewReplacer(":5", `:"5"`, ":1,", `:"1",`, ":1}", `:"1"}`).Replace(filter),
		},
		{"whole numbers with a point", filter, strings.Replace(filter, ":5", ":5.0", 1), ""},
		{
			name: "the old name of a filter's name",
			a:    filter,
			b:    strings.Replace(filter, "filter_friendly_name", "friendly_name", 1),
		},
		{"an inherited queue", filter, strings.Replace(filter, `,{"queue":"Q"}`, `,{}`, 1), ""},
		{
			name: "empty members",
			a:    filter,
			b:    strings.Replace(filter, `{"queue":"D"}`, `{"queue":"D","expression":"","order_by":null}`, 1),
		},
		{
			name: "another timeout",
			a:    filter,
			b:    strings.Replace(filter, ":5", ":6", 1),
			want: "task_routing.filters[0].targets[0].timeout",
		},
		{
			name: "another queue",
			a:    filter,
			b:    strings.Replace(filter, `{"queue":"D"}`, `{"queue":"E"}`, 1),
			want: "task_routing.default_filter.queue",
		},
		{
			name: "another expression",
			a:    filter,
			b:    strings.Replace(filter, "a == 1", "a == 2", 1),
			want: "task_routing.filters[0].expression",
		},
		{
			name: "one target less",
			a:    filter,
			b:    strings.Replace(filter, `,{"queue":"Q"}`, ``, 1),
			want: "task_routing.filters[0].targets[1]",
		},
		{
			name: "an unknown member",
			a:    filter,
			b:    strings.Replace(filter, `{"queue":"D"}`, `{"queue":"D","new":1}`, 1),
			want: "task_routing.default_filter.new",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var read [2]workflow.Document
			for i, text := range []string{test.a, test.b} {
				var err error
				if _, read[i], err = workflow.Parse(text, nil); err != nil {
					t.Fatal(err)
				}
			}
			var paths []string
			for _, d := range differences("", map[string]any(read[0]), map[string]any(read[1])) {
				paths = append(paths, d.Path)
			}
			if got := strings.Join(paths, " "); got != test.want {
				t.Errorf("they differ at %q, want %q", got, test.want)
			}
		})
	}
}

func TestDifferences(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, from, to string
		want           string
	}{
		{"numbers by value", `{"a":1,"b":100,"c":0.5}`, `{"a":1.0,"b":1e2,"c":5e-1}`, ""},
		{"large numbers", `{"a":9007199254740993}`, `{"a":9007199254740992}`, "a"},
		{"a number and a text", `{"a":1}`, `{"a":"1"}`, "a"},
		{"true and a text", `{"a":true}`, `{"a":"true"}`, "a"},
		{"lists in another order", `{"a":[1,2]}`, `{"a":[2,1]}`, "a"},
		{"lists by value", `{"a":[1,[2.0]]}`, `{"a":[1.0,[2]]}`, ""},
		{"null is nothing", `{"a":null}`, `{}`, ""},
		{"an object and a text", `{"a":{"b":1}}`, `{"a":"b"}`, "a"},
		{"deep", `{"a":{"b":{"c":1,"d":2}}}`, `{"a":{"b":{"c":1,"d":3,"e":4}}}`, "a.b.d a.b.e"},
		{"an empty list", `{"a":[]}`, `{}`, "a"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			from, err := decode(test.from)
			if err != nil {
				t.Fatal(err)
			}
			to, err := decode(test.to)
			if err != nil {
				t.Fatal(err)
			}
			var paths []string
			for _, d := range differences("", from, to) {
				paths = append(paths, d.Path)
			}
			if got := strings.Join(paths, " "); got != test.want {
				t.Errorf("they differ at %q, want %q", got, test.want)
			}
		})
	}
}
