// Package stack wires the functions of template.yaml as their binaries do, over clients that stand in for AWS and Twilio,
// for programs that take calls through all of them in one process.
package stack

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"switchboard/functions/assignment"
	"switchboard/functions/bridge"
	"switchboard/functions/duty"
	"switchboard/functions/enqueue"
	"switchboard/functions/hold"
	"switchboard/functions/linkedcalls"
	"switchboard/functions/messages"
	"switchboard/functions/queuelimit"
	"switchboard/functions/survey"
	"switchboard/functions/sweeper"
	"switchboard/functions/taskevents"
	"switchboard/functions/worker"
	"switchboard/shared/announcement"
	"switchboard/shared/crm"
	"switchboard/shared/deferred"
	"switchboard/shared/failure"
	"switchboard/shared/ledger"
	"switchboard/shared/reconciler"
	"switchboard/shared/rejection"
	"switchboard/shared/roster"
	"switchboard/shared/secrets"
	"switchboard/shared/texts"
	"switchboard/shared/twilio"
	"switchboard/shared/voicequeue"
	"switchboard/shared/webhook"
)

// Settings are the template's parameters.
type Settings struct {
	AccountSID, WorkspaceSID, WorkflowSID  string
	PostWorkActivitySID, RejectActivitySID string
	FaultActivitySID                       string // "" = RejectActivitySID
	AvailableActivitySID                   string
	OfflineActivitySID                     string // "" = RejectActivitySID
	MissedCallPause                        time.Duration
	MissedCallLimit                        int    // 0 = none
	NotifyFrom                             string // "" = no texts
	SecretsPrefix                          string
	Deferred                               bool // bridge mode deferred; false = dequeue
	Gate                                   bool // press-1
	Ring, ReservationTimeout               time.Duration
	WrapUp                                 *time.Duration
	Priority, TaskTimeout                  *int // seconds
	QueueMaxSize                           int
	NumberAttributes                       enqueue.NumberAttributes
	MusicURL, CRMURL, CallerID             string
	BaseURL                                string // where Twilio reaches the stack, for the one function that no webhook tells
	EndStuckTasks                          bool
	CRMConnect                             bool // call the worker although the CRM step failed
	Announcement                           announcement.Template
}

// Clients are what stands behind the functions. All of them but REST and CRM belong to one execution environment: secrets
// are kept for as long as it lives.
type Clients struct {
	Parameters secrets.Parameters
	Table      ledger.Store
	Roster     roster.Store
	Queue      deferred.Sender
	REST, CRM  http.RoundTripper
	Pause      func(context.Context, time.Duration) error // between tries of a REST request
	Now        func() time.Time
	Logger     *slog.Logger
}

// environment is an execution environment of one function.
type environment struct {
	Settings
	Clients
	secrets *secrets.Store
}

func (s Settings) environment(c Clients, needs ...secrets.Need) environment {
	return environment{s, c, &secrets.Store{Client: c.Parameters, Prefix: s.SecretsPrefix, Needs: needs, Now: c.Now}}
}

func (s Settings) activities() failure.Activities {
	return s.places().OfRejections()
}

func (s Settings) places() reconciler.Activities {
	return reconciler.Activities{
		Available: s.AvailableActivitySID, PostWork: s.PostWorkActivitySID, Reject: s.RejectActivitySID, Fault: s.FaultActivitySID,
		Offline: s.OfflineActivitySID,
	}.Complete()
}

func (e environment) roster() roster.Roster { return roster.Roster{Store: e.Roster} }

func (e environment) absences() reconciler.Absences {
	return reconciler.Absences{
		Roster: e.roster(), Queue: e.work(), Activities: e.places(), Pause: e.MissedCallPause, Limit: e.MissedCallLimit, Now: e.Now,
	}
}

func (e environment) reconciler() reconciler.Reconciler {
	return reconciler.Reconciler{
		Roster: e.roster(), Twilio: e.rest(), Queue: e.work(), Activities: e.places(), WrapUp: e.WrapUp, Pause: e.MissedCallPause,
		Notifier: texts.Notifier{Twilio: e.rest(), Roster: e.roster(), From: e.NotifyFrom, BaseURL: e.BaseURL, Logger: e.Logger},
		Now:      e.Now, Logger: e.Logger,
	}
}

func (e environment) edge() webhook.Edge {
	return webhook.Edge{Secrets: e.secrets, AccountSID: e.AccountSID, Logger: e.Logger}
}

func (e environment) ledger() ledger.Ledger {
	return ledger.Ledger{Store: e.Table, Now: e.Now}
}

func (e environment) work() deferred.Queue {
	return deferred.Queue{Client: e.Queue, URL: "https://sqs.example/BridgeQueue"}
}

func (e environment) rest() *twilio.Client {
	client := twilio.NewClient(e.AccountSID, e.WorkspaceSID, "", e.secrets)
	client.Transport, client.Pause = e.REST, e.Pause
	return client
}

func (e environment) rejecter() rejection.Rejecter {
	return rejection.Rejecter{
		Absences: e.absences(), Ledger: e.ledger(), Twilio: e.rest(), WorkflowSID: e.WorkflowSID, Activities: e.activities(), Now: e.Now,
	}
}

func (e environment) limit() voicequeue.Limit {
	return voicequeue.Limit{Queues: e.rest(), WorkflowSID: e.WorkflowSID, Logger: e.Logger}
}

// Front makes an environment of each function that answers webhooks, by its routes.
func (s Settings) Front(c Clients) Front {
	front := Front{}
	for _, route := range []string{"/enqueue", "/hold", "/assignment", "/worker/", "/survey", "/events", "/duty", "/messages"} {
		front[route] = s.Stop(route, c)
	}
	front["/assignment/fallback"], front["/survey/"] = front["/assignment"], front["/survey"]
	front["/duty/"], front["/messages/"] = front["/duty"], front["/messages"]
	return front
}

// Stop makes an environment of the function behind one of the routes /enqueue, /hold, /assignment, /worker/, /survey,
// /events, /duty and /messages; nil for another route.
func (s Settings) Stop(route string, c Clients) Stop {
	answers, calls := s.environment(c, secrets.Webhooks), s.environment(c, secrets.Webhooks, secrets.REST)
	switch route {
	case "/enqueue":
		return answers.enqueue()
	case "/hold":
		return answers.hold()
	case "/assignment":
		return answers.assignment()
	case "/worker/":
		return calls.worker()
	case "/survey":
		return calls.survey()
	case "/events":
		return calls.taskEvents()
	case "/duty":
		return s.environment(c, secrets.Webhooks, secrets.REST, secrets.Duty).duty()
	case "/messages":
		return calls.messages()
	}
	return nil
}

func (e environment) enqueue() Stop {
	return enqueue.Handler{
		Edge: e.edge(), WorkflowSID: e.WorkflowSID, Attributes: e.NumberAttributes, Priority: e.Priority, Timeout: e.TaskTimeout, Logger: e.Logger,
	}.Handle
}

func (e environment) hold() Stop {
	limit := &hold.Limit{Wanted: e.QueueMaxSize, Queue: e.work(), Now: e.Now, Logger: e.Logger}
	return hold.Handler{Edge: e.edge(), MusicURL: e.MusicURL, Limit: limit}.Handle
}

func (e environment) assignment() Stop {
	return assignment.Handler{
		Edge: e.edge(), WorkspaceSID: e.WorkspaceSID, Deferred: e.Deferred, Queue: e.work(),
		PostWorkActivitySID: e.PostWorkActivitySID, Activities: e.activities(), CallerID: e.CallerID,
		Ring: e.Ring, ReservationTimeout: e.ReservationTimeout, Now: e.Now, Logger: e.Logger,
	}.Handle
}

func (e environment) worker() Stop {
	return worker.Handler{
		Edge: e.edge(), Ledger: e.ledger(), Voice: e.rest(), Rejecter: e.rejecter(), Queue: e.work(),
		PostWorkActivitySID: e.PostWorkActivitySID,
		WrapUp:              e.WrapUp, Now: e.Now, Logger: e.Logger,
	}.Handle
}

func (e environment) survey() Stop {
	return survey.Handler{Edge: e.edge(), Ledger: e.ledger(), Voice: e.rest(), WorkflowSID: e.WorkflowSID, Logger: e.Logger}.Handle
}

func (e environment) taskEvents() Stop {
	return taskevents.Handler{
		Edge: e.edge(), Ledger: e.ledger(), Voice: e.rest(), Queue: e.work(), Roster: e.absences(),
		WorkflowSID: e.WorkflowSID, WrapUp: e.WrapUp, PostWork: e.PostWorkActivitySID != "", Now: e.Now, Logger: e.Logger,
	}.Handle
}

func (e environment) duty() Stop {
	return duty.Handler{
		Edge: e.edge(), Twilio: e.rest(), Workers: e.reconciler(), Secrets: e.secrets, WorkflowSID: e.WorkflowSID, Now: e.Now, Logger: e.Logger,
	}.Handle
}

func (e environment) messages() Stop {
	return messages.Handler{Edge: e.edge(), Twilio: e.rest(), Workers: e.reconciler(), Roster: e.roster(), Now: e.Now, Logger: e.Logger}.Handle
}

// Bridge makes an environment of the function behind BridgeQueue.
func (s Settings) Bridge(c Clients) bridge.Handler {
	e := s.environment(c, secrets.REST, secrets.CRM)
	client := e.rest()
	handler := bridge.Handler{
		Ledger: e.ledger(), Voice: client, Tasks: client, Rejecter: e.rejecter(), WorkflowSID: s.WorkflowSID, CRMConnect: s.CRMConnect,
		Workers: e.reconciler(), Absences: e.absences(), Faults: &reconciler.Watch{Roster: e.roster(), Queue: e.work(), Now: c.Now},
		RejectActivitySID: s.RejectActivitySID, Gate: s.Gate, Announcement: s.Announcement, Ring: s.Ring,
		Limit: e.limit(), QueueMaxSize: s.QueueMaxSize, Now: c.Now, Logger: c.Logger,
	}
	if s.CRMURL != "" {
		step := crm.Step{URL: s.CRMURL, Secrets: e.secrets, Transport: c.CRM, Now: c.Now, Logger: c.Logger}
		handler.CRM = &crm.Breaker{Step: step, Now: c.Now}
	}
	return handler
}

// LinkedCalls makes an environment of the operator's function of that name.
func (s Settings) LinkedCalls(c Clients) linkedcalls.Handler {
	e := s.environment(c, secrets.REST)
	return linkedcalls.Handler{Ledger: e.ledger(), Events: e.rest(), WorkflowSID: s.WorkflowSID, Now: c.Now, Logger: c.Logger}
}

// QueueLimit makes an environment of the operator's function of that name.
func (s Settings) QueueLimit(c Clients) queuelimit.Handler {
	return queuelimit.Handler{Limit: s.environment(c, secrets.REST).limit(), MaxSize: s.QueueMaxSize}
}

// Reconciler makes what twilioctl workers signs workers on and off with.
func (s Settings) Reconciler(c Clients) reconciler.Reconciler {
	return s.environment(c, secrets.REST).reconciler()
}

// Sweeper makes an environment of the function that runs on a schedule.
func (s Settings) Sweeper(c Clients) sweeper.Handler {
	e := s.environment(c, secrets.REST)
	return sweeper.Handler{
		Ledger: e.ledger(), Twilio: e.rest(), AccountSID: s.AccountSID, WorkflowSID: s.WorkflowSID, BaseURL: s.BaseURL,
		Roster: e.roster(), Workers: e.reconciler(), Activities: e.places(), MissedCallPause: s.MissedCallPause,
		ReservationTimeout: s.ReservationTimeout, WrapUp: s.WrapUp, EndStuckTasks: s.EndStuckTasks, Now: c.Now, Pause: c.Pause, Logger: c.Logger,
	}
}
