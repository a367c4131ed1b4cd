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
	// assignmentTime is what the assignment callback and its fallback may take, 5 s each (docs/taskrouter/handle-assignment-callbacks).
	assignmentTime = 10 * time.Second
	// margin is for the queue before the bridge, for Twilio's one call a second, and for its ringing up to 5 s longer than asked
	// (docs/voice/api/call-resource).
	margin = 10 * time.Second
	// announcementTime is for the 300 characters that an announcement has at most.
	announcementTime = 20 * time.Second
)

// Part is a stretch of the time between a reservation and its bridge.
type Part struct {
	Name string
	Time time.Duration
}

// Budget is what a reservation has to last for, by the stack's parameters.
type Budget []Part

// NewBudget adds up what happens before the bridge under these parameters; those that are missing have the template's defaults. The error
// is a ring time that is no number.
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

// Total is the least reservation timeout that fits.
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
