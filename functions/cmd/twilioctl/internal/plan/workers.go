package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/workspacefile"
	"switchboard/shared/taskrouter"
)

func (p *planner) workers() {
	x := newIndex(account.KindWorker, p.actual.Workers,
		func(w account.Worker) (string, string) { return w.Name, w.SID })
	wanted := map[string]bool{}
	for _, w := range p.File.Workers {
		wanted[strings.ToLower(w.Name)] = true
		p.worker(x, w)
	}
	for _, w := range p.actual.Workers {
		if !wanted[strings.ToLower(w.Name)] {
			p.extra(Extra{Kind: account.KindWorker, Name: w.Name, SID: w.SID, Prune: "workers"}, p.Prune.Workers)
		}
	}
}

func (p *planner) worker(x index[account.Worker], w workspacefile.Worker) {
	name := w.Name
	payload := w.Payload()
	if contact, _ := payload["contact_uri"].(string); contact == "" {
		p.warn("worker %q has no contact_uri, so Switchboard cannot call them", name)
	} else if address, err := taskrouter.ParseContact(contact); err != nil {
		p.warn("worker %q: %v", name, err)
	} else if address.Extension() != "" && p.parameters()["BridgeMode"] == "dequeue" {
		p.warn("worker %q: BridgeMode dequeue cannot dial the extension of contact_uri", name)
	}
	found, exists, ok := find(p, x, name)
	switch {
	case !ok:
	case exists:
		p.attributes(found, payload)
	default:
		var f fields
		f.made("FriendlyName", Text(name))
		f.made("Attributes", Document(payload))
		f.made("ActivitySid", Reference{account.KindActivity, w.Activity})
		p.change(Change{Action: Create, Kind: account.KindWorker, Name: name, Fields: f})
	}
}

// attributes sets the attributes in the file, and removes those that it decides about. Others may
// belong to another application.
func (p *planner) attributes(found account.Worker, payload workspacefile.Object) {
	value, err := decode(found.Attributes)
	was, ok := value.(map[string]any)
	if err != nil || !ok {
		p.warn("worker %q (%s): its attributes are not a JSON object; apply replaces them", found.Name, found.SID)
		was = map[string]any{}
	}
	wanted := map[string]any(maps.Clone(payload))
	for _, key := range slices.Sorted(maps.Keys(was)) {
		if _, given := payload[key]; given || p.decides(key) {
			continue
		}
		if !p.Prune.Attributes {
			wanted[key] = was[key]
			p.extra(Extra{Kind: account.KindWorker, Name: found.Name, SID: found.SID, What: "attribute " + key,
				Prune: "attributes"}, false)
		}
	}
	var f fields
	f.document("Attributes", was, wanted, Document(wanted))
	p.change(Change{Action: Update, Kind: account.KindWorker, Name: found.Name, SID: found.SID, Fields: f})
}

// decides reports whether the file says for each worker whether they have the attribute: a worker
// who has lost a shift, or the right to close the desk, must not keep it.
func (p *planner) decides(attribute string) bool {
	return attribute == "shift" && p.File.Shifts != nil ||
		attribute == "lead" && slices.ContainsFunc(p.File.Workers, func(w workspacefile.Worker) bool { return w.Lead })
}

func (p *planner) warn(format string, values ...any) {
	p.plan.Warnings = append(p.plan.Warnings, fmt.Sprintf(format, values...))
}
