package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
)

// world is a simulated Twilio account that is set up for one call.
type world struct {
	*simulator.Twilio
	call    call
	line    *simulator.Line
	earlier *simulator.Line // nil = there is no earlier caller
	before  int             // requests that were made before the call, to set the account up
}

// deployed is a stack: the address that Twilio is told, and signs for, and the workspace that the stack was deployed for.
type deployed struct {
	VoiceURL             string `json:"VoiceUrl"`
	WorkspaceSID         string `json:"WorkspaceSid"`
	WorkflowSID          string `json:"WorkflowSid"`
	AvailableActivitySID string `json:"AvailableActivitySid"`
	PostWorkActivitySID  string `json:"PostWorkActivitySid"` // "" = none
	RejectActivitySID    string `json:"RejectActivitySid"`
	OfflineActivitySID   string `json:"OfflineActivitySid"` // "" = RejectActivitySID
}

// exampleStack answers below base, and has the SIDs of .ci/example-parameters.yaml.
func exampleStack(base string) deployed {
	return deployed{base + "/enqueue", workspaceSID, workflowSID, availableSID, wrappingUpSID, unavailableSID, offlineSID}
}

// base is what all addresses of the stack lie below.
func (d deployed) base() string { return strings.TrimSuffix(d.VoiceURL, "/enqueue") }

// newWorld sets an account up for the stack as the README says it is done in the console.
func newWorld(config simulator.Config, call call, stack deployed) (*world, error) {
	base := stack.base()
	config.AccountSID, config.WorkspaceSID = accountSID, stack.WorkspaceSID
	twilio := simulator.New(config)
	for _, activity := range []simulator.Activity{
		{SID: stack.AvailableActivitySID, Name: "Available", Available: true},
		{SID: stack.PostWorkActivitySID, Name: "Wrapping up"},
		{SID: stack.RejectActivitySID, Name: "Unavailable"},
		{SID: stack.OfflineActivitySID, Name: "Offline"},
	} {
		if activity.SID == "" {
			continue
		}
		if _, err := twilio.AddActivity(activity); err != nil {
			return nil, err
		}
	}
	queue, err := twilio.AddTaskQueue(simulator.TaskQueue{Name: "Billing", TargetWorkers: `skills HAS "billing"`})
	if err != nil {
		return nil, err
	}
	workflow := simulator.Workflow{
		SID: stack.WorkflowSID, Name: "Calls",
		Configuration:         fmt.Sprintf(`{"task_routing":{"filters":[{"filter_friendly_name":"billing","expression":"skill == 'billing'","targets":[{"queue":%q}]}]}}`, queue),
		AssignmentCallbackURL: base + "/assignment", FallbackAssignmentCallbackURL: base + "/assignment/fallback",
		ReservationTimeout: reservationTimeout,
	}
	if _, err := twilio.AddWorkflow(workflow); err != nil {
		return nil, err
	}
	if err := twilio.SetWorkspace(simulator.Workspace{Name: "Support", EventCallbackURL: base + "/events", TimeoutActivity: stack.RejectActivitySID}); err != nil {
		return nil, err
	}
	twilio.AddNumber(simulator.Number{Number: ourNumber, VoiceURL: base + "/enqueue", SMSURL: base + "/messages"})
	twilio.AddNumber(simulator.Number{Number: staffNumber, VoiceURL: base + "/duty", SMSURL: base + "/messages"})
	for i, member := range call.Staff {
		attributes, err := json.Marshal(map[string]any{"contact_uri": member.Contact, "skills": []string{"billing"}})
		if err != nil {
			return nil, err
		}
		if _, err := twilio.AddWorker(simulator.Worker{Name: member.Name, Attributes: string(attributes), Activity: stack.AvailableActivitySID}); err != nil {
			return nil, err
		}
		phones := []script.Phone{member.Phone}
		if i == 0 && call.Again != nil {
			phones = append(phones, *call.Again)
		}
		twilio.SetPhone(member.Contact, phones...)
	}
	return &world{Twilio: twilio, call: call}, nil
}

// dial lets the caller call.
func (w *world) dial() {
	w.before = len(w.Twilio.Requests())
	after := time.Second
	for _, signing := range w.call.Signs {
		after = max(after, time.Second-signing.After)
	}
	for _, signing := range w.call.Signs {
		if worker := w.call.Staff[0].Contact; signing.Text != "" {
			w.SendTextAfter(after+signing.After, worker, staffNumber, signing.Text)
		} else {
			w.CallAfter(after+signing.After, worker, staffNumber, signing.Call...)
		}
	}
	if earlier := w.call.Before; earlier != nil {
		w.earlier = w.CallAfter(after, earlier.From, ourNumber, earlier.Steps...)
		after += time.Second
	}
	w.line = w.CallAfter(after, w.call.From, ourNumber, w.call.Caller...)
}

// Requests are those that were made since the caller called.
func (w *world) Requests() []simulator.Request { return w.Twilio.Requests()[w.before:] }

// over reports that the call has come to its end, with all that follows from it: nobody is on the phone, no reservation
// is open and every task is at its end.
func (w *world) over() bool {
	if w.line.CallSID() == "" || !w.Idle() {
		return false
	}
	for _, task := range w.Tasks() {
		if task.Status != "completed" && task.Status != "canceled" {
			return false
		}
	}
	return true
}
