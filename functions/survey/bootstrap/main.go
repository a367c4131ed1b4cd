// Command bootstrap is the Lambda function behind POST /survey and what lies below it.
package main

import (
	"switchboard/functions/survey"
	"switchboard/shared/function"
)

func main() {
	env, clients := function.Lambda()
	handler, err := survey.New(env, survey.Clients{Clients: clients})
	function.Start(handler.Handle, err)
}
