package plan

import (
	"encoding/json"
	"fmt"

	"switchboard/functions/cmd/twilioctl/account"
)

// Value is what a parameter is set to.
type Value interface {
	// String is for people.
	String() string
	// Wire is for Twilio. sid finds the SID of a resource by its name.
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

// Reference is the SID of a resource that is known by its name.
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

// Routing is the configuration of a workflow, with the names of task queues where Twilio has their SIDs.
type Routing map[string]any

// String implements Value.
func (r Routing) String() string { return inJSON(map[string]any(r)) }

// Wire implements Value.
func (r Routing) Wire(sid func(account.Kind, string) (string, bool)) (string, error) {
	var missing error
	whole := eachTarget(map[string]any(r), func(target map[string]any) {
		name, _ := target["queue"].(string)
		found, ok := sid(account.KindTaskQueue, name)
		if !ok {
			missing = fmt.Errorf("there is no task queue %q", name)
		}
		target["queue"] = found
	})
	if missing != nil {
		return "", missing
	}
	text, err := json.Marshal(whole)
	return string(text), err
}

func inJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(text)
}
