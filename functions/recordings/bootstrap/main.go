// Command bootstrap is the Lambda function behind RecordingsQueue.
package main

import (
	"switchboard/functions/recordings"
	"switchboard/shared/function"
)

func main() {
	env, clients := function.Lambda()
	handler, err := recordings.New(env, recordings.Clients{Clients: clients})
	function.Start(handler.Handle, err)
}
