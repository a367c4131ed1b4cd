// Command bootstrap is the Lambda function behind BridgeQueue.
package main

import (
	"switchboard/functions/bridge"
	"switchboard/shared/function"
)

func main() {
	env, clients := function.Lambda()
	handler, err := bridge.New(env, bridge.Clients{Clients: clients})
	function.Start(handler.Handle, err)
}
