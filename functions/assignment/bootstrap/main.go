// Command bootstrap is the Lambda function behind POST /assignment.
package main

import (
	"switchboard/functions/assignment"
	"switchboard/shared/function"
)

func main() {
	env, clients := function.Lambda()
	handler, err := assignment.New(env, assignment.Clients{Clients: clients})
	function.Start(handler.Handle, err)
}
