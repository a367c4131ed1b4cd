// Package account sets up the simulated Twilio account of the demo, the rehearsal, the day and the
// tests.
package account

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
	"switchboard/shared/taskrouter"
)

// The account's SIDs are made up, as in .ci/example-parameters.yaml; the numbers are reserved for
// fiction.
const (
	SID            = "AC00000000000000000000000000000001"
	WorkspaceSID   = "WS00000000000000000000000000000001"
	WorkflowSID    = "WW00000000000000000000000000000001"
	WrappingUpSID  = "WA00000000000000000000000000000001"
	UnavailableSID = "WA00000000000000000000000000000002"
	AvailableSID   = "WA00000000000000000000000000000003"
	OfflineSID     = "WA00000000000000000000000000000004"
	LunchSID       = "WA00000000000000000000000000000005" // an activity that only people choose

	OurNumber   = "+12065550100"
	MenuNumber  = "+12065550133" // with a menu of languages
	ShutNumber  = "+12065550144" // but for a minute of the week
	StaffNumber = "+12065550122"

	// BaseURL is the address of a bundle in this process.
	BaseURL = "https://switchboard.example"

	// ReservationTimeout is the workflow's reservation timeout.
	ReservationTimeout = 2 * time.Minute
)

// Morning is the start of virtual time.
var Morning = time.Date(2026, time.November, 24, 9, 0, 0, 0, time.UTC)

// Stack is what Twilio must know of a stack: the address that it signs webhooks for, and the SIDs
// in the stack's parameters.
type Stack struct {
	VoiceURL             string `json:"VoiceUrl"`
	WorkspaceSID         string `json:"WorkspaceSid"`
	WorkflowSID          string `json:"WorkflowSid"`
	AvailableActivitySID string `json:"AvailableActivitySid"`
	PostWorkActivitySID  string `json:"PostWorkActivitySid"` // "" = none
	RejectActivitySID    string `json:"RejectActivitySid"`
	OfflineActivitySID   string `json:"OfflineActivitySid"` // "" = RejectActivitySID
}

// Example is a stack at BaseURL with the SIDs of .ci/example-parameters.yaml.
var Example = Stack{
	VoiceURL:             BaseURL + "/enqueue",
	WorkspaceSID:         WorkspaceSID,
	WorkflowSID:          WorkflowSID,
	AvailableActivitySID: AvailableSID,
	PostWorkActivitySID:  WrappingUpSID,
	RejectActivitySID:    UnavailableSID,
	OfflineActivitySID:   OfflineSID,
}

// Base returns the common start of the stack's addresses.
func (s Stack) Base() string { return strings.TrimSuffix(s.VoiceURL, "/enqueue") }

// Activities returns the activities that the README asks for.
func (s Stack) Activities() []simulator.Activity {
	activities := []simulator.Activity{
		{SID: s.AvailableActivitySID, Name: "Available", Available: true},
	}
	for _, away := range []simulator.Activity{
		{SID: s.PostWorkActivitySID, Name: "Wrapping up"},
		{SID: s.RejectActivitySID, Name: "Unavailable"},
		{SID: s.OfflineActivitySID, Name: "Offline"},
	} {
		if away.SID != "" {
			activities = append(activities, away)
		}
	}
	return activities
}

// The two desks: a multitasking workspace without a post-work activity, as twilioctl sets it up,
// and a single-tasking one with it.
const (
	Multitasking  = "multitasking"
	SingleTasking = "single-tasking"
)

// Desk has the workers who take the calls.
type Desk struct {
	Skill         string // that a worker must have; "" = every worker takes every call
	SingleTasking bool
	Workers       []Worker
	Timeout       time.Duration // of reservations; 0 = ReservationTimeout
}

// Worker is a worker and their phone.
type Worker struct {
	Name, Contact string
	Phones        []script.Phone // one for each call; the last one also serves later calls
}

// SetUp sets up an account for a stack, as an operator does in the console. It returns the workers'
// SIDs in order.
func SetUp(twilio *simulator.Twilio, stack Stack, desk Desk) ([]string, error) {
	for _, activity := range stack.Activities() {
		if _, err := twilio.AddActivity(activity); err != nil {
			return nil, err
		}
	}
	queue := simulator.TaskQueue{Name: "Everyone", TargetWorkers: "1==1"}
	routing := `{"task_routing":{"default_filter":{"queue":%q}}}`
	if desk.Skill != "" {
		queue = simulator.TaskQueue{
			Name:          strings.ToUpper(desk.Skill[:1]) + desk.Skill[1:],
			TargetWorkers: fmt.Sprintf("skills HAS %q", desk.Skill),
		}
		routing = `{"task_routing":{"filters":[{"filter_friendly_name":"` + desk.Skill +
			`","expression":"skill == '` + desk.Skill + `'","targets":[{"queue":%q}]}]}}`
	}
	queueSID, err := twilio.AddTaskQueue(queue)
	if err != nil {
		return nil, err
	}
	base := stack.Base()
	if _, err := twilio.AddWorkflow(simulator.Workflow{
		SID:                           stack.WorkflowSID,
		Name:                          "Calls",
		Configuration:                 fmt.Sprintf(routing, queueSID),
		AssignmentCallbackURL:         base + "/assignment",
		FallbackAssignmentCallbackURL: base + "/assignment/fallback",
		ReservationTimeout:            cmp.Or(desk.Timeout, ReservationTimeout),
	}); err != nil {
		return nil, err
	}
	if err := twilio.SetWorkspace(simulator.Workspace{
		Name:             "Support",
		EventCallbackURL: base + "/events",
		EventsFilter:     taskrouter.UsedEvents(),
		TimeoutActivity:  stack.RejectActivitySID,
		SingleTasking:    desk.SingleTasking,
	}); err != nil {
		return nil, err
	}
	twilio.AddNumber(simulator.Number{
		Number:   OurNumber,
		VoiceURL: stack.VoiceURL,
		SMSURL:   base + "/messages",
	})
	twilio.AddNumber(simulator.Number{
		Number:   MenuNumber,
		VoiceURL: stack.VoiceURL,
	})
	twilio.AddNumber(simulator.Number{
		Number:   ShutNumber,
		VoiceURL: stack.VoiceURL,
	})
	twilio.AddNumber(simulator.Number{
		Number:   StaffNumber,
		VoiceURL: base + "/duty",
		SMSURL:   base + "/messages",
	})
	return desk.hire(twilio, stack)
}

func (d Desk) hire(twilio *simulator.Twilio, stack Stack) ([]string, error) {
	var sids []string
	for _, worker := range d.Workers {
		attributes := map[string]any{"contact_uri": worker.Contact}
		if d.Skill != "" {
			attributes["skills"] = []string{d.Skill}
		}
		text, err := json.Marshal(attributes)
		if err != nil {
			return nil, err
		}
		sid, err := twilio.AddWorker(simulator.Worker{
			Name:       worker.Name,
			Attributes: string(text),
			Activity:   stack.AvailableActivitySID,
		})
		if err != nil {
			return nil, err
		}
		twilio.SetPhone(worker.Contact, worker.Phones...)
		sids = append(sids, sid)
	}
	return sids, nil
}

// NewEmpty returns an account as Twilio creates it, with numbers that have no URLs yet.
func NewEmpty(config simulator.Config) *simulator.Twilio {
	config.AccountSID, config.Empty = SID, true
	twilio := simulator.New(config)
	twilio.AddNumber(simulator.Number{Number: OurNumber})
	twilio.AddNumber(simulator.Number{Number: MenuNumber})
	twilio.AddNumber(simulator.Number{Number: ShutNumber})
	return twilio
}
