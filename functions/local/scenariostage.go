package main

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"switchboard/functions/enqueue"
	"switchboard/functions/linkedcalls"
	"switchboard/functions/local/stack"
	"switchboard/functions/queuelimit"
	"switchboard/shared/ledger"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/scenario"
	"switchboard/shared/taskrouter"
)

// staged is the bundle, set as a scenario has it.
type staged struct {
	front stack.Front
	links linkedcalls.Handler
	limit queuelimit.Handler
	queue *queue
}

// stage wires the functions for a scenario.
func (s settings) stage(file *scenario.Scenario, loop *simulator.Loop, keys stack.Parameters, rest, desk http.RoundTripper, logger *slog.Logger) (*staged, error) {
	set, err := s.parameters(file)
	if err != nil {
		return nil, err
	}
	queue := &queue{loop: loop}
	clients := stack.Clients{
		Parameters: keys, Table: &ledger.Memory{}, Queue: queue, REST: rest, CRM: desk, Pause: noPause, Now: loop.Now, Logger: logger,
	}
	queue.consumer = set.Bridge(clients)
	return &staged{front: set.Front(clients), links: set.LinkedCalls(clients), limit: set.QueueLimit(clients), queue: queue}, nil
}

// parameters are the demo's, but for what the scenario sets.
func (s settings) parameters(file *scenario.Scenario) (stack.Settings, error) {
	table := string(s.NumberAttributes)
	if table == "" {
		table = numberAttributes
	}
	attributes, err := enqueue.ParseNumberAttributes(table)
	if err != nil {
		return stack.Settings{}, &scenario.Error{File: file.File(), Line: file.Line("application.NumberAttributes"), Text: err.Error()}
	}
	set := stack.Settings{
		AccountSID: accountSID, WorkspaceSID: workspaceSID, WorkflowSID: workflowSID,
		PostWorkActivitySID: wrappingUpSID, RejectActivitySID: unavailableSID, SecretsPrefix: "/switchboard",
		Deferred: s.BridgeMode != "dequeue", Gate: s.WorkerGate != "none", CallerID: string(s.WorkerCallerID),
		Ring: seconds(s.WorkerRingSeconds, workerRing), ReservationTimeout: reservationTimeout, WrapUp: aws.Duration(seconds(s.WrapUpSeconds, wrapUp)),
		Priority: s.TaskPriority, TaskTimeout: s.TaskTimeoutSeconds,
		NumberAttributes: attributes, MusicURL: musicURL, CRMURL: "https://crm.example/calls",
	}
	if s.HoldMusicURL != nil {
		set.MusicURL = string(*s.HoldMusicURL)
	}
	if timeout := file.Account.ReservationTimeout; timeout != 0 {
		set.ReservationTimeout = time.Duration(timeout)
	}
	return set, nil
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
