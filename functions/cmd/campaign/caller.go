package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"switchboard/functions/internal/rules"
	"switchboard/shared/simulator"
)

// judgeCaller checks that the caller heard something, did not wait without a task, and that the
// ledger has the facts that reached it.
func (v verdict) judgeCaller(c simulator.CallRecord) {
	if !c.Ended.IsZero() && !v.damaged(c.SID, undelivered, "/enqueue", "/hold", "/survey") {
		rules.Caller(c, len(c.Heard) > 0, silence+v.served(c), v.breaks)
	}
	k := v.tasks[c.TaskSID]
	last := ""
	if len(c.QueueResults) > 0 {
		last = c.QueueResults[len(c.QueueResults)-1]
	}
	gone := v.leftQueue(c, last)
	waited := (last == "hangup" || last == "leave") && !v.atRescue(gone, k)
	if k.Status == "canceled" && waited && gone.Sub(k.Ended) > left && !endedByLeaving(c, k, last) && !v.damaged(k.SID, undelivered, "task.canceled") && !v.damaged(k.SID, unreached, "task.canceled") && !v.lostCall(k) {
		v.breaks(rules.Cared, "caller %s waited for %s after the task had ended: %s", c.SID, gone.Sub(k.Ended), k.Reason)
	}
	v.judgePatience(c, last)
	v.judgeLedger(c, last)
}

// endedByLeaving reports whether a task ended because its caller left. Some readings give no
// reason; there, a caller who went on to a mailbox may count as one who left.
func endedByLeaving(c simulator.CallRecord, k simulator.TaskRecord, result string) bool {
	if k.Reason != "" {
		return k.Reason == result
	}
	return result == "leave" || c.Ended.Sub(k.Ended) <= time.Second
}

// served returns how long the functions that answer the caller first took, with cold starts.
func (v verdict) served(c simulator.CallRecord) (took time.Duration) {
	for _, i := range v.invocations {
		if (i.path == "/enqueue" || isWaitURL(i.path)) && i.field("CallSid") == c.SID {
			took += i.ended.Sub(i.came)
		}
	}
	return took
}

// leftQueue returns when the caller left the queue with that result: the time at which Twilio sent
// the webhook, however late it arrived.
func (v verdict) leftQueue(c simulator.CallRecord, result string) time.Time {
	if result == "hangup" {
		return c.Ended
	}
	for _, i := range v.invocations {
		if isAction(i.path) && i.field("CallSid") == c.SID && i.field("QueueResult") == result && !i.forged {
			return i.signed.Add(-maxLatency)
		}
	}
	return c.Ended
}

// atRescue reports whether the function that redirects callers without a task was running when the
// caller left. The time at which a caller left is known to within the latency of the webhooks.
func (v verdict) atRescue(gone time.Time, k simulator.TaskRecord) bool {
	return slices.ContainsFunc(v.invocations, func(i *invocation) bool {
		return i.function == "/events" && i.field("EventType") == "task.canceled" && i.field("TaskSid") == k.SID && !i.came.After(gone.Add(sendings*maxLatency)) && i.ended.Add(sendings*maxLatency).After(gone)
	})
}

// afterwards is the maximum time that mailbox or survey keep a caller who does nothing.
const afterwards = 2 * time.Minute

// judgePatience checks that the call of a caller who has left the queue ends without the caller
// hanging up.
func (v verdict) judgePatience(c simulator.CallRecord, last string) {
	if c.HungUpBy != "caller" || c.Ended.Sub(c.Created) != patienceOfPeople || last == "hangup" || v.damaged(c.SID, undelivered, "/survey", "/enqueue") || !c.Bridged.IsZero() && c.BridgeEnded.Equal(c.Ended) {
		return
	}
	// The caller hung up while the customer's own program sent them on.
	if slices.ContainsFunc(v.leaves[c.SID], func(l leaving) bool { return l.at.Add(reach).After(c.Ended) }) {
		return
	}
	for _, i := range v.invocations {
		ofCall := !i.forged && i.field("CallSid") == c.SID
		after := strings.HasPrefix(i.path, "/survey") || v.own != nil && strings.HasPrefix(i.path, "/enqueue")
		if ofCall && after && c.Ended.Sub(i.began) < afterwards {
			return
		}
		// The caller hung up while the next document was on its way.
		if ofCall && !i.began.After(c.Ended) && i.ended.Add(reach).After(c.Ended) || ofCall && i.began.After(c.Ended) && !isAction(i.path) {
			return
		}
	}
	v.breaks(rules.Cared, "nothing ended call %s: the caller lost patience; queue results %q", c.SID, c.QueueResults)
}

// judgeLedger compares the ledger's item of a call with what clean invocations received.
func (v verdict) judgeLedger(c simulator.CallRecord, last string) {
	fields, err := v.store.Get(context.Background(), c.SID)
	if err != nil {
		v.breaks(rules.Remembered, "%s", err)
	}
	if last != "" && v.toldUs(c.SID) && !v.damaged(c.SID, undelivered, "/survey") && !v.damaged(c.SID, unwritten, "/survey") && !slices.Contains(c.QueueResults, fields["queue_result"]) {
		v.breaks(rules.Remembered, "call %s has queue result %q, want %q", c.SID, fields["queue_result"], last)
	}
	workerCall := v.calls[c.PeerSID]
	r := workerCall.ReservationSID
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
			v.breaks(rules.Remembered, "call %s does not know of the bridge to %s", c.SID, workerCall.SID)
		case strings.HasSuffix(i.path, r+"/dial") && fields[r+".worker_call_sid"] != workerCall.SID:
			v.breaks(rules.Remembered, "call %s has worker call %q for reservation %s, want %s",
				c.SID, fields[r+".worker_call_sid"], r, workerCall.SID)
		}
		if i.path == "/survey/score" && i.field("CallSid") == c.SID && i.field("Digits") == "5" && fields["score"] != "5" {
			v.breaks(rules.Remembered, "call %s has score %q, want 5", c.SID, fields["score"])
		}
	}
	writers, linked := []string{"/worker/", bridgeFunction, "reservation.accepted"}, fields["worker_call_sid"]
	if r == "" || linked == workerCall.SID || v.talkedAgain(c, linked) ||
		v.damaged(r, undelivered, writers...) || v.damaged(r, unwritten, writers...) {
		return
	}
	// A worker who took the call was not connected because the function that answers them died.
	died := rules.ReservationSID(v.calls[linked])
	if died != "" && v.damaged(died, undelivered, "/worker/") || v.linkEdited(v.reservations[r].TaskSID) {
		return
	}
	v.breaks(rules.Remembered, "call %s is linked with worker call %q, want %s", c.SID, linked, workerCall.SID)
}

// linkEdited reports whether a script changed the worker call's SID in the task's attributes. In
// dequeue mode only they name it.
func (v verdict) linkEdited(task string) bool {
	_, edited := v.mangled[task]
	return edited && !v.deferred
}

// lostCall reports whether no webhook could name the task's call: a script removed call_sid, and
// the earlier event that had it was lost. The sweeper finds such a caller in the queue.
func (v verdict) lostCall(k simulator.TaskRecord) bool {
	return v.mangled[k.SID].losesCall(k.Ended) && (v.damaged(k.SID, undelivered) || v.damaged(k.SID, unwritten))
}
