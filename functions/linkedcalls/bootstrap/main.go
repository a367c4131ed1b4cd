// Command bootstrap is the Lambda function that an operator invokes to look calls up.
package main

import (
	"os"
	"time"
	_ "time/tzdata" // provided.al2023 is not said to have a time zone database

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"switchboard/functions/linkedcalls"
	"switchboard/shared/environment"
	"switchboard/shared/ledger"
	"switchboard/shared/secrets"
	"switchboard/shared/twilio"
)

func main() {
	log := lambdacontext.NewLogger()
	env := environment.Reader{Lookup: os.Getenv}
	keys := secrets.NewStore(os.Getenv, env.Required("SECRETS_PREFIX"), time.Now, secrets.REST)
	rest := twilio.NewClient(env.Required("TWILIO_ACCOUNT_SID"), env.Required("WORKSPACE_SID"), env.BaseURL("TWILIO_API_URL"), keys)
	handler := linkedcalls.Handler{
		Ledger:      ledger.Ledger{Store: ledger.NewDynamoDB(os.Getenv, env.Required("LEDGER_TABLE"), time.Now), Now: time.Now},
		Events:      rest,
		WorkflowSID: env.Required("WORKFLOW_SID"),
		Now:         time.Now,
		Logger:      log,
	}
	if err := env.Err(); err != nil {
		log.Error("settings", "error", err)
		os.Exit(1)
	}
	lambda.Start(handler.Handle)
}
