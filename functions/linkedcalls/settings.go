package linkedcalls

import (
	"switchboard/shared/environment"
	"switchboard/shared/function"
	"switchboard/shared/ledger"
	"switchboard/shared/secrets"
	"switchboard/shared/twilio"
)

// Clients are what the function uses; nil ones are those of the environment.
type Clients struct {
	function.Clients
	Table ledger.Store
}

// New returns the handler. err names every environment variable that cannot be used.
func New(env *environment.Reader, c Clients) (Handler, error) {
	rest := twilio.Read(env, secrets.Read(env, c.Parameters, c.Now, secrets.REST), c.REST, c.Pause)
	return Handler{
		Ledger:    ledger.Read(env, c.Table, c.Now),
		Events:    rest,
		Workflows: rest.Workflows,
		Now:       c.Now,
		Logger:    c.Logger,
	}, env.Err()
}
