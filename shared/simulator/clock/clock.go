// Package clock is the simulator's event queue: a Loop runs functions at their times, on a virtual
// clock or on the machine's.
package clock

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Loop is an event queue over a clock. A virtual loop jumps from event to event and runs everything
// on the goroutine that called Run, so a day of calls takes milliseconds and the same inputs give
// the same run. A real loop waits until an event is due, on the machine's clock or on one that a
// person paces. Events due at the same instant run in the order in which they were scheduled. All
// methods are safe for concurrent use.
type Loop struct {
	virtual bool
	paced   *pacedClock // nil: a real loop follows the machine's clock
	wake    chan struct{}

	start  time.Time
	passed atomic.Int64 // nanoseconds of virtual time since start

	mu      sync.Mutex
	pending []*Timer // the last one is due first
	seq     uint64

	running *routine   // set while Go runs one; virtual loops only
	idle    []*routine // for the next functions
}

// NewVirtual returns a loop whose clock shows start until Run moves it.
func NewVirtual(start time.Time) *Loop {
	return &Loop{virtual: true, start: start, wake: make(chan struct{}, 1)}
}

// NewReal returns a loop that follows the machine's clock.
func NewReal() *Loop {
	return &Loop{wake: make(chan struct{}, 1)}
}

// Virtual reports whether the loop's clock is virtual.
func (l *Loop) Virtual() bool { return l.virtual }

// Now returns the loop's time.
func (l *Loop) Now() time.Time {
	switch {
	case l.paced != nil:
		return l.paced.now()
	case !l.virtual:
		return time.Now()
	}
	return l.start.Add(time.Duration(l.passed.Load()))
}

// After runs fn once, d from now, on the loop's goroutine. A negative d counts as 0.
func (l *Loop) After(d time.Duration, fn func()) *Timer {
	at := l.Now().Add(max(d, 0))
	l.mu.Lock()
	l.seq++
	timer := &Timer{loop: l, at: at, seq: l.seq, fn: fn}
	i, _ := slices.BinarySearchFunc(l.pending, timer, later)
	l.pending = slices.Insert(l.pending, i, timer)
	l.mu.Unlock()
	l.rouse()
	return timer
}

// rouse lets a real loop look at its events and its clock again.
func (l *Loop) rouse() {
	if l.virtual {
		return
	}
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Post runs fn after the events that are already due.
func (l *Loop) Post(fn func()) { l.After(0, fn) }

// Run runs events until none is left (virtual) or until ctx is done (real). It returns ctx's error
// if ctx ended it, and nil if no event was left.
func (l *Loop) Run(ctx context.Context) error {
	return l.RunUntil(ctx, func() bool { return false })
}

// RunFor runs the events of the next d and leaves the clock there.
func (l *Loop) RunFor(ctx context.Context, d time.Duration) error {
	over := false
	l.After(d, func() { over = true })
	return l.RunUntil(ctx, func() bool { return over })
}

// RunUntil runs events like Run and also ends once done returns true. It calls done before each
// event, on the loop's goroutine.
func (l *Loop) RunUntil(ctx context.Context, done func() bool) error {
	defer l.release()
	for !done() {
		if err := ctx.Err(); err != nil {
			return err
		}
		fn, wait, more := l.take()
		switch {
		case fn != nil:
			fn()
		case l.virtual:
			return nil
		default:
			if err := l.sleep(ctx, wait, more); err != nil {
				return err
			}
		}
	}
	return nil
}

// routine runs functions that may sleep in virtual time, one after the other.
type routine struct {
	fn    func()
	yield func(turn) bool
	next  func() (turn, bool)
	stop  func()
}

// turn is how a routine's turn ended: its function returned, or it sleeps.
type turn struct {
	over  bool
	sleep time.Duration
}

// Go runs fn immediately. fn may Sleep; the loop runs other events meanwhile. Go reports whether fn
// has returned, which a function that never sleeps has. A virtual loop runs one function at a time,
// in an order that depends on the inputs alone; a real loop gives fn its own goroutine and returns
// false.
func (l *Loop) Go(fn func()) (returned bool) {
	if !l.virtual {
		go fn()
		return false
	}
	r := l.idleRoutine()
	r.fn = fn
	return l.resume(r)
}

func (l *Loop) idleRoutine() *routine {
	if last := len(l.idle) - 1; last >= 0 {
		r := l.idle[last]
		l.idle = l.idle[:last]
		return r
	}
	r := &routine{}
	r.next, r.stop = iter.Pull(func(yield func(turn) bool) {
		r.yield = yield
		for {
			r.fn()
			if !yield(turn{over: true}) {
				return
			}
		}
	})
	return r
}

// resume runs a routine's next turn, and schedules the turn after it if the routine sleeps.
func (l *Loop) resume(r *routine) (over bool) {
	before := l.running
	l.running = r
	t, _ := r.next()
	l.running = before
	if t.over {
		l.idle = append(l.idle, r)
	} else {
		l.After(t.sleep, func() { l.resume(r) })
	}
	return t.over
}

// release ends the idle routines.
func (l *Loop) release() {
	for _, r := range l.idle {
		r.stop()
	}
	l.idle = nil
}

// Sleep blocks a function that Go runs for d. On a virtual loop it panics outside of Go, because
// the loop could then run no other event.
func (l *Loop) Sleep(d time.Duration) {
	switch {
	case l.paced != nil:
		over := make(chan struct{})
		l.After(d, func() { close(over) })
		<-over
	case !l.virtual:
		time.Sleep(d)
	case l.running == nil:
		panic("clock: Sleep outside of Loop.Go")
	default:
		l.running.yield(turn{sleep: max(d, 0)})
	}
}

// take removes and returns the next event that is due. If none is due, fn is nil; more reports
// whether an event is scheduled, and wait is the time until then.
func (l *Loop) take() (fn func(), wait time.Duration, more bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	last := len(l.pending) - 1
	if last < 0 {
		return nil, 0, false
	}
	first := l.pending[last]
	if !l.virtual {
		if wait := first.at.Sub(l.Now()); wait > 0 {
			return l.paced.inRealTime(wait)
		}
	} else if passed := int64(first.at.Sub(l.start)); passed > l.passed.Load() {
		l.passed.Store(passed)
	}
	l.pending[last] = nil
	l.pending = l.pending[:last]
	return first.fn, 0, true
}

func (l *Loop) sleep(ctx context.Context, wait time.Duration, more bool) error {
	var due <-chan time.Time
	if more {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		due = timer.C
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-l.wake:
	case <-due:
	}
	return nil
}

// Timer is a scheduled event.
type Timer struct {
	loop *Loop
	at   time.Time
	seq  uint64
	fn   func()
}

// Stop removes the event from the queue. stopped is false if the event has run or was stopped
// before. Stop on a nil Timer returns false.
func (t *Timer) Stop() (stopped bool) {
	if t == nil {
		return false
	}
	t.loop.mu.Lock()
	defer t.loop.mu.Unlock()
	i, found := slices.BinarySearchFunc(t.loop.pending, t, later)
	if found {
		t.loop.pending = slices.Delete(t.loop.pending, i, i+1)
	}
	return found
}

// later orders timers by their times, and those of one time as they were scheduled, the last first.
func later(a, b *Timer) int { return cmp.Or(b.at.Compare(a.at), cmp.Compare(b.seq, a.seq)) }
