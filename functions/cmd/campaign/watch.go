package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"switchboard/functions/internal/rules"
	"switchboard/shared/ledger"
	"switchboard/shared/reservation"
	"switchboard/shared/webhook"
)

// broken is a broken rule.
type broken struct{ rule, text string }

func (b broken) String() string { return b.rule + ": " + b.text }

func rulesOf(rules []broken) (texts []string) {
	for _, b := range rules {
		texts = append(texts, b.String())
	}
	return texts
}

// The rules, by their names in the table and the tests.
const (
	forward       = "the ledger only moves forward"
	sweptClean    = "the sweeper leaves nothing unfinished"
	oneWorker     = "one caller takes at most one worker away"
	foreign       = "functions do not touch tasks of other programs"
	live          = "no caller with a live task is sent to overflow"
	onceOver      = "a caller goes to overflow once"
	steady        = "no worker call is stopped while its caller waits"
	contact       = "workers are called where contact_uri says"
	personsChoice = "no worker is moved out of an activity that a person chose"
	signedOff     = "no worker on a call or signed off is made available"
	endsShift     = "no worker is available after a shift unless they want to be"
	cutsNoCall    = "no boundary of a shift cuts a call"
	allServed     = "every caller who stays is served while a worker wants calls"
	fewReturns    = "the messages about a worker do not multiply"
	stored        = "DynamoDB accepts every request"
	spokenTo      = "callers hear the language of their number, or the one that they chose"
	keptHours     = "an open number puts callers into the queue, and a closed one does not"
	menuAnswered  = "every answer to a menu has an answer"
	trueNext      = "no caller hears a better place in the line than Twilio says"
	honestWait    = "no caller hears of a shorter wait than they have waited"
	trueAbsence   = "no caller hears that no worker takes calls while one does"
	sparing       = "a caller hears a place when it has improved, at most once a minute"
	calledOnce    = "no person is called back after they were reached, or by two workers at the same time"
	calledOpen    = "no task of a call back is created while its number is closed"
	promiseKept   = "a promised call back is done, given up, withdrawn or not due yet"
	messageHeard  = "every message has one request, which is done or waits"
)

func (w *world) breaks(rule, format string, values ...any) {
	w.broken = append(w.broken, broken{rule, fmt.Sprintf(format, values...)})
}

// judgeAnswer checks one answer on its own.
func (w *world) judgeAnswer(i *invocation, answer webhook.Answer) {
	excused := i.killed || i.throttled || slices.ContainsFunc(i.faults, func(f fault) bool { return i.mayFail() || f.kind == ssmFails || f.kind == ssmSlow })
	if i.forged {
		if answer.StatusCode != http.StatusForbidden && !(excused && answer.StatusCode >= 500) {
			w.breaks(rules.SignedOnly, "a forged webhook to %s was answered %d", i.path, answer.StatusCode)
		}
		if i.effects > 0 {
			w.breaks(rules.SignedOnly, "a forged webhook to %s had %d side effects", i.path, i.effects)
		}
		return
	}
	switch {
	case answer.StatusCode >= 500 && !excused:
		w.breaks(rules.NoServerError, "%s was answered %d", i.path, answer.StatusCode)
	case answer.StatusCode == http.StatusForbidden && w.tokenGone(i):
		i.recordDamage(undelivered)
	case answer.StatusCode == http.StatusForbidden:
		w.breaks(rules.SignedOnly, "Twilio's own webhook to %s was refused", i.path)
	case answer.StatusCode >= 300 && answer.StatusCode < 500:
		w.breaks(rules.WellFormed, "%s was answered %d", i.path, answer.StatusCode)
	case w.own != nil && answer.StatusCode == http.StatusOK:
		w.judgeArrival(i, answer.Body)
	}
	if w.survey != nil && answer.StatusCode == http.StatusOK {
		w.judgeQuestions(i, answer.Body)
	}
}

// tokenGone reports whether a function could not know the token. Either the second token had
// replaced the first before this webhook, signed with the first, arrived; or the function, which
// asks SSM only once a minute, had asked because of a forged webhook or while SSM failed.
func (w *world) tokenGone(i *invocation) bool {
	if !w.replaced {
		return false
	}
	return i.signed.Before(w.rotatedAt) || slices.ContainsFunc(w.faults.struck, func(f fault) bool { return f.kind == forgery || f.kind == ssmFails || f.kind == ssmSlow })
}

// mayFail reports whether the function may answer 5xx when a dependency is down, so that Twilio
// retries. Where a caller or a worker waits for the answer, only missing secrets allow that.
func (i *invocation) mayFail() bool {
	return i.function == "/events" || i.function == "/messages" || strings.HasSuffix(i.path, "/status") || strings.Contains(i.path, "/recorded/")
}

// manyFacts is the number of facts above which watch compares only those that a change names. Few
// calls have more: callers for whom hundreds of workers were called in turn.
const manyFacts = 300

// watch checks a change to the ledger: a fact about a task or a reservation is written once, and an
// event counts once.
func (w *world) watch(change ledger.Change, fields ledger.Fields, made bool) {
	if strings.HasPrefix(change.CallSID, "lease.") || strings.HasPrefix(change.CallSID, "callback.") {
		return // a lease or a number, not a call
	}
	before := w.before[change.CallSID]
	forgot := map[string]bool{}
	if made {
		forgot = w.watchForgetting(change, before)
	}
	if len(before) > manyFacts {
		before = named(change, before)
	}
	for name, value := range before {
		if forgot[name] || fields[name] == value || strings.HasSuffix(name, ".state") && furtherThan(value, fields[name]) {
			continue
		}
		if name == "ended" || strings.Contains(name, ".") {
			w.breaks(forward, "%s of call %s went from %q to %q", name, change.CallSID, value, fields[name])
		}
	}
	w.before[change.CallSID] = fields
	if change.EventSID != "" && made {
		if w.counted[change.EventSID] {
			w.breaks(forward, "event %s of call %.40s was counted twice", change.EventSID, change.CallSID)
		}
		w.counted[change.EventSID] = true
	}
}

// watchForgetting returns the facts that a change may delete: those of reservations that ended
// without a talk.
func (w *world) watchForgetting(change ledger.Change, before ledger.Fields) map[string]bool {
	forgot := map[string]bool{}
	for _, name := range change.Forget {
		if before[name] == "" || isRequest(change.CallSID) && !strings.Contains(name, ".") {
			continue // not a fact, or the SDK retries; or a request's next try
		}
		sid, _, _ := strings.Cut(name, ".")
		ended := slices.Contains([]string{"rejected", "caller_left", "stale", "unknown"}, before[sid+".state"])
		talked := slices.ContainsFunc([]string{"accepted", "wrapup", "completed", "bridged"}, func(fact string) bool {
			return before[sid+"."+fact] != ""
		})
		if change.Once[sid+".forgotten"] == "" || !ended || talked {
			w.breaks(forward, "%s of call %s is forgotten", name, change.CallSID)
			continue
		}
		forgot[name] = true
	}
	return forgot
}

// named returns the facts that a change writes.
func named(change ledger.Change, facts ledger.Fields) ledger.Fields {
	found := ledger.Fields{}
	for _, written := range []ledger.Fields{change.Once, change.Set} {
		for name := range written {
			if value, known := facts[name]; known {
				found[name] = value
			}
		}
	}
	return found
}

// furtherThan reports whether a reservation moved forward from one state to the next. No state
// follows an end.
func furtherThan(was, is string) bool {
	order := []reservation.State{
		reservation.Offered, reservation.Claimed, reservation.CRM, reservation.Dialing, reservation.Ringing,
		reservation.Gate, reservation.Talking,
	}
	from, to := slices.Index(order, reservation.State(was)), slices.Index(order, reservation.State(is))
	return from >= 0 && (to > from || reservation.State(is).Ended())
}
