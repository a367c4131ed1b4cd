package deployment

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"switchboard/shared/crm"
	"switchboard/shared/twiml"
)

const (
	// assignmentTime is Twilio's limit for the assignment callback and its fallback, 5 s each
	// (https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks).
	assignmentTime = 10 * time.Second
	// margin is for the queue before the bridge, for Twilio's limit of one call a second, and for
	// phones that Twilio lets ring up to 5 s longer
	// (https://www.twilio.com/docs/voice/api/call-resource).
	margin = 10 * time.Second
	// announcementTime is the time for an announcement of 300 characters, the maximum.
	announcementTime = 20 * time.Second
)

// Part is a part of the time between a reservation and its bridge.
type Part struct {
	Name string
	Time time.Duration
}

// Budget is the time that a reservation must last.
type Budget []Part

// NewBudget returns the budget for parameters of the stack. Missing ones have the template's
// defaults. err is a ring time that is not a number.
func NewBudget(parameters map[string]string) (Budget, error) {
	ring := 15
	if text := parameters["WorkerRingSeconds"]; text != "" {
		var err error
		if ring, err = strconv.Atoi(text); err != nil {
			return nil, fmt.Errorf("read WorkerRingSeconds: %w", err)
		}
	}
	budget := Budget{{"assignment callbacks", assignmentTime}}
	deferred := parameters["BridgeMode"] != "dequeue"
	if deferred && parameters["CrmUrl"] != "" {
		budget = append(budget, Part{"CRM step", crm.Longest})
	}
	budget = append(budget, Part{"ring", time.Duration(ring) * time.Second})
	if deferred && parameters["WorkerGate"] != "none" {
		budget = append(budget, Part{"gate", twiml.GateTime})
		if parameters["WorkerAnnouncement"] != "" {
			budget = append(budget, Part{"announcement", announcementTime})
		}
	}
	return append(budget, Part{"margin", margin}), nil
}

// Total returns the minimum reservation timeout.
func (b Budget) Total() time.Duration {
	var total time.Duration
	for _, part := range b {
		total += part.Time
	}
	return total
}

// String lists the parts: assignment callbacks 10 s + ring 15 s + gate 25 s + margin 10 s.
func (b Budget) String() string {
	var parts []string
	for _, part := range b {
		parts = append(parts, fmt.Sprintf("%s %d s", part.Name, int(part.Time.Seconds())))
	}
	return strings.Join(parts, " + ")
}
