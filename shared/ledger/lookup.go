package ledger

import (
	"context"
	"fmt"
	"time"
)

// ByCall returns the call whose caller's CallSid this is, or the request with the key. err is the
// Store's; a retry is safe.
func (l Ledger) ByCall(ctx context.Context, key string) (call Call, found bool, err error) {
	fields, err := l.Store.Get(ctx, key)
	return Call{fields}, err == nil && len(fields) > 0, err
}

// ByEitherCall is ByCall that also finds a call by its worker's CallSid, in an index.
func (l Ledger) ByEitherCall(ctx context.Context, sid string) (call Call, found bool, err error) {
	if call, found, err = l.ByCall(ctx, sid); err != nil || found {
		return call, found, err
	}
	return l.latest(ctx, byWorkerCall, sid)
}

// ByTask returns the call that waited with the task. err is the Store's; a retry is safe.
func (l Ledger) ByTask(ctx context.Context, sid string) (call Call, found bool, err error) {
	return l.latest(ctx, byTask, sid)
}

// Between returns the calls first seen at from or later and before until, oldest first. It makes
// one query for each day (UTC). More than 20,000 calls are an error; any other err is the Store's,
// and a retry is safe.
func (l Ledger) Between(ctx context.Context, from, until time.Time) (calls []Call, err error) {
	for date := from.UTC().Truncate(24 * time.Hour); date.Before(until); date = date.Add(24 * time.Hour) {
		found, err := l.Store.Find(ctx, byDay.between(from, until), date.Format(time.DateOnly))
		if err != nil {
			return nil, err
		}
		for _, fields := range found {
			calls = append(calls, Call{fields})
		}
		if err := byDay.check(len(calls)); err != nil {
			return nil, fmt.Errorf("read calls since %s: %w", from.UTC().Format(time.RFC3339), err)
		}
	}
	return calls, nil
}

// latest returns the latest call with that value.
func (l Ledger) latest(ctx context.Context, index Index, value string) (call Call, found bool, err error) {
	calls, err := l.Store.Find(ctx, index, value)
	if err != nil || len(calls) == 0 {
		return Call{}, false, err
	}
	return Call{calls[len(calls)-1]}, true, nil
}
