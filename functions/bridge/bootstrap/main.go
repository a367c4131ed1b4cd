// Command bootstrap is the Lambda function behind BridgeQueue.
package main

import (
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"switchboard/functions/bridge"
	"switchboard/shared/announcement"
	"switchboard/shared/crm"
	"switchboard/shared/deferred"
	"switchboard/shared/environment"
	"switchboard/shared/ledger"
	"switchboard/shared/reconciler"
	"switchboard/shared/rejection"
	"switchboard/shared/roster"
	"switchboard/shared/secrets"
	"switchboard/shared/texts"
	"switchboard/shared/twilio"
	"switchboard/shared/voicequeue"
)

func main() {
	log := lambdacontext.NewLogger()
	env := environment.Reader{Lookup: os.Getenv}
	keys := secrets.NewStore(os.Getenv, env.Required("SECRETS_PREFIX"), time.Now, secrets.REST, secrets.CRM)
	rest := twilio.NewClient(env.Required("TWILIO_ACCOUNT_SID"), env.Required("WORKSPACE_SID"), env.BaseURL("TWILIO_API_URL"), keys)
	said, err := announcement.Parse(env.Text("WORKER_ANNOUNCEMENT"))
	env.Check("WORKER_ANNOUNCEMENT", err)
	kept := ledger.Ledger{Store: ledger.NewDynamoDB(os.Getenv, env.Required("LEDGER_TABLE"), time.Now), Now: time.Now}
	workflow := env.Required("WORKFLOW_SID")
	workers := roster.Roster{Store: roster.NewDynamoDB(os.Getenv, env.Required("WORKERS_TABLE"))}
	queue := deferred.NewQueue(os.Getenv, env.Required("BRIDGE_QUEUE_URL"))
	absences := reconciler.ReadAbsences(&env, workers, queue)
	handler := bridge.Handler{
		Ledger: kept, WorkflowSID: workflow,
		Voice: rest, Tasks: rest, Now: time.Now, Logger: log,
		Gate: env.OneOf("WORKER_GATE", "press-1", "none") == "press-1", Announcement: said,
		Ring:       env.Seconds("WORKER_RING_SECONDS", 5, 600),
		CRMConnect: env.OneOf("CRM_FAILURE", "reject", "connect") == "connect",
		Rejecter: rejection.Rejecter{
			Absences: absences, Ledger: kept, Twilio: rest, WorkflowSID: workflow, Now: time.Now,
			Activities: absences.Activities.OfRejections(),
		},
		Workers: reconciler.Reconciler{
			Roster: workers, Twilio: rest, Queue: queue, Activities: absences.Activities, Pause: absences.Pause,
			WrapUp: env.OptionalSeconds("WRAP_UP_SECONDS", 0, 900), Now: time.Now, Logger: log,
			Notifier: texts.Notifier{Twilio: rest, Roster: workers, From: env.Text("NOTIFY_FROM"), BaseURL: env.BaseURL("PUBLIC_BASE_URL"), Logger: log},
		},
		Absences: absences, Faults: &reconciler.Watch{Roster: workers, Queue: queue, Now: time.Now}, RejectActivitySID: absences.Activities.Reject,
		Limit:        voicequeue.Limit{Queues: rest, WorkflowSID: workflow, Logger: log},
		QueueMaxSize: env.Int("QUEUE_MAX_SIZE", voicequeue.Smallest, voicequeue.Largest),
	}
	if url := env.URL("CRM_URL"); url != "" {
		handler.CRM = &crm.Breaker{Step: crm.Step{URL: url, Secrets: keys, Now: time.Now, Logger: log}, Now: time.Now}
	}
	if err := env.Err(); err != nil {
		log.Error("settings", "error", err)
		os.Exit(1)
	}
	lambda.Start(handler.Handle)
}
