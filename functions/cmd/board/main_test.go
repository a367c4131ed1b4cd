package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

func TestBoardIsPrinted(t *testing.T) {
	t.Parallel()
	var text, document bytes.Buffer
	if err := run(t.Context(), []string{"-once"}, &text, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Example Services", "TODAY  since .* answered", "WAITING [1-9]", "…[0-9]{4}", "talking", "Lunch"} {
		if !regexp.MustCompile(want).MatchString(text.String()) {
			t.Errorf("no %s in\n%s", want, text.String())
		}
	}
	if strings.Contains(text.String(), "! ") {
		t.Errorf("something is wrong:\n%s", text.String())
	}
	if err := run(t.Context(), []string{"-once", "-json"}, &document, io.Discard); err != nil {
		t.Fatal(err)
	}
	var read struct{ Workers []map[string]any }
	if err := json.Unmarshal(document.Bytes(), &read); err != nil || len(read.Workers) != 25 {
		t.Errorf("%d workers: %v", len(read.Workers), err)
	}
}

func TestBoardIsServed(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- run(ctx, []string{"-listen", "127.0.0.1:0"}, writer, io.Discard) }()
	line := make([]byte, 300)
	n, err := reader.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	address := regexp.MustCompile(`http://\S+`).FindString(string(line[:n]))
	response, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); err != nil || !strings.Contains(string(body), "Waiting callers") {
		t.Errorf("%v: %s", err, body)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestUnusableArguments(t *testing.T) {
	t.Parallel()
	for want, arguments := range map[string][]string{
		"want a loopback address": {"-listen", "0.0.0.0:8091"},
		"unknown argument":        {"now"},
		"not defined":             {"-wall"},
	} {
		if err := run(t.Context(), arguments, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", arguments, err)
		}
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if err := run(ended, []string{"-once"}, io.Discard, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}
