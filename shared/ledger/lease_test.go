package ledger

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// leasesExclude has many environments ask for a lease together, and others a minute later.
func leasesExclude(t *testing.T, store Store) {
	name := newSID("")
	ask := func(at time.Time) (taken int32) {
		var count atomic.Int32
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				kept := Ledger{Store: store, Now: func() time.Time { return at }}
				taken, err := kept.Lease(t.Context(), name, time.Minute)
				if err != nil {
					t.Errorf("Lease: %v", err)
				}
				if taken {
					count.Add(1)
				}
			})
		}
		all.Wait()
		return count.Load()
	}
	for _, step := range []struct {
		after time.Duration
		want  int32
	}{{0, 1}, {0, 0}, {time.Minute - time.Millisecond, 0}, {time.Minute, 1}, {90 * time.Second, 0}, {2 * time.Minute, 1}, {time.Hour, 1}} {
		if taken := ask(noon().Add(step.after)); taken != step.want {
			t.Errorf("after %s the lease was taken %d times, want %d", step.after, taken, step.want)
		}
	}
	other := Ledger{Store: store, Now: noon}
	if taken, err := other.Lease(t.Context(), newSID(""), time.Minute); err != nil || !taken {
		t.Errorf("a lease of another name: %t, %v, want it taken", taken, err)
	}
}

// leasesAreNoCalls looks for a lease where calls are looked for.
func leasesAreNoCalls(t *testing.T, store Store) {
	name := newSID("")
	kept := Ledger{Store: store, Now: noon}
	if _, err := kept.Lease(t.Context(), name, time.Minute); err != nil {
		t.Fatal(err)
	}
	for _, index := range []Index{byTask, byWorkerCall, byDay, byPhase} {
		for _, value := range []string{name, "lease." + name, phaseOpen, noon().Format(time.DateOnly)} {
			found, err := store.Find(t.Context(), index, value)
			for _, fields := range found {
				if fields[callSID] == "lease."+name {
					t.Errorf("%s lists the lease for %q", index.Name, value)
				}
			}
			if err != nil {
				t.Errorf("Find: %v", err)
			}
		}
	}
}

// twice applies each change a second time and gives the second answer, as an SDK does whose first
// answer was lost.
type twice struct{ Store }

func (s twice) Apply(ctx context.Context, change Change) (Fields, bool, error) {
	if _, _, err := s.Store.Apply(ctx, change); err != nil {
		return nil, false, err
	}
	return s.Store.Apply(ctx, change)
}

func TestRepeatedWriteKeepsLease(t *testing.T) {
	t.Parallel()
	now := noon()
	kept := Ledger{Store: twice{&Memory{}}, Now: func() time.Time { return now }}
	for _, want := range []bool{true, false} {
		if taken, err := kept.Lease(t.Context(), "work", time.Minute); err != nil || taken != want {
			t.Errorf("Lease = %t, %v, want %t", taken, err, want)
		}
	}
	now = now.Add(time.Minute)
	if taken, err := kept.Lease(t.Context(), "work", time.Minute); err != nil || !taken {
		t.Errorf("a minute later: Lease = %t, %v, want it taken", taken, err)
	}
}

// race has a competitor take the lease after each read.
type race struct {
	Store
	competitor Ledger
}

func (s race) Get(ctx context.Context, item string) (Fields, error) {
	fields, err := s.Store.Get(ctx, item)
	if _, taking := s.competitor.Lease(ctx, strings.TrimPrefix(item, "lease."), time.Minute); taking != nil {
		return nil, taking
	}
	return fields, err
}

func TestLateTakerGetsNoLease(t *testing.T) {
	t.Parallel()
	store, now := &Memory{}, noon()
	clock := func() time.Time { return now }
	kept := Ledger{Store: race{store, Ledger{Store: store, Now: clock}}, Now: clock}
	for _, state := range []string{"nothing is there", "a lease has ended"} {
		if taken, err := kept.Lease(t.Context(), "work", time.Minute); err != nil || taken {
			t.Errorf("%s: Lease = %t, %v, want the competitor to have it", state, taken, err)
		}
		now = now.Add(time.Minute)
	}
}

// unreadable is a store that cannot be reached.
type unreadable struct{ Store }

func (unreadable) Get(context.Context, string) (Fields, error) { return nil, errors.New("unreachable") }

func TestUnreachableStoreGivesNoLease(t *testing.T) {
	t.Parallel()
	kept := Ledger{Store: unreadable{}, Now: noon}
	if taken, err := kept.Lease(t.Context(), "work", time.Minute); err == nil || taken {
		t.Errorf("Lease = %t, %v, want an error", taken, err)
	}
}
