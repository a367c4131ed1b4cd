package ledger

import (
	"context"
	"fmt"
	"time"
)

// ByCall returns the call whose caller's or worker's CallSid this is. err is the Store's; a retry
// is safe.
func (l Ledger) ByCall(ctx context.Context, sid string) (call Call, found bool, err error) {
	fields, err := l.Store.Get(ctx, sid)
	if err != nil || len(fields) > 0 {
		return Call{fields}, err == nil, err
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
