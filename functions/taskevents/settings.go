package taskevents

import (
	"switchboard/shared/deferred"
	"switchboard/shared/environment"
	"switchboard/shared/function"
	"switchboard/shared/ledger"
	"switchboard/shared/outlook"
	"switchboard/shared/reconciler"
	"switchboard/shared/requests"
	"switchboard/shared/roster"
	"switchboard/shared/secrets"
	"switchboard/shared/twilio"
	"switchboard/shared/webhook"
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
	store := secrets.Read(env, c.Parameters, c.Now, secrets.Webhooks, secrets.REST)
	queue := deferred.ReadQueue(env, c.Queue)
	calls, rest := ledger.Read(env, c.Table, c.Now), twilio.Read(env, store, c.REST, c.Pause)
	absences := reconciler.ReadAbsences(env, roster.Read(env, c.Roster), queue, c.Now)
	return Handler{
		Edge:       webhook.ReadEdge(env, store, c.Logger),
		Ledger:     calls,
		Twilio:     rest,
		Requests:   requests.Read(env, calls, rest, c.Now, c.Logger),
		Queue:      queue,
		Roster:     absences,
		Activities: absences.Activities,
		Outlook:    outlook.NewWriter(env, c.Outlook, c.Now, c.Logger),
		PostWork:   absences.Activities.PostWork != "",
		Workflows:  rest.Workflows,
		WrapUp:     env.OptionalSeconds("WRAP_UP_SECONDS", 0, 900),
		Now:        c.Now,
		Logger:     c.Logger,
	}, env.Err()
}
