package sweeper

import (
	"context"
	"maps"
	"slices"

	"switchboard/shared/metric"
	"switchboard/shared/settings"
)

// measure records who waits and who could answer. Callers and webhooks do not report a desk at
// which nothing happens.
func (r *run) measure(ctx context.Context, taking, available int) {
	r.handler.Metrics.Record(
		metric.Flag(metric.DeskOpen, r.isDeskOpen(r.handler.Settings.Get(ctx))),
		metric.Count(metric.CallersWaiting, len(r.waiting)),
		metric.Count(metric.WorkersTakingCalls, taking),
		metric.Count(metric.WorkersAvailable, available),
	)
}

// isDeskOpen reports whether callers of any number are served now. A desk without numbers in its
// settings serves all.
func (r *run) isDeskOpen(desk settings.Settings) bool {
	dialed := append(slices.Collect(maps.Keys(desk.Numbers)), settings.OtherNumbers)
	return slices.ContainsFunc(dialed, func(number string) bool { return desk.Open(number, r.handler.Now()) })
}
