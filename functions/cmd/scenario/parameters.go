package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/scenario"
	"switchboard/shared/taskrouter"
	"switchboard/shared/yamlfile"
)

// parameterNames lists the parameters of template.yaml that a scenario may set. It leaves out those
// that the scenario's account and this program set.
func parameterNames() []string {
	return slices.DeleteFunc(bundle.ParameterNames(), func(name string) bool {
		return slices.Contains(strings.Fields(`TwilioAccountSid WorkspaceSid WorkflowSid RejectActivitySid ReservationTimeoutSeconds
			SecretsPrefix CrmUrl EndStuckTasks PublicBaseUrl TwilioApiUrl BridgeQueueUrl`), name)
	})
}

// given is a parameter in a scenario. Its value may be the name of an activity.
type given struct{ name, written string }

// parameters is the application section of a scenario: parameters by their names in template.yaml,
// and what else happens during the calls.
type parameters struct {
	given []given
	// crmFailsFor names the workers for whom the CRM step fails; crmDown is when it fails for all.
	crmFailsFor scenario.Texts
	crmDown     span
	// modes and desks list those in which the scenario is played. Empty = those of its parameters
	// and its account.
	modes, desks scenario.Texts
}

// span is a part of the day, counted from the start. Zero Until = none.
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
		return readChoices(value, &s.desks, account.Multitasking, account.SingleTasking)
	}
	if names := parameterNames(); !slices.Contains(names, name) {
		known := append(names, "crm_down", "crm_fails_for", "desks", "modes")
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
	s.given = append(s.given, given{name, written})
	return nil
}

// stack returns the demo's settings with the scenario's changes.
func (s parameters) stack(file *scenario.Scenario) (bundle.Environment, error) {
	set := account.Settings("deferred")
	if timeout := file.Account.ReservationTimeout; timeout != 0 {
		set["RESERVATION_TIMEOUT_SECONDS"] = account.Seconds(time.Duration(timeout))
	}
	for _, each := range s.given {
		variable := bundle.Variable(each.name)
		set[variable] = activitySID(each)
		if err := set.Check(); err != nil {
			wrong := strings.TrimPrefix(err.Error(), "environment variable "+variable+" ")
			return nil, &scenario.Error{
				File: file.File(),
				Line: file.Line("application." + each.name),
				Text: each.name + " " + wrong,
			}
		}
	}
	return set, nil
}

// activitySID returns the SID of the activity that a parameter names; other values unchanged.
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

// site has what the README tells operators to enter in the console, and an activity that only
// people choose.
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

// check returns an error for a worker whom the scenario does not have.
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

// failsCRM returns a function that reports whether the CRM step fails for a worker now.
func (s parameters) failsCRM(file *scenario.Scenario, loop *clock.Loop) func(taskrouter.Contact) bool {
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
