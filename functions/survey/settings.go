package survey

import (
	_ "time/tzdata" // provided.al2023 has no time zones, which opening hours need

	"switchboard/shared/bucket"
	"switchboard/shared/environment"
	"switchboard/shared/function"
	"switchboard/shared/ledger"
	"switchboard/shared/metric"
	"switchboard/shared/recording"
	"switchboard/shared/requests"
	"switchboard/shared/secrets"
	"switchboard/shared/settings"
	"switchboard/shared/twilio"
	"switchboard/shared/webhook"
)

// Clients are what the function uses; nil ones are those of the environment.
type Clients struct {
	function.Clients
	Table      ledger.Store
	Recordings recording.Sender
}

// New returns the handler. err names every environment variable that cannot be used.
func New(env *environment.Reader, c Clients) (Handler, error) {
	store := secrets.Read(env, c.Parameters, c.Now, secrets.Webhooks, secrets.REST, secrets.Ends)
	calls, rest := ledger.Read(env, c.Table, c.Now), twilio.Read(env, store, c.REST, c.Pause)
	return Handler{
		Edge:       webhook.ReadEdge(env, store, c.Logger),
		Ledger:     calls,
		Twilio:     rest,
		Requests:   requests.Read(env, calls, rest, c.Now, c.Logger),
		Metrics:    metric.Read(env),
		Now:        c.Now,
		Settings:   &settings.Store{Source: store, Logger: c.Logger},
		Recordings: recording.ReadQueue(env, c.Recordings),
		Files:      bucket.Read(env, nil, c.Now),
		Logger:     c.Logger,
	}, env.Err()
}
