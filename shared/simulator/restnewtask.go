package simulator

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// restCreateTask answers POST Tasks: it creates a task that is not a call, such as a chat
// (https://www.twilio.com/docs/taskrouter/api/task). The REST API can accept and complete it.
func (t *Twilio) restCreateTask(rest *restCall) (any, error) {
	if err := t.refuse(rest.params, "VirtualStartTime", "RoutingTarget", "IgnoreCapacity", "TaskQueueSid"); err != nil {
		return nil, err
	}
	w := t.workflows[rest.params.Get("WorkflowSid")]
	if w == nil {
		return nil, badRequest(20001, "Invalid WorkflowSid %q", rest.params.Get("WorkflowSid"))
	}
	text := rest.params.Get("Attributes")
	if text == "" {
		text = "{}"
	}
	attributes, err := decodeAttributes(text)
	if err != nil {
		return nil, badRequest(20001, "%s", err)
	}
	options := taskOptions{attributes: attributes, json: text, timeout: 24 * time.Hour}
	for name, read := range map[string]func(int){
		"Priority": func(n int) { options.priority = n },
		"Timeout":  func(n int) { options.timeout = time.Duration(n) * time.Second },
	} {
		asked := rest.params.Get(name)
		if asked == "" {
			continue
		}
		n, err := strconv.ParseInt(asked, 10, 32)
		if err != nil || n < 0 || name == "Timeout" && (n == 0 || time.Duration(n)*time.Second > longestTaskLife) {
			return nil, badRequest(20001, "Invalid %s %q", name, asked)
		}
		read(int(n))
	}
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

// setOtherReservation changes the status of a reservation on another channel, which does not use
// the worker's capacity for calls.
func (t *Twilio) setOtherReservation(r *reservation, status string) {
	now := t.loop.Now()
	if r.status == reservationPending && status != reservationPending {
		r.settled = now
	}
	r.status, r.updated = status, now
	r.version++
	open := status == reservationPending || status == reservationAccepted || status == reservationWrapping
	r.worker.open += difference(r.open, open)
	r.open = open
	if !open {
		t.matchSoon()
	}
}
