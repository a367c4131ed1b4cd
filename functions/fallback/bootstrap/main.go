// Command bootstrap is the Lambda function behind POST /assignment/fallback.
package main

import (
	"switchboard/functions/fallback"
	"switchboard/shared/function"
)

func main() {
	env, clients := function.Lambda()
	handler, err := fallback.New(env, fallback.Clients{Clients: clients})
	function.Start(handler.Handle, err)
}
