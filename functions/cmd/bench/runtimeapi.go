package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// invokeTimeout is the deadline of each invocation.
const invokeTimeout = 10 * time.Second

// runtimeAPI is Lambda's Runtime API
// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html) for one process, with one
// invocation at a time.
type runtimeAPI struct {
	address string // host:port
	server  *http.Server
	asked   chan time.Time // when the function asked for its next event
	events  chan []byte
	handed  chan time.Time // when the function got the event
	answers chan answer
}

// answer is what a function posts after an invocation, or after a failed start.
type answer struct {
	at     time.Time
	body   []byte
	failed bool
}

func startRuntimeAPI() (*runtimeAPI, error) {
	api := &runtimeAPI{
		asked:   make(chan time.Time),
		events:  make(chan []byte),
		handed:  make(chan time.Time, 1),
		answers: make(chan answer, 1),
	}
	routes := http.NewServeMux()
	routes.HandleFunc("GET /2018-06-01/runtime/invocation/next", api.next)
	routes.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", api.take(false))
	routes.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", api.take(true))
	routes.HandleFunc("POST /2018-06-01/runtime/init/error", api.take(true))
	var err error
	if api.server, api.address, err = serve(routes); err != nil {
		return nil, fmt.Errorf("serve the Runtime API: %w", err)
	}
	return api, nil
}

func (r *runtimeAPI) close() { _ = r.server.Close() }

// started waits until the function asks for its first event, which ends its init, and returns the
// time. ctx ends when the process does.
func (r *runtimeAPI) started(ctx context.Context) (time.Time, error) {
	select {
	case at := <-r.asked:
		return at, nil
	case failure := <-r.answers:
		return time.Time{}, fmt.Errorf("init: %s", failure.body)
	case <-ctx.Done():
		return time.Time{}, fmt.Errorf("init: %w", context.Cause(ctx))
	}
}

// invoke sends an event to the function, and returns the answer and the time that it took. It also
// waits until the function asks for the next event: only then is the invocation over.
func (r *runtimeAPI) invoke(ctx context.Context, event []byte) ([]byte, time.Duration, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, invokeTimeout, errors.New("no answer in time"))
	defer cancel()
	select {
	case r.events <- event:
	case <-ctx.Done():
		return nil, 0, fmt.Errorf("invoke: %w", context.Cause(ctx))
	}
	var given answer
	select {
	case given = <-r.answers:
	case <-ctx.Done():
		return nil, 0, fmt.Errorf("invoke: %w", context.Cause(ctx))
	}
	took := given.at.Sub(<-r.handed)
	if given.failed {
		return nil, 0, fmt.Errorf("invoke: %s", given.body)
	}
	select {
	case <-r.asked:
		return given.body, took, nil
	case <-ctx.Done():
		return nil, 0, fmt.Errorf("invoke: %w", context.Cause(ctx))
	}
}

func (r *runtimeAPI) next(w http.ResponseWriter, request *http.Request) {
	select {
	case r.asked <- time.Now():
	case <-request.Context().Done():
		return
	}
	select {
	case event := <-r.events:
		header := w.Header()
		header.Set("Content-Type", "application/json")
		header.Set("Lambda-Runtime-Aws-Request-Id", "00000000-0000-4000-8000-000000000004")
		header.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(invokeTimeout).UnixMilli(), 10))
		header.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123456789012:function:bench")
		header.Set("Lambda-Runtime-Trace-Id", "Root=1-6b054700-000000000000000000000001;Sampled=0")
		r.handed <- time.Now()
		_, _ = w.Write(event)
	case <-request.Context().Done():
	}
}

func (r *runtimeAPI) take(failed bool) http.HandlerFunc {
	return func(w http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		at := time.Now()
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusAccepted)
		r.answers <- answer{at: at, body: body, failed: failed}
	}
}

// serve starts a server on a free port of loopback and returns its host:port.
func serve(handler http.Handler) (*http.Server, string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: invokeTimeout}
	go func() { _ = server.Serve(listener) }() // Close ends it
	return server, listener.Addr().String(), nil
}
