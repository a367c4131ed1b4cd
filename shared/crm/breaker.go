package crm

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	// failuresToOpen in a row open the breaker.
	failuresToOpen = 3
	// openFor is how long the CRM then gets no documents.
	openFor = 30 * time.Second
)

// Notifier sends a document to the CRM; Step does.
type Notifier interface {
	Notify(ctx context.Context, document Document) error
}

// Breaker spares workers a CRM that is down. After three documents in a row without an answer, or
// with a 5xx, it refuses further ones for 30 seconds. Then it lets one through: if that fails too,
// it refuses the others for as long again. An answer below 500 comes from a CRM that is up. Breaker
// is safe for concurrent use, and knows only its own execution environment.
type Breaker struct {
	Step Notifier
	Now  func() time.Time

	mu       sync.Mutex
	failures int       // in a row
	retryAt  time.Time // the next document may be tried from then on, once there were enough failures
}

// Notify passes the document to the step. err is an *OpenError if the breaker is open.
func (b *Breaker) Notify(ctx context.Context, document Document) error {
	if until, open := b.open(); open {
		return &OpenError{Until: until}
	}
	err := b.Step.Notify(ctx, document)
	// A step that the reservation's deadline cut short proves nothing about the CRM, nor does a
	// missing key.
	var failure *Error
	if ctx.Err() == nil && (err == nil || errors.As(err, &failure)) {
		b.learn(failure != nil && failure.down())
	}
	return err
}

// open reports whether the breaker refuses documents. While it lets one through as a probe, it
// refuses the others for as long again.
func (b *Breaker) open() (until time.Time, open bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.Now()
	if b.failures < failuresToOpen {
		return time.Time{}, false
	}
	if now.Before(b.retryAt) {
		return b.retryAt, true
	}
	b.retryAt = now.Add(openFor)
	return time.Time{}, false
}

func (b *Breaker) learn(down bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !down {
		b.failures = 0
		return
	}
	if b.failures++; b.failures >= failuresToOpen {
		b.retryAt = b.Now().Add(openFor)
	}
}
