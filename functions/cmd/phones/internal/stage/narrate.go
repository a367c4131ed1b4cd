package stage

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"switchboard/functions/internal/fakecrm"
	"switchboard/functions/internal/timeline"
	"switchboard/shared/simulator"
)

// Line is an entry of the simulator's trace, as a page shows it.
type Line struct {
	ID       int            `json:"id"`
	Of       int            `json:"of,omitempty"` // the webhook that this answers, by its ID
	At       time.Time      `json:"at"`
	Kind     simulator.Kind `json:"kind"`
	Sentence string         `json:"sentence"`
	Phones   []string       `json:"phones"` // addresses of the phones that it concerns
	CallSID  string         `json:"call,omitempty"`

	// Of what a phone hears, or its person says.
	Words    string `json:"words,omitempty"`
	Language string `json:"language,omitempty"`
	Audio    string `json:"audio,omitempty"` // name of a recording
	Playable bool   `json:"playable,omitempty"`
	Beep     bool   `json:"beep,omitempty"`
	Keys     string `json:"keys,omitempty"`
	Quiet    bool   `json:"quiet,omitempty"` // what the phone plays stops here

	// Of a request.
	Method   string   `json:"method,omitempty"`
	Path     string   `json:"path,omitempty"`
	Form     []string `json:"form,omitempty"` // name=value, sorted
	Status   int      `json:"status,omitempty"`
	Type     string   `json:"type,omitempty"`
	Document []string `json:"document,omitempty"` // TwiML one element a line, or JSON

	recording string // absolute URL
}

// narrate turns the trace into lines until ctx ends.
func (s *Stage) narrate(ctx context.Context) {
	n := narrator{Stage: s, open: map[string][]int{}}
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.journal.wake:
		}
		var lines []Line
		n.calls, n.reservations, n.workers, n.tasks = s.Calls(), s.Reservations(), s.Workers(), s.Tasks()
		n.told = s.names(n.calls)
		for _, entry := range s.journal.take() {
			if line, told := n.line(entry); told {
				lines = append(lines, line)
			}
		}
		s.board.post(lines)
		s.journal.posted()
	}
}

// narrator writes lines. The records are those of the latest entries.
type narrator struct {
	*Stage
	open         map[string][]int // webhooks without an answer, by what identifies them
	calls        []simulator.CallRecord
	reservations []simulator.ReservationRecord
	workers      []simulator.WorkerRecord
	tasks        []simulator.TaskRecord
	told         names
}

func fault(at time.Time, format string, args ...any) simulator.Entry {
	return simulator.Entry{At: at, Kind: KindFault, Text: fmt.Sprintf(format, args...)}
}

// line describes an entry. told is false for one that others repeat.
func (n *narrator) line(entry simulator.Entry) (line Line, told bool) {
	line = Line{At: entry.At, Kind: entry.Kind, CallSID: entry.CallSID, Phones: n.phones(entry), Words: entry.Words, Language: entry.Language}
	key := entry.Method + entry.URL + entry.CallSID + entry.TaskSID + entry.ReservationSID
	switch entry.Kind {
	case simulator.KindWebhook:
		what, _, _ := strings.Cut(strings.TrimPrefix(entry.Text, "Twilio sends "), ": "+entry.Method)
		line.Sentence = asks(what)
	case simulator.KindAnswer:
		what, outcome, _ := strings.Cut(entry.Text, " is answered: ")
		line.Sentence = n.answer(what, outcome, entry)
		waiting := n.open[key]
		if len(waiting) == 0 {
			return line, false // of the set-up
		}
		line.Of, n.open[key] = waiting[0], waiting[1:]
	case simulator.KindHears:
		n.sound(&line, entry)
	case simulator.KindREST:
		line.Sentence = n.rest(entry)
	case simulator.KindTask, simulator.KindReservation, simulator.KindWorker, simulator.KindWorkspace:
		line.Sentence = n.event(entry)
	case simulator.KindDebugger:
		line.Sentence = "Twilio's d" + strings.TrimPrefix(entry.Text, "d") + explain(entry.Text)
	case simulator.KindProblem:
		line.Sentence = "The simulator has a problem: " + entry.Text
	case fakecrm.Kind:
		line.Sentence = n.crm(entry)
	case KindFault:
		line.Sentence = entry.Text + "."
	default:
		n.act(&line, entry)
	}
	if entry.Method != "" {
		line.Method, line.Path, line.Status, line.Type = entry.Method, timeline.Path(entry.URL), entry.Status, entry.ContentType
		line.Form, line.Document = timeline.Form(entry.Params), timeline.Document(strings.ReplaceAll(entry.Body, n.base, ""))
		if origin(entry.URL) != n.base && entry.Kind != simulator.KindREST {
			line.Path = entry.URL
		}
	}
	if line.Sentence == "" {
		return line, false
	}
	line.Sentence = n.named(line.Sentence)
	n.board.number(&line)
	if entry.Kind == simulator.KindWebhook {
		n.open[key] = append(n.open[key], line.ID)
	}
	return line, true
}

// origin returns scheme and host of a URL.
func origin(raw string) string {
	parsed, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return parsed.Scheme + "://" + parsed.Host
}

// phones returns the phones that show an entry: of its call, and of the call that it talks to.
func (n *narrator) phones(entry simulator.Entry) []string {
	phones := []string{}
	if entry.CallSID == "" {
		return phones
	}
	for _, call := range n.calls {
		if call.SID == entry.CallSID || call.PeerSID == entry.CallSID && entry.Kind == simulator.KindDoes && state(call) == "talking" {
			phones = append(phones, n.phoneOf(call))
		}
	}
	return phones
}

// phoneOf returns the address of the phone that has a call.
func (n *narrator) phoneOf(call simulator.CallRecord) string {
	switch {
	case call.Direction == inbound:
		return call.From
	case call.SendDigits != "":
		return call.To + "x" + call.SendDigits
	}
	return call.To
}

// named puts people's names in the place of their addresses.
func (n *narrator) named(sentence string) string {
	for _, p := range n.people {
		if n.nameOf(p.address) == "the caller" {
			sentence = strings.ReplaceAll(sentence, "caller "+p.address, "the caller")
		}
		for _, side := range []string{"caller ", "worker ", "callee ", ""} {
			sentence = strings.ReplaceAll(sentence, side+p.address, n.nameOf(p.address))
		}
	}
	return capital(sentence)
}

func capital(sentence string) string {
	if sentence == "" {
		return sentence
	}
	return strings.ToUpper(sentence[:1]) + sentence[1:]
}

func (n *narrator) sound(line *Line, entry simulator.Entry) {
	who := n.told.call[entry.CallSID]
	switch _, what, _ := strings.Cut(entry.Text, " hears "); {
	case entry.Words != "":
		line.Sentence = fmt.Sprintf("%s hears: “%s”", who, entry.Words)
	case entry.Recording != "":
		line.recording = entry.Recording
		line.Audio = entry.Recording[strings.LastIndex(entry.Recording, "/")+1:]
		line.Playable = n.web != nil && origin(entry.Recording) == n.base
		line.Sentence = fmt.Sprintf("%s hears a recording: %s", who, line.Audio)
	case what == "a beep":
		line.Beep = true
		line.Sentence = who + " hears a beep: what is said now is recorded."
	default:
		line.Audio = what
		line.Sentence = fmt.Sprintf("%s hears %s", who, what)
	}
}

// act describes what a person or a phone does.
func (n *narrator) act(line *Line, entry simulator.Entry) {
	_, rest, _ := strings.Cut(entry.Text, " ")
	_, what, _ := strings.Cut(rest, " ")
	who := n.told.call[entry.CallSID]
	line.Quiet = entry.Kind == simulator.KindCall
	switch {
	case entry.Kind == simulator.KindText:
		line.Sentence = entry.Text + "."
	case strings.HasPrefix(what, "presses "):
		line.Quiet = true
		line.Keys, _, _ = strings.Cut(strings.TrimPrefix(what, "presses "), ",")
		line.Sentence = who + " " + what + "."
	case entry.Words != "":
		line.Sentence = fmt.Sprintf("%s says: “%s”", who, entry.Words)
	case strings.HasPrefix(what, "dials "):
		line.Sentence = fmt.Sprintf("%s %s.", who, what)
	case what == "is called":
		line.Sentence = fmt.Sprintf("Twilio calls %s.", who)
	case what == "has a ringing phone":
		line.Sentence = n.rings(who, entry)
	case strings.HasPrefix(what, "waits in queue"):
		line.Sentence = fmt.Sprintf("%s waits in the queue%s.", who, what[strings.LastIndex(what, " at "):])
	case strings.HasSuffix(what, "are bridged"):
		line.Sentence = fmt.Sprintf("%s and %s talk to each other.", who, n.peer(entry.CallSID))
	case strings.HasPrefix(what, "is done with <Enqueue>: "):
		line.Sentence = leaves(who, strings.TrimPrefix(what, "is done with <Enqueue>: "))
	case what == "ends: busy":
		line.Sentence = who + " declines the call."
	case what == "ends: no-answer":
		line.Sentence = who + " does not answer."
	case strings.HasPrefix(what, "is hung up by "):
		line.Sentence = fmt.Sprintf("Twilio ends the call of %s.", who)
		if strings.HasSuffix(what, "rest") {
			line.Sentence = fmt.Sprintf("The application ends the call of %s.", who)
		}
	default:
		line.Sentence = fmt.Sprintf("%s %s.", who, what)
	}
}

// rings says how long the worker's reservation lasts while the phone rings.
func (n *narrator) rings(who string, entry simulator.Entry) string {
	for _, r := range n.reservations {
		if r.WorkerName == who && !r.Created.After(entry.At) && (r.Settled.IsZero() || r.Settled.After(entry.At)) {
			return fmt.Sprintf("%s's phone rings; the reservation has %d s left.", who, int(r.Deadline.Sub(entry.At).Seconds()))
		}
	}
	return who + "'s phone rings."
}

func (n *narrator) peer(sid string) string {
	for _, call := range n.calls {
		if call.SID == sid {
			return n.told.call[call.PeerSID]
		}
	}
	return "a worker"
}

// leaves says how a call left its queue (https://www.twilio.com/docs/voice/twiml/enqueue,
// QueueResult).
func leaves(who, result string) string {
	switch result {
	case "bridged":
		return fmt.Sprintf("The talk is over; Twilio asks what comes next for %s.", who)
	case "hangup":
		return who + " has left the queue by hanging up."
	case "queue-full":
		return fmt.Sprintf("The queue is full: %s cannot enter it.", who)
	case "error", "system-error":
		return fmt.Sprintf("The queue fails for %s (%s); Twilio asks what comes next.", who, result)
	}
	return fmt.Sprintf("%s is out of the queue (%s).", who, result)
}
