// Package document parses TwiML and checks the attributes of its verbs as Twilio does
// (https://www.twilio.com/docs/voice/twiml).
package document

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Fault is a faulty attribute: Twilio warns about it, or the simulator does not simulate it.
type Fault struct {
	Code int // of Twilio's debugger; 0 if the attribute is not simulated
	Text string
}

// Check returns the faults of a verb's attributes, after those of its children.
func Check(verb *Node) []Fault {
	taken, known := verbs[verb.Name]
	if !known {
		return nil // the simulator rejects the verb
	}
	var faults []Fault
	for _, child := range verb.Children {
		faults = append(faults, Check(child)...)
	}
	add := func(code int, format string, args ...any) {
		faults = append(faults, Fault{code, fmt.Sprintf(format, args...)})
	}
	for _, name := range slices.Sorted(maps.Keys(verb.Attrs)) {
		value := verb.Attrs[name]
		isQueue := verb.Name == "Enqueue" || verb.Name == "Queue"
		switch {
		case (name == "method" || name == "statusCallbackMethod" || name == "recordingStatusCallbackMethod") && !isQueue && !IsMethod(value):
			add(12200, "schema warning: %s=%q on <%s>", name, value, verb.Name)
		case verb.Name == "Conference" && strings.HasPrefix(name, "statusCallback"):
			add(0, "not simulated: %s=%q on <Conference>", name, value)
		case verb.Name == "Gather" && value == "auto" && name == "timeout":
			add(0, "not simulated: timeout=\"auto\" on <Gather>")
		case numberFault(verb.Name, name, value) != 0:
			add(numberFault(verb.Name, name, value), "<%s>: invalid %s value %q", verb.Name, name, value)
		case valueFault(verb.Name, name, value) != 0:
			add(valueFault(verb.Name, name, value), "<%s>: invalid %s value %q", verb.Name, name, value)
		case has(taken.simulated, name), has(taken.ignored, name):
		case has(refusedAttributes, name):
			if value != "" && value != "false" && value != "do-not-record" {
				add(0, "not simulated: %s=%q on <%s>", name, value, verb.Name)
			}
		default:
			add(12200, "schema warning: <%s> has no attribute %q", verb.Name, name)
		}
	}
	return faults
}

func has(list, name string) bool { return slices.Contains(strings.Fields(list), name) }

// IsMethod reports whether Twilio can send a webhook with the method.
func IsMethod(name string) (valid bool) {
	return strings.EqualFold(name, http.MethodGet) || strings.EqualFold(name, http.MethodPost)
}

const refusedAttributes = "record recordingStatusCallback recordingStatusCallbackMethod recordingStatusCallbackEvent " +
	"recordingTrack transcribe transcribeCallback partialResultCallback partialResultCallbackMethod digits sendDigits " +
	"sequential referUrl referMethod ringTone events byoc username password machineDetection muted coach whisper eventCallbackUrl"

// attributes are a verb's attributes: those that the simulator follows, and those that have no
// effect in a simulation.
type attributes struct{ simulated, ignored string }

const legAttributes = "url method statusCallback statusCallbackMethod statusCallbackEvent"

var verbs = map[string]attributes{
	"Say":   {"loop", "voice language"},
	"Play":  {"loop", ""},
	"Pause": {"length", ""},
	"Gather": {"input action method timeout speechTimeout numDigits finishOnKey actionOnEmptyResult",
		"language hints profanityFilter speechModel enhanced bargeIn debug"},
	"Record": {"action method timeout finishOnKey maxLength playBeep recordingStatusCallback recordingStatusCallbackMethod " +
		"recordingStatusCallbackEvent", "trim"},
	"Redirect": {"method", ""},
	"Enqueue":  {"action method waitUrl waitUrlMethod workflowSid", ""},
	"Task":     {"priority timeout", ""},
	"Dial":     {"action method timeout timeLimit callerId hangupOnStar answerOnBridge", "trim"},
	"Queue":    {"reservationSid postWorkActivitySid url method callSid", ""},
	"Number":   {legAttributes, ""},
	"Client":   {legAttributes, ""},
	"Sip":      {legAttributes, ""},
	"Conference": {"startConferenceOnEnter endConferenceOnExit waitUrl waitMethod maxParticipants",
		"beep region participantLabel jitterBufferSize trim"},
	"Reject":         {"reason", ""},
	"Hangup":         {},
	"Leave":          {},
	"TaskAttributes": {},
}

// valueFault returns the debugger's code for an attribute with an invalid value, 0 if it is valid.
// Twilio then uses the default, if there is one (https://www.twilio.com/docs/api/errors/13310,
// https://www.twilio.com/docs/api/errors/13327).
func valueFault(verb, name, value string) int {
	faulty, code := false, 12200
	switch verb + " " + name {
	case "Gather finishOnKey":
		faulty, code = strings.Trim(value, "0123456789*#") != "" || len(value) > 1, 13310
	case "Gather speechTimeout":
		n, err := strconv.Atoi(value)
		faulty, code = value != "auto" && (err != nil || n <= 0), 13327
	case "Gather input":
		faulty = !has("dtmf speech", value) && value != "dtmf speech" && value != "speech dtmf"
	case "Gather actionOnEmptyResult", "Dial hangupOnStar", "Record playBeep":
		faulty = value != "true" && value != "false"
	case "Record recordingStatusCallbackEvent":
		for event := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == ',' || r == ' ' }) {
			faulty = faulty || !has("in-progress completed absent", event)
		}
	case "Reject reason":
		faulty = value != "rejected" && value != "busy"
	case "Number statusCallbackEvent", "Client statusCallbackEvent", "Sip statusCallbackEvent":
		for event := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == ',' || r == ' ' }) {
			faulty = faulty || !has("initiated ringing answered completed", event)
		}
	}
	if faulty {
		return code
	}
	return 0
}

// numberFault returns the debugger's code for an attribute that is not the whole number that it
// should be, 0 if it is one. Twilio then uses the default. The times of <Dial> and <Record> have to
// be positive (https://www.twilio.com/docs/api/errors/13212,
// https://www.twilio.com/docs/api/errors/13216, https://www.twilio.com/docs/api/errors/13611).
func numberFault(verb, name, value string) int {
	minimum := 0
	if verb == "Dial" || verb == "Record" {
		minimum = 1
	}
	if n, err := strconv.Atoi(value); err == nil && n >= minimum {
		return 0
	}
	return numberCodes[verb+" "+name]
}

// numberCodes are the debugger's codes of attributes that should be whole numbers.
var numberCodes = map[string]int{
	"Say loop": 13510, "Play loop": 13410, "Pause length": 13910, "Dial timeout": 13212, "Dial timeLimit": 13216,
	"Record timeout": 13611, "Record maxLength": 13612, "Gather timeout": 13313, "Gather numDigits": 12200,
}
