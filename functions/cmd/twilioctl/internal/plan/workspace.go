package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/workspacefile"
)

func (p *planner) workspace() {
	if p.actual.Workspace != nil {
		return
	}
	if len(p.actual.Others) > 0 {
		p.warn("apply creates a new workspace and leaves %s unchanged; to use an existing one, set workspace to its name, or start with import", quoted(p.actual.Others))
	}
	var f fields
	f.made("FriendlyName", Text(p.File.Workspace))
	f.made("MultiTaskEnabled", Text("true"))
	f.made("Template", Text("NONE"))
	p.change(Change{Action: Create, Kind: account.KindWorkspace, Name: p.File.Workspace, Fields: f})
}

func (p *planner) activities() {
	x := newIndex(account.KindActivity, p.actual.Activities,
		func(a account.Activity) (string, string) { return a.Name, a.SID })
	wanted := map[string]bool{}
	for _, each := range []struct {
		names     []string
		available bool
	}{{p.File.Activities.Available, true}, {p.File.Activities.Unavailable, false}} {
		for _, name := range each.names {
			wanted[name] = true
			p.activity(x, name, each.available)
		}
	}
	for _, a := range p.actual.Activities {
		if !wanted[a.Name] {
			p.extra(Extra{Kind: account.KindActivity, Name: a.Name, SID: a.SID, Prune: "activities"},
				p.Prune.Activities)
		}
	}
}

func (p *planner) activity(x index[account.Activity], name string, available bool) {
	found, exists, ok := find(p, x, name)
	switch {
	case !ok:
	case !exists:
		var f fields
		f.made("FriendlyName", Text(name))
		f.made("Available", Text(fmt.Sprint(available)))
		p.change(Change{Action: Create, Kind: account.KindActivity, Name: name, Fields: f})
	case found.Available != available:
		p.plan.Blocked = append(p.plan.Blocked, fmt.Sprintf(
			"activity %q (%s) is %s and should be %s, which Twilio cannot change: rename it in the console (TaskRouter → Workspaces → Activities), or use another name in the file",
			name, found.SID, availability(found.Available), availability(available)))
	}
}

func availability(available bool) string {
	if available {
		return "available"
	}
	return "unavailable"
}

// settings plans the workspace's settings that refer to activities.
func (p *planner) settings() {
	var was account.Workspace
	if p.actual.Workspace != nil {
		was = *p.actual.Workspace
	}
	var f fields
	p.reference(&f, "DefaultActivitySid", was.DefaultActivitySID, p.File.Activities.NewWorkers)
	p.reference(&f, "TimeoutActivitySid", was.TimeoutActivitySID, p.File.Activities.TimedOut)
	var wanted []string
	for _, each := range p.File.EventCallback.Filter {
		if each != workspacefile.AllEvents {
			wanted = append(wanted, each)
		}
	}
	if !maps.Equal(set(strings.Split(was.EventsFilter, ",")), set(wanted)) {
		f.text("EventsFilter", was.EventsFilter, strings.Join(wanted, ","))
	}
	if url := withOverrides(p.File.EventCallback.URL, p.URLs.EventCallbackURL,
		p.File.EventCallback.Overrides); url != "" {
		f.text("EventCallbackUrl", was.EventCallbackURL, url)
	}
	p.change(Change{Action: Update, Kind: account.KindWorkspace, Name: p.File.Workspace, SID: was.SID, Fields: f})
}

// reference sets a parameter to the activity of that name.
func (p *planner) reference(f *fields, parameter, was, name string) {
	var from string
	for _, a := range p.actual.Activities {
		switch {
		case a.SID == was && a.Name == name:
			return
		case a.SID == was:
			from = a.Name
		}
	}
	if from == "" {
		from = was
	}
	*f = append(*f, Field{Name: parameter, From: Text(from).String(), To: Reference{account.KindActivity, name}})
}

func quoted(names []string) string {
	var all []string
	for _, name := range names {
		all = append(all, fmt.Sprintf("%q", name))
	}
	return strings.Join(all, ", ")
}

func set(names []string) map[string]bool {
	all := map[string]bool{}
	for _, name := range names {
		if name = strings.TrimSpace(name); name != "" {
			all[name] = true
		}
	}
	return all
}

// withOverrides returns the file's URL, or the stack's with connection overrides; "" if neither is
// known.
func withOverrides(own, stacks string, overrides *string) string {
	url := cmp.Or(own, stacks)
	if url == "" || overrides == nil || *overrides == "" || strings.Contains(url, "#") {
		return url
	}
	return url + "#" + *overrides
}

func (p *planner) taskQueues() {
	x := newIndex(account.KindTaskQueue, p.actual.TaskQueues,
		func(q account.TaskQueue) (string, string) { return q.Name, q.SID })
	var names []string
	for _, q := range p.File.TaskQueues {
		names = append(names, q.Name)
		found, exists, ok := find(p, x, q.Name)
		if !ok {
			continue
		}
		change := Change{Action: Update, Kind: account.KindTaskQueue, Name: q.Name, SID: found.SID}
		var f fields
		if !exists {
			change.Action = Create
			f.made("FriendlyName", Text(q.Name))
			f.made("TargetWorkers", Text(*q.Workers))
			f.made("TaskOrder", Text(q.Order))
			f.made("MaxReservedWorkers", Text(fmt.Sprint(*q.MaxReservedWorkers)))
		} else {
			f.text("TargetWorkers", found.TargetWorkers, *q.Workers)
			f.text("TaskOrder", found.TaskOrder, q.Order)
			f.text("MaxReservedWorkers", fmt.Sprint(found.MaxReservedWorkers), fmt.Sprint(*q.MaxReservedWorkers))
		}
		change.Fields = f
		p.change(change)
	}
	for _, q := range p.actual.TaskQueues {
		if !slices.Contains(names, q.Name) {
			p.extra(Extra{Kind: account.KindTaskQueue, Name: q.Name, SID: q.SID, Prune: "task-queues"},
				p.Prune.TaskQueues)
		}
	}
}
