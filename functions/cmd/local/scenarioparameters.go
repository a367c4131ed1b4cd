package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"switchboard/functions/enqueue"
	"switchboard/functions/internal/bundle"
	"switchboard/shared/announcement"
	"switchboard/shared/simulator/scenario"
	"switchboard/shared/yamlfile"
)

// parameter sets one of the template's parameters, as a scenario writes it; an object is JSON.
type parameter func(set *stack.Settings, written string) error

// parameters are those that a scenario can set, by their names in template.yaml.
var parameters = map[string]parameter{
	"BridgeMode": choice("deferred", "dequeue", func(s *stack.Settings, first bool) { s.Deferred = first }),
	"WorkerGate": choice("press-1", "none", func(s *stack.Settings, first bool) { s.Gate = first }),
	"WorkerAnnouncement": func(s *stack.Settings, written string) (err error) {
		s.Announcement, err = announcement.Parse(written)
		return err
	},
	"NumberAttributes": func(s *stack.Settings, written string) (err error) {
		s.NumberAttributes, err = enqueue.ParseNumberAttributes(written)
		return err
	},
	"TaskPriority":           whole(func(s *stack.Settings, n int) { s.Priority = &n }),
	"TaskTimeoutSeconds":     whole(func(s *stack.Settings, n int) { s.TaskTimeout = &n }),
	"WorkerRingSeconds":      inSeconds(func(s *stack.Settings, d time.Duration) { s.Ring = d }),
	"WorkerCallerId":         text(func(s *stack.Settings, written string) { s.CallerID = written }),
	"WrapUpSeconds":          wrapUpSeconds,
	"HoldMusicUrl":           text(func(s *stack.Settings, written string) { s.MusicURL = written }),
	"QueueMaxSize":           whole(func(s *stack.Settings, n int) { s.QueueMaxSize = n }),
	"PostWorkActivitySid":    text(func(s *stack.Settings, written string) { s.PostWorkActivitySID = written }),
	"AvailableActivitySid":   text(func(s *stack.Settings, written string) { s.AvailableActivitySID = written }),
	"FaultActivitySid":       text(func(s *stack.Settings, written string) { s.FaultActivitySID = written }),
	"OfflineActivitySid":     text(func(s *stack.Settings, written string) { s.OfflineActivitySID = written }),
	"MissedCallPauseSeconds": inSeconds(func(s *stack.Settings, d time.Duration) { s.MissedCallPause = d }),
	"MissedCallLimit":        whole(func(s *stack.Settings, n int) { s.MissedCallLimit = n }),
	"NotifyFrom":             text(func(s *stack.Settings, written string) { s.NotifyFrom = written }),
	"CrmFailure":             choice("reject", "connect", func(s *stack.Settings, first bool) { s.CRMConnect = !first }),
}

func text(to func(*stack.Settings, string)) parameter {
	return func(s *stack.Settings, written string) error {
		to(s, written)
		return nil
	}
}

func whole(to func(*stack.Settings, int)) parameter {
	return func(s *stack.Settings, written string) error {
		n, err := strconv.Atoi(written)
		if err != nil {
			return fmt.Errorf("want a whole number, not %q", written)
		}
		to(s, n)
		return nil
	}
}

func inSeconds(to func(*stack.Settings, time.Duration)) parameter {
	return whole(func(s *stack.Settings, n int) { to(s, time.Duration(n)*time.Second) })
}

// wrapUpSeconds is a time, or "" for never.
func wrapUpSeconds(s *stack.Settings, written string) error {
	s.WrapUp = nil
	if written == "" {
		return nil
	}
	return inSeconds(func(s *stack.Settings, d time.Duration) { s.WrapUp = aws.Duration(d) })(s, written)
}

func choice(first, second string, to func(s *stack.Settings, first bool)) parameter {
	return func(s *stack.Settings, written string) error {
		if written != first && written != second {
			return fmt.Errorf("want %s or %s, not %q", first, second, written)
		}
		to(s, written == first)
		return nil
	}
}

// given is a parameter as a scenario gives it. An activity may be given by its name.
type given struct{ name, written string }

// settings are the application section of a scenario: Switchboard's parameters, by their names in
// template.yaml, and what happens beside the calls.
type settings struct {
	parameters []given
	// crmFailsFor names the workers for whom the CRM step fails, crmDown is when it fails for all.
	crmFailsFor scenario.Texts
	crmDown     span
	// modes and desks are those in which the scenario is played; none = as its parameters and its
	// account have it.
	modes, desks scenario.Texts
}

// span is a part of the day, counted from the beginning. Until 0 is none.
type span struct {
	From  scenario.Span `yaml:"from"`
	Until scenario.Span `yaml:"until"`
}

// UnmarshalYAML implements yamlfile.Unmarshaler.
func (s *settings) UnmarshalYAML(node *yamlfile.Node) error {
	if node.Kind != yamlfile.Keys {
		return yamlfile.Mistake(node, "want parameters by name: {BridgeMode: dequeue}")
	}
	for _, value := range node.Items {
		if err := s.take(value); err != nil {
			return err
		}
	}
	return nil
}

func (s *settings) take(value *yamlfile.Node) error {
	name := value.Key.Text
	switch name {
	case "crm_fails_for":
		return s.crmFailsFor.UnmarshalYAML(value)
	case "crm_down":
		return yamlfile.Decode("", value, &s.crmDown)
	case "modes":
		return readWays(value, &s.modes, "deferred", "dequeue")
	case "desks":
		return readWays(value, &s.desks, multitasking, singleTasking)
	}
	if parameters[name] == nil {
		known := append(slices.Sorted(maps.Keys(parameters)), "crm_down", "crm_fails_for", "desks", "modes")
		return yamlfile.Mistake(value.Key, fmt.Sprintf("unknown key %q; the keys here are %s", name, strings.Join(known, ", ")))
	}
	written, err := yamlfile.Scalar(value)
	if err != nil {
		var object scenario.Object
		if err := object.UnmarshalYAML(value); err != nil {
			return err
		}
		written = string(object)
	}
	s.parameters = append(s.parameters, given{name, written})
	return nil
}

// stack is the demo's settings, but for what the scenario sets.
func (s settings) stack(file *scenario.Scenario) (stack.Settings, error) {
	set := demoSettings("deferred")
	if timeout := file.Account.ReservationTimeout; timeout != 0 {
		set.ReservationTimeout = time.Duration(timeout)
	}
	for _, each := range s.parameters {
		if err := parameters[each.name](&set, activitySID(each)); err != nil {
			return stack.Settings{}, &scenario.Error{
				File: file.File(), Line: file.Line("application." + each.name), Text: fmt.Sprintf("%s: %s", each.name, err),
			}
		}
	}
	return set, nil
}

// activitySID is the SID that a parameter names an activity of site by; other values stay as they
// are.
func activitySID(each given) string {
	if !strings.HasSuffix(each.name, "ActivitySid") {
		return each.written
	}
	for _, activity := range site("").Activities {
		if activity.Name == each.written {
			return activity.SID
		}
	}
	return each.written
}
