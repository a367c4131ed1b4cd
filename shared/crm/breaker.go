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
	// openFor is how long the CRM is then left alone.
	openFor = 30 * time.Second
)

// Notifier tells the CRM about a call; Step does.
type Notifier interface {
	Notify(ctx context.Context, document Document) error
}

// Breaker spares the workers a CRM that is down: after three documents in a row that got no answer
// or a 5xx it refuses the next ones at once, for 30 seconds. Then one document is tried, and its
// fate is that of the others for as long again. An answer below 500 is one of a CRM that is up. It
// is safe for concurrent use, and knows what one execution environment has seen.
type Breaker struct {
	Step Notifier
	Now  func() time.Time

	mu       sync.Mutex
	failures int       // in a row
	retryAt  time.Time // the next document may be tried from then on, once there were enough failures
}

// Notify tells the step. It returns *OpenError when the CRM is left alone.
func (b *Breaker) Notify(ctx context.Context, document Document) error {
	if until, open := b.open(); open {
		return &OpenError{Until: until}
	}
	err := b.Step.Notify(ctx, document)
	// A step that was cut short by the reservation's deadline says nothing about the CRM; nor does
	// a missing key.
	var failure *Error
	if ctx.Err() == nil && (err == nil || errors.As(err, &failure)) {
		b.learn(failure != nil && failure.down())
	}
	return err
}

// open reports whether the CRM is to be left alone. Whoever is let through after a while is the
// only one for as long again.
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
