package staff

import (
	"context"
	"log/slog"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/reconciler"
)

// Reconciler returns a reconciler with the settings of a stack, by the names of its parameters; nil
// = no stack. Its Roster is the caller's to set.
func Reconciler(parameters map[string]string, now func() time.Time) reconciler.Reconciler {
	r := reconciler.Reconciler{
		Queue: bySweeper{}, Now: now, Logger: slog.New(slog.DiscardHandler),
		Activities: reconciler.Activities{
			Available: parameters["AvailableActivitySid"], PostWork: parameters["PostWorkActivitySid"], Reject: parameters["RejectActivitySid"],
			Fault: parameters["FaultActivitySid"], Offline: parameters["OfflineActivitySid"],
		}.Complete(),
	}
	if wrapUp, err := time.ParseDuration(parameters["WrapUpSeconds"] + "s"); err == nil {
		r.WrapUp = &wrapUp
	}
	if pause, err := time.ParseDuration(parameters["MissedCallPauseSeconds"] + "s"); err == nil {
		r.Pause = pause
	}
	return r
}

// bySweeper sends nothing: the sweeper, which runs every five minutes, brings workers back. So a
// team lead needs no right to the stack's queue.
type bySweeper struct{}

// Send implements reconciler.Queue.
func (bySweeper) Send(context.Context, deferred.Message, time.Duration) error { return nil }
