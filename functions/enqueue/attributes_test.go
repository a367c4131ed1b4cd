package enqueue_test

import (
	"strings"
	"testing"

	"switchboard/functions/enqueue"
)

func TestNumberAttributesThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, table string
		want        []string // in the error's text
	}{
		{"no JSON", `{"+12065550100": `, []string{"NUMBER_ATTRIBUTES", "JSON object"}},
		{"a list", `[{"skill": "billing"}]`, []string{"NUMBER_ATTRIBUTES", "JSON object"}},
		{"a number's attributes are text", `{"+12065550100": "billing"}`, []string{"NUMBER_ATTRIBUTES", `ends in "00"`, "JSON object"}},
		{"a number's attributes are a list", `{"*": {}, "+12065550199": []}`, []string{`ends in "99"`, "JSON object"}},
		{"a number's attributes are null", `{"+12065550100": null}`, []string{`ends in "00"`, "null"}},
		{"an attribute that Twilio writes", `{"*": {"from_city": "x"}}`, []string{`"*"`, `"from_city"`, "another name"}},
		{"the attribute that TaskRouter writes", `{"+12065550100": {"worker_call_sid": "x"}}`, []string{`ends in "00"`, `"worker_call_sid"`}},
		{"a number for attributes", `{"+12065550100": 12065550199}`, []string{`ends in "00"`, "JSON"}},
		{"a number for the table", `12065550199`, []string{"NUMBER_ATTRIBUTES", "JSON"}},
		{"too long", `{"+12065550100": {"x": "` + strings.Repeat("é", 4096) + `"}}`, []string{`ends in "00"`, "4096"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			attributes, err := enqueue.ParseNumberAttributes(test.table)
			if err == nil {
				t.Fatalf("attributes = %v, want an error", attributes)
			}
			if strings.Contains(err.Error(), "2065550") {
				t.Errorf("error %q has the number", err)
			}
			for _, part := range test.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("error %q does not say %s", err, part)
				}
			}
		})
	}
}

func TestNumberAttributesThatSayNothing(t *testing.T) {
	t.Parallel()
	for name, table := range map[string]string{"absent": "", "empty": "{}", "empty for every number": `{"*":{}}`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			attributes, err := enqueue.ParseNumberAttributes(table)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(attributes.For("+12065550100")); got != "" && got != "{}" {
				t.Errorf("For = %s, want nothing", got)
			}
		})
	}
}
