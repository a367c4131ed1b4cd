package ledger

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"
)

// leaseUntil is the one field of a lease's item: when it ends, and a name that no other lease has.
const leaseUntil = "lease_until"

// Lease gives the caller, out of all execution environments, the right to some work for length.
// taken is false while another lease of that name lasts. A lease is not given back: the next one
// can be taken when it has ended. Each name has an item of its own, which no index lists:
//
//	{"call_sid": "lease.queue_limit", "lease_until": "2026-11-24T12:01:00.000Z 4K2VQ…"}
//
// An error leaves open whether the lease is taken; after a retry, so does taken = false.
func (l Ledger) Lease(ctx context.Context, name string, length time.Duration) (taken bool, err error) {
	item, now := "lease."+name, l.Now()
	fields, err := l.Store.Get(ctx, item)
	if err != nil {
		return false, fmt.Errorf("read lease %s: %w", name, err)
	}
	before, held := fields[leaseUntil]
	if end, _, _ := strings.Cut(before, " "); parse(end).After(now) {
		return false, nil
	}
	ours := text(now.Add(length)) + " " + rand.Text()
	change := Change{CallSID: item, Set: Fields{leaseUntil: ours}}
	if held {
		change.Within = map[string][]string{leaseUntil: {before}}
	} else {
		change.Absent = []string{leaseUntil}
	}
	fields, taken, err = l.Store.Apply(ctx, change)
	if err != nil {
		return false, fmt.Errorf("take lease %s: %w", name, err)
	}
	// The SDK repeats a write whose answer was lost: the first one may have refused the second.
	return taken || fields[leaseUntil] == ours, nil
}
