package limits

import (
	"context"
	"strings"
	"sync"

	"switchboard/shared/ledger"
)

// OfTable names the table itself, as the others name its indexes.
const OfTable = "table"

// Meter is a memory store that counts what DynamoDB would charge for: write units of the table and
// of each index
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html).
// Its zero value is empty and ready.
type Meter struct {
	ledger.Memory

	// Wrote is called with each write's units on a partition key of the table (OfTable) or of an
	// index; nil = not called.
	Wrote func(of, key string, units int)

	mu     sync.Mutex
	events map[string]int // bytes of event SIDs, by item
	units  map[string]int
	writes int
	size   int
}

// indexes has the fields of each index's key, as template.yaml declares them. The first is the
// partition's.
func indexes() map[string][]string {
	return map[string][]string{
		"by-task":        {"task_sid"},
		"by-worker-call": {"worker_call_sid"},
		"by-day":         {"day", "first_seen"},
		"by-phase":       {"phase", "first_seen"},
	}
}

// Units returns the write units so far, by index; those of the table itself are under OfTable.
func (m *Meter) Units() map[string]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.units
}

// Total returns the write units of the table and all indexes, the number of writes, and the bytes
// of the largest item.
func (m *Meter) Total() (units, writes, largest int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, n := range m.units {
		units += n
	}
	return units, m.writes, m.size
}

// Apply implements ledger.Store. A refused write costs as much as one that is made.
func (m *Meter) Apply(ctx context.Context, change ledger.Change) (fields ledger.Fields, made bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	before, err := m.Get(ctx, change.CallSID)
	if err != nil {
		return nil, false, err
	}
	was := bytes(before) + m.events[change.CallSID]
	if fields, made, err = m.Memory.Apply(ctx, change); err != nil {
		return fields, made, err
	}
	if m.units == nil {
		m.units, m.events = map[string]int{}, map[string]int{}
	}
	if made {
		m.events[change.CallSID] += len(change.EventSID)
	}
	size := max(was, bytes(fields)+m.events[change.CallSID])
	m.writes++
	m.size = max(m.size, size)
	m.charge(OfTable, change.CallSID, (size+1023)/1024)
	for name, key := range indexes() {
		old, now := keyOf(before, key), keyOf(fields, key)
		if old == now {
			continue // an index of keys is written only when its key changes
		}
		for _, entry := range []string{old, now} {
			if partition, _, _ := strings.Cut(entry, " "); entry != "" {
				m.charge(name, partition, 1)
			}
		}
	}
	return fields, made, nil
}

func (m *Meter) charge(of, key string, units int) {
	m.units[of] += units
	if m.Wrote != nil {
		m.Wrote(of, key, units)
	}
}

func bytes(fields ledger.Fields) (n int) {
	for name, value := range fields {
		n += len(name) + len(value)
	}
	return n
}

// keyOf returns the item's key in an index, "" if it has none.
func keyOf(fields ledger.Fields, names []string) string {
	var key []string
	for _, name := range names {
		if fields[name] == "" {
			return ""
		}
		key = append(key, fields[name])
	}
	return strings.Join(key, " ")
}
