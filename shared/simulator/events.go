package simulator

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// event is a TaskRouter event: a form post to the event callback, and an entry of the Events resource (docs/taskrouter/api/event/reference).
type event struct {
	sid, kind                 string
	at                        time.Time
	text                      string
	resourceType, resourceSID string
	params                    *form
}

func (t *Twilio) taskEvent(k *task, kind, what string) {
	params := t.taskFields(k)
	if k.open != nil && !t.cfg.Readings.NoWorkerOnTaskEvents && (kind == "task.wrapup" || kind == "task.completed") {
		params.setWorker(k.open.worker)
	}
	if kind == "workflow.target-matched" && k.step.filter < len(k.workflow.filters) {
		f := k.workflow.filters[k.step.filter]
		expression, err := json.Marshal([]string{f.expression.String()})
		if err == nil {
			params.set("WorkflowFilterExpression", string(expression))
		}
		params.set("WorkflowFilterName", f.name)
	}
	t.emit(kind, "Task "+k.sid+" "+what, "task", k.sid, params, k, nil)
}

func (t *Twilio) reservationEvent(r *reservation, kind, what string) {
	params := t.reservationFields(r)
	params.setWorker(r.worker)
	t.emit(kind, "Reservation "+r.sid+" "+what, "reservation", r.sid, params, r.task, r)
}

// workerEvent tells of a change to a worker; fields are those of this kind of event.
func (t *Twilio) workerEvent(w *worker, kind, text string, fields ...[2]string) {
	params := newForm(eventFields)
	params.setWorker(w)
	for _, field := range fields {
		params.set(field[0], field[1])
	}
	t.emit(kind, text, "worker", w.sid, params, nil, nil)
}

// eventFields is how many parameters an event has, at most in general.
const eventFields = 40

func (t *Twilio) emit(kind, text, resourceType, resourceSID string, params *form, k *task, r *reservation) {
	now := t.loop.Now()
	e := &event{
		sid: t.sids.next("EV"), kind: kind, at: now, text: text, resourceType: resourceType, resourceSID: resourceSID, params: params,
	}
	params.set("EventType", kind)
	params.set("AccountSid", t.cfg.AccountSID)
	params.set("WorkspaceSid", t.cfg.WorkspaceSID)
	params.set("WorkspaceName", t.workspace.Name)
	params.set("EventDescription", text)
	params.set("ResourceType", resourceType)
	params.set("ResourceSid", resourceSID)
	params.set("Sid", e.sid)
	params.set("Timestamp", strconv.FormatInt(now.Unix(), 10))
	params.set("TimestampMs", strconv.FormatInt(now.UnixMilli(), 10))
	t.events = append(t.events, e)
	t.traceEvent(e)
	filter := t.workspace.EventsFilter
	if t.workspace.EventCallbackURL == "" || (len(filter) > 0 && !slices.Contains(filter, kind)) {
		return
	}
	t.notify(webhook{
		what: "event " + kind, method: http.MethodPost, url: t.workspace.EventCallbackURL, params: e.params, limit: eventLimit,
		task: k, reservation: r,
	})
}

func (t *Twilio) traceEvent(e *event) {
	kind := KindTask
	switch {
	case e.resourceType == "worker":
		kind = KindWorker
	case e.resourceType == "reservation":
		kind = KindReservation
	}
	t.trace(Entry{
		Kind: kind, TaskSID: e.params.Get("TaskSid"), ReservationSID: e.params.Get("ReservationSid"),
		Text: e.kind + ": " + e.text,
	})
}
