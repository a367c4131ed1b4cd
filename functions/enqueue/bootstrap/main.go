// Command bootstrap is the Lambda function behind POST /enqueue.
package main

import (
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"switchboard/functions/enqueue"
	"switchboard/shared/environment"
	"switchboard/shared/secrets"
	"switchboard/shared/webhook"
)

func main() {
	log := lambdacontext.NewLogger()
	env := environment.Reader{Lookup: os.Getenv}
	attributes, err := enqueue.ParseNumberAttributes(env.Text("NUMBER_ATTRIBUTES"))
	if err != nil {
		// Callers are better served without attributes of their own than not at all.
		log.Error("calls are enqueued without attributes: mend the parameter NumberAttributes", "error", err)
	}
	keys := secrets.NewStore(os.Getenv, env.Required("SECRETS_PREFIX"), time.Now, secrets.Webhooks)
	handler := enqueue.Handler{
		Edge: webhook.Edge{
			Secrets: keys, AccountSID: env.Required("TWILIO_ACCOUNT_SID"), PublicBaseURL: env.BaseURL("PUBLIC_BASE_URL"), Logger: log,
		},
		WorkflowSID: env.Required("WORKFLOW_SID"),
		Attributes:  attributes,
		Priority:    env.OptionalInt("TASK_PRIORITY", 0, 2147483647),
		Timeout:     env.OptionalInt("TASK_TIMEOUT_SECONDS", 1, 1209600),
		Logger:      log,
	}
	if err := env.Err(); err != nil {
		log.Error("settings", "error", err)
		os.Exit(1)
	}
	lambda.Start(handler.Handle)
}
