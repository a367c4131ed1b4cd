package taskrouter

import "testing"

func TestDuties(t *testing.T) {
	t.Parallel()
	tests := []struct {
		attributes string
		shift      string
		lead       bool
	}{
		{
			attributes: `{"shift":"early","lead":true}`,
			shift:      "early",
			lead:       true,
		},
		{
			attributes: `{"shift":7,"lead":"true"}`,
		},
		{
			attributes: `{"lead":"Carol","shift":"early"}`,
			shift:      "early",
		},
		{
			attributes: `{"lead":true,"shift":["early"]}`,
			lead:       true,
		},
		{
			attributes: `{}`,
		},
		{
			attributes: `[true]`,
		},
		{},
	}
	for _, test := range tests {
		if shift, lead := WorkerShift(test.attributes), IsLead(test.attributes); shift != test.shift || lead != test.lead {
			t.Errorf("%s: shift %q, lead %t", test.attributes, shift, lead)
		}
	}
}
