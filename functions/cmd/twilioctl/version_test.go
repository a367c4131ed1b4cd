package main

import (
	"strings"
	"testing"

	"switchboard/shared/simulator"
)

func TestVersionIsOneLine(t *testing.T) {
	t.Parallel()
	b := newBench(t, simulator.Config{})
	code, out, errs := b.run("version")
	if version := strings.TrimSuffix(out, "\n"); code != exitOK || errs != "" || version == "" || strings.ContainsAny(version, " \n") {
		t.Errorf("exit code %d, %q, %q", code, out, errs)
	}
	if code, out, errs := b.run("--json", "version"); code != exitOK || errs != "" || !strings.Contains(out, `"version": "`) {
		t.Errorf("exit code %d, %q, %q", code, out, errs)
	}
}
