package describe

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"switchboard/functions/cmd/twilioctl/internal/deployment"
	"switchboard/functions/cmd/twilioctl/internal/workspacefile"
)

// numbers describes the numbers that lead to the stack, and those of the choice.
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

// own returns a URL and connection overrides as a file has them: neither for the stack's URL with
// the default overrides, only the overrides if only these differ. Without a stack it returns
// neither, and apply does not change the URL.
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
	callback.URL, callback.Overrides = own(d.actual.Workspace.EventCallbackURL, d.URLs.EventCallbackURL,
		workspacefile.EventOverrides)
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
