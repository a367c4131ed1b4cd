package simulator

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"
)

// restCreateTask answers POST Tasks: it creates a task without a call, such as a chat or a call
// back (https://www.twilio.com/docs/taskrouter/api/task). The REST API can accept and complete it,
// even if its channel is that of calls.
func (t *Twilio) restCreateTask(rest *restCall) (any, error) {
	if err := t.refuse(rest.params, "RoutingTarget", "IgnoreCapacity", "TaskQueueSid"); err != nil {
		return nil, err
	}
	w := t.workflows[rest.params.Get("WorkflowSid")]
	if w == nil {
		return nil, badRequest(20001, "Invalid WorkflowSid %q", rest.params.Get("WorkflowSid"))
	}
	text := cmp.Or(rest.params.Get("Attributes"), "{}")
	attributes, err := decodeAttributes(text)
	if err != nil {
		return nil, badRequest(20001, "%s", err)
	}
	priority, timeout := 0, int((24 * time.Hour).Seconds())
	f := fields{params: rest.params}
	f.whole("Priority", &priority, 0, highestPriority)
	f.whole("Timeout", &timeout, 1, int(longestTaskLife.Seconds()))
	if f.err != nil {
		return nil, f.err
	}
	start, err := t.virtualStart(rest.params, t.loop.Now())
	if err != nil {
		return nil, err
	}
	options := taskOptions{attributes: attributes, json: text, priority: priority, start: start, timeout: time.Duration(timeout) * time.Second}
	switch name := rest.params.Get("TaskChannel"); {
	case name == "" || name == "default":
		options.channel = t.otherChannel("default")
	case strings.HasPrefix(name, "TC"):
		return nil, t.refuse(rest.params, "TaskChannel")
	default:
		options.channel = t.otherChannel(name)
	}
	k := t.createTask(w, options)
	if k == nil {
		return nil, restError{http.StatusBadRequest, 20001, "The task matches no filter and the workflow has no default"}
	}
	rest.etag = etag(k.version)
	return created(rest, t.taskJSON(rest, k))
}

// otherChannel returns "" for the channel of calls, which Readings.Channel names, and any other
// channel's name unchanged.
func (t *Twilio) otherChannel(name string) string {
	if name == t.channelName() {
		return ""
	}
	return name
}

// channelOf returns the SID and the unique name of a task's channel.
func (t *Twilio) channelOf(k *task) (sid, name string) {
	if k.channel == "" {
		return t.channelSID(), t.channelName()
	}
	digits := strings.TrimPrefix(t.workspaceSID, "WS")
	return "TC" + digits[2:] + digits[:2], k.channel
}

// freeFor reports whether the worker can be offered this task. On a channel other than that of
// calls a worker takes one task at a time, which is Twilio's default capacity.
func (t *Twilio) freeFor(w *worker, k *task) bool {
	switch {
	case k.channel == "":
		return t.free(w)
	case !w.activity.Available:
		return false
	case t.workspace.SingleTasking:
		return w.open == 0
	}
	return !slices.ContainsFunc(t.reservations, func(r *reservation) bool { return r.worker == w && r.open && r.task.channel == k.channel })
}

// countOther counts a reservation on another channel, which does not use the worker's capacity for
// calls.
func (t *Twilio) countOther(r *reservation, open bool) {
	r.worker.open += difference(r.open, open)
	r.open = open
	if !open {
		t.matchSoon()
	}
}
