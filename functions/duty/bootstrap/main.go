// Command bootstrap is the Lambda function behind POST /duty and what lies below it.
package main

import (
	"switchboard/functions/duty"
	"switchboard/shared/function"
)

func main() {
	env, clients := function.Lambda()
	handler, err := duty.New(env, duty.Clients{Clients: clients})
	function.Start(handler.Handle, err)
}
