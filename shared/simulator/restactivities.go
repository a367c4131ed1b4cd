package simulator

import (
	"slices"
	"strings"
)

// restListActivities lists the activities (https://www.twilio.com/docs/taskrouter/api/activity).
func (t *Twilio) restListActivities(rest *restCall) (any, error) {
	all := shownAll(t.activities, func(a *Activity) map[string]any { return t.activityJSON(rest, a) })
	return t.restList(rest, "activities", all, map[string]string{"FriendlyName": "friendly_name", "Available": "available"})
}

func (t *Twilio) restCreateActivity(rest *restCall) (any, error) {
	a := Activity{Available: isYes(rest.params.Get("Available"))}
	if err := t.nameActivity(rest, &a); err != nil {
		return nil, err
	}
	a.SID = t.sids.next("WA")
	added := t.addActivity(a)
	t.resourceEvent("activity.created", a.SID, "Activity "+a.Name+" created")
	return created(rest, t.activityJSON(rest, added))
}

func (t *Twilio) nameActivity(rest *restCall, a *Activity) error {
	name := a.Name
	f := fields{params: rest.params}
	f.friendlyName(&name)
	if f.err != nil {
		return f.err
	}
	if slices.ContainsFunc(t.activities, func(other *Activity) bool { return other.SID != a.SID && strings.EqualFold(other.Name, name) }) {
		return nameTaken("Activity", name)
	}
	a.Name = name
	return nil
}

// restUpdateActivity renames an activity. Its availability cannot change.
func (t *Twilio) restUpdateActivity(rest *restCall, a *Activity) (any, error) {
	if err := t.nameActivity(rest, a); err != nil {
		return nil, err
	}
	for _, w := range t.workers {
		if w.activity == a {
			t.refreshFields(w)
		}
	}
	t.stamp(a.SID)
	t.resourceEvent("activity.updated", a.SID, "Activity "+a.Name+" updated")
	t.matchSoon()
	return t.activityJSON(rest, a), nil
}

func (t *Twilio) restDeleteActivity(rest *restCall, a *Activity) (any, error) {
	if user := t.userOf(a); user != "" {
		return nil, badRequest(20001, "Cannot delete Activity %s because it is used by %s", a.SID, user)
	}
	t.activities = slices.DeleteFunc(t.activities, func(other *Activity) bool { return other == a })
	t.resourceEvent("activity.deleted", a.SID, "Activity "+a.Name+" deleted")
	return noContent(rest)
}

// userOf names a user of the activity, "" if it has none.
func (t *Twilio) userOf(a *Activity) string {
	if a.SID == t.workspace.TimeoutActivity || a.SID == t.workspace.DefaultActivity {
		return "the workspace"
	}
	for _, w := range t.workers {
		if w.activity == a || w.before == a {
			return "worker " + w.sid
		}
	}
	for _, q := range t.queues {
		if q.reserved == a || q.assigned == a {
			return "task queue " + q.sid
		}
	}
	return ""
}

func (t *Twilio) activityJSON(rest *restCall, a *Activity) map[string]any {
	base := t.workspaceURL(rest)
	shown := map[string]any{
		"sid": a.SID, "account_sid": t.cfg.AccountSID, "workspace_sid": t.workspaceSID, "friendly_name": a.Name, "available": a.Available,
		"url": base + "/Activities/" + a.SID, "links": map[string]any{"workspace": base},
	}
	t.showDates(shown, a.SID)
	return shown
}
