package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"switchboard/shared/simulator/script"
)

// TestBothLedgersGiveSameWorlds needs a DynamoDB or an emulator at LEDGER_ENDPOINT.
func TestBothLedgersGiveSameWorlds(t *testing.T) {
	t.Parallel()
	endpoint := os.Getenv("LEDGER_ENDPOINT")
	if endpoint == "" {
		if os.Getenv("SWITCHBOARD_CI") != "" {
			t.Fatal("LEDGER_ENDPOINT is not set: CI also runs worlds with the ledger in DynamoDB")
		}
		t.Skip("LEDGER_ENDPOINT is not set: no world runs with the ledger in DynamoDB (CI runs some)")
	}
	table, err := createTable(t.Context(), endpoint)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// The test's own context has ended by now.
		if err := table.drop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	told := func(index uint64, kept *callTable) string {
		var out strings.Builder
		c := sound(12)
		c.table = kept
		w, err := c.take(t.Context(), index, nil, tell(&out))
		if err != nil {
			t.Fatal(err)
		}
		if len(w.broken) > 0 {
			t.Errorf("world %d: %v", index, w.broken)
		}
		return out.String()
	}
	for index := range uint64(10) {
		want := told(index, nil)
		for range 2 { // a world leaves nothing in the table
			if got := told(index, table); got != want || got == "" {
				t.Fatalf("world %d with DynamoDB:\n%s\nwith memory:\n%s", index, got, want)
			}
		}
	}
}

func TestNoTableNoCalls(t *testing.T) {
	t.Parallel()
	var out, progress strings.Builder
	if err := run(t.Context(), []string{"-calls", "5", "-ledger", "http://127.0.0.1:1"}, &out, &progress); err == nil || out.Len() > 0 {
		t.Errorf("err = %v, told %q; want an error before any call", err, out.String())
	}
}

// TestManyOffers offers a caller to workers whose phones fail until the ledger forgets the oldest
// reservations. Each worker pauses for some seconds after each call.
func TestManyOffers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := oneLeaves(3, 3*time.Minute) // a seed whose readings have the call offered again
		p.deferred, p.crm = false, false
		p.workers[0].phones = []script.Phone{script.Fails()}
		for n := range 11 {
			other := p.workers[0]
			other.name, other.contact = fmt.Sprint("Ann", n), fmt.Sprintf("+1415555%04d", 950+n)
			other.attributes = `{"contact_uri":"` + other.contact + `","skills":["billing"]}`
			p.workers = append(p.workers, other)
		}
		w := lived(t, p, &rates{}, wiring{})
		for _, text := range rulesOf(w.broken) {
			t.Error(text)
		}
		offered, forgotten, listed := len(w.twilio.Reservations()), 0, 0
		for _, fields := range w.before {
			for name := range fields {
				switch {
				case strings.HasSuffix(name, ".forgotten"):
					forgotten++
				case strings.HasPrefix(name, "WR") && strings.HasSuffix(name, ".task_sid"):
					listed++
				}
			}
		}
		if forgotten == 0 || listed > 111 || listed+forgotten != offered {
			t.Errorf("of %d reservations %d are listed and %d forgotten", offered, listed, forgotten)
		}
	})
}
