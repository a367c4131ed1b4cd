package main

import (
	"slices"
	"strings"
)

// damage records that faults kept something about a call, task or reservation from one function.
// Only damage excuses a broken rule. A fault that the functions can make good, such as one failed
// try of three or a CRM that is down, does no damage.
type damage struct{ what, part, sid string }

const (
	undelivered = "undelivered" // a webhook or message was lost or late, its answer was 5xx, or its function was killed
	unreached   = "unreached"   // Twilio's REST API failed in every try
	unwritten   = "unwritten"   // DynamoDB did not confirm a write
)

// wrapUpMessage names the messages that complete a task, one of the two kinds that bridgeFunction
// receives.
const wrapUpMessage = "wrap_up"

func (i *invocation) recordDamage(what string) {
	i.world.recordDamage(what, i.path, i.body, i.function)
}

// recordDamage records damage to every SID in path and body. The part is the function, the type of
// an event, or wrapUpMessage.
func (w *world) recordDamage(what, path, body, function string) {
	part := function
	if function == "/events" {
		part = field(body, "EventType")
	} else if function == bridgeFunction && strings.HasPrefix(body, `{"`+wrapUpMessage) {
		part = wrapUpMessage
	}
	for _, text := range []string{path, body} {
		for at := 0; at+34 <= len(text); at++ {
			if sid := text[at : at+34]; isSubject(sid) {
				w.damages[damage{what, "", sid}] = true
				w.damages[damage{what, part, sid}] = true
				at += 33
			}
		}
	}
}

// damaged reports whether the call, task or reservation was damaged at one of the parts; without
// parts, at any.
func (w *world) damaged(sid, what string, parts ...string) bool {
	if len(parts) == 0 {
		parts = []string{""}
	}
	return slices.ContainsFunc(parts, func(part string) bool { return w.damages[damage{what, part, sid}] })
}

// harmed reports whether the call, task, reservation or worker was damaged in any way.
func (w *world) harmed(sid string) bool {
	return w.damaged(sid, undelivered) || w.damaged(sid, unreached) || w.damaged(sid, unwritten)
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
