// Command bootstrap is the Lambda function that an operator invokes to look calls up.
package main

import (
	_ "time/tzdata" // provided.al2023 is not said to have a time zone database

	"switchboard/functions/linkedcalls"
	"switchboard/shared/function"
)

func main() {
	env, clients := function.Lambda()
	handler, err := linkedcalls.New(env, linkedcalls.Clients{Clients: clients})
	function.Start(handler.Handle, err)
}
