package ledger

import (
	"context"
	"maps"
	"slices"
	"sync"
)

// Memory keeps calls in a map, for tests and local runs. Its zero value is empty and ready.
type Memory struct {
	mu    sync.Mutex
	calls map[string]Fields
	seen  map[string]bool // call and event SID
}

// Apply implements Store.
func (m *Memory) Apply(_ context.Context, change Change) (Fields, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	fields := m.calls[change.CallSID]
	for _, name := range change.Absent {
		if _, found := fields[name]; found {
			return maps.Clone(fields), false, nil
		}
	}
	for name, values := range change.Within {
		if value, found := fields[name]; found && !slices.Contains(values, value) {
			return maps.Clone(fields), false, nil
		}
	}
	event := change.CallSID + change.EventSID
	if change.EventSID != "" && m.seen[event] {
		return maps.Clone(fields), false, nil
	}
	if fields == nil {
		fields = Fields{callSID: change.CallSID}
	}
	for name, value := range change.Once {
		if _, found := fields[name]; !found {
			fields[name] = value
		}
	}
	maps.Copy(fields, change.Set)
	if m.calls == nil {
		m.calls, m.seen = map[string]Fields{}, map[string]bool{}
	}
	m.calls[change.CallSID] = fields
	if change.EventSID != "" {
		m.seen[event] = true
	}
	return maps.Clone(fields), true, nil
}

// Get implements Store.
func (m *Memory) Get(_ context.Context, call string) (Fields, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.calls[call]), nil
}

// Find implements Store.
func (m *Memory) Find(_ context.Context, index Index, value string) ([]Fields, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	first, last, bounded := index.bounds()
	var found []Fields
	for _, fields := range m.calls {
		within := !bounded || first <= fields[firstSeen] && fields[firstSeen] <= last
		if fields[index.Field] == value && within {
			found = append(found, maps.Clone(fields))
		}
	}
	slices.SortFunc(found, older)
	if index.full(len(found)) {
		found = found[:index.Most]
	}
	return found, index.check(len(found))
}
