package sweeper

import (
	"context"
	_ "time/tzdata" // provided.al2023 has no time zones, which opening hours and shifts need

	"switchboard/shared/deferred"
	"switchboard/shared/environment"
	"switchboard/shared/function"
	"switchboard/shared/ledger"
	"switchboard/shared/metric"
	"switchboard/shared/outlook"
	"switchboard/shared/reconciler"
	"switchboard/shared/requests"
	"switchboard/shared/roster"
	"switchboard/shared/secrets"
	"switchboard/shared/settings"
	"switchboard/shared/texts"
	"switchboard/shared/twilio"
)

// Clients are what the function uses; nil ones are those of the environment.
type Clients struct {
	function.Clients
	Queue  deferred.Sender
	Table  ledger.Store
	Roster roster.Store

	Outlook outlook.Parameters
}

// New returns the handler. err names every environment variable that cannot be used.
func New(env *environment.Reader, c Clients) (Handler, error) {
	store := secrets.Read(env, c.Parameters, c.Now, secrets.REST, secrets.Requests, secrets.Shifts)
	rest := twilio.Read(env, store, c.REST, c.Pause)
	calls := ledger.Read(env, c.Table, c.Now)
	workers := roster.Read(env, c.Roster)
	queue := deferred.ReadQueue(env, c.Queue)
	desk := reconciler.Read(env, workers, rest, queue, c.Now, c.Logger)
	desk.Notifier = texts.ReadNotifier(env, rest, workers, c.Logger)
	callers := &settings.Store{Source: store, Logger: c.Logger}
	asked := requests.Read(env, calls, rest, c.Now, c.Logger)
	asked.Open = func(ctx context.Context, dialed string) bool { return callers.Get(ctx).Open(dialed, c.Now()) }
	return Handler{
		Ledger:             calls,
		Requests:           asked,
		Twilio:             rest,
		Roster:             workers,
		Workers:            desk,
		Outlook:            outlook.NewWriter(env, c.Outlook, c.Now, c.Logger),
		Settings:           callers,
		Queue:              queue,
		Activities:         desk.Activities,
		MissedCallPause:    desk.Pause,
		AccountSID:         rest.AccountSID,
		BaseURL:            env.BaseURL("PUBLIC_BASE_URL"),
		ReservationTimeout: env.Seconds("RESERVATION_TIMEOUT_SECONDS", 1, 86400),
		WrapUp:             desk.WrapUp,
		EndStuckTasks:      env.OneOf("END_STUCK_TASKS", "no", "yes") == "yes",
		Metrics:            metric.Read(env),
		Now:                c.Now,
		Pause:              rest.Pause,
		Logger:             c.Logger,
	}, env.Err()
}
