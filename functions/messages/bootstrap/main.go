// Command bootstrap is the Lambda function behind POST /messages and what lies below it.
package main

import (
	"switchboard/functions/messages"
	"switchboard/shared/function"
)

func main() {
	env, clients := function.Lambda()
	handler, err := messages.New(env, messages.Clients{Clients: clients})
	function.Start(handler.Handle, err)
}
