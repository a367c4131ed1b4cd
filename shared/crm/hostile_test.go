package crm

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"switchboard/shared/secrets"
)

// planted stands for what an answer or a setting of others holds.
const planted = "+14155550123 hunter2"

// quotes reports whether the text has some of what is planted.
func quotes(text string) bool {
	return strings.Contains(text, "4155550123") || strings.Contains(text, "hunter2")
}

func TestMalformedAnswersAreNotQuoted(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{
		"header":         "HTTP/1.1 200 OK\r\n" + planted + "\r\n\r\n",
		"status line":    planted + "\r\n\r\n",
		"status":         "HTTP/1.1 " + planted + "\r\n\r\n",
		"content length": "HTTP/1.1 200 OK\r\nContent-Length: " + planted + "\r\n\r\n",
		"encoding":       "HTTP/1.1 200 OK\r\nTransfer-Encoding: " + planted + "\r\n\r\n",
		"nothing":        "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				connection, _, err := w.(http.Hijacker).Hijack()
				if err != nil {
					t.Error(err)
					return
				}
				defer connection.Close()
				_, _ = io.WriteString(connection, answer)
			}))
			defer server.Close()
			step, _, log := newStep("secret")
			step.URL, step.Transport = server.URL, server.Client().Transport
			err := step.Notify(t.Context(), document())
			var failure *Error
			if !errors.As(err, &failure) || failure.Status != 0 || quotes(err.Error()+log.String()) {
				t.Errorf("err = %v, log = %s, want an *Error in words of our own", err, log)
			}
		})
	}
}

func TestSettingsAreNotQuoted(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Step){
		"URL":      func(s *Step) { s.URL = "https://user:hunter2@[" },
		"URL path": func(s *Step) { s.URL = "https://crm.example/%zzhunter2" },
		"secret":   func(s *Step) { s.Secrets = keys{set: secrets.Set{CRMSecret: secrets.New("whsec_hunter2!")}} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			step, peer, log := newStep("secret")
			change(&step)
			if err := step.Notify(t.Context(), document()); err == nil || quotes(err.Error()+log.String()) || len(peer.got) != 0 {
				t.Errorf("err = %v, log = %s after %d requests, want an error without the setting, and none", err, log, len(peer.got))
			}
		})
	}
}

// endless is a body without an end. It counts what was read of it.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) { e.read += len(p); return len(p), nil }
func (e *endless) Close() error               { return nil }

func TestEndlessAnswers(t *testing.T) {
	t.Parallel()
	for code, wantAsked := range map[int]int{200: 1, 404: 1, 500: 2} {
		body := &endless{}
		answer := func(request *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: code, Body: body, Request: request}, nil
		}
		step, peer, _ := newStep("secret", answer, answer)
		err := step.Notify(t.Context(), document())
		// io.Copy reads into buffers of 32 kB.
		if (err == nil) != (code == 200) || len(peer.got) != wantAsked || body.read > wantAsked<<15 {
			t.Errorf("%d: err = %v after %d requests and %d bytes", code, err, len(peer.got), body.read)
		}
	}
}
