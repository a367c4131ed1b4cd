// Command bootstrap is the Lambda function that runs every five minutes to repair calls whose
// webhooks were lost.
package main

import (
	"switchboard/functions/sweeper"
	"switchboard/shared/function"
)

func main() {
	env, clients := function.Lambda()
	handler, err := sweeper.New(env, sweeper.Clients{Clients: clients})
	function.Start(handler.Handle, err)
}
