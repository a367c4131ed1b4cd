// Command bootstrap is the Lambda function that mends, every five minutes, what no webhook will finish.
package main

import (
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"switchboard/functions/sweeper"
	"switchboard/shared/deferred"
	"switchboard/shared/environment"
	"switchboard/shared/ledger"
	"switchboard/shared/reconciler"
	"switchboard/shared/roster"
	"switchboard/shared/secrets"
	"switchboard/shared/texts"
	"switchboard/shared/twilio"
)

func main() {
	log := lambdacontext.NewLogger()
	env := environment.Reader{Lookup: os.Getenv}
	keys := secrets.NewStore(os.Getenv, env.Required("SECRETS_PREFIX"), time.Now, secrets.REST)
	rest := twilio.NewClient(env.Required("TWILIO_ACCOUNT_SID"), env.Required("WORKSPACE_SID"), env.BaseURL("TWILIO_API_URL"), keys)
	workers := roster.Roster{Store: roster.NewDynamoDB(os.Getenv, env.Required("WORKERS_TABLE"))}
	queue := deferred.NewQueue(os.Getenv, env.Required("BRIDGE_QUEUE_URL"))
	activities, wrapUp := reconciler.ReadActivities(&env), env.OptionalSeconds("WRAP_UP_SECONDS", 0, 900)
	pause := env.Seconds("MISSED_CALL_PAUSE_SECONDS", 0, 900)
	handler := sweeper.Handler{
		Ledger: ledger.Ledger{Store: ledger.NewDynamoDB(os.Getenv, env.Required("LEDGER_TABLE"), time.Now), Now: time.Now},
		Twilio: rest,
		Roster: workers,
		Workers: reconciler.Reconciler{
			Roster: workers, Twilio: rest, Queue: queue, Activities: activities, WrapUp: wrapUp, Pause: pause, Now: time.Now, Logger: log,
			Notifier: texts.Notifier{Twilio: rest, Roster: workers, From: env.Text("NOTIFY_FROM"), BaseURL: env.BaseURL("PUBLIC_BASE_URL"), Logger: log},
		},
		Activities:         activities,
		MissedCallPause:    pause,
		AccountSID:         env.Required("TWILIO_ACCOUNT_SID"),
		WorkflowSID:        env.Required("WORKFLOW_SID"),
		BaseURL:            env.BaseURL("PUBLIC_BASE_URL"),
		ReservationTimeout: env.Seconds("RESERVATION_TIMEOUT_SECONDS", 1, 86400),
		WrapUp:             wrapUp,
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
