package clock_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"switchboard/shared/simulator/clock"
)

func TestVirtualLoopRunsEventsInOrder(t *testing.T) {
	t.Parallel()
	start := time.Date(2030, time.May, 1, 0, 0, 0, 0, time.UTC)
	loop := clock.NewVirtual(start)
	var got []string
	add := func(name string) func() {
		return func() { got = append(got, name+loop.Now().Sub(start).String()) }
	}
	loop.After(time.Hour, add("late "))
	loop.After(time.Minute, func() {
		add("first ")()
		loop.Post(add("posted "))
	})
	loop.After(time.Minute, add("second "))
	stopped := loop.After(time.Minute, add("stopped "))
	if never := (*clock.Timer)(nil); !stopped.Stop() || stopped.Stop() || never.Stop() {
		t.Error("a timer must stop once")
	}
	if err := loop.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	want := []string{"first 1m0s", "second 1m0s", "posted 1m0s", "late 1h0m0s"}
	if !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
}

func TestVirtualLoopRunFor(t *testing.T) {
	t.Parallel()
	start := time.Date(2030, time.May, 1, 0, 0, 0, 0, time.UTC)
	loop := clock.NewVirtual(start)
	ran := 0
	loop.After(time.Second, func() { ran++ })
	loop.After(time.Minute, func() { ran++ })
	if err := loop.RunFor(context.Background(), 30*time.Second); err != nil {
		t.Fatal(err)
	}
	if now := loop.Now().Sub(start); ran != 1 || now != 30*time.Second {
		t.Errorf("%d events ran and %s passed, want 1 and 30s", ran, now)
	}
}

func TestLoopEndsWithItsContext(t *testing.T) {
	t.Parallel()
	for name, loop := range map[string]*clock.Loop{"virtual": clock.NewVirtual(time.Time{}), "real": clock.NewReal()} {
		ctx, cancel := context.WithCancel(context.Background())
		var again func()
		again = func() { loop.Post(again) }
		again()
		loop.Post(cancel)
		if err := loop.Run(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want context.Canceled", name, err)
		}
	}
}

func TestRealLoopAcceptsOtherGoroutines(t *testing.T) {
	t.Parallel()
	loop := clock.NewReal()
	done := false
	loop.After(time.Hour, func() { t.Error("an hour has passed") })
	go loop.After(5*time.Millisecond, func() { done = true })
	if err := loop.RunUntil(context.Background(), func() bool { return done }); err != nil {
		t.Fatal(err)
	}
}

func TestSleepersTakeTurns(t *testing.T) {
	t.Parallel()
	start := time.Date(2030, time.May, 1, 0, 0, 0, 0, time.UTC)
	loop := clock.NewVirtual(start)
	var told []string
	tell := func(what string) { told = append(told, what+" "+loop.Now().Sub(start).String()) }
	sleeper := func(name string, spans ...time.Duration) func() {
		return func() {
			for _, span := range spans {
				loop.Sleep(span)
				tell(name)
			}
		}
	}
	loop.After(time.Second, func() {
		if loop.Go(sleeper("a", 2*time.Second, 3*time.Second)) {
			t.Error("Go reports that a sleeper has returned")
		}
		tell("went on")
	})
	loop.After(2*time.Second, func() { loop.Go(sleeper("b", 2*time.Second)) })
	if !loop.Go(func() {}) {
		t.Error("Go reports that a function that never sleeps has not returned")
	}
	if err := loop.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want := []string{"went on 1s", "a 3s", "b 4s", "a 6s"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}
