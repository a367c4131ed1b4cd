package main

import (
	"slices"
	"strings"
)

// harm is what faults have come to: something about a call, task or reservation did not get through
// at one part of the bundle. Only that excuses a broken rule. What the functions can make good,
// such as one failed try of three, or a CRM that is down, is none.
type harm struct{ spoiling, part, sid string }

const (
	undelivered = "undelivered" // a webhook or message did not come, was answered 5xx or too late, or its function was killed
	unreached   = "unreached"   // Twilio's REST API failed as often as it was asked
	unwritten   = "unwritten"   // the ledger did not say whether it wrote
)

// wrapUpMessage is the part in which a task is completed: bridgeFunction has two.
const wrapUpMessage = "wrap_up"

func (i *invocation) spoil(spoiling string) { i.world.spoil(spoiling, i.path, i.body, i.function) }

// spoil notes harm to all that path and body name. The part of events is their type, that of
// messages what the message is for.
func (w *world) spoil(spoiling, path, body, function string) {
	part := function
	if function == "/events" {
		part = field(body, "EventType")
	} else if function == bridgeFunction && strings.HasPrefix(body, `{"`+wrapUpMessage) {
		part = wrapUpMessage
	}
	for _, text := range []string{path, body} {
		for at := 0; at+34 <= len(text); at++ {
			if sid := text[at : at+34]; isSubject(sid) {
				w.spoilt[harm{spoiling, "", sid}] = true
				w.spoilt[harm{spoiling, part, sid}] = true
				at += 33
			}
		}
	}
}

// spoiled reports whether something about the call, task or reservation was spoiled at one of the
// parts; at any when none is given.
func (w *world) spoiled(sid, spoiling string, parts ...string) bool {
	if len(parts) == 0 {
		parts = []string{""}
	}
	return slices.ContainsFunc(parts, func(part string) bool { return w.spoilt[harm{spoiling, part, sid}] })
}

func isSubject(sid string) bool {
	switch sid[:2] {
	case "CA", "WT", "WR", "WK":
	default:
		return false
	}
	for _, c := range []byte(sid[2:]) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
