// Command bootstrap is the Lambda function behind POST /events.
package main

import (
	"switchboard/functions/taskevents"
	"switchboard/shared/function"
)

func main() {
	env, clients := function.Lambda()
	handler, err := taskevents.New(env, taskevents.Clients{Clients: clients})
	function.Start(handler.Handle, err)
}
