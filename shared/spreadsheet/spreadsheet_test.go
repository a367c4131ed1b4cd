package spreadsheet

import "testing"

func TestLine(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, cell, want string }{
		{"plain", "Alice", "Alice"},
		{"empty", "", ""},
		{"a formula", "=1+1", "'=1+1"},
		{"a number", "+12065550100", "'+12065550100"},
		{"a minus", "-1", "'-1"},
		{"a function", "@SUM(1)", "'@SUM(1)"},
		{"a tab", "\t=1", "'\t=1"},
		{"a full-width sign", "＝1", "'＝1"},
		{"quotes and commas", `a "b", c`, `"a ""b"", c"`},
		{"a formula inside", "a=1", "a=1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got, err := Line([]string{test.cell, "x"}); err != nil || got != test.want+",x\r\n" {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}
