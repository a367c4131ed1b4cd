package simulator

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// readingSwitch is one switch of Readings: its name, its readings' names, the default first, and its value.
type readingSwitch struct {
	name    string
	choices string
	value   *int
}

func (s readingSwitch) names() []string { return strings.Fields(s.choices) }

// switches lists every switch. New ones go to the end, so that a seed keeps the readings that it drew before.
func (r *Readings) switches() []readingSwitch {
	return []readingSwitch{
		{"missing-attribute", "differs never-matches", (*int)(&r.MissingAttribute)},
		{"coercion", "none coerced", (*int)(&r.Coercion)},
		{"syntax", "strict lenient", (*int)(&r.Syntax)},
		{"attribute-update", "keeps-step reroutes", (*int)(&r.AttributeUpdate)},
		{"reservation-timeout", "keeps-step ends-step", (*int)(&r.ReservationTimeout)},
		{"repeated-events", "on-change each-time", (*int)(&r.RepeatedEvents)},
		{"later-filters", "next-matching none", (*int)(&r.LaterFilters)},
		{"idle-clock", "accepted reserved completed", (*int)(&r.IdleClock)},
		{"queue-activities", "ignored applied", (*int)(&r.QueueActivities)},
		{"after-bridge", "wrapping completed completed-with-post-work", (*int)(&r.AfterBridge)},
		{"caller-without-task", "stays leaves", (*int)(&r.CallerWithoutTask)},
		{"unanswered-dequeue", "times-out cancels fails stays-pending", (*int)(&r.UnansweredDequeue)},
		{"dequeue-accepts", "at-bridge at-instruction", (*int)(&r.DequeueAccepts)},
		{"capacity", "open-reservations assigned-tasks", (*int)(&r.Capacity)},
		{"reasons", "named empty", (*int)(&r.Reasons)},
		{"failed-assignment", "cancels times-out", (*int)(&r.FailedAssignment)},
		{"event-order", "reservation-first task-first shuffled", (*int)(&r.EventOrder)},
		{"no-match", "refused canceled", (*int)(&r.NoMatch)},
		{"step-deadline", "waits cancels", (*int)(&r.StepDeadline)},
		{"channel", "voice default", (*int)(&r.Channel)},
		{"settled-reservation", "bad-request conflict not-found", (*int)(&r.SettledReservation)},
	}
}

// dialQueueSwitch is the name of WorkerCallSIDOnDialQueue, which comes last.
const dialQueueSwitch = "worker-call-sid-on-dial-queue"

// DrawReadings draws every switch.
func DrawReadings(random *rand.Rand) Readings {
	var r Readings
	for _, s := range r.switches() {
		*s.value = random.IntN(len(s.names()))
	}
	r.WorkerCallSIDOnDialQueue = random.IntN(2) == 1
	return r
}

// String lists the switches that are not at their default, as in "after-bridge=completed,channel=default". It is empty when all are.
func (r Readings) String() string {
	var set []string
	for _, s := range r.switches() {
		if *s.value != 0 {
			set = append(set, s.name+"="+s.reading())
		}
	}
	if r.WorkerCallSIDOnDialQueue {
		set = append(set, dialQueueSwitch+"=yes")
	}
	return strings.Join(set, ",")
}

func (s readingSwitch) reading() string {
	if names := s.names(); *s.value >= 0 && *s.value < len(names) {
		return names[*s.value]
	}
	return fmt.Sprint(*s.value)
}

// ParseReadings reads what String writes; switches that are not named have their default.
func ParseReadings(text string) (Readings, error) {
	var r Readings
	err := r.Set(text)
	return r, err
}

// Set changes the switches that text names, in the form that String has; with it Readings is a flag.Value.
func (r *Readings) Set(text string) error {
	for setting := range strings.FieldsFuncSeq(text, func(c rune) bool { return c == ',' || c == ' ' }) {
		name, reading, _ := strings.Cut(setting, "=")
		if err := r.set(name, reading); err != nil {
			return fmt.Errorf("read reading %q: %w", setting, err)
		}
	}
	return nil
}

func (r *Readings) set(name, reading string) error {
	if name == dialQueueSwitch {
		if reading != "yes" && reading != "no" {
			return fmt.Errorf("%s is yes or no", name)
		}
		r.WorkerCallSIDOnDialQueue = reading == "yes"
		return nil
	}
	for _, s := range r.switches() {
		if s.name != name {
			continue
		}
		for i, known := range s.names() {
			if known == reading {
				*s.value = i
				return nil
			}
		}
		return fmt.Errorf("%s is one of %s", name, s.choices)
	}
	return fmt.Errorf("no switch %s", name)
}
