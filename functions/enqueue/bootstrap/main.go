// Command bootstrap is the Lambda function behind POST /enqueue.
package main

import (
	"switchboard/functions/enqueue"
	"switchboard/shared/function"
)

func main() {
	env, clients := function.Lambda()
	handler, err := enqueue.New(env, clients)
	function.Start(handler.Handle, err)
}
