package plan

import (
	"encoding/json"
	"fmt"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/workflow"
)

// Value is the value of a parameter.
type Value interface {
	// String returns the value for people.
	String() string
	// Wire returns the value for Twilio. sid finds the SID of a resource by its name.
	Wire(sid func(account.Kind, string) (string, bool)) (string, error)
}

// Text is a plain value.
type Text string

// String implements Value.
func (t Text) String() string {
	if t == "" {
		return "none"
	}
	return account.WithoutPasswords(string(t))
}

// Wire implements Value.
func (t Text) Wire(func(account.Kind, string) (string, bool)) (string, error) { return string(t), nil }

// Reference is the SID of a resource, given by its name.
type Reference struct {
	Kind account.Kind
	Name string
}

// String implements Value.
func (r Reference) String() string {
	if r.Name == "" {
		return "none"
	}
	return r.Name
}

// Wire implements Value.
func (r Reference) Wire(sid func(account.Kind, string) (string, bool)) (string, error) {
	found, ok := sid(r.Kind, r.Name)
	if !ok {
		return "", fmt.Errorf("there is no %s %q", r.Kind, r.Name)
	}
	return found, nil
}

// Document is a JSON object.
type Document map[string]any

// String implements Value.
func (d Document) String() string { return inJSON(map[string]any(d)) }

// Wire implements Value.
func (d Document) Wire(func(account.Kind, string) (string, bool)) (string, error) {
	text, err := json.Marshal(map[string]any(d))
	return string(text), err
}

// Routing is the configuration of a workflow.
type Routing workflow.Configuration

// String implements Value.
func (r Routing) String() string { return inJSON(workflow.Configuration(r).Document()) }

// Wire implements Value.
func (r Routing) Wire(sid func(account.Kind, string) (string, bool)) (string, error) {
	return workflow.Configuration(r).Wire(func(name string) (string, bool) { return sid(account.KindTaskQueue, name) })
}

func inJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(text)
}
