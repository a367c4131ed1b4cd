package simulator

import (
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"switchboard/shared/simulator/reading"
)

// assign sends the assignment callback of a new reservation, and the fallback if that fails
// (https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks). Without a URL the
// reservation stays pending until the REST API changes it or it times out.
func (t *Twilio) assign(r *reservation) {
	primary, fallback := r.task.workflow.AssignmentCallbackURL, r.task.workflow.FallbackAssignmentCallbackURL
	if primary == "" {
		return
	}
	t.callAssignment(r, "assignment callback", primary, func() {
		if fallback == "" {
			t.assignmentFails(r)
			return
		}
		t.callAssignment(r, "assignment fallback", fallback, func() { t.assignmentFails(r) })
	})
}

func (t *Twilio) assignmentFails(r *reservation) {
	switch {
	case t.cfg.Readings.FailureTimesOut:
		t.expire(r)
	case r.status == reservationPending:
		t.endReservation(r, reservationCanceled, nil)
	}
}

func (t *Twilio) callAssignment(r *reservation, what, target string, fail func()) {
	if t.cfg.Readings.NoAssignmentOverrides {
		target = strip(target)
	}
	w := webhook{what: what, method: http.MethodPost, url: target, params: t.assignmentParams(r), limit: assignmentLimit, reservation: r}
	t.send(w, func(a answer) {
		media, _, _ := mime.ParseMediaType(a.contentType)
		switch {
		case a.err != nil || a.status != http.StatusOK:
			t.alertWebhook(11200, w, "%s %s: %s", what, target, a)
			fail()
		case media != "application/json":
			t.alertWebhook(40000, w, "the answer has Content-Type %q, not application/json", a.contentType)
			t.alertWebhook(11200, w, "%s %s: not application/json", what, target)
			fail()
		case len(strings.TrimSpace(string(a.body))) == 0:
			if t.cfg.Readings.EmptyAnswerWarns {
				t.alertWebhook(40001, w, "the answer is empty, which cannot be parsed as JSON")
			}
		default:
			if err := t.instruct(r, a.body); err != nil {
				t.alertWebhook(err.code, w, "%s", err.reason)
			}
		}
	})
}

func (t *Twilio) assignmentParams(r *reservation) url.Values {
	now := t.loop.Now()
	k := r.task
	params := url.Values{
		"AccountSid": {t.cfg.AccountSID}, "WorkspaceSid": {t.workspaceSID}, "WorkflowSid": {k.workflow.SID}, "TaskQueueSid": {k.queue.sid},
		"WorkerSid": {r.worker.sid}, "WorkerAttributes": {r.worker.json}, "ReservationSid": {r.sid},
		"TaskSid": {k.sid}, "TaskAttributes": {k.json}, "TaskAge": {k.ageSeconds(now)}, "TaskPriority": {strconv.Itoa(k.priority)},
	}
	if t.cfg.Readings.AssignmentParameters != reading.AssignmentCaptured {
		params.Set("Timestamp", strconv.FormatInt(now.Unix(), 10))
	}
	if t.cfg.Readings.AssignmentParameters == reading.AssignmentWithWorkerName {
		params.Set("WorkerName", r.worker.name)
	}
	return params
}
