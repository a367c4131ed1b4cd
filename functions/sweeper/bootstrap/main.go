// Command bootstrap is the Lambda function that mends, every five minutes, what no webhook will finish.
package main

import (
	"cmp"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"switchboard/functions/sweeper"
	"switchboard/shared/environment"
	"switchboard/shared/ledger"
	"switchboard/shared/secrets"
	"switchboard/shared/twilio"
)

func main() {
	log := lambdacontext.NewLogger()
	env := environment.Reader{Lookup: os.Getenv}
	keys := secrets.NewStore(os.Getenv, env.Required("SECRETS_PREFIX"), time.Now, secrets.REST)
	handler := sweeper.Handler{
		Ledger:             ledger.Ledger{Store: ledger.NewDynamoDB(os.Getenv, env.Required("LEDGER_TABLE"), time.Now), Now: time.Now},
		Twilio:             twilio.NewClient(env.Required("TWILIO_ACCOUNT_SID"), env.Required("WORKSPACE_SID"), env.BaseURL("TWILIO_API_URL"), keys),
		AccountSID:         env.Required("TWILIO_ACCOUNT_SID"),
		WorkflowSID:        env.Required("WORKFLOW_SID"),
		BaseURL:            env.BaseURL("PUBLIC_BASE_URL"),
		RejectActivitySID:  env.Required("REJECT_ACTIVITY_SID"),
		FaultActivitySID:   cmp.Or(env.Text("FAULT_ACTIVITY_SID"), env.Text("REJECT_ACTIVITY_SID")),
		ReservationTimeout: env.Seconds("RESERVATION_TIMEOUT_SECONDS", 1, 86400),
		WrapUp:             env.OptionalSeconds("WRAP_UP_SECONDS", 0, 900),
		EndStuckTasks:      env.OneOf("END_STUCK_TASKS", "no", "yes") == "yes",
		Now:                time.Now,
		Pause:              twilio.Wait,
		Logger:             log,
	}
	if err := env.Err(); err != nil {
		log.Error("settings", "error", err)
		os.Exit(1)
	}
	lambda.Start(handler.Handle)
}
