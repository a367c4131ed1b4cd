package main

import (
	"context"
	"time"

	"switchboard/shared/roster"
)

// rosterTable is the table of the workers' records as a function's SDK sees it, with faults.
type rosterTable struct {
	world *world
	store roster.Store
}

// wished is a worker's wish as the roster recorded it at a time.
type wished struct {
	at   time.Time
	wish roster.Wish
	by   roster.Source
	i    *invocation
	told time.Time // when the worker expressed it, by the functions' clock or Twilio's
}

// Load implements roster.Store.
func (t rosterTable) Load(ctx context.Context, worker string) (record roster.Record, err error) {
	err = dependency{slow: tableSlow, fails: tableFails}.reach(ctx, false, func() error {
		record, err = t.store.Load(ctx, worker)
		return err
	})
	if err != nil {
		t.recordDamage(ctx, worker)
		return roster.Record{}, err
	}
	return record, nil
}

// Save implements roster.Store.
func (t rosterTable) Save(ctx context.Context, record roster.Record) (saved bool, err error) {
	save := func() error {
		saved, err = t.store.Save(ctx, record)
		if saved {
			t.world.recordWish(ctx, record)
		}
		return err
	}
	err = dependency{slow: tableSlow, fails: tableFails, lost: tableAnswerLost}.reach(ctx, true, func() error {
		if _, struck := invocationOf(ctx).strikes(tableRetried); struck {
			// The SDK loses the first answer; its second request finds its own write.
			if err := save(); err != nil {
				return err
			}
		}
		return save()
	})
	if err != nil {
		t.recordDamage(ctx, record.WorkerSID)
		return false, err
	}
	return saved, nil
}

// All implements roster.Store.
func (t rosterTable) All(ctx context.Context) (all []roster.Record, err error) {
	err = dependency{slow: tableSlow, fails: tableFails}.reach(ctx, false, func() error {
		all, err = t.store.All(ctx)
		return err
	})
	return all, err
}

func (t rosterTable) recordDamage(ctx context.Context, worker string) {
	i := invocationOf(ctx)
	i.recordDamage(unwritten)
	t.world.recordDamage(unwritten, "", worker, i.function)
}

// recordWish records a worker's wish if it is new.
func (w *world) recordWish(ctx context.Context, record roster.Record) {
	before := w.wishes[record.WorkerSID]
	if last := len(before) - 1; last < 0 && record.WantsCalls() && record.WishedAt.IsZero() ||
		last >= 0 && before[last].wish == record.Wish && before[last].by == record.WishedBy && before[last].told.Sub(record.WishedAt).Abs() < time.Millisecond {
		return
	}
	w.wishes[record.WorkerSID] = append(before, wished{w.loop.Now(), record.Wish, record.WishedBy, invocationOf(ctx), record.WishedAt})
}
