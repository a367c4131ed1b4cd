// Package taskrouter holds what Twilio's TaskRouter says to us and we say to it, typed: SIDs, task
// and worker attributes, the assignment callback and the instruction that answers it, and event
// callbacks.
package taskrouter

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"

	"switchboard/shared/cause"
)

// TaskRouter's limits (https://www.twilio.com/docs/taskrouter/limits,
// https://www.twilio.com/docs/taskrouter/api/task).
const (
	MaxAttributes  = 4096      // characters of a task's or a worker's attributes, whitespace included
	MaxPriority    = 1<<31 - 1 // of a task
	MaxTaskTimeout = 1_209_600 // seconds that a task may live: two weeks
)

// AutomaticAttributes are the 25 attributes that Twilio puts on every task made by <Enqueue>
// (https://www.twilio.com/docs/taskrouter/twiml-queue-calls). The place attributes may be empty, as
// for a caller whose number is withheld.
type AutomaticAttributes struct {
	CallSID    string `json:"call_sid,omitempty"`
	AccountSID string `json:"account_sid,omitempty"`
	From       string `json:"from,omitempty"`
	To         string `json:"to,omitempty"`
	Caller     string `json:"caller,omitempty"`
	Called     string `json:"called,omitempty"`
	Direction  string `json:"direction,omitempty"`
	CallStatus string `json:"call_status,omitempty"`
	APIVersion string `json:"api_version,omitempty"`

	FromCity      string `json:"from_city,omitempty"`
	FromState     string `json:"from_state,omitempty"`
	FromZip       string `json:"from_zip,omitempty"`
	FromCountry   string `json:"from_country,omitempty"`
	ToCity        string `json:"to_city,omitempty"`
	ToState       string `json:"to_state,omitempty"`
	ToZip         string `json:"to_zip,omitempty"`
	ToCountry     string `json:"to_country,omitempty"`
	CallerCity    string `json:"caller_city,omitempty"`
	CallerState   string `json:"caller_state,omitempty"`
	CallerZip     string `json:"caller_zip,omitempty"`
	CallerCountry string `json:"caller_country,omitempty"`
	CalledCity    string `json:"called_city,omitempty"`
	CalledState   string `json:"called_state,omitempty"`
	CalledZip     string `json:"called_zip,omitempty"`
	CalledCountry string `json:"called_country,omitempty"`
}

// TaskAttributes are the attributes of a task that a call is linked to.
type TaskAttributes struct {
	AutomaticAttributes

	// WorkerCallSID is written by TaskRouter upon a dequeue or call instruction, and nowhere
	// promised for a worker who came by <Dial><Queue>: absent is normal.
	WorkerCallSID string

	// Own are the attributes that <Task> added, by name.
	Own map[string]json.RawMessage
}

// UnmarshalJSON reads the JSON object that callbacks carry in their TaskAttributes parameter. Only
// exact keys count: encoding/json would also take an own attribute "From" for the caller's number.
// A script may have edited the attributes: an automatic attribute that is no string is left empty,
// the others are kept. An error means that there is no JSON object to read.
func (a *TaskAttributes) UnmarshalJSON(data []byte) error {
	*a = TaskAttributes{}
	if !json.Valid(data) || bytes.TrimLeft(data, " \t\r\n")[0] != '{' {
		// Null has no attributes; what is wrong with anything else encoding/json knows.
		if err := json.Unmarshal(data, &a.Own); err != nil {
			return fmt.Errorf("decode task attributes: %w", cause.Hide(err))
		}
		return nil
	}
	for written, value := range members(string(data)) {
		key, err := decodeText(written)
		if err != nil {
			return fmt.Errorf("decode task attributes: %w", cause.Hide(err))
		}
		a.set(key, value)
	}
	return nil
}

func (a *TaskAttributes) set(key, value string) {
	field := a.field(key)
	if key == "worker_call_sid" {
		field = &a.WorkerCallSID
	}
	if field != nil {
		text, err := decodeText(value)
		if err != nil {
			text = ""
		}
		*field = text
		return
	}
	if a.Own == nil {
		a.Own = map[string]json.RawMessage{}
	}
	a.Own[key] = json.RawMessage(value)
}

// field is where the attribute with an automatic key is kept; nil for any other key.
func (a *AutomaticAttributes) field(key string) *string {
	switch key {
	case "call_sid":
		return &a.CallSID
	case "account_sid":
		return &a.AccountSID
	case "from":
		return &a.From
	case "to":
		return &a.To
	case "caller":
		return &a.Caller
	case "called":
		return &a.Called
	case "direction":
		return &a.Direction
	case "call_status":
		return &a.CallStatus
	case "api_version":
		return &a.APIVersion
	case "from_city":
		return &a.FromCity
	case "from_state":
		return &a.FromState
	case "from_zip":
		return &a.FromZip
	case "from_country":
		return &a.FromCountry
	case "to_city":
		return &a.ToCity
	case "to_state":
		return &a.ToState
	case "to_zip":
		return &a.ToZip
	case "to_country":
		return &a.ToCountry
	case "caller_city":
		return &a.CallerCity
	case "caller_state":
		return &a.CallerState
	case "caller_zip":
		return &a.CallerZip
	case "caller_country":
		return &a.CallerCountry
	case "called_city":
		return &a.CalledCity
	case "called_state":
		return &a.CalledState
	case "called_zip":
		return &a.CalledZip
	case "called_country":
		return &a.CalledCountry
	}
	return nil
}

// AutomaticKeys names the 25 attributes that Twilio adds by itself. Which value wins when <Task>
// repeats one is documented nowhere, so we never repeat one.
func AutomaticKeys() []string {
	keys := []string{"call_sid", "account_sid", "from", "to", "caller", "called", "direction", "call_status", "api_version"}
	for _, party := range []string{"from", "to", "caller", "called"} {
		for _, part := range []string{"city", "state", "zip", "country"} {
			keys = append(keys, party+"_"+part)
		}
	}
	return keys
}

// CheckOwnAttributes tells why attributes could not go into <Task>: not a JSON object, longer than
// MaxAttributes, or with a key that Twilio or TaskRouter writes itself.
func CheckOwnAttributes(attributes json.RawMessage) error {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(attributes, &object); err != nil {
		return fmt.Errorf("read task attributes as a JSON object: %w", cause.Hide(err))
	}
	if object == nil {
		return fmt.Errorf("task attributes are null, not a JSON object")
	}
	if size := utf8.RuneCount(attributes); size > MaxAttributes {
		return fmt.Errorf("task attributes have %d characters, TaskRouter takes %d", size, MaxAttributes)
	}
	reserved := append(AutomaticKeys(), "worker_call_sid")
	for key := range object {
		if slices.Contains(reserved, key) {
			return fmt.Errorf("task attribute %q is written by Twilio itself: choose another name", key)
		}
	}
	return nil
}
