package assignment

import (
	"switchboard/shared/deferred"
	"switchboard/shared/environment"
	"switchboard/shared/failure"
	"switchboard/shared/function"
	"switchboard/shared/secrets"
	"switchboard/shared/webhook"
)

// Clients are what the function uses; nil ones are those of the environment.
type Clients struct {
	function.Clients
	Queue deferred.Sender
}

// New returns the handler. err names every environment variable that cannot be used.
func New(env *environment.Reader, c Clients) (Handler, error) {
	store := secrets.Read(env, c.Parameters, c.Now, secrets.Webhooks)
	return Read(env, store, deferred.ReadQueue(env, c.Queue), c.Clients), env.Err()
}

// Read returns the handler with a queue; env collects the errors.
func Read(env *environment.Reader, store *secrets.Store, queue Queue, c function.Clients) Handler {
	return Handler{
		Edge:                webhook.ReadEdge(env, store, c.Logger),
		WorkspaceSID:        env.Required("WORKSPACE_SID"),
		Deferred:            env.OneOf("BRIDGE_MODE", "deferred", "dequeue") == "deferred",
		Queue:               queue,
		PostWorkActivitySID: env.Text("POST_WORK_ACTIVITY_SID"),
		Activities:          failure.Activities{Reject: env.Required("REJECT_ACTIVITY_SID"), Fault: env.Text("FAULT_ACTIVITY_SID")},
		CallerID:            env.Text("WORKER_CALLER_ID"),
		Ring:                env.Seconds("WORKER_RING_SECONDS", 5, 600),
		ReservationTimeout:  env.Seconds("RESERVATION_TIMEOUT_SECONDS", 1, 86400),
		Now:                 c.Now,
		Logger:              c.Logger,
	}
}
