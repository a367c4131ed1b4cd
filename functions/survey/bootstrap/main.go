// Command bootstrap is the Lambda function behind POST /survey and what lies below it.
package main

import (
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"switchboard/functions/survey"
	"switchboard/shared/environment"
	"switchboard/shared/ledger"
	"switchboard/shared/secrets"
	"switchboard/shared/twilio"
	"switchboard/shared/webhook"
)

func main() {
	log := lambdacontext.NewLogger()
	env := environment.Reader{Lookup: os.Getenv}
	keys := secrets.NewStore(os.Getenv, env.Required("SECRETS_PREFIX"), time.Now, secrets.Webhooks, secrets.REST)
	rest := twilio.NewClient(env.Required("TWILIO_ACCOUNT_SID"), env.Required("WORKSPACE_SID"), env.BaseURL("TWILIO_API_URL"), keys)
	handler := survey.Handler{
		Edge: webhook.Edge{
			Secrets: keys, AccountSID: env.Required("TWILIO_ACCOUNT_SID"), PublicBaseURL: env.BaseURL("PUBLIC_BASE_URL"), Logger: log,
		},
		Ledger: ledger.Ledger{Store: ledger.NewDynamoDB(os.Getenv, env.Required("LEDGER_TABLE"), time.Now), Now: time.Now},
		Voice:  rest, WorkflowSID: env.Required("WORKFLOW_SID"),
		Logger: log,
	}
	if err := env.Err(); err != nil {
		log.Error("settings", "error", err)
		os.Exit(1)
	}
	lambda.Start(handler.Handle)
}
