// Command bootstrap is the Lambda function behind POST /hold.
package main

import (
	"switchboard/functions/hold"
	"switchboard/shared/function"
)

func main() {
	env, clients := function.Lambda()
	handler, err := hold.New(env, hold.Clients{Clients: clients})
	function.Start(handler.Handle, err)
}
