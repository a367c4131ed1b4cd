package meter

import (
	"strings"
	"testing"

	"switchboard/shared/ledger"
	"switchboard/shared/roster"
)

func TestLedgerUnits(t *testing.T) {
	t.Parallel()
	var table Ledger
	const call = "CA00000000000000000000000000000001"
	steps := []struct {
		name string
		do   func() error
		want Units
	}{
		{
			name: "a new item, and its key in two indexes",
			do: apply(t, &table, ledger.Change{CallSID: call, Once: ledger.Fields{
				"first_seen": "2026", "day": "2026-11-24", "phase": "open", "note": strings.Repeat("x", 1000),
			}}),
			want: Units{Writes: 2 + 2, Requests: 1},
		},
		{
			name: "another phase",
			do:   apply(t, &table, ledger.Change{CallSID: call, Set: ledger.Fields{"phase": "talk"}}),
			want: Units{Writes: 2 + 2, Requests: 1},
		},
		{
			name: "a refused write",
			do:   apply(t, &table, ledger.Change{CallSID: call, Absent: []string{"note"}}),
			want: Units{Writes: 2, Requests: 1},
		},
		{
			name: "a read",
			do:   func() error { _, err := table.Get(t.Context(), call); return err },
			want: Units{Reads: 1, Requests: 1},
		},
		{
			name: "a query, and a read of what it found",
			do: func() error {
				_, err := table.Find(t.Context(), ledger.Index{Name: "by-phase", Field: "phase"}, "talk")
				return err
			},
			want: Units{Reads: 1.5, Requests: 2},
		},
		{
			name: "a query that finds nothing",
			do: func() error {
				_, err := table.Find(t.Context(), ledger.Index{Name: "by-phase", Field: "phase"}, "none")
				return err
			},
			want: Units{Reads: 0.5, Requests: 1},
		},
	}
	for _, step := range steps {
		before := table.Units()
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		if got := table.Units().Minus(before); got != step.want {
			t.Errorf("%s: %+v, want %+v", step.name, got, step.want)
		}
	}
}

func apply(t *testing.T, table *Ledger, change ledger.Change) func() error {
	return func() error { _, _, err := table.Apply(t.Context(), change); return err }
}

func TestWorkersUnits(t *testing.T) {
	t.Parallel()
	var table Workers
	desk := roster.Roster{Store: roster.DynamoDB{Client: &table}}
	change := func(record *roster.Record) bool { record.Misses++; return true }
	if _, _, err := desk.Change(t.Context(), "WK1", change); err != nil {
		t.Fatal(err)
	}
	if got := table.Units(); got != (Units{Writes: 1, Reads: 1, Requests: 2}) {
		t.Errorf("a first change costs %+v", got)
	}
	if record, changed, err := desk.Change(t.Context(), "WK1", change); err != nil || !changed || record.Misses != 2 {
		t.Errorf("record %+v, changed %t, %v", record, changed, err)
	}
	stale, _ := desk.Load(t.Context(), "WK1")
	if saved, err := desk.Save(t.Context(), stale); !saved || err != nil {
		t.Errorf("saved %t, %v", saved, err)
	}
	if saved, err := desk.Save(t.Context(), stale); saved || err != nil {
		t.Errorf("a record of before was saved: %t, %v", saved, err)
	}
	before := table.Units()
	if all, err := desk.All(t.Context()); len(all) != 1 || err != nil || table.Units().Minus(before) != (Units{Reads: 0.5, Requests: 1}) {
		t.Errorf("%d records, %v, %+v", len(all), err, table.Units().Minus(before))
	}
}
