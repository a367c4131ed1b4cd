package describe

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"switchboard/functions/cmd/twilioctl/deployment"
	"switchboard/functions/cmd/twilioctl/workspacefile"
)

// numbers describes those that lead to the stack, and those that were asked for. The account may have others for other things.
func (d *describer) numbers() error {
	var all []string
	for _, n := range d.actual.Numbers {
		all = append(all, n.Number)
		stacks := d.URLs.VoiceURL
		described := workspacefile.Number{
			Number: n.Number, FallbackURL: n.FallbackURL,
			Duty: leads(n.VoiceURL, d.URLs.DutyURL), Texts: leads(n.TextURL, d.URLs.MessageURL),
		}
		if described.Duty {
			stacks = d.URLs.DutyURL
		}
		if !slices.Contains(d.Numbers, n.Number) && !leads(n.VoiceURL, stacks) && !described.Texts {
			continue
		}
		described.VoiceURL, described.Overrides = own(n.VoiceURL, stacks, workspacefile.VoiceOverrides)
		d.file.Numbers = append(d.file.Numbers, described)
	}
	for _, asked := range d.Numbers {
		if !slices.Contains(all, asked) {
			return fmt.Errorf("the account has no number %s; it has %s", asked, cmp.Or(strings.Join(all, ", "), "none"))
		}
	}
	return nil
}

// leads reports whether a URL is the stack's, with any connection overrides.
func leads(url, stacks string) bool {
	return stacks != "" && deployment.WithoutFragment(url) == stacks
}

// own is a URL as a file has it: left out where the stack's with the usual overrides is meant, by its overrides where only these differ. A
// URL that cannot be compared, for there is no stack, is left out too: then nothing changes it.
func own(url, stacks, usual string) (string, *string) {
	address, fragment, _ := strings.Cut(url, "#")
	switch {
	case stacks == "" || url == "" || address == stacks && fragment == usual:
		return "", nil
	case address == stacks:
		return "", &fragment
	}
	return url, new("")
}

func (d *describer) events() {
	callback := &d.file.EventCallback
	callback.URL, callback.Overrides = own(d.actual.Workspace.EventCallbackURL, d.URLs.EventCallbackURL, workspacefile.EventOverrides)
	filter := map[string]bool{}
	for event := range strings.SplitSeq(d.actual.Workspace.EventsFilter, ",") {
		if event = strings.TrimSpace(event); event != "" {
			filter[event] = true
		}
	}
	usual := map[string]bool{}
	for _, event := range deployment.Events {
		usual[event] = true
	}
	switch {
	case len(filter) == 0:
		callback.Filter = []string{workspacefile.AllEvents}
	case !maps.Equal(filter, usual):
		callback.Filter = slices.Sorted(maps.Keys(filter))
	}
}
