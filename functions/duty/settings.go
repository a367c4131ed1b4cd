package duty

import (
	"switchboard/shared/deferred"
	"switchboard/shared/environment"
	"switchboard/shared/function"
	"switchboard/shared/reconciler"
	"switchboard/shared/roster"
	"switchboard/shared/secrets"
	"switchboard/shared/twilio"
	"switchboard/shared/webhook"
)

// Clients are what the function uses; nil ones are those of the environment.
type Clients struct {
	function.Clients
	Queue  deferred.Sender
	Write  secrets.Writing // nil = SSM
	Roster roster.Store
}

// New returns the handler. err names every environment variable that cannot be used.
func New(env *environment.Reader, c Clients) (Handler, error) {
	store := secrets.Read(env, c.Parameters, c.Now, secrets.Webhooks, secrets.REST, secrets.Duty, secrets.Closing)
	rest := twilio.Read(env, store, c.REST, c.Pause)
	workers := roster.Read(env, c.Roster)
	return Handler{
		Edge:    webhook.ReadEdge(env, store, c.Logger),
		Twilio:  rest,
		Workers: reconciler.Read(env, workers, rest, deferred.ReadQueue(env, c.Queue), c.Now, c.Logger),
		Secrets: store,
		Desk:    parameters{store, secrets.ReadWriter(env, c.Write)},
		Now:     c.Now,
		Logger:  c.Logger,
	}, env.Err()
}
