package crm

import (
	"context"
	"errors"
	"testing"
	"time"
)

// patient is a step whose answers are told it beforehand; it counts how often it is asked.
type patient struct {
	asked  int
	answer error
	on     func()
}

func (p *patient) Notify(context.Context, Document) error {
	p.asked++
	if p.on != nil {
		p.on()
	}
	return p.answer
}

// newBreaker returns a breaker over a patient, and the hand of its clock.
func newBreaker() (*Breaker, *patient, *time.Time) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	p := &patient{}
	return &Breaker{Step: p, Now: func() time.Time { return now }}, p, &now
}

func down() error { return &Error{Status: 503} }

// fails tells so many documents of a CRM that answers err.
func (p *patient) fails(t *testing.T, b *Breaker, err error, times int) {
	t.Helper()
	p.answer = err
	for range times {
		if got := b.Notify(t.Context(), document()); !errors.Is(got, err) {
			t.Fatalf("err = %v, want %v: the CRM was not asked", got, err)
		}
	}
}

func refuses(t *testing.T, b *Breaker) bool {
	t.Helper()
	var open *OpenError
	return errors.As(b.Notify(t.Context(), document()), &open)
}

func TestWhatOpensTheBreaker(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		err  error
		want bool
	}{
		{"5xx", &Error{Status: 500}, true},
		{"time-outs", &Error{Err: context.DeadlineExceeded}, true},
		{"connections that break", &Error{Err: errors.New("connection reset by peer")}, true},
		{"4xx", &Error{Status: 404}, false},
		{"429", &Error{Status: 429}, false},
		{"redirects", &Error{Status: 302}, false},
		{"a secret that cannot be read", errors.New("no SSM parameter"), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b, p, _ := newBreaker()
			p.fails(t, b, test.err, 3)
			if got := refuses(t, b); got != test.want {
				t.Errorf("after three the CRM is left alone: %t, want %t", got, test.want)
			}
		})
	}
}

func TestBreakerCountsFailuresInARow(t *testing.T) {
	t.Parallel()
	for name, between := range map[string]error{"2xx": nil, "4xx": &Error{Status: 409}} {
		b, p, _ := newBreaker()
		p.fails(t, b, down(), 2)
		p.fails(t, b, between, 1)
		p.fails(t, b, down(), 2)
		if p.answer = nil; refuses(t, b) {
			t.Errorf("%s between them: four failures open it", name)
		}
	}
}

func TestOpenBreakerProbesAfterHalfMinute(t *testing.T) {
	t.Parallel()
	b, p, now := newBreaker()
	p.fails(t, b, down(), 3)
	if asked := p.asked; !refuses(t, b) || p.asked != asked {
		t.Fatal("the CRM was asked while it was to be left alone")
	}
	*now = now.Add(30*time.Second - time.Millisecond)
	if !refuses(t, b) {
		t.Error("it closes too soon")
	}
	*now = now.Add(time.Millisecond)
	p.fails(t, b, down(), 1)
	if !refuses(t, b) {
		t.Error("a failed probe closes it")
	}
	*now = now.Add(30 * time.Second)
	p.fails(t, b, nil, 5)
}

func TestOneProbeAtATime(t *testing.T) {
	t.Parallel()
	b, p, now := newBreaker()
	p.fails(t, b, down(), 3)
	*now = now.Add(30 * time.Second)
	p.answer, p.on = nil, func() {
		p.on = nil
		if !refuses(t, b) {
			t.Error("a second document was let through during the probe")
		}
	}
	for range 2 {
		if refuses(t, b) {
			t.Error("it is open during its probe, or after one that went well")
		}
	}
}

// TestReservationTimeoutKeepsBreakerClosed is a step that had less than its 5 seconds.
func TestReservationTimeoutKeepsBreakerClosed(t *testing.T) {
	t.Parallel()
	b, p, _ := newBreaker()
	for range 5 {
		ctx, cancel := context.WithCancel(t.Context())
		p.answer, p.on = &Error{Err: context.DeadlineExceeded}, cancel
		if err := b.Notify(ctx, document()); !errors.Is(err, p.answer) {
			t.Fatalf("err = %v, want the step's", err)
		}
	}
	if p.on = nil; refuses(t, b) {
		t.Error("it opens")
	}
}

func TestOpenErrorSaysUntilWhen(t *testing.T) {
	t.Parallel()
	b, p, _ := newBreaker()
	p.fails(t, b, down(), 3)
	if err := b.Notify(t.Context(), document()); err == nil || err.Error() != "post to CRM: not asked before 2026-11-24T12:00:30Z, it was down" {
		t.Errorf("err = %v", err)
	}
}
