package queuelimit

import (
	"switchboard/shared/environment"
	"switchboard/shared/function"
	"switchboard/shared/secrets"
	"switchboard/shared/twilio"
	"switchboard/shared/voicequeue"
)

// New returns the handler. err names every environment variable that cannot be used.
func New(env *environment.Reader, c function.Clients) (Handler, error) {
	rest := twilio.Read(env, secrets.Read(env, c.Parameters, c.Now, secrets.REST), c.REST, c.Pause)
	return Handler{
		Limit:   voicequeue.Limit{Queues: rest, WorkflowSID: env.Required("WORKFLOW_SID"), Logger: c.Logger},
		MaxSize: env.Int("QUEUE_MAX_SIZE", voicequeue.Smallest, voicequeue.Largest),
	}, env.Err()
}
