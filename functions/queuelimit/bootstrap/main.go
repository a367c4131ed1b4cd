// Command bootstrap is the Lambda function that an operator invokes to limit the queue.
package main

import (
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"switchboard/functions/queuelimit"
	"switchboard/shared/environment"
	"switchboard/shared/secrets"
	"switchboard/shared/twilio"
	"switchboard/shared/voicequeue"
)

func main() {
	log := lambdacontext.NewLogger()
	env := environment.Reader{Lookup: os.Getenv}
	keys := secrets.NewStore(os.Getenv, env.Required("SECRETS_PREFIX"), time.Now, secrets.REST)
	rest := twilio.NewClient(env.Required("TWILIO_ACCOUNT_SID"), env.Required("WORKSPACE_SID"), env.BaseURL("TWILIO_API_URL"), keys)
	handler := queuelimit.Handler{
		Limit:   voicequeue.Limit{Queues: rest, WorkflowSID: env.Required("WORKFLOW_SID"), Logger: log},
		MaxSize: env.Int("QUEUE_MAX_SIZE", voicequeue.Smallest, voicequeue.Largest),
	}
	if err := env.Err(); err != nil {
		log.Error("settings", "error", err)
		os.Exit(1)
	}
	lambda.Start(handler.Handle)
}
