package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestEveryLinkedModuleIsListed compares the bill of a function's binary with what the go command
// reads in it.
func TestEveryLinkedModuleIsListed(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "BridgeFunction")
	path := filepath.Join(folder, "bootstrap")
	if said, err := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-tags=lambda.norpc", "-o", path, "switchboard/functions/bridge/bootstrap").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	said, err := exec.CommandContext(t.Context(), "go", "version", "-m", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for line := range strings.Lines(string(said)) {
		if fields := strings.Fields(line); len(fields) > 2 && fields[0] == "dep" {
			want = append(want, fields[1]+"@"+fields[2])
		}
	}
	var out, again bytes.Buffer
	for _, to := range []*bytes.Buffer{&out, &again} {
		if err := run(t.Context(), []string{"-release", "v1", path}, to, os.Stderr); err != nil {
			t.Fatal(err)
		}
	}
	var read bill
	if err := json.Unmarshal(out.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, each := range read.Components {
		if each.Name != "stdlib" {
			got = append(got, each.Name+"@"+each.Version)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if len(want) < 5 || !slices.Equal(got, want) {
		t.Errorf("the bill has %q\nthe binary has %q", got, want)
	}
	if !slices.ContainsFunc(read.Components, func(c component) bool { return c.Name == "stdlib" && strings.HasPrefix(c.Version, "1.") }) {
		t.Error("the bill lacks the standard library")
	}
	if binary := read.Metadata.Component.Components[0]; binary.Name != "BridgeFunction" || len(binary.Hashes[0].Content) != 64 || read.Dependencies[0].Ref != binary.Ref {
		t.Errorf("binary %+v", binary)
	}
	if !bytes.Equal(out.Bytes(), again.Bytes()) {
		t.Error("two bills of the same binary differ")
	}
}

func TestWhatGoDidNotBuildIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, arguments := range [][]string{{path}, {}, {path + "none"}} {
		var out bytes.Buffer
		if err := run(t.Context(), arguments, &out, &out); err == nil {
			t.Errorf("%q: no error", arguments)
		}
	}
}
