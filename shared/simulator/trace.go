package simulator

import (
	"fmt"
	"net/url"
	"time"
)

// Kind is the subject of an Entry.
type Kind string

// The kinds of Entry. A webhook and its answer are two entries, because other things may happen
// between them; a REST request is one.
const (
	KindCall        Kind = "call"        // a phone dials, rings, answers, is bridged, hangs up
	KindHears       Kind = "hears"       // what a person hears
	KindDoes        Kind = "does"        // what a person does: presses, says, hangs up
	KindWebhook     Kind = "webhook"     // Twilio sends: Method, URL, Params
	KindAnswer      Kind = "answer"      // the application answers: URL, Status, ContentType, Body
	KindTask        Kind = "task"        // a task changes
	KindReservation Kind = "reservation" // a reservation changes
	KindWorker      Kind = "worker"      // a worker changes
	KindWorkspace   Kind = "workspace"   // the workspace, an activity, a task queue or a workflow changes
	KindREST        Kind = "rest"        // the application asks and is answered: Method, URL, Params, Status, Body
	KindText        Kind = "text"        // a text is sent or received
	KindDebugger    Kind = "debugger"    // an entry in Twilio's debugger
	KindProblem     Kind = "problem"     // something that must fail a test
)

// Entry is one line of the timeline.
type Entry struct {
	At             time.Time
	Kind           Kind
	CallSID        string
	TaskSID        string
	ReservationSID string
	MessageSID     string
	// Text is readable by itself.
	Text string

	// Words are what a person hears or says. Language is that of heard words, "" for Twilio's
	// default. Recording is the absolute URL of a recording that begins.
	Words, Language, Recording string

	Method, URL string
	Params      url.Values
	Status      int
	ContentType string
	Body        string
}

// Alert is an entry of Twilio's debugger. Method and URL are those of the faulty webhook, if there
// is one.
type Alert struct {
	At             time.Time
	Code           int
	CallSID        string
	TaskSID        string
	ReservationSID string
	MessageSID     string
	Method, URL    string
	Text           string
}

// Problem must fail a test: TwiML or REST that is not simulated, a script that was not followed to
// its end, a document that would make Twilio loop.
type Problem struct {
	At      time.Time
	CallSID string
	Text    string
}

// String returns the text with its time and call.
func (p Problem) String() string {
	return fmt.Sprintf("%s %s %s", p.At.UTC().Format("15:04:05.000"), p.CallSID, p.Text)
}

func (t *Twilio) tracing() bool { return t.cfg.Trace != nil }

func (t *Twilio) trace(e Entry) {
	if t.cfg.Trace != nil {
		e.At = t.loop.Now()
		t.cfg.Trace(e)
	}
}

func (t *Twilio) traceCall(kind Kind, c *call, format string, args ...any) {
	if t.tracing() {
		t.trace(Entry{Kind: kind, CallSID: c.sid, TaskSID: c.taskSID, ReservationSID: c.reservationSID, Text: c.name() + " " + fmt.Sprintf(format, args...)})
	}
}

// traceSound traces what a person hears: sound has Words and Language, or Recording.
func (t *Twilio) traceSound(c *call, sound Entry, format string, args ...any) {
	if t.tracing() {
		sound.Kind, sound.CallSID, sound.TaskSID, sound.ReservationSID = KindHears, c.sid, c.taskSID, c.reservationSID
		sound.Text = c.name() + " " + fmt.Sprintf(format, args...)
		t.trace(sound)
	}
}

func (t *Twilio) traceSays(c *call, words string) {
	if t.tracing() {
		t.trace(Entry{
			Kind: KindDoes, CallSID: c.sid, TaskSID: c.taskSID, ReservationSID: c.reservationSID,
			Text: c.name() + fmt.Sprintf(" says %q", words), Words: words,
		})
	}
}

func (t *Twilio) traceText(m *message, format string, args ...any) {
	if t.tracing() {
		t.trace(Entry{Kind: KindText, MessageSID: m.sid, Text: fmt.Sprintf(format, args...)})
	}
}

// alertText adds a debugger entry for a text.
func (t *Twilio) alertText(m *message, code int, format string, args ...any) {
	t.addAlert(Alert{At: t.loop.Now(), Code: code, MessageSID: m.sid, Text: fmt.Sprintf(format, args...)})
}

// alert adds a debugger entry. subject may be nil.
func (t *Twilio) alert(code int, subject *call, format string, args ...any) {
	a := Alert{At: t.loop.Now(), Code: code, Text: fmt.Sprintf(format, args...)}
	if subject != nil {
		a.CallSID, a.TaskSID, a.ReservationSID = subject.sid, subject.taskSID, subject.reservationSID
	}
	t.addAlert(a)
}

// alertWebhook adds a debugger entry for a request to the application.
func (t *Twilio) alertWebhook(code int, w webhook, format string, args ...any) {
	e := w.entry(KindDebugger)
	if w.reservation != nil {
		e.CallSID = w.reservation.task.callSID
	}
	t.addAlert(Alert{
		At: t.loop.Now(), Code: code, CallSID: e.CallSID, TaskSID: e.TaskSID, ReservationSID: e.ReservationSID,
		MessageSID: e.MessageSID, Method: w.method, URL: strip(w.url), Text: fmt.Sprintf(format, args...),
	})
}

func (t *Twilio) addAlert(a Alert) {
	t.debugger = append(t.debugger, a)
	if t.tracing() {
		t.trace(Entry{
			Kind: KindDebugger, CallSID: a.CallSID, TaskSID: a.TaskSID, ReservationSID: a.ReservationSID,
			MessageSID: a.MessageSID, Text: fmt.Sprintf("debugger %d: %s", a.Code, a.Text),
		})
	}
}

// problem records a Problem. subject may be nil.
func (t *Twilio) problem(subject *call, format string, args ...any) {
	p := Problem{At: t.loop.Now(), Text: fmt.Sprintf(format, args...)}
	if subject != nil {
		p.CallSID = subject.sid
	}
	t.problems = append(t.problems, p)
	t.trace(Entry{Kind: KindProblem, CallSID: p.CallSID, Text: p.Text})
}
