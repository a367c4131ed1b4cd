package roster

import (
	"context"
	"maps"
	"slices"
	"sync"
)

// Memory is a Store for tests and for local runs. Its zero value is empty.
type Memory struct {
	mu      sync.Mutex
	records map[string]Record
}

// Load implements Store.
func (m *Memory) Load(_ context.Context, workerSID string) (Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	record := m.records[workerSID]
	record.WorkerSID = workerSID
	return record, nil
}

// Save implements Store.
func (m *Memory) Save(_ context.Context, record Record) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.records[record.WorkerSID].version != record.version {
		return false, nil
	}
	if m.records == nil {
		m.records = map[string]Record{}
	}
	record.version++
	// As the table keeps it: times in whole milliseconds.
	m.records[record.WorkerSID] = decode(record.WorkerSID, record.version, encode(record))
	return true, nil
}

// All implements Store.
func (m *Memory) All(context.Context) ([]Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []Record
	for _, sid := range slices.Sorted(maps.Keys(m.records)) {
		all = append(all, m.records[sid])
	}
	return all, nil
}
