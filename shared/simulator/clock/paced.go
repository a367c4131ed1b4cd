package clock

import (
	"sync"
	"time"
)

// pacedClock is a clock whose speed a person sets. Its zero pace stands still.
type pacedClock struct {
	mu    sync.Mutex
	shown time.Time // at since
	since time.Time // of the machine's clock
	pace  float64
}

// NewPaced returns a real loop whose clock shows start and runs at the machine's pace until SetPace
// changes it.
func NewPaced(start time.Time) *Loop {
	return &Loop{paced: &pacedClock{shown: start, since: time.Now(), pace: 1}, wake: make(chan struct{}, 1)}
}

// SetPace makes a paced loop's clock run pace times as fast as the machine's. At 0, and below, it
// stands still: only events that are already due run, and Step moves the clock. On another loop it
// does nothing.
func (l *Loop) SetPace(pace float64) {
	if l.paced != nil {
		l.paced.set(pace)
		l.rouse()
	}
}

// Step moves a paced loop's clock forward to its next event, which then runs. It reports whether
// there was one. On another loop it does nothing.
func (l *Loop) Step() (moved bool) {
	if l.paced == nil {
		return false
	}
	l.mu.Lock()
	last := len(l.pending) - 1
	if last >= 0 {
		l.paced.reach(l.pending[last].at)
	}
	l.mu.Unlock()
	l.rouse()
	return last >= 0
}

func (c *pacedClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.shows()
}

func (c *pacedClock) shows() time.Time {
	return c.shown.Add(time.Duration(float64(time.Since(c.since)) * c.pace))
}

func (c *pacedClock) set(pace float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shown, c.since, c.pace = c.shows(), time.Now(), max(pace, 0)
}

// reach moves the clock forward to at; it never moves it back.
func (c *pacedClock) reach(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.shows(); at.Before(now) {
		at = now
	}
	c.shown, c.since = at, time.Now()
}

// inRealTime is what take returns for an event that is due after wait: how long the machine's clock
// takes until then. more is false while the clock stands still.
func (c *pacedClock) inRealTime(wait time.Duration) (fn func(), real time.Duration, more bool) {
	if c == nil {
		return nil, wait, true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pace == 0 {
		return nil, 0, false
	}
	// One nanosecond more, because a fraction of it would wake the loop too early.
	return nil, time.Duration(float64(wait)/c.pace) + 1, true
}
