package ledger

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// Memory stores calls in a map, for tests and local runs. Its zero value is empty and ready.
type Memory struct {
	mu    sync.Mutex
	items map[string]item
}

// item is what DynamoDB stores of a call.
type item struct {
	fields Fields
	events map[string][]string // event SIDs by the name of their set
}

// size is what DynamoDB counts
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html):
// the bytes of all names and values. A number of ten digits has six.
func (i item) size() int {
	bytes := len(expiresAt) + 6
	for name, value := range i.fields {
		bytes += len(name) + len(value)
	}
	for name, sids := range i.events {
		bytes += len(name)
		for _, sid := range sids {
			bytes += len(sid)
		}
	}
	return bytes
}

// changed returns the item after a change whose conditions hold. It does not modify i.
func (i item) changed(change Change) item {
	next := item{maps.Clone(i.fields), maps.Clone(i.events)}
	if next.fields == nil {
		next.fields = Fields{callSID: change.CallSID}
	}
	for name, value := range change.Once {
		if _, found := next.fields[name]; !found {
			next.fields[name] = value
		}
	}
	maps.Copy(next.fields, change.Set)
	for _, name := range change.Forget {
		delete(next.fields, name)
		delete(next.events, name)
	}
	if change.EventSID != "" {
		if next.events == nil {
			next.events = map[string][]string{}
		}
		set := change.eventSet()
		next.events[set] = append(slices.Clip(next.events[set]), change.EventSID)
	}
	return next
}

// Apply implements Store.
func (m *Memory) Apply(_ context.Context, change Change) (fields Fields, made bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	before := m.items[change.CallSID]
	for _, name := range change.Absent {
		if _, found := before.fields[name]; found {
			return maps.Clone(before.fields), false, nil
		}
	}
	for _, name := range change.Present {
		if _, found := before.fields[name]; !found {
			return maps.Clone(before.fields), false, nil
		}
	}
	for name, values := range change.Within {
		if value, found := before.fields[name]; found && !slices.Contains(values, value) {
			return maps.Clone(before.fields), false, nil
		}
	}
	if change.EventSID != "" && slices.Contains(before.events[change.eventSet()], change.EventSID) {
		return maps.Clone(before.fields), false, nil
	}
	after := before.changed(change)
	if after.size() > maxItem {
		return nil, false, fmt.Errorf("update ledger item %s: %w", change.CallSID, ErrItemFull)
	}
	if m.items == nil {
		m.items = map[string]item{}
	}
	m.items[change.CallSID] = after
	return maps.Clone(after.fields), true, nil
}

// Get implements Store.
func (m *Memory) Get(_ context.Context, call string) (Fields, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.items[call].fields), nil
}

// Find implements Store.
func (m *Memory) Find(_ context.Context, index Index, value string) ([]Fields, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	first, last, bounded := index.bounds()
	var found []Fields
	for _, item := range m.items {
		fields := item.fields
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

// Items lists the fields of all items, the oldest first.
func (m *Memory) Items() []Fields {
	m.mu.Lock()
	defer m.mu.Unlock()
	items := make([]Fields, 0, len(m.items))
	for _, item := range m.items {
		items = append(items, maps.Clone(item.fields))
	}
	slices.SortFunc(items, older)
	return items
}

// Size returns the bytes that DynamoDB counts for an item; 0 = there is none.
func (m *Memory) Size(key string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	if kept, found := m.items[key]; found {
		return kept.size()
	}
	return 0
}

// Delete deletes an item, if there is one.
func (m *Memory) Delete(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.items, key)
	return nil
}
