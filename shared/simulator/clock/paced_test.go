package clock

import (
	"context"
	"runtime"
	"testing"
	"time"
)

// newStanding returns a paced loop that stands still and runs until the test ends.
func newStanding(t *testing.T) *Loop {
	t.Helper()
	loop := NewPaced(time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC))
	loop.SetPace(0)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); _ = loop.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return loop
}

func TestStepMovesToNextEvent(t *testing.T) {
	t.Parallel()
	loop := newStanding(t)
	start, ran := loop.Now(), make(chan time.Time, 2)
	loop.After(time.Hour, func() { ran <- loop.Now() })
	loop.After(2*time.Hour, func() { ran <- loop.Now() })
	for i := range 2 {
		if !loop.Step() {
			t.Fatalf("step %d found no event", i+1)
		}
		if got, want := <-ran, start.Add(time.Duration(i+1)*time.Hour); !got.Equal(want) {
			t.Errorf("step %d ran its event at %s, want %s", i+1, got, want)
		}
	}
	if loop.Step() {
		t.Error("a third step found an event")
	}
}

// TestDueEventsNeedNoStep: an answer that arrives while the clock stands still is due.
func TestDueEventsNeedNoStep(t *testing.T) {
	t.Parallel()
	loop, ran := newStanding(t), make(chan struct{})
	loop.After(0, func() { close(ran) })
	<-ran
}

func TestPaceChangesRealTime(t *testing.T) {
	t.Parallel()
	loop, ran := newStanding(t), make(chan struct{})
	start := loop.Now()
	loop.After(time.Hour, func() { close(ran) })
	loop.SetPace(1e6) // an hour in 3.6 ms
	<-ran
	if passed := loop.Now().Sub(start); passed < time.Hour {
		t.Errorf("the event ran after %s, want an hour", passed)
	}
}

func TestSleepFollowsPace(t *testing.T) {
	t.Parallel()
	loop, slept := newStanding(t), make(chan struct{})
	loop.Go(func() {
		loop.Sleep(time.Hour)
		close(slept)
	})
	for {
		loop.Step()
		select {
		case <-slept:
			return
		default:
			runtime.Gosched() // until the function sleeps
		}
	}
}

func TestOtherLoopsHaveNoPace(t *testing.T) {
	t.Parallel()
	for _, loop := range []*Loop{NewReal(), NewVirtual(time.Time{})} {
		loop.After(time.Hour, func() {})
		if loop.SetPace(0); loop.Step() {
			t.Error("a loop without a pace made a step")
		}
	}
}
