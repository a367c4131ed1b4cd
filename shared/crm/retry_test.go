package crm

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func TestWhatIsTriedAgain(t *testing.T) {
	t.Parallel()
	type answer = func(*http.Request) (*http.Response, error)
	refused := broken(&net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED})
	unresolved := broken(&net.DNSError{Err: "no such host", Name: "crm.example", IsNotFound: true})
	tests := []struct {
		name      string
		answers   []answer
		wantAsked int
		wantIn    string // of the error, "" = no error
	}{
		{"200", []answer{status(200)}, 1, ""},
		{"201", []answer{status(201)}, 1, ""},
		{"204", []answer{status(204)}, 1, ""},
		{"299", []answer{status(299)}, 1, ""},
		{"301", []answer{status(301), status(200)}, 1, "301"},
		{"304", []answer{status(304), status(200)}, 1, "304"},
		{"308", []answer{status(308), status(200)}, 1, "308"},
		{"400", []answer{status(400), status(200)}, 1, "400"},
		{"401", []answer{status(401), status(200)}, 1, "401"},
		{"404", []answer{status(404), status(200)}, 1, "404"},
		{"408", []answer{status(408), status(200)}, 1, "408"},
		{"429", []answer{status(429), status(200)}, 1, "429"},
		{"500, then 200", []answer{status(500), status(200)}, 2, ""},
		{"503, then 204", []answer{status(503), status(204)}, 2, ""},
		{"500, then 400", []answer{status(500), status(400)}, 2, "400"},
		{"500 twice", []answer{status(500), status(502), status(200)}, 2, "502"},
		{"connection refused, then 200", []answer{refused, status(200)}, 2, ""},
		{"no such host, then 200", []answer{unresolved, status(200)}, 2, ""},
		{"connection refused, then 500", []answer{refused, status(500), status(200)}, 2, "500"},
		{"connection refused twice", []answer{refused, refused, status(200)}, 2, "connection refused"},
		{"timeout", []answer{broken(context.DeadlineExceeded), status(200)}, 1, "deadline exceeded"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			step, peer, _ := newStep("secret", test.answers...)
			err := step.Notify(t.Context(), document())
			switch {
			case test.wantIn == "" && err != nil:
				t.Errorf("err = %v, want none", err)
			case test.wantIn != "" && (err == nil || !strings.Contains(err.Error(), test.wantIn) || !strings.Contains(err.Error(), "CRM")):
				t.Errorf("err = %v, want one with %q", err, test.wantIn)
			}
			if len(peer.got) != test.wantAsked {
				t.Errorf("asked %d times, want %d", len(peer.got), test.wantAsked)
			}
		})
	}
}

// The time in these is the bubble's: nothing waits.

func TestSilentCRMGetsFiveSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		step, peer, _ := newStep("secret", silent, status(http.StatusOK))
		begun := time.Now()
		err := step.Notify(t.Context(), document())
		if !errors.Is(err, context.DeadlineExceeded) || len(peer.got) != 1 || time.Since(begun) != 5*time.Second {
			t.Errorf("asked %d times in %s, %v; want once in 5s", len(peer.got), time.Since(begun), err)
		}
	})
}

func TestSecondTryHasFiveSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		step, peer, _ := newStep("secret", status(http.StatusServiceUnavailable), silent)
		begun := time.Now()
		err := step.Notify(t.Context(), document())
		if !errors.Is(err, context.DeadlineExceeded) || len(peer.got) != 2 || time.Since(begun) != 5*time.Second {
			t.Errorf("asked %d times in %s, %v; want twice in 5s", len(peer.got), time.Since(begun), err)
		}
	})
}

func TestTheContextsDeadlineComesFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slow := func(request *http.Request) (*http.Response, error) {
			time.Sleep(2 * time.Second)
			return status(http.StatusServiceUnavailable)(request)
		}
		step, peer, _ := newStep("secret", slow, silent)
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		begun := time.Now()
		err := step.Notify(ctx, document())
		if !errors.Is(err, context.DeadlineExceeded) || len(peer.got) != 2 || time.Since(begun) != 3*time.Second {
			t.Errorf("asked %d times in %s, %v; want twice in 3s", len(peer.got), time.Since(begun), err)
		}
	})
}

func TestNoRetryAfterContextEnds(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(*http.Request) (*http.Response, error){
		"5xx": status(http.StatusServiceUnavailable), "connection refused": broken(errors.New("connection refused")), "canceled": silent,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			step, peer, _ := newStep("secret", func(request *http.Request) (*http.Response, error) {
				cancel()
				return answer(request)
			}, status(http.StatusOK))
			if err := step.Notify(ctx, document()); err == nil || len(peer.got) != 1 {
				t.Errorf("asked %d times, %v; want once, and its error", len(peer.got), err)
			}
		})
	}
}
