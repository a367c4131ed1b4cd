package reconciler

import (
	"context"
	"sync"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/roster"
)

// returnPause is the time between two returns after a fault has ended.
const returnPause = time.Second

// FaultOver brings back the workers whom faults of ours sent away, one after the other. A retry is
// safe.
func (r Reconciler) FaultOver(ctx context.Context) error {
	all, err := r.Roster.All(ctx)
	if err != nil {
		return err
	}
	asking := asking{r.Roster, r.Queue, r.Now}
	pause := returnPause // also before the first: its message must not come before the record says so
	for _, record := range all {
		until, sooner := r.Now().Add(pause), false
		_, err := asking.change(ctx, record.WorkerSID, time.Time{}, func(current *roster.Record) (changed bool, due time.Time) {
			sooner = current.Absence.Cause == roster.Fault && current.Absence.Until.After(until)
			if sooner {
				current.Absence.Until, current.Faults = until, 0
			}
			if current.Absence.Cause != roster.Fault {
				return false, time.Time{}
			}
			return sooner, current.Absence.Until
		})
		if err != nil {
			return err
		}
		if sooner {
			pause += returnPause
		}
	}
	return nil
}

// watchPause is how often a Watch reads the roster.
const watchPause = time.Minute

// Watch notices the end of a fault of ours. An execution environment has one.
type Watch struct {
	Roster roster.Roster
	Queue  Queue
	Now    func() time.Time

	mu   sync.Mutex
	read time.Time
}

// Succeeded is called when all steps of a bridge have succeeded. If faults of ours have sent
// workers away, it has them brought back. It reads the roster once a minute.
func (w *Watch) Succeeded(ctx context.Context) error {
	if !w.due() {
		return nil
	}
	all, err := w.Roster.All(ctx)
	if err != nil {
		return err
	}
	for _, record := range all {
		if record.Absence.Cause == roster.Fault && record.Absence.Until.After(w.Now()) {
			return w.Queue.Send(ctx, deferred.Message{FaultOver: &deferred.FaultOver{}}, 0)
		}
	}
	return nil
}

func (w *Watch) due() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.Now()
	if now.Sub(w.read) < watchPause {
		return false
	}
	w.read = now
	return true
}
