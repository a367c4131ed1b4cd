package board

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/deployment"
	"switchboard/functions/cmd/twilioctl/internal/staff"
	"switchboard/functions/cmd/twilioctl/internal/unheard"
	"switchboard/shared/ledger"
	"switchboard/shared/prompt"
	"switchboard/shared/roster"
	"switchboard/shared/taskrouter"
)

// Facts are what the sources read last; nil = nothing yet.
type Facts struct {
	Waiting    []account.WaitingTask
	Calls      []account.LiveCall
	Statistics *account.Statistics
	Workers    []staff.Row
	Records    []roster.Record
	Open       []ledger.Call // calls that are not closed
	Requests   []ledger.Call // messages and call backs that are not done
	Today      *Today
	Alarms     []deployment.Alarm
}

// Snapshot is what the board shows at one moment. A list that is null was not read yet, and an
// empty one has nothing in it.
type Snapshot struct {
	At       time.Time     `json:"at"`
	Desk     string        `json:"desk"`
	Callers  []Caller      `json:"callers"` // who wait in the line, the longest first
	Workers  []Worker      `json:"workers"` // by name
	Today    *Today        `json:"today"`
	Requests *Requests     `json:"requests"`
	Counts   *Counts       `json:"taskrouter"`
	Alarms   []Alarm       `json:"alarms"`              // in state ALARM
	NoAlarms bool          `json:"no_alarms,omitempty"` // the stack has none that could go off
	Sources  []SourceState `json:"sources"`
}

// Caller waits in the line.
type Caller struct {
	Number   string    `json:"number"` // "…0123", the last four digits; "" = not known
	Language string    `json:"language,omitempty"`
	Queue    string    `json:"queue,omitempty"`
	Since    time.Time `json:"since"`
	Priority int       `json:"priority"`
	Rings    string    `json:"rings,omitempty"` // the worker whose phone rings for the caller
	TaskSID  string    `json:"task_sid"`
	CallSID  string    `json:"call_sid,omitempty"`
}

// Requests are messages and call backs that a person has yet to do.
type Requests struct {
	Messages  int       `json:"messages"`
	Callbacks int       `json:"callbacks"`
	GivenUp   int       `json:"given_up"` // of both, which no worker is offered again
	Oldest    time.Time `json:"oldest,omitzero"`
}

// Counts are TaskRouter's own, of tasks of every workflow.
type Counts struct {
	Tasks   map[string]int `json:"tasks"` // by status
	Longest int            `json:"longest_seconds"`
	Workers int            `json:"workers"`
}

// Alarm is an alarm of the stack that has gone off.
type Alarm struct {
	Name  string    `json:"name"` // in the template
	Text  string    `json:"text,omitempty"`
	Since time.Time `json:"since,omitzero"`
}

// SourceState says how old a part of the board is, and why it is not newer.
type SourceState struct {
	Name   string    `json:"name"`
	Every  int       `json:"every_seconds"`
	Read   time.Time `json:"read,omitzero"` // the last time; zero = never
	Error  string    `json:"error,omitempty"`
	Remedy string    `json:"remedy,omitempty"`
	Next   time.Time `json:"next,omitzero"` // try after an error
}

// Build returns the snapshot for facts. desk describes the workers.
func Build(facts Facts, desk staff.Desk, now time.Time) Snapshot {
	s := Snapshot{At: now}
	d := newDay(facts, desk, now)
	if facts.Waiting != nil {
		s.Callers = d.callers()
	}
	s.Today = facts.Today.with(s.Callers, now)
	if facts.Workers != nil {
		s.Workers = d.workers()
	}
	if facts.Requests != nil {
		s.Requests = requests(facts.Requests)
	}
	if c := facts.Statistics; c != nil {
		s.Counts = &Counts{Tasks: c.Tasks, Longest: int(c.Longest.Seconds()), Workers: c.Workers}
	}
	if facts.Alarms != nil {
		s.Alarms, s.NoAlarms = []Alarm{}, len(facts.Alarms) == 0
		for _, each := range facts.Alarms {
			if each.State == "ALARM" {
				s.Alarms = append(s.Alarms, Alarm{Name: each.ID, Text: printable(each.Text), Since: each.Since})
			}
		}
	}
	return s
}

// callers lists who wait in the line. Tasks of messages and call backs wait too, without a caller.
func (d *day) callers() []Caller {
	all := []Caller{}
	for _, task := range d.facts.Waiting {
		if d.requests[task.SID] {
			continue
		}
		call, known := d.calls[task.SID]
		c := Caller{Queue: printable(task.Queue), Since: task.Created, Priority: task.Priority, TaskSID: task.SID}
		if known {
			c.CallSID, c.Number = call.CallSID(), d.number(call.CallSID())
			c.Language = cmp.Or(call.Language(task.SID), string(prompt.English))
			c.Rings = d.rings[task.SID]
		}
		all = append(all, c)
	}
	slices.SortStableFunc(all, func(a, b Caller) int { return a.Since.Compare(b.Since) })
	return all
}

// number returns the last four digits of a caller's number. A wall is no place for the others.
func (d *day) number(call string) string {
	from, known := d.numbers[call]
	switch {
	case !known:
		return ""
	case taskrouter.Withheld(from):
		return "withheld"
	case !taskrouter.IsNumber(from):
		return "no number" // an app or a SIP phone
	}
	return "…" + from[max(len(from)-4, 0):]
}

// requests counts what callers left.
func requests(found []ledger.Call) *Requests {
	counted := &Requests{}
	for _, row := range unheard.RowsOf(found, func(string) string { return "" }) {
		switch {
		case row.State == ledger.GivenUp:
			counted.GivenUp++
		case row.Kind == taskrouter.Message:
			counted.Messages++
		default:
			counted.Callbacks++
		}
		if counted.Oldest.IsZero() || row.Left.Before(counted.Oldest) {
			counted.Oldest = row.Left
		}
	}
	return counted
}

// printable replaces what could move the cursor of a terminal: names are Twilio's.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}

// Known reports whether any source was read.
func (s Snapshot) Known() bool {
	return slices.ContainsFunc(s.Sources, func(source SourceState) bool { return !source.Read.IsZero() })
}
