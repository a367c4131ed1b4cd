package simulator

import (
	"container/heap"
	"context"
	"iter"
	"sync"
	"sync/atomic"
	"time"
)

// Loop is an event queue over a clock. A virtual loop jumps from event to event and runs everything on the goroutine that
// called Run, so a day of calls takes milliseconds and the same inputs give the same run. A real loop waits for the time to come.
// Events due at the same instant run in the order in which they were scheduled. All methods are safe for concurrent use.
type Loop struct {
	virtual bool
	wake    chan struct{}

	start  time.Time
	passed atomic.Int64 // nanoseconds of virtual time since start: everything asks what time it is

	mu      sync.Mutex
	pending timerHeap
	seq     uint64

	running *routine   // the one that Go is running, if any; virtual loops only
	idle    []*routine // for the next functions
}

// NewVirtual returns a loop whose clock stands at start until Run moves it.
func NewVirtual(start time.Time) *Loop {
	return &Loop{virtual: true, start: start, wake: make(chan struct{}, 1)}
}

// NewReal returns a loop that follows the machine's clock.
func NewReal() *Loop {
	return &Loop{wake: make(chan struct{}, 1)}
}

// Virtual reports whether the clock is a virtual one.
func (l *Loop) Virtual() bool { return l.virtual }

// Now returns the loop's time.
func (l *Loop) Now() time.Time {
	if !l.virtual {
		return time.Now()
	}
	return l.start.Add(time.Duration(l.passed.Load()))
}

// After runs fn once, d from now, on the loop's goroutine. fn may call anything, the simulated Twilio's REST API included.
func (l *Loop) After(d time.Duration, fn func()) *Timer {
	at := l.Now().Add(max(d, 0))
	l.mu.Lock()
	l.seq++
	timer := &Timer{loop: l, at: at, seq: l.seq, fn: fn}
	heap.Push(&l.pending, timer)
	l.mu.Unlock()
	if !l.virtual {
		select {
		case l.wake <- struct{}{}:
		default:
		}
	}
	return timer
}

// Post runs fn as soon as the events already due have run.
func (l *Loop) Post(fn func()) { l.After(0, fn) }

// Run runs events until none is left (virtual) or until ctx is done (real). It returns ctx's error if that is what ended it. A virtual
// loop comes to its end by itself: nobody stays on a call for longer than Pace.Patience, and a task that nobody takes ends with its time
// to live.
func (l *Loop) Run(ctx context.Context) error {
	return l.RunUntil(ctx, func() bool { return false })
}

// RunFor runs the events of the next d and leaves the clock there.
func (l *Loop) RunFor(ctx context.Context, d time.Duration) error {
	over := false
	l.After(d, func() { over = true })
	return l.RunUntil(ctx, func() bool { return over })
}

// RunUntil is Run that also ends once done reports true; it is asked before each event, on the loop's goroutine.
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

// routine runs functions that may sleep in virtual time, one after the other: a stack that has grown once serves many of them.
type routine struct {
	fn    func()
	yield func(turn) bool
	next  func() (turn, bool)
	stop  func()
}

// turn is how a routine's turn ended: its function returned, or sleeps.
type turn struct {
	over  bool
	sleep time.Duration
}

// Go runs fn at once and lets it Sleep, during which the loop's other events run. It reports whether fn has returned already: a function
// that never sleeps has. On a virtual loop only one function runs at a time, in an order that the inputs decide; on a real one fn
// has a goroutine of its own.
func (l *Loop) Go(fn func()) bool {
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
		growStack(0)
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

// growStack gives a routine at once the stack that a handler needs. It would grow to that in steps, with more to copy in each.
//
//go:noinline
func growStack(i int) byte {
	var room [24 << 10]byte
	return room[i]
}

// resume gives a routine its turn, and schedules the next one where it goes to sleep.
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

// release ends the routines that have nothing to do.
func (l *Loop) release() {
	for _, r := range l.idle {
		r.stop()
	}
	l.idle = nil
}

// Sleep lets d pass for a function that Go runs. Anywhere else on a virtual loop it panics: there is nothing to come back to.
func (l *Loop) Sleep(d time.Duration) {
	switch {
	case !l.virtual:
		time.Sleep(d)
	case l.running == nil:
		panic("simulator: Sleep outside of Loop.Go")
	default:
		l.running.yield(turn{sleep: max(d, 0)})
	}
}

// take removes the next event that is due; otherwise it says how long until the next one, if there is any.
func (l *Loop) take() (fn func(), wait time.Duration, more bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.pending) == 0 {
		return nil, 0, false
	}
	first := l.pending[0]
	if !l.virtual {
		if wait := time.Until(first.at); wait > 0 {
			return nil, wait, true
		}
	} else if passed := int64(first.at.Sub(l.start)); passed > l.passed.Load() {
		l.passed.Store(passed)
	}
	heap.Pop(&l.pending)
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

// Timer is an event that has been scheduled.
type Timer struct {
	loop  *Loop
	at    time.Time
	seq   uint64
	fn    func()
	index int
}

// Stop takes the event out of the queue; it reports false when the event has run or was stopped before. A nil Timer may be stopped.
func (t *Timer) Stop() bool {
	if t == nil {
		return false
	}
	t.loop.mu.Lock()
	defer t.loop.mu.Unlock()
	if t.index < 0 {
		return false
	}
	heap.Remove(&t.loop.pending, t.index)
	return true
}

type timerHeap []*Timer

func (h timerHeap) Len() int { return len(h) }

func (h timerHeap) Less(i, j int) bool {
	if !h[i].at.Equal(h[j].at) {
		return h[i].at.Before(h[j].at)
	}
	return h[i].seq < h[j].seq
}

func (h timerHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *timerHeap) Push(x any) {
	timer := x.(*Timer)
	timer.index = len(*h)
	*h = append(*h, timer)
}

func (h *timerHeap) Pop() any {
	old := *h
	last := len(old) - 1
	timer := old[last]
	old[last] = nil
	timer.index = -1
	*h = old[:last]
	return timer
}
