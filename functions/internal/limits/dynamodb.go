package limits

import (
	"context"
	"maps"
	"slices"

	"switchboard/functions/internal/meter"
	"switchboard/shared/ledger"
	"switchboard/shared/roster"
)

// Limits of DynamoDB on demand, in units a second: of each partition of a table or an index, and of
// a table or an index that has had no traffic yet
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html,
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html). A
// full index refuses the writes to its table.
const (
	PartitionWrites = 1000
	PartitionReads  = 3000
	TableWrites     = 4000
	TableReads      = 12000
)

// Table is the ledger's table. A partition key has a partition to itself here, which is the best
// that DynamoDB can do for it. Bursts beyond a second, which DynamoDB often grants, are not.
type Table struct {
	Network
	*meter.Ledger

	Failed    int
	Throttled map[string]int   // tries, by what was full: meter.OfTable or an index
	Busiest   map[string]*Peak // units of the busiest second of any partition key, by table and index
	Reads     Peak             // units

	rates map[string]*Rate
	peaks map[string]*Peak
	units map[string]map[string]int // by table and index, and partition key
}

// Hottest returns the units of the partition key that got most, by table and index.
func (t *Table) Hottest() map[string]int {
	hottest := map[string]int{}
	for of, keys := range t.units {
		hottest[of] = slices.Max(slices.Collect(maps.Values(keys)))
	}
	return hottest
}

// NewTable returns an empty table.
func NewTable(network Network) *Table {
	t := &Table{
		Network: network, Ledger: &meter.Ledger{}, Throttled: map[string]int{}, Busiest: map[string]*Peak{},
		rates: map[string]*Rate{}, peaks: map[string]*Peak{}, units: map[string]map[string]int{},
	}
	t.Wrote = t.wrote
	return t
}

// rate returns a rate by its name, which has the busiest second, too.
func (t *Table) rate(name string, perSecond float64) *Rate {
	if t.rates[name] == nil {
		t.rates[name] = &Rate{Loop: t.Loop, PerSecond: perSecond}
	}
	return t.rates[name]
}

func (t *Table) wrote(of, key string, units int) {
	t.rate("write "+of, TableWrites).Use(float64(units))
	t.rate("write "+of+" "+key, PartitionWrites).Use(float64(units))
	if t.units[of] == nil {
		t.units[of] = map[string]int{}
	}
	t.units[of][key] += units
	name := of + " " + key
	if t.peaks[name] == nil {
		t.peaks[name] = &Peak{}
	}
	t.peaks[name].Count(t.Loop.Now(), units)
	if best := t.Busiest[of]; best == nil || t.peaks[name].Most > best.Most {
		t.Busiest[of] = t.peaks[name]
	}
}

// Apply implements ledger.Store.
func (t *Table) Apply(ctx context.Context, change ledger.Change) (fields ledger.Fields, made bool, err error) {
	err = t.retried(ctx, ofSDK(), toDynamoDB, func() bool {
		full := t.full(ctx, change)
		if full != "" {
			t.Throttled[full]++
		}
		return full == ""
	})
	if err != nil {
		t.Failed++
		return nil, false, err
	}
	return t.Ledger.Apply(ctx, change)
}

// full names the table or the index that has no room for a change; "" = all have.
func (t *Table) full(ctx context.Context, change ledger.Change) string {
	before, err := t.Ledger.Get(ctx, change.CallSID)
	if err != nil {
		return ""
	}
	after := ledger.Fields{}
	for _, fields := range []ledger.Fields{change.Once, before, change.Set} {
		maps.Copy(after, fields)
	}
	keys := map[string][]string{meter.OfTable: {change.CallSID}}
	for name, key := range meter.Indexes() {
		if meter.KeyOf(before, key) == meter.KeyOf(after, key) {
			continue
		}
		for _, fields := range []ledger.Fields{before, after} {
			if meter.KeyOf(fields, key) != "" {
				keys[name] = append(keys[name], fields[key[0]])
			}
		}
	}
	for _, of := range slices.Sorted(maps.Keys(keys)) {
		room := t.rate("write "+of, TableWrites).Admits()
		for _, key := range keys[of] {
			room = room && t.rate("write "+of+" "+key, PartitionWrites).Admits()
		}
		if !room {
			return of
		}
	}
	return ""
}

// Get implements ledger.Store: a consistent read.
func (t *Table) Get(ctx context.Context, call string) (ledger.Fields, error) {
	fields, err := t.Ledger.Get(ctx, call)
	if err != nil {
		return nil, err
	}
	return fields, t.read(ctx, "read "+call, meter.ReadUnits(t.Size(call)))
}

// Find implements ledger.Store: a query, and a consistent read of each item.
func (t *Table) Find(ctx context.Context, index ledger.Index, value string) ([]ledger.Fields, error) {
	found, err := t.Ledger.Find(ctx, index, value)
	if err != nil {
		return nil, err
	}
	units := 1 + len(found)/40 // the index's entries have some 100 bytes
	if err := t.read(ctx, "read "+index.Name+" "+value, units); err != nil {
		return nil, err
	}
	units = 0
	for _, fields := range found {
		units += meter.ReadUnits(t.Size(fields["call_sid"]))
	}
	return found, t.read(ctx, "read", units) // of as many partition keys
}

// read counts units of a partition key, or of "read", which is the table alone.
func (t *Table) read(ctx context.Context, key string, units int) error {
	err := t.retried(ctx, ofSDK(), toDynamoDB, func() bool {
		rates := []*Rate{t.rate("read", TableReads)}
		if key != "read" {
			rates = append(rates, t.rate(key, PartitionReads))
		}
		for _, rate := range rates {
			if !rate.Admits() {
				t.Throttled["reads"]++
				return false
			}
		}
		for _, rate := range rates {
			rate.Use(float64(units))
		}
		t.Reads.Count(t.Loop.Now(), units)
		return true
	})
	if err != nil {
		t.Failed++
	}
	return err
}

// Roster is the workers' table. Each worker is a partition key, which sees some writes a minute.
type Roster struct {
	Network
	roster.Store
}

// Load implements roster.Store.
func (r Roster) Load(ctx context.Context, workerSID string) (roster.Record, error) {
	r.Takes(toDynamoDB)
	return r.Store.Load(ctx, workerSID)
}

// Save implements roster.Store.
func (r Roster) Save(ctx context.Context, record roster.Record) (bool, error) {
	r.Takes(toDynamoDB)
	return r.Store.Save(ctx, record)
}

// All implements roster.Store.
func (r Roster) All(ctx context.Context) ([]roster.Record, error) {
	r.Takes(toDynamoDB)
	return r.Store.All(ctx)
}
