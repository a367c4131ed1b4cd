package bridge

import (
	"net/http"

	"switchboard/shared/announcement"
	"switchboard/shared/crm"
	"switchboard/shared/deferred"
	"switchboard/shared/environment"
	"switchboard/shared/function"
	"switchboard/shared/ledger"
	"switchboard/shared/metric"
	"switchboard/shared/reconciler"
	"switchboard/shared/rejection"
	"switchboard/shared/requests"
	"switchboard/shared/roster"
	"switchboard/shared/secrets"
	"switchboard/shared/texts"
	"switchboard/shared/twilio"
	"switchboard/shared/voicequeue"
)

// Clients are what the function uses; nil ones are those of the environment.
type Clients struct {
	function.Clients
	CRM    http.RoundTripper // nil = http.DefaultTransport
	Queue  deferred.Sender
	Table  ledger.Store
	Roster roster.Store
}

// New returns the handler. err names every environment variable that cannot be used.
func New(env *environment.Reader, c Clients) (Handler, error) {
	store := secrets.Read(env, c.Parameters, c.Now, secrets.REST, secrets.CRM)
	rest := twilio.Read(env, store, c.REST, c.Pause)
	queue := deferred.ReadQueue(env, c.Queue)
	calls := ledger.Read(env, c.Table, c.Now)
	workers := roster.Read(env, c.Roster)
	desk := reconciler.Read(env, workers, rest, queue, c.Now, c.Logger)
	desk.Notifier = texts.ReadNotifier(env, rest, workers, c.Logger)
	absences := reconciler.ReadAbsences(env, workers, queue, c.Now)
	asked := requests.Read(env, calls, rest, c.Now, c.Logger)
	said, err := announcement.Parse(env.Text("WORKER_ANNOUNCEMENT"))
	env.Check("WORKER_ANNOUNCEMENT", err)
	handler := Handler{
		Ledger:            calls,
		Twilio:            rest,
		Rejecter:          rejection.Read(env, calls, rest, absences, asked, c.Now),
		Requests:          asked,
		Workers:           desk,
		Absences:          absences,
		Faults:            &reconciler.Watch{Roster: workers, Queue: queue, Now: c.Now},
		RejectActivitySID: absences.Activities.Reject,
		CRMConnect:        env.OneOf("CRM_FAILURE", "reject", "connect") == "connect",
		Gate:              env.OneOf("WORKER_GATE", "press-1", "none") == "press-1",
		Announcement:      said,
		Ring:              env.Seconds("WORKER_RING_SECONDS", 5, 600),
		Limit:             voicequeue.Limit{Queues: rest, WorkflowSID: rest.Workflows.Current, Logger: c.Logger},
		QueueMaxSize:      env.Int("QUEUE_MAX_SIZE", voicequeue.Smallest, voicequeue.Largest),
		Metrics:           metric.Read(env),
		Now:               c.Now,
		Logger:            c.Logger,
	}
	if url := env.URL("CRM_URL"); url != "" {
		step := crm.Step{URL: url, Secrets: store, Transport: c.CRM, Now: c.Now, Logger: c.Logger}
		handler.CRM = &crm.Breaker{Step: step, Now: c.Now}
	}
	return handler, env.Err()
}
