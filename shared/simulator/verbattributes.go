package simulator

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// checkAttributes refuses what is not simulated and warns of what Twilio does not know.
func (t *Twilio) checkAttributes(c *call, verb *node) {
	simulated, ignored, ok := verbAttributes(verb.name)
	if !ok {
		return // execute refuses the verb
	}
	for _, child := range verb.children {
		if _, _, known := verbAttributes(child.name); known {
			t.checkAttributes(c, child)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(verb.attrs)) {
		value := verb.attrs[name]
		switch {
		case (name == "method" || name == "statusCallbackMethod") && verb.name != "Enqueue" && verb.name != "Queue" && !isMethod(value):
			t.alert(12200, c, "schema warning: %s=%q on <%s>", name, value, verb.name)
		case verb.name == "Conference" && strings.HasPrefix(name, "statusCallback"):
			t.problem(c, "not simulated: %s=%q on <Conference>", name, value)
		case verb.name == "Gather" && value == "auto" && name == "timeout":
			t.problem(c, "not simulated: timeout=\"auto\" on <Gather>")
		case numberFault(verb.name, name, value) != 0:
			t.alert(numberFault(verb.name, name, value), c, "<%s>: invalid %s value %q", verb.name, name, value)
		case valueFault(verb.name, name, value) != 0:
			t.alert(valueFault(verb.name, name, value), c, "<%s>: invalid %s value %q", verb.name, name, value)
		case has(simulated, name), has(ignored, name):
		case has(refusedAttributes, name):
			if value != "" && value != "false" && value != "do-not-record" {
				t.problem(c, "not simulated: %s=%q on <%s>", name, value, verb.name)
			}
		default:
			t.alert(12200, c, "schema warning: <%s> has no attribute %q", verb.name, name)
		}
	}
}

const refusedAttributes = "record recordingStatusCallback recordingStatusCallbackMethod recordingStatusCallbackEvent recordingTrack transcribe " +
	"transcribeCallback partialResultCallback partialResultCallbackMethod digits sendDigits sequential referUrl referMethod ringTone " +
	"events byoc username password machineDetection muted coach whisper eventCallbackUrl"

// verbAttributes lists a verb's attributes: those that matter here, and those that change nothing in a simulation.
func verbAttributes(verb string) (simulated, ignored string, ok bool) {
	switch verb {
	case "Say":
		return "loop", "voice language", true
	case "Play":
		return "loop", "", true
	case "Pause":
		return "length", "", true
	case "Gather":
		return "input action method timeout speechTimeout numDigits finishOnKey actionOnEmptyResult",
			"language hints profanityFilter speechModel enhanced bargeIn debug", true
	case "Record":
		return "action method timeout finishOnKey maxLength playBeep", "trim", true
	case "Redirect":
		return "method", "", true
	case "Enqueue":
		return "action method waitUrl waitUrlMethod workflowSid", "", true
	case "Task":
		return "priority timeout", "", true
	case "Dial":
		return "action method timeout timeLimit callerId hangupOnStar answerOnBridge", "trim", true
	case "Queue":
		return "reservationSid postWorkActivitySid url method callSid", "", true
	case "Number", "Client", "Sip":
		return "url method statusCallback statusCallbackMethod statusCallbackEvent", "", true
	case "Conference":
		return "startConferenceOnEnter endConferenceOnExit waitUrl waitMethod maxParticipants", "beep region participantLabel jitterBufferSize trim", true
	case "Reject":
		return "reason", "", true
	case "Hangup", "Leave", "TaskAttributes":
		return "", "", true
	}
	return "", "", false
}

// valueFault is the debugger's code for an attribute that has none of its values; the default
// counts then, or nothing does (https://www.twilio.com/docs/api/errors/13310,
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
	case "Reject reason":
		faulty = value != "rejected" && value != "busy"
	case "Number statusCallbackEvent", "Client statusCallbackEvent", "Sip statusCallbackEvent":
		for event := range eventSet(value) {
			faulty = faulty || !has("initiated ringing answered completed", event)
		}
	}
	if faulty {
		return code
	}
	return 0
}

// numberFault is the debugger's code for an attribute that should be a whole number and is none;
// the default counts then. The times of <Dial> and <Record> have to be positive
// (https://www.twilio.com/docs/api/errors/13212, https://www.twilio.com/docs/api/errors/13216,
// https://www.twilio.com/docs/api/errors/13611).
func numberFault(verb, name, value string) int {
	if !has("loop length timeout timeLimit maxLength numDigits", name) {
		return 0
	}
	least := 0
	if verb == "Dial" || verb == "Record" {
		least = 1
	}
	if n, err := strconv.Atoi(value); err == nil && n >= least {
		return 0
	}
	switch verb + " " + name {
	case "Say loop":
		return 13510
	case "Play loop":
		return 13410
	case "Pause length":
		return 13910
	case "Dial timeout":
		return 13212
	case "Dial timeLimit":
		return 13216
	case "Record timeout":
		return 13611
	case "Record maxLength":
		return 13612
	case "Gather timeout":
		return 13313
	case "Gather numDigits":
		return 12200
	}
	return 0
}
