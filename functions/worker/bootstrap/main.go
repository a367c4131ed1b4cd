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
	"switchboard/shared/ledger"
	"switchboard/shared/reconciler"
	"switchboard/shared/rejection"
	"switchboard/shared/roster"
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
	queue := deferred.NewQueue(os.Getenv, env.Required("BRIDGE_QUEUE_URL"))
	workers := roster.Roster{Store: roster.NewDynamoDB(os.Getenv, env.Required("WORKERS_TABLE"))}
	absences := reconciler.ReadAbsences(&env, workers, queue)
	handler := worker.Handler{
		Edge: webhook.Edge{
			Secrets: keys, AccountSID: env.Required("TWILIO_ACCOUNT_SID"), PublicBaseURL: env.BaseURL("PUBLIC_BASE_URL"), Logger: log,
		},
		Ledger: kept,
		Voice:  rest,
		Rejecter: rejection.Rejecter{
			Absences: absences, Ledger: kept, Twilio: rest, WorkflowSID: env.Required("WORKFLOW_SID"), Now: time.Now,
			Activities: absences.Activities.OfRejections(),
		},
		Queue:               queue,
		PostWorkActivitySID: absences.Activities.PostWork,
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
