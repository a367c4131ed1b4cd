package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	stack "switchboard/functions/internal/bundle"
	"switchboard/shared/simulator/scenario"
	"switchboard/shared/yamlfile"
)

// parameterNames lists the parameters of template.yaml that a scenario may set: not those that its
// account and the program give.
func parameterNames() []string {
	return slices.DeleteFunc(stack.ParameterNames(), func(name string) bool {
		return slices.Contains(strings.Fields(`TwilioAccountSid WorkspaceSid WorkflowSid RejectActivitySid ReservationTimeoutSeconds
			SecretsPrefix CrmUrl EndStuckTasks PublicBaseUrl TwilioApiUrl BridgeQueueUrl`), name)
	})
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
	s.parameters = append(s.parameters, given{name, written})
	return nil
}

// stack is the demo's settings, but for what the scenario sets.
func (s settings) stack(file *scenario.Scenario) (stack.Environment, error) {
	set := demoSettings("deferred")
	if timeout := file.Account.ReservationTimeout; timeout != 0 {
		set["RESERVATION_TIMEOUT_SECONDS"] = seconds(time.Duration(timeout))
	}
	for _, each := range s.parameters {
		variable := stack.Variable(each.name)
		set[variable] = activitySID(each)
		if err := set.Check(); err != nil {
			wrong := strings.TrimPrefix(err.Error(), "environment variable "+variable+" ")
			return nil, &scenario.Error{
				File: file.File(), Line: file.Line("application." + each.name), Text: each.name + " " + wrong,
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
