package main

import (
	"runtime"
	"strings"
	"testing"
)

// TestHelloIsSampled builds hello for this machine, starts it, and invokes it three times.
func TestHelloIsSampled(t *testing.T) {
	t.Parallel()
	lab := laboratory{root: moduleFolder, scratch: t.TempDir(), cloud: newStandIn(t), warm: 2}
	if err := lab.compile(t.Context(), hello(), "hello", runtime.GOOS, runtime.GOARCH); err != nil {
		t.Fatal(err)
	}
	taken, err := lab.sample(t.Context(), hello())
	if err != nil {
		t.Fatal(err)
	}
	if taken.init <= 0 || taken.first <= 0 || taken.warm <= 0 || taken.invokes != 2 || len(taken.coldCalls)+len(taken.warmCalls) > 0 {
		t.Errorf("the sample is %+v", taken)
	}
	for _, wrong := range []target{
		{name: "wrong", function: "hello", wants: []string{"Goodbye"}},
		{name: "missing", function: "nothing"},
	} {
		if _, err := lab.sample(t.Context(), wrong); err == nil || wrong.name == "wrong" && !strings.Contains(err.Error(), "Goodbye") {
			t.Errorf("%s: error %v", wrong.name, err)
		}
	}
}
