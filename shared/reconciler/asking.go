package reconciler

import (
	"context"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/roster"
)

// asking changes workers' records, and has the reconciler run again at the end of an absence.
type asking struct {
	Roster roster.Roster
	Queue  Queue
	Now    func() time.Time
}

// change changes a worker's record, and asks for the worker's return at the time that the change
// returns; zero = at none. It sends the message before the record says so, in the same write: if
// the function dies between the two, a retry sends a second message, which finds nothing to do. The
// other way round no message would ever be sent. If the queue takes none, the rest is written, and
// a retry that returns the same time sends it.
//
// One message does for each time: a worker whose phone is always busy would have one more with
// every missed call. came is the time for which the message of this run was sent, zero = none was:
// it came early if it is for the same time.
func (a asking) change(
	ctx context.Context, workerSID string, came time.Time, change func(*roster.Record) (changed bool, due time.Time),
) (roster.Record, error) {
	var sent time.Time // another write makes us repeat the change
	var refused error
	record, _, err := a.Roster.Change(ctx, workerSID, func(record *roster.Record) bool {
		refused = nil
		changed, due := change(record)
		before := record.NextReturn
		early := !came.IsZero() && due.Sub(came).Abs() < time.Second
		if due.IsZero() || !record.AskReturn(due) && !early {
			return changed
		}
		asked := record.NextReturn
		if !asked.Equal(sent) {
			if refused = returnAt(ctx, a.Queue, workerSID, asked, a.Now()); refused != nil {
				record.NextReturn = before
				return changed
			}
			sent = asked
		}
		return changed || !asked.Equal(before)
	})
	if err == nil {
		err = refused
	}
	return record, err
}

// maxDelay is SQS's maximum delay of a message.
const maxDelay = 15 * time.Minute

// returnAt asks for the worker's return at the end of an absence.
func returnAt(ctx context.Context, queue Queue, workerSID string, at, now time.Time) error {
	return send(ctx, queue, deferred.Return{WorkerSID: workerSID, Due: at}, at.Sub(now))
}

// lookNow has the reconciler run without delay.
func lookNow(ctx context.Context, queue Queue, workerSID string) error {
	return send(ctx, queue, deferred.Return{WorkerSID: workerSID}, 0)
}

func send(ctx context.Context, queue Queue, work deferred.Return, delay time.Duration) error {
	// Whole seconds, rounded up: a message that comes early finds nothing to do.
	delay = min(max((delay+time.Second-1).Truncate(time.Second), 0), maxDelay)
	return queue.Send(ctx, deferred.Message{Return: &work}, delay)
}
