package simulator

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// event is a TaskRouter event: a form post to the event callback, and an entry of the Events
// resource (https://www.twilio.com/docs/taskrouter/api/event/reference).
type event struct {
	sid, kind                 string
	at                        time.Time
	text                      string
	resourceType, resourceSID string
	params                    url.Values
	by                        actor
}

// actor is the person or program that caused an event, in the terms of the Events resource.
type actor struct{ kind, sid, source, address string }

// actorNow returns the actor of an event that occurs now: the author of the current request, else
// the workspace. Captures of 2015 name the workspace throughout; no public source shows the actor
// of a console user's or a REST request's event (?).
func (t *Twilio) actorNow() actor {
	if t.acting.kind == "" || t.cfg.Readings.NoActor {
		return actor{"workspace", t.workspaceSID, "twilio", ""}
	}
	return t.acting
}

func (t *Twilio) taskEvent(k *task, kind, what string) {
	params := t.taskFields(k)
	if k.open != nil && !t.cfg.Readings.NoWorkerOnTaskEvents && (kind == "task.wrapup" || kind == "task.completed") {
		setWorker(params, k.open.worker)
	}
	if kind == "workflow.target-matched" && k.step.filter < len(k.workflow.filters) {
		f := k.workflow.filters[k.step.filter]
		expression, err := json.Marshal([]string{f.expression.String()})
		if err == nil {
			params.Set("WorkflowFilterExpression", string(expression))
		}
		params.Set("WorkflowFilterName", f.name)
	}
	t.emit(kind, "Task "+k.sid+" "+what, "task", k.sid, params, k, nil)
}

func (t *Twilio) reservationEvent(r *reservation, kind, what string) {
	params := t.reservationFields(r)
	setWorker(params, r.worker)
	t.emit(kind, "Reservation "+r.sid+" "+what, "reservation", r.sid, params, r.task, r)
}

// workerEvent sends an event about a worker; fields belong to this kind of event.
func (t *Twilio) workerEvent(w *worker, kind, text string, fields url.Values) {
	params := url.Values{}
	setWorker(params, w)
	t.setWorkerVersion(params, w)
	maps.Copy(params, fields)
	t.emit(kind, text, "worker", w.sid, params, nil, nil)
}

// resourceEvent sends the event that the workspace, an activity, a task queue or a workflow was
// created, updated or deleted. The kind begins with the resource's type.
func (t *Twilio) resourceEvent(kind, sid, text string) {
	resourceType, _, _ := strings.Cut(kind, ".")
	t.emit(kind, text, resourceType, sid, url.Values{}, nil, nil)
}

// eventKinds are the types of events (https://www.twilio.com/docs/taskrouter/api/event/reference).
const eventKinds = "activity.created activity.updated activity.deleted reservation.created reservation.accepted reservation.rejected " +
	"reservation.timeout reservation.canceled reservation.rescinded reservation.completed reservation.failed reservation.wrapup " +
	"task.created task.updated task.canceled task.wrapup task.completed task.deleted task.system-deleted task.transfer-initiated " +
	"task.transfer-attempt-failed task.transfer-failed task.transfer-canceled task.transfer-completed task-channel.created " +
	"task-channel.updated task-channel.deleted task-queue.created task-queue.deleted task-queue.entered task-queue.timeout " +
	"task-queue.moved task-queue.expression.updated worker.created worker.activity.update worker.attributes.update " +
	"worker.capacity.update worker.channel.availability.update worker.deleted workflow.created workflow.updated workflow.deleted " +
	"workflow.target-matched workflow.entered workflow.timeout workflow.skipped workspace.created workspace.updated workspace.deleted"

func (t *Twilio) emit(kind, text, resourceType, resourceSID string, params url.Values, k *task, r *reservation) {
	now := t.loop.Now()
	e := &event{
		sid: t.sids.next("EV"), kind: kind, at: now, text: text, resourceType: resourceType, resourceSID: resourceSID, params: params,
		by: t.actorNow(),
	}
	maps.Copy(params, url.Values{
		"EventType": {kind}, "AccountSid": {t.cfg.AccountSID}, "WorkspaceSid": {t.workspaceSID}, "WorkspaceName": {t.workspace.Name},
		"EventDescription": {text}, "ResourceType": {resourceType}, "ResourceSid": {resourceSID}, "Sid": {e.sid},
		"Timestamp": {strconv.FormatInt(now.Unix(), 10)}, "TimestampMs": {strconv.FormatInt(now.UnixMilli(), 10)},
	})
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
	kind := KindWorkspace
	switch e.resourceType {
	case "task":
		kind = KindTask
	case "worker":
		kind = KindWorker
	case "reservation":
		kind = KindReservation
	}
	t.trace(Entry{
		Kind: kind, TaskSID: e.params.Get("TaskSid"), ReservationSID: e.params.Get("ReservationSid"),
		Text: e.kind + ": " + e.text,
	})
}
