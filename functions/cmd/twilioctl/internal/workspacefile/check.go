package workspacefile

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"switchboard/functions/cmd/twilioctl/internal/deployment"
	"switchboard/shared/settings"
	"switchboard/shared/taskrouter"
	"switchboard/shared/voicequeue"
	"switchboard/shared/yamlfile"
)

// Twilio's limits (docs/taskrouter/limits, docs/taskrouter/api).
const (
	maxName     = 64 // characters
	maxReserved = 50
	maxTimeout  = 86400 // seconds
)

// checker collects what is wrong with a file.
type checker struct {
	file   *File
	faults []*yamlfile.Error
}

// err joins the faults in the order of the file.
func (c *checker) err() error {
	slices.SortStableFunc(c.faults, func(a, b *yamlfile.Error) int { return cmp.Compare(a.Line, b.Line) })
	var all []error
	for _, each := range c.faults {
		all = append(all, each)
	}
	return errors.Join(all...)
}

func (c *checker) fail(field, format string, values ...any) {
	wrong := &yamlfile.Error{File: c.file.name, Field: field, Text: fmt.Sprintf(format, values...)}
	if c.file.document != nil {
		wrong.Line = yamlfile.Line(c.file.document, field)
	}
	c.faults = append(c.faults, wrong)
}

func (c *checker) within(field string, value *int, low, high int) {
	if value != nil && (*value < low || *value > high) {
		c.fail(field, "want a whole number from %d to %d, not %d", low, high, *value)
	}
}

func (c *checker) oneOf(field string, value string, allowed ...string) {
	if value != "" && !slices.Contains(allowed, value) {
		c.fail(field, "want one of %s, not %q", strings.Join(allowed, ", "), value)
	}
}

// named requires friendly names that are unique, ignoring case: Twilio rejects two workers whose
// names differ only in case.
func (c *checker) named(field, leaf string, names []string) {
	seen := map[string]int{}
	for i, name := range names {
		at := fmt.Sprintf("%s[%d]%s", field, i, leaf)
		first, twice := seen[strings.ToLower(name)]
		switch {
		case name == "":
			c.fail(at, "want a name")
		case utf8.RuneCountInString(name) > maxName:
			c.fail(at, "a name can have up to %d characters", maxName)
		case twice:
			c.fail(at, "%q is also the name of %s[%d]; names must be unique", name, field, first)
		}
		seen[strings.ToLower(name)] = i
	}
}

func (c *checker) address(field string, value string) {
	if value == "" {
		return
	}
	address, err := url.Parse(value)
	if err != nil || address.Host == "" || address.Scheme != "https" && address.Scheme != "http" {
		c.fail(field, "want an https URL, not %q", value)
	}
}

// values checks a file before its defaults are filled in.
func (c *checker) values() {
	f := c.file
	if f.TaskQueues != nil && len(f.TaskQueues) == 0 {
		c.fail("task_queues", "want at least one; without this key there is one for all workers")
	}
	if f.Activities.Available != nil && len(f.Activities.Available) == 0 {
		c.fail("activities.available", "want at least one activity in which workers get calls")
	}
	if f.Workflow.Default != nil && f.Workflow.NoDefault {
		c.fail("workflow.no_default", "workflow.default is also given: leave out one of the two")
	}
	c.within("queue_max_size", f.QueueMaxSize, voicequeue.Smallest, voicequeue.Largest)
	c.within("workflow.reservation_timeout", f.Workflow.ReservationTimeout, 1, maxTimeout)
	for i, q := range f.TaskQueues {
		at := fmt.Sprintf("task_queues[%d]", i)
		c.oneOf(at+".order", q.Order, "FIFO", "LIFO")
		c.within(at+".max_reserved_workers", q.MaxReservedWorkers, 1, maxReserved)
	}
	c.address("workflow.assignment_callback_url", f.Workflow.AssignmentCallbackURL)
	c.address("workflow.fallback_assignment_callback_url", f.Workflow.FallbackAssignmentCallbackURL)
	c.address("event_callback.url", f.EventCallback.URL)
	c.overrides("event_callback.connection_overrides", f.EventCallback.Overrides)
	for i, event := range f.EventCallback.Filter {
		if event == AllEvents && len(f.EventCallback.Filter) == 1 {
			break
		}
		if resource, kind, found := strings.Cut(event,
			"."); !found || resource == "" || kind == "" || strings.ContainsAny(event, " ,") {
			c.fail(fmt.Sprintf("event_callback.filter[%d]", i),
				"want an event type such as task.created, or only all, not %q", event)
		}
	}
	c.workers()
	c.numbers()
	c.callers()
	c.deploy()
}

func (c *checker) workers() {
	for i, w := range c.file.Workers {
		at := fmt.Sprintf("workers[%d]", i)
		if _, err := taskrouter.ParseContact(w.ContactURI); w.ContactURI != "" && err != nil {
			c.fail(at+".contact_uri", "want a number such as +14155550199 or +18005551212x123, "+
				"client:alice (letters, digits, underscore) or sip:alice@example.com, not %q", w.ContactURI)
		}
		for key, given := range map[string]bool{"contact_uri": w.ContactURI != "", "skills": w.Skills != nil} {
			if _, twice := w.Attributes[key]; twice && given {
				c.fail(at+".attributes", "%s is also a key of the worker: leave out one of the two", key)
			}
		}
		payload, err := json.Marshal(w.Payload())
		if err != nil {
			c.fail(at+".attributes", "cannot encode as JSON: %v", err)
		} else if n := utf8.RuneCount(payload); n > taskrouter.MaxAttributes {
			c.fail(at+".attributes", "%d characters of JSON, more than Twilio's %d", n, taskrouter.MaxAttributes)
		}
	}
}

func (c *checker) numbers() {
	seen := map[string]bool{}
	for i, n := range c.file.Numbers {
		at := fmt.Sprintf("numbers[%d]", i)
		switch {
		case !canDial(n.Number):
			c.fail(at, "want a phone number such as +12065550100, not %q", n.Number)
		case seen[n.Number]:
			c.fail(at, "%s is listed twice", n.Number)
		}
		seen[n.Number] = true
		if n.Number == settings.OtherNumbers {
			c.otherNumbers(at, n)
			continue
		}
		if n.Duty && n.decides() {
			c.fail(at+".duty", "workers call this number: leave out attributes, language, hours, menu, priority, no_survey and no_callbacks, which are about callers")
		}
		if n.Duty && n.VoiceURL != "" {
			c.fail(at+".duty", "voice_url is also given: leave out one of the two")
		}
		c.address(at+".voice_url", n.VoiceURL)
		c.address(at+".fallback_url", n.FallbackURL)
		c.overrides(at+".connection_overrides", n.Overrides)
	}
}

// moved has the keys of the file that have replaced parameters of the stack.
var moved = map[string]string{"NumberAttributes": "attributes of each number", "HoldMusicUrl": "waiting.music"}

func (c *checker) deploy() {
	for _, name := range slices.Sorted(maps.Keys(c.file.Deploy)) {
		switch {
		case moved[name] != "":
			c.fail("deploy."+name, "leave it out: the key %s has replaced this parameter", moved[name])
		case slices.Contains(deployment.WorkspaceParameters, name):
			c.fail("deploy."+name, "leave it out: the rest of this file determines this parameter")
		case !slices.Contains(deployment.OtherParameters, name):
			c.fail("deploy."+name, "unknown parameter; want one of %s", strings.Join(deployment.OtherParameters, ", "))
		case slices.Contains([]string{"CrmUrl", "TwilioApiUrl", "PublicBaseUrl"}, name) && deployment.HasPassword(c.file.Deploy[name]):
			c.fail("deploy."+name,
				"want a URL without user and password, which the stack and each function would show: "+
					"put the CRM's Authorization header into SSM as crm-authorization")
		}
	}
	if _, err := deployment.NewBudget(c.file.Deploy); err != nil {
		c.fail("deploy.WorkerRingSeconds", "want a whole number of seconds, not %q", c.file.Deploy["WorkerRingSeconds"])
	}
}
