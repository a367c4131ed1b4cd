package simulator

import (
	"math"
	"slices"
	"time"
)

// restListEvents answers GET Events (https://www.twilio.com/docs/taskrouter/api/event), newest
// first. By default it lists the last 15 minutes.
func (t *Twilio) restListEvents(rest *restCall) (any, error) {
	if err := t.refuse(rest.params, "TaskChannel"); err != nil {
		return nil, err
	}
	since, until, err := t.eventWindow(rest)
	if err != nil {
		return nil, err
	}
	var all []*event
	for _, e := range slices.Backward(t.events) {
		if e.params.Get("WorkspaceSid") == t.workspaceSID && !e.at.Before(since) && !e.at.After(until) && e.wanted(rest) {
			all = append(all, e)
		}
	}
	return workspaceList(rest, "events", all, func(e *event) map[string]any { return t.eventJSON(rest, e) }), nil
}

func (t *Twilio) eventWindow(rest *restCall) (since, until time.Time, err error) {
	until = t.loop.Now()
	minutes := 15
	f := fields{params: rest.params}
	if f.whole("Minutes", &minutes, 0, math.MaxInt); f.err != nil {
		return since, until, f.err
	}
	since = until.Add(-time.Duration(minutes) * time.Minute)
	for name, bound := range map[string]*time.Time{"StartDate": &since, "EndDate": &until} {
		if text := rest.params.Get(name); text != "" {
			if *bound, err = time.Parse(time.RFC3339, text); err != nil {
				return since, until, badRequest(20001, "Invalid %s %q", name, text)
			}
		}
	}
	return since, until, nil
}

func (e *event) wanted(rest *restCall) bool {
	for _, name := range []string{"EventType", "Sid", "TaskSid", "ReservationSid", "WorkerSid", "WorkflowSid", "TaskQueueSid"} {
		if sid := rest.params.Get(name); sid != "" && sid != e.params.Get(name) {
			return false
		}
	}
	return true
}

// actorURL returns the URL of an actor's resource. A console user has none.
func (t *Twilio) actorURL(rest *restCall, by actor) any {
	switch by.kind {
	case "workspace":
		return t.workspaceURL(rest)
	case "account":
		return "https://api.twilio.com/2010-04-01/Accounts/" + t.cfg.AccountSID
	}
	return nil
}

func (t *Twilio) eventJSON(rest *restCall, e *event) map[string]any {
	base := t.workspaceURL(rest)
	resource := map[string]string{
		"task": "/Tasks/" + e.resourceSID, "worker": "/Workers/" + e.resourceSID,
		"reservation": "/Tasks/" + e.params.Get("TaskSid") + "/Reservations/" + e.resourceSID,
		"activity":    "/Activities/" + e.resourceSID, "task-queue": "/TaskQueues/" + e.resourceSID, "workflow": "/Workflows/" + e.resourceSID,
	}[e.resourceType]
	return map[string]any{
		"sid": e.sid, "account_sid": t.cfg.AccountSID, "workspace_sid": t.workspaceSID, "description": e.text, "event_type": e.kind,
		"event_date": rfc3339(e.at), "event_date_ms": e.at.UnixMilli(), "event_data": e.data(),
		"resource_type": e.resourceType, "resource_sid": e.resourceSID, "resource_url": base + resource,
		"actor_type": e.by.kind, "actor_sid": e.by.sid, "actor_url": t.actorURL(rest, e.by),
		"source": e.by.source, "source_ip_address": orNull(e.by.address), "url": base + "/Events/" + e.sid,
	}
}
