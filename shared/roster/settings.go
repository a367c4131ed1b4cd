package roster

import (
	"switchboard/shared/awsenv"
	"switchboard/shared/environment"
)

// Read returns the roster in store, or in DynamoDB's table WORKERS_TABLE if store is nil.
func Read(env *environment.Reader, store Store) Roster {
	if store == nil {
		store = NewDynamoDB(awsenv.Environment(env.Lookup), env.Required("WORKERS_TABLE"))
	}
	return Roster{Store: store}
}
