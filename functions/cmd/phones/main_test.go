package main

import (
	"bytes"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"switchboard/functions/cmd/phones/internal/page"
	"switchboard/functions/cmd/phones/internal/stage"
	"switchboard/functions/internal/inprocess"
	"switchboard/shared/simulator/scenario"
)

func TestUnusableArguments(t *testing.T) {
	t.Parallel()
	desk := filepath.Join(t.TempDir(), "desk.yaml")
	if err := os.WriteFile(desk, []byte("numbers: []\nworker: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name      string
		arguments []string
		want      string
	}{
		{
			name:      "an address that others reach",
			arguments: []string{"-listen", "0.0.0.0:8090"},
			want:      "want a loopback address",
		},
		{
			name:      "no address",
			arguments: []string{"-listen", "8090"},
			want:      "want a loopback address",
		},
		{
			name:      "a mistake in the desk's file",
			arguments: []string{"-desk", desk},
			want:      "desk.yaml:2: ",
		},
		{
			name:      "no desk",
			arguments: []string{"-desk", "missing.yaml"},
			want:      "missing.yaml",
		},
		{
			name:      "a scenario that is missing",
			arguments: []string{"-listen", "127.0.0.1:0", "-scenario", "missing.yaml"},
			want:      "missing.yaml",
		},
		{
			name:      "a voice URL that is none",
			arguments: []string{"-voice-url", "3000"},
			want:      "is not like http://127.0.0.1:3000/voice",
		},
		{
			name:      "an application without a voice URL",
			arguments: []string{"-application", "app.yaml"},
			want:      "-application needs -voice-url",
		},
		{
			name:      "an unknown argument",
			arguments: []string{"phones"},
			want:      "unknown argument",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			if err := run(t.Context(), test.arguments, &out, &errs); err == nil || !strings.Contains(err.Error(), test.want) || out.Len() > 0 {
				t.Errorf("error %v, printed %q", err, out.String())
			}
		})
	}
}

// TestDemoDeskTakesCalls sets the demo's desk up.
func TestDemoDeskTakesCalls(t *testing.T) {
	t.Parallel()
	house, err := (options{}).house()
	if err != nil {
		t.Fatal(err)
	}
	theater, err := page.Open(t.Context(), house, "")
	if err != nil {
		t.Fatal(err)
	}
	theater.Close()
}

const nodeCall = `
title: The ten-line application connects a caller
account:
  workers:
    - {name: Alice, attributes: {contact_uri: +14155550191}, phone: [answers after 1 s, talks 2 s, hangs up]}
callers:
  - from: +14155550101
    dials: +12065550100
    steps: [hears "please wait", until bridged]
    expect: {talks_to: Alice, queue_result: bridged, task: completed}
`

// TestNodeApplicationPassesScenario runs the application of ../README.md.
func TestNodeApplicationPassesScenario(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node on this machine")
	}
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	folder, port := t.TempDir(), freePort(t)
	application, settings := block(t, string(text), "js"), block(t, string(text), "yaml")
	for name, content := range map[string]string{"app.js": application, "app.yaml": settings} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a, err := stage.ReadApplication(filepath.Join(folder, "app.yaml"), "http://127.0.0.1:"+port+"/voice")
	if err != nil {
		t.Fatal(err)
	}
	file, err := scenario.Parse("node.yaml", []byte(nodeCall))
	if err != nil {
		t.Fatal(err)
	}
	var twilio inprocess.Late
	rest := httptest.NewServer(&twilio)
	t.Cleanup(rest.Close)
	program := exec.CommandContext(t.Context(), node, filepath.Join(folder, "app.js"))
	program.Env = append(os.Environ(), "PORT="+port, "TWILIO_API="+rest.URL)
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = program.Process.Kill(); _ = program.Wait() })
	awaitPort(t, port)
	s, err := a.Play(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	twilio.Set(s.Twilio)
	if err := s.SetPace(4); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(20 * time.Second); !s.View().Over; {
		_, changed := s.Lines(0)
		select {
		case <-changed:
		case <-time.After(100 * time.Millisecond): // the scenario may end without a line
		}
		if time.Now().After(end) {
			break
		}
	}
	if v := s.View(); !v.Over || len(v.Unmet) > 0 {
		lines, _ := s.Lines(0)
		t.Errorf("over %t, unmet %q", v.Over, v.Unmet)
		for _, line := range lines {
			t.Log(line.Sentence)
		}
	}
}

// block returns the first code block of a language in Markdown.
func block(t *testing.T, text, language string) string {
	t.Helper()
	_, text, found := strings.Cut(text, "## Phones")
	match := regexp.MustCompile("(?s)```" + language + "\n(.*?)```").FindStringSubmatch(text)
	if !found || match == nil {
		t.Fatalf("README.md has no block of %s below Phones", language)
	}
	return match[1]
}

// freePort returns a port on which nothing listens.
func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return port
}

// awaitPort waits until another program listens.
func awaitPort(t *testing.T, port string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); ; {
		connection, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err == nil {
			_ = connection.Close()
			return
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Millisecond) // node is another process
	}
}
