package enqueue

import (
	"switchboard/shared/environment"
	"switchboard/shared/function"
	"switchboard/shared/prompt"
	"switchboard/shared/secrets"
	"switchboard/shared/taskrouter"
	"switchboard/shared/webhook"
)

// New returns the handler. err names every environment variable that cannot be used, except
// NUMBER_ATTRIBUTES: callers are better served without attributes of their own than not at all.
func New(env *environment.Reader, c function.Clients) (Handler, error) {
	attributes, err := ParseNumberAttributes(env.Text("NUMBER_ATTRIBUTES"))
	if err != nil {
		c.Logger.Error("NumberAttributes is invalid; calls are enqueued without attributes", "error", err)
	}
	store := secrets.Read(env, c.Parameters, c.Now, secrets.Webhooks)
	return Handler{
		Edge:        webhook.ReadEdge(env, store, c.Logger),
		WorkflowSID: env.Required("WORKFLOW_SID"),
		Attributes:  attributes,
		Priority:    env.OptionalInt("TASK_PRIORITY", 0, taskrouter.MaxPriority),
		Timeout:     env.OptionalInt("TASK_TIMEOUT_SECONDS", 1, taskrouter.MaxTaskTimeout),
		Book:        prompt.For(prompt.English, prompt.Own{}),
		Logger:      c.Logger,
	}, env.Err()
}
