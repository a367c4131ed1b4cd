package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"switchboard/functions/internal/rules"
	"switchboard/shared/simulator"
)

// judgeCaller: nobody is left in silence or in a queue without a task, and the ledger has what
// reached it.
func (v verdict) judgeCaller(c simulator.CallRecord) {
	if !c.Ended.IsZero() && !v.spoiled(c.SID, undelivered, "/enqueue", "/hold", "/survey") {
		rules.Caller(c, len(c.Heard) > 0, silence+v.served(c), v.breaks)
	}
	k := v.tasks[c.TaskSID]
	last := ""
	if len(c.QueueResults) > 0 {
		last = c.QueueResults[len(c.QueueResults)-1]
	}
	gone := v.leftQueue(c, last)
	waited := (last == "hangup" || last == "leave") && !v.atRescue(gone, k)
	if k.Status == "canceled" && waited && gone.Sub(k.Ended) > left && !endedByLeaving(c, k, last) && !v.spoiled(k.SID, undelivered, "task.canceled") && !v.spoiled(k.SID, unreached, "task.canceled") && !v.lostCall(k) {
		v.breaks(rules.Cared, "caller %s waited for %s after the task had died: %s", c.SID, gone.Sub(k.Ended), k.Reason)
	}
	v.judgePatience(c, last)
	v.judgeLedger(c, last)
}

// endedByLeaving reports whether a task ended because its caller left. Where Twilio gives no
// reasons, a caller who was at a mailbox afterwards may be taken for one who left by themselves.
func endedByLeaving(c simulator.CallRecord, k simulator.TaskRecord, result string) bool {
	if k.Reason != "" {
		return k.Reason == result
	}
	return result == "leave" || c.Ended.Sub(k.Ended) <= time.Second
}

// served is how long the functions took that answer the caller first, cold starts included.
func (v verdict) served(c simulator.CallRecord) (took time.Duration) {
	for _, i := range v.invocations {
		if (i.path == "/enqueue" || i.path == "/hold") && i.field("CallSid") == c.SID {
			took += i.ended.Sub(i.came)
		}
	}
	return took
}

// leftQueue is when a caller left the queue with that result: when Twilio sent what says so,
// however late that came.
func (v verdict) leftQueue(c simulator.CallRecord, result string) time.Time {
	if result == "hangup" {
		return c.Ended
	}
	for _, i := range v.invocations {
		if i.path == "/survey" && i.field("CallSid") == c.SID && i.field("QueueResult") == result && !i.forged {
			return i.signed.Add(-maxLatency)
		}
	}
	return c.Ended
}

// atRescue reports whether the function that takes a caller out of a queue without a task was at
// work when they left by themselves. When a caller left is known to the length of the wire.
func (v verdict) atRescue(gone time.Time, k simulator.TaskRecord) bool {
	return slices.ContainsFunc(v.invocations, func(i *invocation) bool {
		return i.function == "/events" && i.field("EventType") == "task.canceled" && i.field("TaskSid") == k.SID && !i.came.After(gone.Add(sendings*maxLatency)) && i.ended.Add(sendings*maxLatency).After(gone)
	})
}

// afterwards is the longest that mailbox or survey take somebody who does nothing.
const afterwards = 2 * time.Minute

// judgePatience: a caller who has left the queue comes to an end without hanging up.
func (v verdict) judgePatience(c simulator.CallRecord, last string) {
	if c.HungUpBy != "caller" || c.Ended.Sub(c.Created) != patienceOfPeople || last == "hangup" || v.spoiled(c.SID, undelivered, "/survey") || !c.Bridged.IsZero() && c.BridgeEnded.Equal(c.Ended) {
		return
	}
	for _, i := range v.invocations {
		ofCall := !i.forged && i.field("CallSid") == c.SID
		if ofCall && strings.HasPrefix(i.path, "/survey") && c.Ended.Sub(i.began) < afterwards {
			return
		}
		// The caller hung up while the next document was on its way.
		if ofCall && !i.began.After(c.Ended) && i.ended.Add(reach).After(c.Ended) || ofCall && i.began.After(c.Ended) && i.path != "/survey" {
			return
		}
	}
	v.breaks(rules.Cared, "nothing ended call %s: the caller lost patience; queue results %q", c.SID, c.QueueResults)
}

// judgeLedger compares what the ledger has of a call with what clean invocations were told.
func (v verdict) judgeLedger(c simulator.CallRecord, last string) {
	fields, err := v.store.Get(context.Background(), c.SID)
	if err != nil {
		v.breaks(rules.Remembered, "%s", err)
	}
	if last != "" && v.toldUs(c.SID) && !v.spoiled(c.SID, undelivered, "/survey") && !v.spoiled(c.SID, unwritten, "/survey") && !slices.Contains(c.QueueResults, fields["queue_result"]) {
		v.breaks(rules.Remembered, "call %s has queue result %q, want %q", c.SID, fields["queue_result"], last)
	}
	leg := v.calls[c.PeerSID]
	r := leg.ReservationSID
	if v.lostCall(v.tasks[v.reservations[r].TaskSID]) {
		r = ""
	}
	for _, i := range v.invocations {
		if i.forged || !i.clean() {
			continue
		}
		switch {
		case r == "":
		case i.path == "/events" && i.field("EventType") == "reservation.accepted" && i.field("ReservationSid") == r && fields[r+".accepted"] == "":
			v.breaks(rules.Remembered, "call %s does not know that reservation %s was accepted", c.SID, r)
		case strings.HasSuffix(i.path, r+"/dialed") && fields[r+".bridged"] == "":
			v.breaks(rules.Remembered, "call %s does not know of the bridge to %s", c.SID, leg.SID)
		case strings.HasSuffix(i.path, r+"/dial") && fields[r+".worker_call_sid"] != leg.SID:
			v.breaks(rules.Remembered, "call %s has worker call %q for reservation %s, want %s", c.SID, fields[r+".worker_call_sid"], r, leg.SID)
		}
		if i.path == "/survey/score" && i.field("CallSid") == c.SID && i.field("Digits") == "5" && fields["score"] != "5" {
			v.breaks(rules.Remembered, "call %s has score %q, want 5", c.SID, fields["score"])
		}
	}
	writers, linked := []string{"/worker/", bridgeFunction, "reservation.accepted"}, fields["worker_call_sid"]
	if r == "" || linked == leg.SID || v.spoiled(r, undelivered, writers...) || v.spoiled(r, unwritten, writers...) || v.talkedAgain(c, linked) {
		return
	}
	// A worker who took the call was not connected because the function died that answers them.
	died := rules.ReservationSID(v.calls[linked])
	if died != "" && v.spoiled(died, undelivered, "/worker/") || v.linkEdited(v.reservations[r].TaskSID) {
		return
	}
	v.breaks(rules.Remembered, "call %s is linked with worker call %q, want %s", c.SID, linked, leg.SID)
}

// linkEdited reports whether a script removed the SID of Twilio's own worker call from the task's
// attributes, which alone name it, or put back the one of a worker call before.
func (v verdict) linkEdited(task string) bool {
	_, edited := v.mangled[task]
	return edited && !v.deferred
}

// lostCall reports whether no webhook could say which call the task was: a script took call_sid
// from it, and the event that had brought it before was lost. The sweeper finds such a caller among
// those who wait.
func (v verdict) lostCall(k simulator.TaskRecord) bool {
	return v.mangled[k.SID].losesCall(k.Ended) && (v.spoiled(k.SID, undelivered) || v.spoiled(k.SID, unwritten))
}
