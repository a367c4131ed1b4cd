// Command bootstrap is the Lambda function behind POST /assignment and /assignment/fallback.
package main

import (
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"switchboard/functions/assignment"
	"switchboard/shared/deferred"
	"switchboard/shared/environment"
	"switchboard/shared/failure"
	"switchboard/shared/secrets"
	"switchboard/shared/webhook"
)

func main() {
	log := lambdacontext.NewLogger()
	env := environment.Reader{Lookup: os.Getenv}
	keys := secrets.NewStore(os.Getenv, env.Required("SECRETS_PREFIX"), time.Now, secrets.Webhooks)
	handler := assignment.Handler{
		Edge: webhook.Edge{
			Secrets: keys, AccountSID: env.Required("TWILIO_ACCOUNT_SID"), PublicBaseURL: env.BaseURL("PUBLIC_BASE_URL"), Logger: log,
		},
		WorkspaceSID:        env.Required("WORKSPACE_SID"),
		Deferred:            env.OneOf("BRIDGE_MODE", "deferred", "dequeue") == "deferred",
		Queue:               deferred.NewQueue(os.Getenv, env.Required("BRIDGE_QUEUE_URL")),
		PostWorkActivitySID: env.Text("POST_WORK_ACTIVITY_SID"),
		Activities:          failure.Activities{Reject: env.Required("REJECT_ACTIVITY_SID"), Fault: env.Text("FAULT_ACTIVITY_SID")},
		CallerID:            env.Text("WORKER_CALLER_ID"),
		Ring:                env.Seconds("WORKER_RING_SECONDS", 5, 600),
		ReservationTimeout:  env.Seconds("RESERVATION_TIMEOUT_SECONDS", 1, 86400),
		Now:                 time.Now,
		Logger:              log,
	}
	if err := env.Err(); err != nil {
		log.Error("settings", "error", err)
		os.Exit(1)
	}
	lambda.Start(handler.Handle)
}
