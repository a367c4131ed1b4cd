package ledger

import (
	"context"
	"fmt"
	"time"
)

// ByCall returns the call whose caller's or worker's CallSid this is; false when the ledger knows none.
func (l Ledger) ByCall(ctx context.Context, sid string) (Call, bool, error) {
	fields, err := l.Store.Get(ctx, sid)
	if err != nil || len(fields) > 0 {
		return Call{fields}, err == nil, err
	}
	return l.first(ctx, byWorkerCall(), sid)
}

// ByTask returns the call that waited with the task; false when the ledger knows none.
func (l Ledger) ByTask(ctx context.Context, sid string) (Call, bool, error) {
	return l.first(ctx, byTask(), sid)
}

// Between returns the calls first seen at from or later, and before until, oldest first. It asks once for each day (UTC)
// between the two. More than 20,000 calls are an error.
func (l Ledger) Between(ctx context.Context, from, until time.Time) ([]Call, error) {
	var calls []Call
	for date := from.UTC().Truncate(24 * time.Hour); date.Before(until); date = date.Add(24 * time.Hour) {
		found, err := l.Store.Find(ctx, byDay().between(from, until), date.Format(time.DateOnly))
		if err != nil {
			return nil, err
		}
		for _, fields := range found {
			calls = append(calls, Call{fields})
		}
		if err := byDay().check(len(calls)); err != nil {
			return nil, fmt.Errorf("read calls since %s: %w", from.UTC().Format(time.RFC3339), err)
		}
	}
	return calls, nil
}

func (l Ledger) first(ctx context.Context, index Index, value string) (Call, bool, error) {
	found, err := l.Store.Find(ctx, index, value)
	if err != nil || len(found) == 0 {
		return Call{}, false, err
	}
	return Call{found[len(found)-1]}, true, nil
}
