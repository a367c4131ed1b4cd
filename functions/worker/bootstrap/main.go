// Command bootstrap is the Lambda function behind POST /worker/….
package main

import (
	"switchboard/functions/worker"
	"switchboard/shared/function"
)

func main() {
	env, clients := function.Lambda()
	handler, err := worker.New(env, worker.Clients{Clients: clients})
	function.Start(handler.Handle, err)
}
