// Command bootstrap is the Lambda function behind POST /worker/….
package main

import (
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"switchboard/functions/worker"
	"switchboard/shared/deferred"
	"switchboard/shared/environment"
	"switchboard/shared/failure"
	"switchboard/shared/ledger"
	"switchboard/shared/rejection"
	"switchboard/shared/secrets"
	"switchboard/shared/twilio"
	"switchboard/shared/webhook"
)

func main() {
	log := lambdacontext.NewLogger()
	env := environment.Reader{Lookup: os.Getenv}
	keys := secrets.NewStore(os.Getenv, env.Required("SECRETS_PREFIX"), time.Now, secrets.Webhooks, secrets.REST)
	rest := twilio.NewClient(env.Required("TWILIO_ACCOUNT_SID"), env.Required("WORKSPACE_SID"), env.BaseURL("TWILIO_API_URL"), keys)
	kept := ledger.Ledger{Store: ledger.NewDynamoDB(os.Getenv, env.Required("LEDGER_TABLE"), time.Now), Now: time.Now}
	handler := worker.Handler{
		Edge: webhook.Edge{
			Secrets: keys, AccountSID: env.Required("TWILIO_ACCOUNT_SID"), PublicBaseURL: env.BaseURL("PUBLIC_BASE_URL"), Logger: log,
		},
		Ledger: kept,
		Voice:  rest,
		Rejecter: rejection.Rejecter{
			Ledger: kept, Twilio: rest, WorkflowSID: env.Required("WORKFLOW_SID"), Now: time.Now,
			Activities: failure.Activities{Reject: env.Required("REJECT_ACTIVITY_SID"), Fault: env.Text("FAULT_ACTIVITY_SID")},
		},
		Queue:               deferred.NewQueue(os.Getenv, env.Required("BRIDGE_QUEUE_URL")),
		PostWorkActivitySID: env.Required("POST_WORK_ACTIVITY_SID"),
		WrapUp:              env.OptionalSeconds("WRAP_UP_SECONDS", 0, 900),
		Now:                 time.Now,
		Logger:              log,
	}
	if err := env.Err(); err != nil {
		log.Error("settings", "error", err)
		os.Exit(1)
	}
	lambda.Start(handler.Handle)
}
