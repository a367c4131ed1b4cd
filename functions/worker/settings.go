package worker

import (
	"net/http"

	"switchboard/shared/bucket"
	"switchboard/shared/deferred"
	"switchboard/shared/environment"
	"switchboard/shared/function"
	"switchboard/shared/ledger"
	"switchboard/shared/reconciler"
	"switchboard/shared/rejection"
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
	AWS    http.RoundTripper // to S3
}

// New returns the handler. err names every environment variable that cannot be used.
func New(env *environment.Reader, c Clients) (Handler, error) {
	store := secrets.Read(env, c.Parameters, c.Now, secrets.Webhooks, secrets.REST)
	rest := twilio.Read(env, store, c.REST, c.Pause)
	queue := deferred.ReadQueue(env, c.Queue)
	calls := ledger.Read(env, c.Table, c.Now)
	asked := requests.Read(env, calls, rest, c.Now, c.Logger)
	absences := reconciler.ReadAbsences(env, roster.Read(env, c.Roster), queue, c.Now)
	return Handler{
		Edge:                webhook.ReadEdge(env, store, c.Logger),
		Ledger:              calls,
		Twilio:              rest,
		Rejecter:            rejection.Read(env, calls, rest, absences, asked, c.Now),
		Requests:            asked,
		Files:               bucket.Read(env, c.AWS, c.Now),
		Queue:               queue,
		PostWorkActivitySID: absences.Activities.PostWork,
		WrapUp:              env.OptionalSeconds("WRAP_UP_SECONDS", 0, 900),
		Now:                 c.Now,
		Logger:              c.Logger,
	}, env.Err()
}
