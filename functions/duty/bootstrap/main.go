// Command bootstrap is the Lambda function behind POST /duty and what lies below it.
package main

import (
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"switchboard/functions/duty"
	"switchboard/shared/deferred"
	"switchboard/shared/environment"
	"switchboard/shared/reconciler"
	"switchboard/shared/roster"
	"switchboard/shared/secrets"
	"switchboard/shared/twilio"
	"switchboard/shared/webhook"
)

func main() {
	log := lambdacontext.NewLogger()
	env := environment.Reader{Lookup: os.Getenv}
	keys := secrets.NewStore(os.Getenv, env.Required("SECRETS_PREFIX"), time.Now, secrets.Webhooks, secrets.REST, secrets.Duty)
	rest := twilio.NewClient(env.Required("TWILIO_ACCOUNT_SID"), env.Required("WORKSPACE_SID"), env.BaseURL("TWILIO_API_URL"), keys)
	handler := duty.Handler{
		Edge: webhook.Edge{
			Secrets: keys, AccountSID: env.Required("TWILIO_ACCOUNT_SID"), PublicBaseURL: env.BaseURL("PUBLIC_BASE_URL"), Logger: log,
		},
		Twilio: rest,
		Workers: reconciler.Reconciler{
			Roster: roster.Roster{Store: roster.NewDynamoDB(os.Getenv, env.Required("WORKERS_TABLE"))}, Twilio: rest,
			Queue:      deferred.NewQueue(os.Getenv, env.Required("BRIDGE_QUEUE_URL")),
			Activities: reconciler.ReadActivities(&env), WrapUp: env.OptionalSeconds("WRAP_UP_SECONDS", 0, 900),
			Pause: env.Seconds("MISSED_CALL_PAUSE_SECONDS", 0, 900), Now: time.Now, Logger: log,
		},
		Secrets: keys, WorkflowSID: env.Required("WORKFLOW_SID"), Now: time.Now, Logger: log,
	}
	if err := env.Err(); err != nil {
		log.Error("settings", "error", err)
		os.Exit(1)
	}
	lambda.Start(handler.Handle)
}
