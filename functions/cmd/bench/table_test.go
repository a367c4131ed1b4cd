package main

import (
	"strings"
	"testing"
)

func TestTableAlignsColumns(t *testing.T) {
	t.Parallel()
	got := table{{"function", "µs", "calls"}, {"hello", "1", "none"}, {"enqueue, long", "1234", ""}}.String()
	want := strings.Join([]string{
		"function         µs  calls",
		"hello             1  none",
		"enqueue, long  1234",
		"",
	}, "\n")
	if got != want {
		t.Errorf("table is\n%s\nwant\n%s", got, want)
	}
}

func TestCellsMarkMissedAims(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		got  string
		want string
	}{
		{"within", ratioCell(ratio{1.99, 2}), "1.99"},
		{"exactly, as shown", ratioCell(ratio{2.004, 2}), "2.00"},
		{"over", ratioCell(ratio{2.01, 2}), "2.01 over"},
		{"no aim", ratioCell(ratio{ToHello: 7}), "7.00"},
		{"not known", ratioCell(ratio{Aim: 2}), "n/a"},
		{"zip within", zipCell(result{ZipMB: map[string]float64{"arm64": 3.14}, ZipAim: 4.5}, "arm64"), "3.14"},
		{"zip over", zipCell(result{ZipMB: map[string]float64{"arm64": 4.51}, ZipAim: 4.5}, "arm64"), "4.51 over"},
		{"no calls", callsCell(nil), "none"},
		{"calls", callsCell(map[string]float64{"Twilio": 1, "DynamoDB": 2.5}), "DynamoDB 2.5, Twilio 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := strings.TrimSpace(test.got); got != test.want {
				t.Errorf("cell is %q, want %q", got, test.want)
			}
		})
	}
}
