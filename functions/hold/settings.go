package hold

import (
	"switchboard/shared/deferred"
	"switchboard/shared/environment"
	"switchboard/shared/function"
	"switchboard/shared/metric"
	"switchboard/shared/outlook"
	"switchboard/shared/secrets"
	"switchboard/shared/settings"
	"switchboard/shared/taskrouter"
	"switchboard/shared/webhook"
)

// maxQueueSize is how many calls may wait in a queue
// (https://www.twilio.com/docs/voice/api/queue-resource).
const maxQueueSize = 5000

// Clients are what the function uses; nil ones are those of the environment.
type Clients struct {
	function.Clients
	Queue deferred.Sender
}

// New returns the handler. err names every environment variable that cannot be used.
func New(env *environment.Reader, c Clients) (Handler, error) {
	store := secrets.Read(env, c.Parameters, c.Now, secrets.Webhooks, secrets.Waits, secrets.Expectations)
	store.Lasts = outlook.Lasts
	return Handler{
		Edge:        webhook.ReadEdge(env, store, c.Logger),
		Settings:    &settings.Store{Source: store, Logger: c.Logger},
		Outlook:     &outlook.Store{Source: store, Logger: c.Logger},
		Prioritized: env.OptionalInt("TASK_PRIORITY", 0, taskrouter.MaxPriority) != nil,
		Metrics:     metric.Read(env),
		Now:         c.Now,
		Limit: &Limit{
			Wanted: env.Int("QUEUE_MAX_SIZE", 1, maxQueueSize),
			Queue:  deferred.ReadQueue(env, c.Queue),
			Now:    c.Now,
			Logger: c.Logger,
		},
	}, env.Err()
}
