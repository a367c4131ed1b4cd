package stage

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"switchboard/functions/internal/timeline"
	"switchboard/shared/simulator"
)

// asks says why Twilio sends a webhook.
func asks(what string) string {
	if kind, isEvent := strings.CutPrefix(what, "event "); isEvent {
		return "TaskRouter reports " + kind + "."
	}
	if status, isStatus := strings.CutPrefix(what, "status callback "); isStatus {
		return "Twilio reports that a call is " + status + "."
	}
	switch what {
	case "voice webhook":
		return "Twilio asks what to do with the call."
	case "wait document":
		return "Twilio asks what the waiting caller hears."
	case "answered call":
		return "Twilio asks what the person who answered hears."
	case "enqueue action":
		return "Twilio asks what comes after the queue."
	case "dial action":
		return "Twilio asks what comes after the talk."
	case "gather action":
		return "Twilio passes on what the person pressed or said."
	case "record action":
		return "Twilio passes on what was recorded."
	case "fallback URL":
		return "The application failed, so Twilio asks the number's fallback URL."
	case "redirected call":
		return "Twilio asks for the document to which the application redirected the call."
	case "dequeued call":
		return "Twilio asks what comes after the dequeued call."
	case "queue whisper":
		return "Twilio asks what the caller hears before the talk."
	case "redirect":
		return "Twilio follows a <Redirect>."
	case "recording":
		return "Twilio fetches a recording."
	case "assignment callback", "assignment":
		return "TaskRouter asks what to do with the worker's reservation."
	}
	return "Twilio sends the " + what + "."
}

// answer says what an answer makes Twilio do.
func (n *narrator) answer(what, outcome string, entry simulator.Entry) string {
	switch {
	case entry.Status == 0:
		return "There is no answer: " + outcome + "."
	case entry.Status >= http.StatusMultipleChoices:
		return fmt.Sprintf("The application answers %s.", outcome)
	case strings.HasPrefix(what, "event ") || strings.HasPrefix(what, "status callback "):
		return "The application has taken note."
	case strings.HasPrefix(what, "assignment"):
		return instruction(entry.Body)
	case strings.HasPrefix(entry.ContentType, "audio/"):
		return "It is a recording."
	}
	return twiml(entry.Body)
}

// instruction explains the answer to an assignment callback
// (https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks).
func instruction(body string) string {
	if strings.TrimSpace(body) == "" {
		return "The answer is empty: the application will act on the reservation over REST."
	}
	var given struct{ Instruction, To string }
	if err := json.Unmarshal([]byte(body), &given); err != nil {
		return "The answer is no JSON, so TaskRouter cannot follow it."
	}
	switch given.Instruction {
	case "dequeue":
		return "Twilio calls the worker itself and connects the caller."
	case "reject":
		return "The application rejects the reservation."
	case "":
		return "The answer has no instruction: the application will act on the reservation over REST."
	}
	return fmt.Sprintf("The instruction is %q.", given.Instruction)
}

// element is a TwiML verb or noun.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Words    string     `xml:",chardata"`
	Children []element  `xml:",any"`
}

// twiml explains a document in a sentence.
func twiml(body string) string {
	if strings.TrimSpace(body) == "" {
		return "The application has taken note."
	}
	var root element
	if err := xml.Unmarshal([]byte(body), &root); err != nil {
		return "The answer is no TwiML: " + err.Error() + "."
	}
	var parts []string
	for _, verb := range root.Children {
		part := verb.explain()
		if len(parts) == 0 || parts[len(parts)-1] != part {
			parts = append(parts, part)
		}
		if slices.Contains([]string{"Dial", "Enqueue", "Redirect", "Hangup", "Reject", "Leave"}, verb.XMLName.Local) {
			break // what follows is for when the verb fails
		}
	}
	const most = 4
	if len(parts) > most {
		parts = append(parts[:most:most], "and so on")
	}
	if len(parts) == 0 {
		return "The document is empty: Twilio does nothing."
	}
	return "Twilio " + strings.Join(parts, ", then ") + "."
}

func (e element) explain() string {
	switch words := shorten(strings.TrimSpace(e.Words)); e.XMLName.Local {
	case "Say":
		return fmt.Sprintf("says “%s”", words)
	case "Play":
		return "plays a recording"
	case "Pause":
		return "pauses"
	case "Gather":
		parts := []string{}
		for _, child := range e.Children {
			parts = append(parts, child.explain())
		}
		return strings.Join(append(parts, "listens for "+e.input()), " and ")
	case "Enqueue":
		return "puts the caller into the queue"
	case "Dial":
		if len(e.Children) > 0 && e.Children[0].XMLName.Local == "Queue" {
			return "connects the worker with the waiting caller"
		}
		return "calls another phone and connects it"
	case "Record":
		return "records what the person says"
	case "Redirect":
		return "asks again if nothing comes"
	case "Hangup":
		return "hangs up"
	case "Leave":
		return "takes the caller out of the queue"
	case "Reject":
		return "rejects the call"
	}
	return "does <" + e.XMLName.Local + ">"
}

func (e element) input() string {
	for _, attr := range e.Attrs {
		if attr.Name.Local == "input" && strings.Contains(attr.Value, "speech") {
			return "keys or words"
		}
	}
	return "a key"
}

// shorten cuts long words after 60 characters.
func shorten(words string) string {
	const most = 60
	if runes := []rune(words); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return words
}

// event describes a TaskRouter event by its type; text is "type: description".
func (n *narrator) event(entry simulator.Entry) string {
	kind, text, _ := strings.Cut(entry.Text, ": ")
	worker, caller := "a worker", "the caller"
	for _, r := range n.reservations {
		if r.SID == entry.ReservationSID {
			worker = r.WorkerName
		}
	}
	for _, task := range n.tasks {
		if task.SID == entry.TaskSID {
			caller = n.told.call[task.CallSID]
		}
	}
	switch kind {
	case "task.created":
		return fmt.Sprintf("TaskRouter has a task for the call of %s.", caller)
	case "workflow.target-matched":
		return "The workflow finds a queue for the task."
	case "task-queue.entered":
		return "The task enters the task queue " + text[strings.LastIndex(text, "TaskQueue ")+len("TaskQueue "):] + "."
	case "task.wrapup":
		return fmt.Sprintf("The task of %s wraps up.", caller)
	case "task.completed":
		return fmt.Sprintf("The task of %s is completed.", caller)
	case "task.canceled":
		return fmt.Sprintf("TaskRouter cancels the task of %s.", caller)
	case "reservation.created":
		return fmt.Sprintf("TaskRouter reserves %s for %s.", worker, caller)
	case "reservation.accepted":
		return fmt.Sprintf("The reservation of %s is accepted.", worker)
	case "reservation.rejected":
		return fmt.Sprintf("The reservation of %s is rejected: TaskRouter looks for another worker.", worker)
	case "reservation.timeout":
		return fmt.Sprintf("The reservation of %s has timed out.", worker)
	case "reservation.canceled", "reservation.rescinded":
		return fmt.Sprintf("The reservation of %s is canceled.", worker)
	case "reservation.wrapup":
		return worker + " wraps up."
	case "reservation.completed":
		return worker + " has finished with the call."
	case "worker.activity.update":
		name, activity, _ := strings.Cut(strings.TrimPrefix(text, "Worker "), " updated to ")
		return fmt.Sprintf("%s is now “%s”.", name, strings.TrimSuffix(activity, " Activity"))
	case "workflow.entered":
		return "" // created says as much
	}
	return kind + ": " + text + "."
}

// rest describes what the application asks of Twilio.
func (n *narrator) rest(entry simulator.Entry) string {
	path, did := timeline.Path(entry.URL), ""
	switch {
	case entry.Method == http.MethodGet:
		did = "reads " + resource(path)
	case strings.HasSuffix(path, "/Calls.json"):
		did = "has Twilio call " + entry.Params.Get("To")
	case strings.Contains(path, "/Calls/") && entry.Params.Get("Status") == "completed":
		did = "ends a call"
	case strings.Contains(path, "/Calls/"):
		did = "redirects a call"
	case entry.Params.Get("ReservationStatus") != "":
		did = "sets the reservation to " + entry.Params.Get("ReservationStatus")
	case entry.Params.Get("AssignmentStatus") != "":
		did = fmt.Sprintf("sets the task to %s (%s)", entry.Params.Get("AssignmentStatus"), entry.Params.Get("Reason"))
		did = strings.TrimSuffix(did, " ()")
	case entry.Params.Get("ActivitySid") != "" && strings.Contains(path, "/Workers/"):
		did = "moves " + n.workerAt(path) + " to another activity"
	default:
		did = "changes " + resource(path)
	}
	if entry.Status >= http.StatusBadRequest {
		return fmt.Sprintf("The application asks for what Twilio refuses (%d): it %s.", entry.Status, did)
	}
	return "The application " + did + "."
}

func (n *narrator) workerAt(path string) string {
	for _, worker := range n.workers {
		if strings.Contains(path, worker.SID) {
			return worker.Name
		}
	}
	return "a worker"
}

// resource names what a REST path is about: its last segment that is no SID.
func resource(path string) string {
	name := path
	for part := range strings.SplitSeq(path, "/") {
		part = strings.TrimSuffix(part, ".json")
		if part != "" && (len(part) != 34 || strings.ToLower(part[2:]) != part[2:]) {
			name = part
		}
	}
	return name
}

func (n *narrator) crm(entry simulator.Entry) string {
	if entry.Status >= http.StatusMultipleChoices {
		return fmt.Sprintf("The CRM step fails with %d %s.", entry.Status, http.StatusText(entry.Status))
	}
	_, worker, _ := strings.Cut(entry.Text, " told that ")
	return fmt.Sprintf("The CRM hears that %s.", worker)
}

// explain adds what to do about a debugger entry, by its code
// (https://www.twilio.com/docs/api/errors).
func explain(text string) string {
	remedies := map[string]string{
		"11200": " Twilio got no usable answer over HTTP: is the application running, and does it answer 200 in time?",
		"11100": " The URL is not one that Twilio can request.",
		"11205": " Twilio could not connect to the application.",
		"12100": " The answer is not well-formed XML.",
		"12200": " The document has a verb or an attribute that TwiML does not have there.",
		"12300": " The Content-Type is none that Twilio reads: want text/xml.",
		"13520": " <Say> has no text.",
		"40001": " TaskRouter could not use the answer to the assignment callback.",
	}
	for code, remedy := range remedies {
		if strings.HasPrefix(text, "debugger "+code) {
			return "." + remedy
		}
	}
	return ""
}
