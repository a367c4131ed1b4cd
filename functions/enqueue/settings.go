package enqueue

import (
	_ "time/tzdata" // provided.al2023 has no time zones, which opening hours need

	"switchboard/shared/environment"
	"switchboard/shared/function"
	"switchboard/shared/outlook"
	"switchboard/shared/secrets"
	"switchboard/shared/settings"
	"switchboard/shared/taskrouter"
	"switchboard/shared/webhook"
)

// New returns the handler. err names every environment variable that cannot be used.
func New(env *environment.Reader, c function.Clients) (Handler, error) {
	store := secrets.Read(env, c.Parameters, c.Now, secrets.Webhooks, secrets.Arrivals, secrets.Expectations)
	store.Lasts = outlook.Lasts
	return Handler{
		Edge:        webhook.ReadEdge(env, store, c.Logger),
		Settings:    &settings.Store{Source: store, Logger: c.Logger},
		Outlook:     &outlook.Store{Source: store, Logger: c.Logger},
		WorkflowSID: env.Required("WORKFLOW_SID"),
		Priority:    env.OptionalInt("TASK_PRIORITY", 0, taskrouter.MaxPriority),
		Timeout:     env.OptionalInt("TASK_TIMEOUT_SECONDS", 1, taskrouter.MaxTaskTimeout),
		Now:         c.Now,
		Logger:      c.Logger,
	}, env.Err()
}
