// Package meter has tables in memory that count what DynamoDB would charge for: write units of a
// table and each of its indexes, and read units
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html).
package meter

import (
	"context"
	"strings"
	"sync"

	"switchboard/shared/ledger"
)

// Units are what DynamoDB charges for. A write unit is up to 1 KB of an item, a read unit up to 4
// KB of a consistent read, or 8 KB of another one.
type Units struct {
	Writes, Reads float64
	Requests      int
}

// Plus returns the sum.
func (u Units) Plus(other Units) Units {
	return Units{u.Writes + other.Writes, u.Reads + other.Reads, u.Requests + other.Requests}
}

// Minus returns the difference.
func (u Units) Minus(earlier Units) Units {
	return Units{u.Writes - earlier.Writes, u.Reads - earlier.Reads, u.Requests - earlier.Requests}
}

// Ledger is the table of calls, which costs what it would in DynamoDB. Its zero value is empty and
// ready.
type Ledger struct {
	ledger.Memory

	// Wrote is called with each write's units on a partition key of the table (OfTable) or of an
	// index; nil = not called.
	Wrote func(of, key string, units int)

	mu     sync.Mutex
	units  Units
	writes map[string]int // units by index; those of the table itself are under OfTable
	calls  int            // of Apply
	size   int
}

// OfTable names the table itself, as the others name its indexes.
const OfTable = "table"

// Indexes has the fields of each index's key, as template.yaml declares them. The first is the
// partition's. Indexes hold keys only.
func Indexes() map[string][]string {
	return map[string][]string{
		"by-task":        {"task_sid"},
		"by-worker-call": {"worker_call_sid"},
		"by-day":         {"day", "first_seen"},
		"by-phase":       {"phase", "first_seen"},
	}
}

// WriteUnits returns the write units so far, by index; those of the table itself are under OfTable.
func (l *Ledger) WriteUnits() map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.writes
}

// Units returns the units and requests so far.
func (l *Ledger) Units() Units {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.units
}

// Writes returns the number of writes, and the bytes of the largest item.
func (l *Ledger) Writes() (number, largest int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.calls, l.size
}

// Apply implements ledger.Store. A refused write costs as much as one that is made.
func (l *Ledger) Apply(ctx context.Context, change ledger.Change) (fields ledger.Fields, made bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	before, err := l.Memory.Get(ctx, change.CallSID)
	if err != nil {
		return nil, false, err
	}
	was := l.Size(change.CallSID)
	if fields, made, err = l.Memory.Apply(ctx, change); err != nil {
		return fields, made, err
	}
	size := max(was, l.Size(change.CallSID))
	l.calls++
	l.size = max(l.size, size)
	l.units.Requests++
	l.wrote(OfTable, change.CallSID, blocks(size, 1024))
	for name, key := range Indexes() {
		old, now := KeyOf(before, key), KeyOf(fields, key)
		if old == now {
			continue // an index of keys is written only when its key changes
		}
		for _, entry := range []string{old, now} {
			if partition, _, _ := strings.Cut(entry, " "); entry != "" {
				l.wrote(name, partition, 1)
			}
		}
	}
	return fields, made, nil
}

func (l *Ledger) wrote(of, key string, units int) {
	if l.writes == nil {
		l.writes = map[string]int{}
	}
	l.writes[of] += units
	l.units.Writes += float64(units)
	if l.Wrote != nil {
		l.Wrote(of, key, units)
	}
}

// Get implements ledger.Store.
func (l *Ledger) Get(ctx context.Context, call string) (ledger.Fields, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.units.Requests++
	l.units.Reads += float64(ReadUnits(l.Size(call)))
	return l.Memory.Get(ctx, call)
}

// Find implements ledger.Store: a query of keys, which is not consistent, and consistent reads of
// up to 100 items in one request.
func (l *Ledger) Find(ctx context.Context, index ledger.Index, value string) ([]ledger.Fields, error) {
	found, err := l.Memory.Find(ctx, index, value)
	l.mu.Lock()
	defer l.mu.Unlock()
	keys := 0
	for _, fields := range found {
		keys += len("call_sid") + len(fields["call_sid"])
		for _, name := range Indexes()[index.Name] {
			keys += len(name) + len(fields[name])
		}
		l.units.Reads += float64(ReadUnits(l.Size(fields["call_sid"])))
	}
	l.units.Reads += float64(ReadUnits(keys)) / 2
	l.units.Requests += 1 + (len(found)+99)/100
	return found, err
}

// ReadUnits returns the units of a consistent read of so many bytes.
func ReadUnits(bytes int) int { return blocks(bytes, 4096) }

// blocks returns how many blocks of a size an item of so many bytes has: at least one.
func blocks(bytes, size int) int { return max(1, (bytes+size-1)/size) }

// KeyOf returns the item's key in an index, "" if it has none.
func KeyOf(fields ledger.Fields, names []string) string {
	var key []string
	for _, name := range names {
		if fields[name] == "" {
			return ""
		}
		key = append(key, fields[name])
	}
	return strings.Join(key, " ")
}
