// Command bootstrap is the Lambda function behind POST /hold.
package main

import (
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"switchboard/functions/hold"
	"switchboard/shared/deferred"
	"switchboard/shared/environment"
	"switchboard/shared/secrets"
	"switchboard/shared/webhook"
)

func main() {
	log := lambdacontext.NewLogger()
	env := environment.Reader{Lookup: os.Getenv}
	keys := secrets.NewStore(os.Getenv, env.Required("SECRETS_PREFIX"), time.Now, secrets.Webhooks)
	handler := hold.Handler{
		Edge: webhook.Edge{
			Secrets: keys, AccountSID: env.Required("TWILIO_ACCOUNT_SID"), PublicBaseURL: env.BaseURL("PUBLIC_BASE_URL"), Logger: log,
		},
		MusicURL: env.Text("HOLD_MUSIC_URL"),
		Limit: &hold.Limit{
			Wanted: env.Int("QUEUE_MAX_SIZE", 1, 5000),
			Queue:  deferred.NewQueue(os.Getenv, env.Required("BRIDGE_QUEUE_URL")),
			Now:    time.Now,
			Logger: log,
		},
	}
	if err := env.Err(); err != nil {
		log.Error("settings", "error", err)
		os.Exit(1)
	}
	lambda.Start(handler.Handle)
}
