package main

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"switchboard/functions/assignment"
	"switchboard/functions/bridge"
	"switchboard/functions/enqueue"
	"switchboard/functions/hold"
	"switchboard/functions/linkedcalls"
	"switchboard/functions/queuelimit"
	"switchboard/functions/taskevents"
	"switchboard/shared/deferred"
	"switchboard/shared/secrets"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/scenario"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
	"switchboard/shared/webhook"
)

// staged is the bundle, set as a scenario has it.
type staged struct {
	front front
	links linkedcalls.Handler
	limit queuelimit.Handler
	queue *queue
}

// stage wires the functions for a scenario.
func (s settings) stage(file *scenario.Scenario, loop *simulator.Loop, keys parameters, rest, desk http.RoundTripper, logger *slog.Logger) (*staged, error) {
	mode := "deferred"
	if s.BridgeMode != "" {
		mode = string(s.BridgeMode)
	}
	b := newBundle(loop, call{Mode: mode}, keys, rest, desk, logger)
	store := &secrets.Store{Client: keys, Prefix: "/switchboard", Now: loop.Now}
	edge := webhook.Edge{Secrets: store, Logger: logger}
	table := string(s.NumberAttributes)
	if table == "" {
		table = numberAttributes
	}
	attributes, err := enqueue.ParseNumberAttributes(table)
	if err != nil {
		return nil, &scenario.Error{File: file.File(), Line: file.Line("application.NumberAttributes"), Text: err.Error()}
	}
	timeout := reservationTimeout
	if file.Account.ReservationTimeout != 0 {
		timeout = time.Duration(file.Account.ReservationTimeout)
	}
	music := musicURL
	if s.HoldMusicURL != nil {
		music = string(*s.HoldMusicURL)
	}
	ring, wrap := seconds(s.WorkerRingSeconds, workerRing), seconds(s.WrapUpSeconds, wrapUp)
	work := deferred.Queue{Client: b.queue, URL: "https://sqs.example/BridgeQueue"}

	b.front["/enqueue"] = enqueue.Handler{Edge: edge, WorkflowSID: workflowSID, Attributes: attributes, Priority: s.TaskPriority, Timeout: s.TaskTimeoutSeconds, Logger: logger}.Handle
	b.front["/hold"] = hold.Handler{Edge: edge, MusicURL: music}.Handle
	assign := assignment.Handler{
		Edge: edge, WorkspaceSID: workspaceSID, Deferred: mode == "deferred", Queue: work, CallerID: string(s.WorkerCallerID),
		PostWorkActivitySID: wrappingUpSID, RejectActivitySID: unavailableSID, Ring: ring, ReservationTimeout: timeout, Now: loop.Now, Logger: logger,
	}.Handle
	b.front["/assignment"], b.front["/assignment/fallback"] = assign, assign
	consumer := b.queue.consumer.(bridge.Handler)
	consumer.Gate, consumer.Ring = s.WorkerGate != "none", ring
	b.queue.consumer = consumer
	b.front["/events"] = taskevents.Handler{Edge: edge, Ledger: b.links.Ledger.(taskevents.Ledger), Voice: b.links.Events.(*twilio.Client), Queue: work,
		WorkflowSID: workflowSID, WrapUp: aws.Duration(wrap), Logger: logger}.Handle
	limit := queuelimit.Handler{Queues: b.links.Events.(*twilio.Client), WorkflowSID: workflowSID, Logger: logger}
	return &staged{front: b.front, links: b.links, limit: limit, queue: b.queue}, nil
}

func seconds(given *int, otherwise time.Duration) time.Duration {
	if given == nil {
		return otherwise
	}
	return time.Duration(*given) * time.Second
}

func queueLimit(size int) queuelimit.Request { return queuelimit.Request{MaxSize: &size} }

// contactsWithoutCRM are the contacts of the workers for whom the CRM step fails.
func (s settings) contactsWithoutCRM(file *scenario.Scenario) map[taskrouter.Contact]bool {
	contacts := map[taskrouter.Contact]bool{}
	for _, name := range s.CRMFailsFor {
		for _, worker := range file.Account.Workers {
			if worker.Name == name {
				contacts[taskrouter.Contact(worker.Contact())] = true
			}
		}
	}
	return contacts
}

// site is what the README has people enter in the console. The activities are the ones that it asks for.
func site(base string) scenario.Site {
	return scenario.Site{
		VoiceURL: base + "/enqueue", AssignmentCallbackURL: base + "/assignment", FallbackAssignmentCallbackURL: base + "/assignment/fallback",
		EventCallbackURL: base + "/events", WorkflowSID: workflowSID,
		Activities: []simulator.Activity{
			{SID: availableSID, Name: "Available", Available: true}, {SID: wrappingUpSID, Name: "Wrapping up"},
			{SID: unavailableSID, Name: "Unavailable"}, {SID: offlineSID, Name: "Offline"},
		},
	}
}
