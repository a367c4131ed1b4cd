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
	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/shared/announcement"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/scenario"
	"switchboard/shared/taskrouter"
	"switchboard/shared/yamlfile"
)

// parameter sets one of the template's parameters, as a scenario writes it; an object is JSON.
type parameter func(set *stack.Settings, written string) error

// known are the parameters that a scenario can set, by their names in template.yaml.
var known = map[string]parameter{
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

// parameters are the application section of a scenario: the template's parameters, by their names in
// template.yaml, and what else happens during the calls.
type parameters struct {
	given []given
	// crmFailsFor names the workers for whom the CRM step fails, crmDown is when it fails for all.
	crmFailsFor scenario.Texts
	crmDown     span
	// modes and desks are those in which the scenario is played; none = those of its parameters and its
	// account.
	modes, desks scenario.Texts
}

// span is a part of the day, counted from the start. Until 0 = none.
type span struct {
	From  scenario.Span `yaml:"from"`
	Until scenario.Span `yaml:"until"`
}

// UnmarshalYAML implements yamlfile.Unmarshaler.
func (s *parameters) UnmarshalYAML(node *yamlfile.Node) error {
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

func (s *parameters) take(value *yamlfile.Node) error {
	name := value.Key.Text
	switch name {
	case "crm_fails_for":
		return s.crmFailsFor.UnmarshalYAML(value)
	case "crm_down":
		return yamlfile.Decode("", value, &s.crmDown)
	case "modes":
		return readChoices(value, &s.modes, "deferred", "dequeue")
	case "desks":
		return readChoices(value, &s.desks, multitasking, singleTasking)
	}
	if known[name] == nil {
		keys := append(slices.Sorted(maps.Keys(known)), "crm_down", "crm_fails_for", "desks", "modes")
		return yamlfile.Mistake(value.Key, fmt.Sprintf("unknown key %q; the keys here are %s", name, strings.Join(keys, ", ")))
	}
	written, err := yamlfile.Scalar(value)
	if err != nil {
		var object scenario.Object
		if err := object.UnmarshalYAML(value); err != nil {
			return err
		}
		written = string(object)
	}
	s.given = append(s.given, given{name, written})
	return nil
}

// stack is the demo's settings, but for what the scenario sets.
func (s parameters) stack(file *scenario.Scenario) (stack.Settings, error) {
	set := account.Settings("deferred")
	if timeout := file.Account.ReservationTimeout; timeout != 0 {
		set.ReservationTimeout = time.Duration(timeout)
	}
	for _, each := range s.given {
		if err := known[each.name](&set, activitySID(each)); err != nil {
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
	for _, activity := range site.Activities {
		if activity.Name == each.written {
			return activity.SID
		}
	}
	return each.written
}

// site is what the README has people enter in the console, and an activity that only people choose.
var site = scenario.Site{
	VoiceURL:                      account.BaseURL + "/enqueue",
	AssignmentCallbackURL:         account.BaseURL + "/assignment",
	FallbackAssignmentCallbackURL: account.BaseURL + "/assignment/fallback",
	EventCallbackURL:              account.BaseURL + "/events",
	StaffVoiceURL:                 account.BaseURL + "/duty",
	SMSURL:                        account.BaseURL + "/messages",
	WorkflowSID:                   account.WorkflowSID,
	Activities:                    append(account.Example.Activities(), simulator.Activity{SID: account.LunchSID, Name: "Lunch"}),
}

// check finds workers whom the scenario does not have.
func (s parameters) check(file *scenario.Scenario) error {
	for _, name := range s.crmFailsFor {
		if !slices.ContainsFunc(file.Account.Workers, func(w scenario.Worker) bool { return w.Name == name }) {
			return &scenario.Error{
				File: file.File(),
				Line: file.Line("application.crm_fails_for"),
				Text: fmt.Sprintf("no worker is called %q", name),
			}
		}
	}
	return nil
}

// failsCRM returns for which workers the CRM step fails now.
func (s parameters) failsCRM(file *scenario.Scenario, loop *simulator.Loop) func(taskrouter.Contact) bool {
	began := loop.Now()
	return func(worker taskrouter.Contact) bool {
		after := loop.Now().Sub(began)
		if after >= time.Duration(s.crmDown.From) && after < time.Duration(s.crmDown.Until) {
			return true
		}
		return slices.ContainsFunc(file.Account.Workers, func(w scenario.Worker) bool {
			return w.Contact() == string(worker) && slices.Contains(s.crmFailsFor, w.Name)
		})
	}
}
