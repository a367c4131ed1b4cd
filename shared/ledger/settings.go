package ledger

import (
	"time"

	"switchboard/shared/awsenv"
	"switchboard/shared/environment"
)

// Read returns the ledger in store, or in DynamoDB's table LEDGER_TABLE if store is nil.
func Read(env *environment.Reader, store Store, now func() time.Time) Ledger {
	if store == nil {
		store = NewDynamoDB(awsenv.Environment(env.Lookup), env.Required("LEDGER_TABLE"), now)
	}
	return Ledger{Store: store, Now: now}
}
