package main

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/rules"
	"switchboard/shared/ledger"
	words "switchboard/shared/prompt"
	"switchboard/shared/recording"
	serving "switchboard/shared/requests"
	"switchboard/shared/simulator"
	"switchboard/shared/taskrouter"
)

// markOf returns the mark of a request's task.
func markOf(k simulator.TaskRecord) (mark taskrouter.Mark, found bool) {
	var a taskrouter.TaskAttributes
	if k.CallSID != "" || json.Unmarshal([]byte(k.Attributes), &a) != nil {
		return taskrouter.Mark{}, false
	}
	return a.Request()
}

// request returns what the ledger has of a request; the zero Request if it has none.
func (w *world) request(key string) ledger.Request {
	kept, _, err := ledger.Ledger{Store: w.store, Now: w.loop.Now}.ByCall(context.Background(), key)
	if err != nil {
		w.breaks(stored, "%v", err)
	}
	return kept.Request()
}

// askedFor returns all requests, by key.
func (w *world) askedFor() map[string]ledger.Request {
	all := map[string]ledger.Request{}
	for key := range w.before {
		if r := w.request(key); isRequest(key) && r.State != "" {
			all[key] = r
		}
	}
	return all
}

// owes reports whether a later sweep has to do something for a request: it is in a state that ends
// soon, or its next try comes before the workers go home.
func (w *world) owes() bool {
	if w.requests == nil || w.loop.Now().Sub(account.Morning) > closingTime {
		return false
	}
	tasks := rules.Of(w.twilio).TaskBySID
	for _, r := range w.askedFor() {
		switch r.State {
		case ledger.Wanted, ledger.Creating, ledger.Talking:
			return true
		case ledger.Waiting:
			// The event of the end of its task may have failed.
			if !tasks[r.TaskSID].Ended.IsZero() {
				return true
			}
		case ledger.Left:
			if !w.closedAt(r, w.loop.Now(), w.loop.Now()) && r.NotBefore.Before(account.Morning.Add(closingTime)) {
				return true
			}
		}
	}
	return false
}

// closedAt reports whether the number that a request's caller had dialed is certainly closed from
// one time until another.
func (w *world) closedAt(r ledger.Request, from, until time.Time) bool {
	if w.own == nil {
		return false
	}
	early, late := min(w.skew, 0)-time.Second, max(w.skew, 0)+time.Second
	_, closed := w.own.state(w.own.read.Number(r.Dialed), from.Add(early), until.Add(late))
	return closed
}

// judgeRequests checks what became of call backs and messages.
func (v verdict) judgeRequests() {
	asked := v.askedFor()
	v.judgeCalledBack(asked)
	v.judgeCreated(asked)
	for _, line := range v.lines {
		v.judgePromise(v.calls[line.CallSID()], asked)
	}
	v.judgeMessages(asked)
}

// judgeCalledBack checks that a person with one request is called by one worker at a time, and not
// again after they were reached.
func (v verdict) judgeCalledBack(asked map[string]ledger.Request) {
	of := map[string][]string{} // keys by number
	for key, r := range asked {
		if r.Number != "" {
			of[r.Number] = append(of[r.Number], key)
		}
	}
	last := map[string]simulator.CallRecord{} // by number
	for _, c := range v.account.Calls {
		if c.Direction != dialed || len(of[c.To]) != 1 {
			continue
		}
		before, called := last[c.To]
		last[c.To] = c
		switch {
		case !called:
		case !before.Bridged.IsZero():
			v.breaks(calledOnce, "%s called again for %s, who had been reached by %s", c.SID, of[c.To][0], before.SID)
		case before.Ended.IsZero() || c.Created.Before(before.Ended):
			v.breaks(calledOnce, "%s called for %s while %s did", c.SID, of[c.To][0], before.SID)
		}
	}
}

// customerCalls counts the calls to people who are called back.
func customerCalls(calls []simulator.CallRecord) (n int) {
	for _, c := range calls {
		if c.Direction == dialed {
			n++
		}
	}
	return n
}

// dialed is the direction of a call that a <Dial> placed.
const dialed = "outbound-dial"

// creation is how long the creation of a task may take after the function has looked at the hours.
const creation = time.Minute

// judgeCreated checks that no task of a call back is created while its number is closed.
func (v verdict) judgeCreated(asked map[string]ledger.Request) {
	for _, k := range v.account.Tasks {
		mark, found := markOf(k)
		r := asked[mark.Key]
		if found && mark.Kind == taskrouter.Callback && r.State != "" && v.closedAt(r, k.Created.Add(-creation), k.Created) {
			v.breaks(calledOpen, "task %s of %s was created at %s", k.SID, mark.Key, timeOfDay(k.Created))
		}
	}
}

// judgePromise checks the call back of a caller who heard that they will be called back.
func (v verdict) judgePromise(c simulator.CallRecord, asked map[string]ledger.Request) {
	if !v.promised(c) {
		return
	}
	key := taskrouter.CallbackKey(c.SID)
	r, found := asked[key]
	switch {
	case !found:
		v.breaks(promiseKept, "caller %s was promised a call back, and the ledger has none", c.SID)
	case v.lostAt(r):
		v.breaks(promiseKept, "the call back %s was left %s, in try %d since %s", key, r.State, r.Try, timeOfDay(r.Since))
	}
}

// promised reports whether a caller heard that they will be called back.
func (v verdict) promised(c simulator.CallRecord) bool {
	desk := v.deskSettings()
	for _, language := range words.Languages() {
		for _, name := range []words.Name{words.CallbackPromise, words.CallbackOpening} {
			promise := heard(desk.Book(string(language)).Line(name, nil))
			if slices.ContainsFunc(c.Heard, func(text string) bool { return strings.Contains(text, promise) }) {
				return true
			}
		}
	}
	return false
}

// lostAt reports whether an open request waits for nothing: not for a sweep that creates its next
// task when it is due, nor for the desk to open.
func (v verdict) lostAt(r ledger.Request) bool {
	switch {
	case r.State.Ended():
		return false
	case r.State != ledger.Left && r.State != ledger.Creating || len(v.sweeps) == 0:
		return true
	}
	last := v.sweeps[len(v.sweeps)-1].came
	return last.After(latest(r.NotBefore, r.Since).Add(sweepGrace)) && !v.maybeClosed(r, last)
}

// maybeClosed reports whether a number may be closed at a time.
func (v verdict) maybeClosed(r ledger.Request, at time.Time) bool {
	if v.own == nil {
		return false
	}
	open, _ := v.own.state(v.own.read.Number(r.Dialed), at.Add(-time.Minute), at.Add(time.Minute))
	return !open
}

// judgeMessages checks that each message that a caller recorded has a request, and that only a
// worker who took it, the end of its time or the workflow ends it.
func (v verdict) judgeMessages(asked map[string]ledger.Request) {
	messages := map[string]bool{}
	for _, i := range v.invocations {
		if strings.HasPrefix(i.path, "/survey") && strings.HasSuffix(i.path, "/recorded/message") && i.clean() && !i.forged {
			messages[i.field("RecordingSid")] = true
		}
	}
	for _, kept := range v.twilio.Recordings() {
		if !messages[kept.SID] || kept.Status == "absent" {
			continue
		}
		facts, err := ledger.Ledger{Store: v.store, Now: v.loop.Now}.Recording(context.Background(), kept.SID)
		if err != nil {
			v.breaks(stored, "%v", err)
		}
		r, found := asked[kept.SID]
		switch {
		case !facts.Discarded.IsZero() || v.deadLetter(kept.SID):
		case !found:
			v.breaks(messageHeard, "message %s of call %s has no request", kept.SID, kept.CallSID)
		case v.lostAt(r):
			v.breaks(messageHeard, "message %s was left %s, in try %d since %s", kept.SID, r.State, r.Try, timeOfDay(r.Since))
		case r.State == ledger.Withdrawn, r.State == ledger.GivenUp && r.Until.After(r.Since.Add(time.Minute)) && !v.canceledByTwilio(r) && r.Outcome != serving.TaskRefused:
			v.breaks(messageHeard, "message %s was %s in try %d: %s", kept.SID, r.State, r.Try, r.Outcome)
		case r.State == ledger.Done && !v.taken(kept.SID):
			v.breaks(messageHeard, "message %s is done, and no worker has taken it", kept.SID)
		}
		if found && !slices.Contains(v.recordings.files.Keys(), "/"+recording.Key(kept.SID)) {
			v.breaks(messageHeard, "the bucket has no file of message %s", kept.SID)
		}
	}
}

// deadLetter reports whether a fault explains that a recording was never looked at to the end.
func (v verdict) deadLetter(sid string) bool {
	for _, m := range v.recordings.Dead {
		if v.recordings.excused[m] && strings.Contains(m.Body, sid) {
			return true
		}
	}
	return false
}

// canceledByTwilio reports whether the workflow canceled the request's task, which it does when no
// target is left.
func (v verdict) canceledByTwilio(r ledger.Request) bool {
	return slices.ContainsFunc(v.account.Tasks, func(k simulator.TaskRecord) bool {
		mark, found := markOf(k)
		return found && mark.Key == r.Key && mark.Try == r.Try && k.Status == "canceled"
	})
}

// taken reports whether a worker accepted a task of a request.
func (v verdict) taken(key string) bool {
	return slices.ContainsFunc(v.account.Reservations, func(r simulator.ReservationRecord) bool {
		mark, found := markOf(v.tasks[r.TaskSID])
		return found && mark.Key == key && slices.Contains([]string{"accepted", "wrapping", "completed"}, r.Status)
	})
}
