package simulator

import (
	"strconv"
	"strings"
	"unicode"

	"switchboard/shared/simulator/reading"
)

func (t *Twilio) taskFields(k *task) *form {
	params := newForm(eventFields)
	params.set("TaskSid", k.sid)
	params.set("TaskAttributes", k.json)
	params.set("TaskAge", k.ageSeconds(t.loop.Now()))
	params.set("TaskPriority", strconv.Itoa(k.priority))
	params.set("TaskAssignmentStatus", k.status)
	params.set("TaskAddons", "{}")
	channelSID, channelName := t.channelOf(k)
	params.set("TaskChannelSid", channelSID)
	params.set("TaskChannelUniqueName", channelName)
	params.set("WorkflowSid", k.workflow.SID)
	params.set("WorkflowName", k.workflow.Name)
	if k.queue != nil {
		params.set("TaskQueueSid", k.queue.sid)
		params.set("TaskQueueName", k.queue.name)
		params.set("TaskQueueTargetExpression", k.queue.targetWorkers)
		if sid := t.knownWorkerSID(k); sid != "" {
			params.set("KnownWorkerSid", sid)
		}
	}
	switch k.status {
	case taskCanceled:
		params.set("TaskCanceledReason", k.reason)
		params.set("Reason", k.reason)
	case taskCompleted:
		params.set("TaskCompletedReason", k.reason)
		params.set("Reason", k.reason)
	}
	return params
}

// reservationFields are those of a reservation's event without the worker's.
func (t *Twilio) reservationFields(r *reservation) *form {
	params := t.taskFields(r.task)
	params.set("ReservationSid", r.sid)
	return params
}

func (f *form) setWorker(w *worker) {
	f.set("WorkerSid", w.sid)
	f.set("WorkerName", w.name)
	f.set("WorkerAttributes", w.json)
	f.set("WorkerActivitySid", w.activity.SID)
	f.set("WorkerActivityName", w.activity.Name)
}

// setWorkerVersion sets what an event about the worker has besides
// (https://www.twilio.com/docs/taskrouter/api/event/reference).
func (t *Twilio) setWorkerVersion(f *form, w *worker) {
	version := w.version
	if t.cfg.Readings.WorkerVersionDiffers {
		version = w.moves
	}
	f.set("WorkerVersion", strconv.Itoa(version))
	f.set("OperatingUnitSid", derivedSID("OU", t.workspaceSID))
}

// channelSID is that of the task channel of calls; it is derived from the workspace's.
func (t *Twilio) channelSID() string {
	digits := strings.TrimPrefix(t.workspaceSID, "WS")
	if t.cfg.Readings.Channel == reading.DefaultChannel {
		return "TC" + digits[1:] + digits[:1]
	}
	return "TC" + digits
}

func (t *Twilio) channelName() string {
	if t.cfg.Readings.Channel == reading.DefaultChannel {
		return "default"
	}
	return "voice"
}

// data is the event as the Events resource shows it: the callback's own fields in snake case, without those that describe the event.
func (e *event) data() map[string]any {
	data := map[string]any{}
	for _, p := range e.params.parameters {
		switch p.name {
		case "EventType", "EventDescription", "ResourceType", "ResourceSid", "Sid", "Timestamp", "TimestampMs", "AccountSid":
		default:
			data[snakeCase(p.name)] = p.value
		}
	}
	return data
}

// snakeCase turns a parameter's name such as CallSid into an attribute's, call_sid.
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
