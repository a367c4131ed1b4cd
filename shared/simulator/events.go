package simulator

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// event is a TaskRouter event: a form post to the event callback, and an entry of the Events resource (docs/taskrouter/api/event/reference).
type event struct {
	sid, kind                 string
	at                        time.Time
	text                      string
	resourceType, resourceSID string
	params                    url.Values
}

func (t *Twilio) taskEvent(k *task, kind, what string) {
	params := t.taskFields(k)
	if k.open != nil && !t.cfg.Readings.NoWorkerOnTaskEvents && (kind == "task.wrapup" || kind == "task.completed") {
		maps.Copy(params, t.workerFields(k.open.worker))
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
	maps.Copy(params, t.workerFields(r.worker))
	t.emit(kind, "Reservation "+r.sid+" "+what, "reservation", r.sid, params, r.task, r)
}

// reservationFields are those of an event without the worker's.
func (t *Twilio) reservationFields(r *reservation) url.Values {
	params := t.taskFields(r.task)
	params.Set("ReservationSid", r.sid)
	return params
}

func (t *Twilio) emit(kind, text, resourceType, resourceSID string, params url.Values, k *task, r *reservation) {
	now := t.loop.Now()
	e := &event{
		sid: t.sids.next("EV"), kind: kind, at: now, text: text, resourceType: resourceType, resourceSID: resourceSID, params: params,
	}
	maps.Copy(params, url.Values{
		"EventType": {kind}, "AccountSid": {t.cfg.AccountSID}, "WorkspaceSid": {t.cfg.WorkspaceSID}, "WorkspaceName": {t.workspace.Name},
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
		what: "event " + kind, method: http.MethodPost, url: t.workspace.EventCallbackURL, params: params, limit: eventLimit,
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

func (t *Twilio) taskFields(k *task) url.Values {
	params := url.Values{
		"TaskSid": {k.sid}, "TaskAttributes": {k.json}, "TaskAge": {k.ageSeconds(t.loop.Now())}, "TaskPriority": {strconv.Itoa(k.priority)},
		"TaskAssignmentStatus": {k.status}, "TaskChannelSid": {t.channelSID()}, "TaskChannelUniqueName": {t.channelName()},
		"WorkflowSid": {k.workflow.SID}, "WorkflowName": {k.workflow.Name},
	}
	if k.queue != nil {
		maps.Copy(params, url.Values{
			"TaskQueueSid": {k.queue.sid}, "TaskQueueName": {k.queue.name}, "TaskQueueTargetExpression": {k.queue.targetWorkers},
		})
		if value, _ := k.knownWorker(k.workflow.target(k.step)); value != nil {
			params.Set("KnownWorkerSid", fmt.Sprint(value))
		}
	}
	switch k.status {
	case taskCanceled:
		params.Set("TaskCanceledReason", k.reason)
		params.Set("Reason", k.reason)
	case taskCompleted:
		params.Set("TaskCompletedReason", k.reason)
		params.Set("Reason", k.reason)
	}
	return params
}

func (t *Twilio) workerFields(w *worker) url.Values {
	return url.Values{
		"WorkerSid": {w.sid}, "WorkerName": {w.name}, "WorkerAttributes": {w.json},
		"WorkerActivitySid": {w.activity.SID}, "WorkerActivityName": {w.activity.Name},
	}
}

// channelSID is that of the task channel of calls; it is derived from the workspace's.
func (t *Twilio) channelSID() string {
	digits := strings.TrimPrefix(t.cfg.WorkspaceSID, "WS")
	if t.cfg.Readings.Channel == DefaultChannel {
		return "TC" + digits[1:] + digits[:1]
	}
	return "TC" + digits
}

func (t *Twilio) channelName() string {
	if t.cfg.Readings.Channel == DefaultChannel {
		return "default"
	}
	return "voice"
}

// data is the event as the Events resource shows it: the callback's own fields in snake case, without those that describe the event.
func (e *event) data() map[string]any {
	data := map[string]any{}
	for name, values := range e.params {
		switch name {
		case "EventType", "EventDescription", "ResourceType", "ResourceSid", "Sid", "Timestamp", "TimestampMs", "AccountSid":
		default:
			data[snakeCase(name)] = values[0]
		}
	}
	return data
}

// snakeCase turns a parameter's name such as CallSid into an attribute's, call_sid.
func snakeCase(name string) string {
	var out strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) {
			if i > 0 {
				out.WriteByte('_')
			}
			r = unicode.ToLower(r)
		}
		out.WriteRune(r)
	}
	return out.String()
}
