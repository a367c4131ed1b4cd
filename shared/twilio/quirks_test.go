package twilio

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"switchboard/shared/secrets"
)

// What twilio-go leaves out, and these tests hold the transport to: a context for its requests, and
// an end to error bodies.

// hanging is a body that gives its text and then nothing until the request is over, as a connection
// does.
type hanging struct {
	text   io.Reader
	ctx    context.Context
	closed *atomic.Bool
}

func (h hanging) Read(p []byte) (int, error) {
	if n, err := h.text.Read(p); err == nil {
		return n, nil
	}
	<-h.ctx.Done()
	return 0, h.ctx.Err()
}

func (h hanging) Close() error {
	h.closed.Store(true)
	return nil
}

func TestDeadlineEndsHangingRequest(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		status     int // 0 = no answer at all
		wantStatus int
	}{
		{"before the answer", 0, 0},
		{"in the body of an answer", http.StatusCreated, http.StatusCreated},
		{"in the body of an error", http.StatusBadRequest, http.StatusBadRequest},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var closed atomic.Bool
				client := newClient("")
				client.Transport = roundTrip(func(request *http.Request) (*http.Response, error) {
					if test.status == 0 {
						<-request.Context().Done()
						return nil, request.Context().Err()
					}
					return &http.Response{StatusCode: test.status, Body: hanging{strings.NewReader(`{"sid":"CA`), request.Context(), &closed}, Request: request}, nil
				})
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
				defer cancel()
				begun := time.Now()
				err := placeCall(ctx, client)
				var failure *Error
				if !errors.As(err, &failure) || failure.Status != test.wantStatus || !failure.Sent {
					t.Errorf("err = %+v, want one with status %d", err, test.wantStatus)
				}
				if took := time.Since(begun); took != 3*time.Second {
					t.Errorf("took %s, want 3s", took)
				}
				if test.status != 0 && !closed.Load() {
					t.Error("the body was left open")
				}
			})
		})
	}
}

func TestErrorBodiesAreReadAndClosed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		status int
		body   string
	}{
		{"JSON", http.StatusNotFound, `{"code":20404,"status":404,"message":"No"}`},
		{"JSON with more behind it", http.StatusNotFound, `{"code":20404,"status":404}` + strings.Repeat(" ", 60<<10)},
		{"a proxy's page", http.StatusBadGateway, "<html>" + strings.Repeat("x", 60<<10)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var connections atomic.Int32
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(test.status)
				_, _ = io.WriteString(w, test.body)
			}))
			server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
				if state == http.StateNew {
					connections.Add(1)
				}
			}
			server.Start()
			t.Cleanup(server.Close)
			client := newClient(server.URL)
			client.Transport, client.Pause = &http.Transport{}, (&pauses{}).Pause
			for range 10 {
				if err := placeCall(t.Context(), client); err == nil {
					t.Fatal("no error")
				}
			}
			if got := connections.Load(); got != 1 {
				t.Errorf("10 errors took %d connections, want 1", got)
			}
		})
	}
}

func TestEndlessErrorBodyIsCut(t *testing.T) {
	t.Parallel()
	var closed atomic.Bool
	page := strings.NewReader(strings.Repeat("x", 1<<20))
	client := newClient("")
	client.Transport = roundTrip(func(request *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusBadGateway, Body: hanging{page, request.Context(), &closed}, Request: request}, nil
	})
	if err := placeCall(t.Context(), client); errorOf(err).Status != http.StatusBadGateway || !closed.Load() {
		t.Errorf("err = %v, body closed: %t", err, closed.Load())
	}
	if page.Len() == 0 {
		t.Error("it was read to its end")
	}
}

func TestErrorSaysWhetherTwilioProcessed(t *testing.T) {
	t.Parallel()
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	tests := []struct {
		name      string
		answers   []error // nil = 500
		wantSent  bool
		wantAsked int
	}{
		{"connection refused", []error{dial(syscall.ECONNREFUSED), dial(syscall.ECONNREFUSED), dial(syscall.ECONNREFUSED)}, false, 3},
		{"no such host", []error{&net.DNSError{IsNotFound: true}, &net.DNSError{IsNotFound: true}, &net.DNSError{IsNotFound: true}}, false, 3},
		{"reset", []error{&net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}}, true, 1},
		{"end of the connection", []error{io.EOF}, true, 1},
		{"server error", []error{nil}, true, 1},
		{"refused, then reset", []error{dial(syscall.ECONNREFUSED), io.EOF}, true, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			asked := 0
			client, _, _ := newTwilio(t)
			client.Transport = roundTrip(func(request *http.Request) (*http.Response, error) {
				asked++
				if err := test.answers[asked-1]; err != nil {
					return nil, err
				}
				return &http.Response{StatusCode: http.StatusInternalServerError, Body: http.NoBody, Request: request}, nil
			})
			err := placeCall(t.Context(), client)
			var failure *Error
			if !errors.As(err, &failure) || failure.Sent != test.wantSent || asked != test.wantAsked {
				t.Errorf("err = %+v after %d requests; want sent %t after %d", err, asked, test.wantSent, test.wantAsked)
			}
		})
	}
}

// TestMalformedCredentialsAreNotSent is about an auth token with characters that it does
// not take.
func TestMalformedCredentialsAreNotSent(t *testing.T) {
	t.Parallel()
	client, server, _ := newTwilio(t)
	client.Secrets = keys{set: secrets.Set{AuthToken: secrets.New("not-alphanumeric")}}
	err := placeCall(t.Context(), client)
	if failure := errorOf(err); failure.Sent || failure.Code != 21224 || len(server.requests()) != 0 {
		t.Errorf("err = %v after %d requests, want 21224 after none", err, len(server.requests()))
	}
}
