// Command bootstrap is the Lambda function that an operator invokes to limit the queue.
package main

import (
	"switchboard/functions/queuelimit"
	"switchboard/shared/function"
)

func main() {
	env, clients := function.Lambda()
	handler, err := queuelimit.New(env, clients)
	function.Start(handler.Handle, err)
}
