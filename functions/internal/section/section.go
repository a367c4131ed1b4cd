// Package section reads what a scenario says about Switchboard itself: its section application.
// That has parameters by their names in template.yaml, and what else happens during the calls.
package section

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/shared/exactjson"
	"switchboard/shared/settings"
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
			SecretsPrefix CrmUrl EndStuckTasks PublicBaseUrl Release MetricsNamespace TwilioApiUrl BridgeQueueUrl`), name)
	})
}

// given is a parameter in a scenario. Its value may be the name of an activity.
type given struct{ name, written string }

// Section is the application section of a scenario.
type Section struct {
	// Modes and Desks list those in which the scenario is played. Empty = those of its parameters
	// and its account.
	Modes, Desks scenario.Texts
	// Callers are the desk's settings, as in its file; nil = the example's.
	Callers *settings.Settings

	given []given
	// crmFailsFor names the workers for whom the CRM step fails; crmDown is when it fails for all.
	crmFailsFor scenario.Texts
	crmDown     span
}

// Read returns a scenario's section. A worker whom the scenario does not have is an error.
func Read(file *scenario.Scenario) (Section, error) {
	var s Section
	if err := file.Decode(file.Application, &s); err != nil {
		return s, err
	}
	return s, s.check(file)
}

// span is a part of the day, counted from the start. Zero Until = none.
type span struct {
	From  scenario.Span `yaml:"from"`
	Until scenario.Span `yaml:"until"`
}

// UnmarshalYAML implements yamlfile.Unmarshaler.
func (s *Section) UnmarshalYAML(node *yamlfile.Node) error {
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

func (s *Section) take(value *yamlfile.Node) error {
	name := value.Key.Text
	switch name {
	case "crm_fails_for":
		return s.crmFailsFor.UnmarshalYAML(value)
	case "crm_down":
		return yamlfile.Decode("", value, &s.crmDown)
	case "modes":
		return readChoices(value, &s.Modes, "deferred", "dequeue")
	case "desks":
		return readChoices(value, &s.Desks, account.Multitasking, account.SingleTasking)
	case "settings":
		return s.readSettings(value)
	}
	if names := parameterNames(); !slices.Contains(names, name) {
		known := append(names, "crm_down", "crm_fails_for", "desks", "modes", "settings")
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

// readSettings reads what the desk decides about its callers.
func (s *Section) readSettings(node *yamlfile.Node) error {
	plain, err := yamlfile.Plain(node)
	if err != nil {
		return err
	}
	text, err := json.Marshal(plain)
	if err != nil {
		return yamlfile.Mistake(node, err.Error())
	}
	s.Callers = new(settings.Settings)
	if err := exactjson.UnmarshalStrict(text, s.Callers); err != nil {
		return yamlfile.Mistake(node, err.Error())
	}
	for _, mistake := range s.Callers.Check() {
		return yamlfile.Mistake(node, mistake.Field+": "+mistake.Text)
	}
	return nil
}

// Environment returns the example's settings with the scenario's changes.
func (s Section) Environment(file *scenario.Scenario) (bundle.Environment, error) {
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
	for _, activity := range Site().Activities {
		if activity.Name == each.written {
			return activity.SID
		}
	}
	return each.written
}

// Site returns what the README tells operators to enter in the console, and an activity that only
// people choose.
func Site() scenario.Site {
	return scenario.Site{
		VoiceURL:                      account.BaseURL + "/enqueue",
		AssignmentCallbackURL:         account.BaseURL + "/assignment",
		FallbackAssignmentCallbackURL: account.BaseURL + "/assignment/fallback",
		EventCallbackURL:              account.BaseURL + "/events",
		StaffVoiceURL:                 account.BaseURL + "/duty",
		SMSURL:                        account.BaseURL + "/messages",
		WorkflowSID:                   account.WorkflowSID,
		Activities:                    append(account.Example.Activities(), simulator.Activity{SID: account.LunchSID, Name: "Lunch"}),
	}
}

// check returns an error for a worker whom the scenario does not have.
func (s Section) check(file *scenario.Scenario) error {
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

// FailsCRM returns a function that reports whether the CRM step fails for a worker now.
func (s Section) FailsCRM(file *scenario.Scenario, loop *clock.Loop) func(taskrouter.Contact) bool {
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

func readChoices(node *yamlfile.Node, into *scenario.Texts, known ...string) error {
	if err := into.UnmarshalYAML(node); err != nil {
		return err
	}
	for _, choice := range *into {
		if !slices.Contains(known, choice) {
			return yamlfile.Mistake(node, fmt.Sprintf("want %s, not %q", strings.Join(known, " or "), choice))
		}
	}
	return nil
}

// Vary sets the parameters and the account of a scenario to a mode and a desk; "" keeps the file's.
func Vary(set bundle.Environment, file *scenario.Scenario, mode, desk string) {
	if mode != "" {
		set["BRIDGE_MODE"] = mode
	}
	if desk == "" {
		return
	}
	file.Account.SingleTasking = desk == account.SingleTasking
	file.Account.TimeoutActivity = cmp.Or(file.Account.TimeoutActivity, "Unavailable")
	if desk == account.Multitasking {
		set["POST_WORK_ACTIVITY_SID"] = ""
	}
}
