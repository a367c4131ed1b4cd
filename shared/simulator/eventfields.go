package simulator

import (
	"maps"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

func (t *Twilio) taskFields(k *task) url.Values {
	channelSID, channelName := t.channelOf(k)
	params := url.Values{
		"TaskSid": {k.sid}, "TaskAttributes": {k.json}, "TaskAge": {k.ageSeconds(t.loop.Now())}, "TaskPriority": {strconv.Itoa(k.priority)},
		"TaskAssignmentStatus": {k.status}, "TaskAddons": {"{}"}, "TaskChannelSid": {channelSID}, "TaskChannelUniqueName": {channelName},
		"WorkflowSid": {k.workflow.SID}, "WorkflowName": {k.workflow.Name},
	}
	if k.queue != nil {
		params.Set("TaskQueueSid", k.queue.sid)
		params.Set("TaskQueueName", k.queue.name)
		params.Set("TaskQueueTargetExpression", k.queue.targetWorkers)
		if sid := t.knownWorkerSID(k); sid != "" {
			params.Set("KnownWorkerSid", sid)
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

// reservationFields returns the fields of a reservation's event without the worker's.
func (t *Twilio) reservationFields(r *reservation) url.Values {
	params := t.taskFields(r.task)
	params.Set("ReservationSid", r.sid)
	return params
}

func setWorker(f url.Values, w *worker) {
	maps.Copy(f, url.Values{
		"WorkerSid": {w.sid}, "WorkerName": {w.name}, "WorkerAttributes": {w.json},
		"WorkerActivitySid": {w.activity.SID}, "WorkerActivityName": {w.activity.Name},
	})
}

// setWorkerVersion sets WorkerVersion and OperatingUnitSid in an event about the worker
// (https://www.twilio.com/docs/taskrouter/api/event/reference).
func (t *Twilio) setWorkerVersion(f url.Values, w *worker) {
	version := w.version
	if t.cfg.Readings.WorkerVersionDiffers {
		version = w.moves
	}
	f.Set("WorkerVersion", strconv.Itoa(version))
	f.Set("OperatingUnitSid", derivedSID("OU", t.workspaceSID))
}

// channelSID returns the SID of the task channel of calls, derived from the workspace's.
func (t *Twilio) channelSID() string {
	digits := strings.TrimPrefix(t.workspaceSID, "WS")
	if t.cfg.Readings.DefaultChannel {
		return "TC" + digits[1:] + digits[:1]
	}
	return "TC" + digits
}

func (t *Twilio) channelName() string {
	if t.cfg.Readings.DefaultChannel {
		return "default"
	}
	return "voice"
}

// data returns the event as the Events resource shows it: the callback's own fields in snake case,
// without those that describe the event.
func (e *event) data() map[string]any {
	data := map[string]any{}
	for name := range e.params {
		switch name {
		case "EventType", "EventDescription", "ResourceType", "ResourceSid", "Sid", "Timestamp", "TimestampMs", "AccountSid":
		default:
			data[snakeCase(name)] = e.params.Get(name)
		}
	}
	return data
}

// snakeCase turns a parameter's name such as CallSid into an attribute's name such as call_sid.
func snakeCase(name string) string {
	var out strings.Builder
	out.Grow(len(name) + 4)
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
