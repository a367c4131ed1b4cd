package trace

import (
	"cmp"
	"strings"
	"time"

	"switchboard/shared/ledger"
)

// words says what a field of the ledger means; others are shown by their names.
var words = map[string]string{
	"first_seen":  "first heard of the call",
	"left_queue":  "caller left the queue",
	"ended":       "caller's call ended",
	"closed":      "sweeper closed the call",
	"call_ended":  "end of the call at Twilio, as the sweeper read it",
	"callback":    "caller wanted to leave the line and be called back",
	"elsewhere":   "caller wanted another number",
	"unserved":    "caller sent to overflow",
	"claimed":     "bridge function claimed the reservation",
	"crm":         "CRM step began",
	"dialling":    "worker call about to be placed",
	"dialed":      "worker call placed",
	"ringing":     "worker's phone rings",
	"gate":        "worker's phone answered: the gate",
	"answered":    "worker took the call",
	"bridged":     "worker and caller talk",
	"leg_ended":   "worker call ended",
	"reject_sent": "reservation rejected by Switchboard",
	"forgotten":   "facts of the reservation forgotten to make room",
}

// states are fields that a fact of the same time says better.
var states = map[string]string{"offered": "created", "ringing": "dialed", "done": "", "rejected": "", "caller_left": "", "stale": ""}

func (e *evidence) ofLedger() []Entry {
	var entries []Entry
	for _, m := range e.moments {
		if better, isState := states[m.Name]; isState && (better == "" && e.said(m) || better != "" && e.has(m.SID, better)) {
			continue
		}
		entries = append(entries, Entry{At: m.At, Source: FromLedger, About: cmp.Or(m.SID, e.key), What: e.describe(m)})
	}
	return entries
}

// said reports whether another moment of the reservation has the same time: a state's end is
// recorded with the fact that proves it.
func (e *evidence) said(state ledger.Moment) bool {
	for _, m := range e.moments {
		if _, isState := states[m.Name]; !isState && m.SID == state.SID && m.At.Equal(state.At) {
			return true
		}
	}
	return false
}

func (e *evidence) describe(m ledger.Moment) string {
	said, known := words[m.Name]
	switch {
	case known:
	case strings.HasPrefix(m.SID, "WT"):
		said = "task." + m.Name
	case strings.HasPrefix(m.SID, "WR"):
		said = "reservation." + m.Name
	default:
		said = strings.ReplaceAll(m.Name, "_", " ")
	}
	switch m.Name {
	case "left_queue":
		if result := e.call.QueueResult(); result != "" {
			said += ": " + result
		}
	case "reject_sent":
		if why, charged := e.call.Failure(ledger.Ref{ReservationSID: m.SID}); why != "" {
			said += ": " + why + ", charged to: " + charged
		}
	}
	return said
}

// at is when the ledger recorded a field of the call (sid ""), a task or a reservation; zero =
// never.
func (e *evidence) at(sid, name string) time.Time {
	for _, m := range e.moments {
		if m.SID == sid && m.Name == name {
			return m.At
		}
	}
	return time.Time{}
}

func (e *evidence) has(sid string, names ...string) bool {
	for _, name := range names {
		if !e.at(sid, name).IsZero() {
			return true
		}
	}
	return false
}
