package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

func newRuntime(t *testing.T) *runtimeAPI {
	t.Helper()
	api, err := startRuntimeAPI()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(api.close)
	return api
}

// post posts as a function does.
func (r *runtimeAPI) post(t *testing.T, path, body string) {
	t.Helper()
	answer, err := http.Post("http://"+r.address+"/2018-06-01/runtime/"+path, "application/json", strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusAccepted {
		t.Errorf("POST %s: status %d, want 202", path, answer.StatusCode)
	}
}

func TestRuntimeAPIReportsFailedInit(t *testing.T) {
	t.Parallel()
	api := newRuntime(t)
	api.post(t, "init/error", "no settings")
	if _, err := api.started(t.Context()); err == nil || !strings.Contains(err.Error(), "no settings") {
		t.Errorf("error is %v, want the function's own", err)
	}
}

func TestRuntimeAPIReportsFailedInvoke(t *testing.T) {
	t.Parallel()
	api := newRuntime(t)
	go func() {
		next, err := http.Get("http://" + api.address + "/2018-06-01/runtime/invocation/next")
		if err != nil {
			t.Error(err)
			return
		}
		defer next.Body.Close()
		event, _ := io.ReadAll(next.Body)
		api.post(t, "invocation/"+next.Header.Get("Lambda-Runtime-Aws-Request-Id")+"/error", string(event)+" failed")
	}()
	if _, err := api.started(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := api.invoke(t.Context(), []byte("event")); err == nil || !strings.Contains(err.Error(), "event failed") {
		t.Errorf("error is %v, want the function's own", err)
	}
}

func TestRuntimeAPIStopsWithProcess(t *testing.T) {
	t.Parallel()
	api := newRuntime(t)
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
