package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// function plays a Lambda function's part in the Runtime API.
type function struct {
	t    *testing.T
	base string
}

func newRuntime(t *testing.T) (*runtimeAPI, function) {
	t.Helper()
	api, err := startRuntimeAPI()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(api.close)
	return api, function{t, "http://" + api.address + "/2018-06-01/runtime/"}
}

// serve answers each event with its text and "!", or with an error if the event is "fail", until
// the API closes.
func (f function) serve() {
	for {
		response, err := http.Get(f.base + "invocation/next")
		if err != nil {
			return
		}
		event, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		id := response.Header.Get("Lambda-Runtime-Aws-Request-Id")
		if err != nil || id == "" {
			f.t.Errorf("next: id %q, %v", id, err)
			return
		}
		path := "invocation/" + id + "/response"
		if string(event) == "fail" {
			path = "invocation/" + id + "/error"
		}
		if f.post(path, string(event)+"!") != nil {
			return
		}
	}
}

func (f function) post(path, body string) error {
	response, err := http.Post(f.base+path, "application/json", strings.NewReader(body))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusAccepted {
		f.t.Errorf("POST %s: status %d, want 202", path, response.StatusCode)
	}
	return nil
}

func TestRuntimeAPIInvokesAndTimes(t *testing.T) {
	t.Parallel()
	api, function := newRuntime(t)
	before := time.Now()
	go function.serve()
	ready, err := api.started(t.Context())
	if err != nil || ready.Before(before) {
		t.Fatalf("started at %v, %v, want after %v", ready, err, before)
	}
	for _, event := range []string{"one", "two"} {
		began := time.Now()
		got, took, err := api.invoke(t.Context(), []byte(event))
		if err != nil || string(got) != event+"!" {
			t.Fatalf("invoke(%s) = %q, %v", event, got, err)
		}
		if took <= 0 || took > time.Since(began) {
			t.Errorf("invoke(%s) took %v, want more than nothing and at most %v", event, took, time.Since(began))
		}
	}
	if _, _, err := api.invoke(t.Context(), []byte("fail")); err == nil || !strings.Contains(err.Error(), "fail!") {
		t.Errorf("failed invoke: error is %v, want the function's own", err)
	}
}

func TestRuntimeAPIReportsFailedInit(t *testing.T) {
	t.Parallel()
	api, function := newRuntime(t)
	if err := function.post("init/error", "no settings"); err != nil {
		t.Fatal(err)
	}
	if _, err := api.started(t.Context()); err == nil || !strings.Contains(err.Error(), "no settings") {
		t.Errorf("error is %v, want the function's own", err)
	}
}

func TestRuntimeAPIStopsWithProcess(t *testing.T) {
	t.Parallel()
	api, _ := newRuntime(t)
	ended := errors.New("exit status 1")
	ctx, end := context.WithCancelCause(t.Context())
	end(ended)
	if _, err := api.started(ctx); !errors.Is(err, ended) {
		t.Errorf("started: error is %v, want %v", err, ended)
	}
	if _, _, err := api.invoke(ctx, nil); !errors.Is(err, ended) {
		t.Errorf("invoke: error is %v, want %v", err, ended)
	}
}
