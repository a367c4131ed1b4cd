// Package taskrouter holds what Twilio's TaskRouter says to us and we say to it, typed: SIDs, task
// and worker attributes, the assignment callback and the instruction that answers it, and event
// callbacks.
package taskrouter

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
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
	var object map[string]json.RawMessage
	if err := json.Unmarshal(data, &object); err != nil {
		return fmt.Errorf("decode task attributes: %w", cause.Hide(err))
	}
	for _, known := range written {
		value, found := object[known.key]
		if !found {
			continue
		}
		delete(object, known.key)
		if json.Unmarshal(value, known.field(a)) != nil {
			*known.field(a) = ""
		}
	}
	if len(object) > 0 {
		a.Own = object
	}
	return nil
}

// Language returns the code of the language that the caller is spoken to in, such as "es", which
// the enqueue function writes; "" = the number's.
func (a TaskAttributes) Language() string {
	var code string
	if json.Unmarshal(a.Own["language"], &code) != nil || !IsLanguage(code) {
		return ""
	}
	return code
}

// Dialed returns the number that the caller dialed, or the SIP or client address; "" = none that is
// readable.
func (a TaskAttributes) Dialed() string {
	to, err := ParseContact(a.To)
	if err != nil {
		return ""
	}
	return string(to)
}

// IsLanguage reports whether a text has the form of a language's code: two letters in lower case.
func IsLanguage(text string) bool {
	return len(text) == 2 && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz") == ""
}

// written are the attributes that Twilio adds, and last the one that TaskRouter adds.
var written = []struct {
	key   string
	field func(*TaskAttributes) *string
}{
	{"call_sid", func(a *TaskAttributes) *string { return &a.CallSID }},
	{"account_sid", func(a *TaskAttributes) *string { return &a.AccountSID }},
	{"from", func(a *TaskAttributes) *string { return &a.From }},
	{"to", func(a *TaskAttributes) *string { return &a.To }},
	{"caller", func(a *TaskAttributes) *string { return &a.Caller }},
	{"called", func(a *TaskAttributes) *string { return &a.Called }},
	{"direction", func(a *TaskAttributes) *string { return &a.Direction }},
	{"call_status", func(a *TaskAttributes) *string { return &a.CallStatus }},
	{"api_version", func(a *TaskAttributes) *string { return &a.APIVersion }},
	{"from_city", func(a *TaskAttributes) *string { return &a.FromCity }},
	{"from_state", func(a *TaskAttributes) *string { return &a.FromState }},
	{"from_zip", func(a *TaskAttributes) *string { return &a.FromZip }},
	{"from_country", func(a *TaskAttributes) *string { return &a.FromCountry }},
	{"to_city", func(a *TaskAttributes) *string { return &a.ToCity }},
	{"to_state", func(a *TaskAttributes) *string { return &a.ToState }},
	{"to_zip", func(a *TaskAttributes) *string { return &a.ToZip }},
	{"to_country", func(a *TaskAttributes) *string { return &a.ToCountry }},
	{"caller_city", func(a *TaskAttributes) *string { return &a.CallerCity }},
	{"caller_state", func(a *TaskAttributes) *string { return &a.CallerState }},
	{"caller_zip", func(a *TaskAttributes) *string { return &a.CallerZip }},
	{"caller_country", func(a *TaskAttributes) *string { return &a.CallerCountry }},
	{"called_city", func(a *TaskAttributes) *string { return &a.CalledCity }},
	{"called_state", func(a *TaskAttributes) *string { return &a.CalledState }},
	{"called_zip", func(a *TaskAttributes) *string { return &a.CalledZip }},
	{"called_country", func(a *TaskAttributes) *string { return &a.CalledCountry }},
	{"worker_call_sid", func(a *TaskAttributes) *string { return &a.WorkerCallSID }},
}

// AutomaticKeys names the 25 attributes that Twilio adds by itself. Which value wins when <Task>
// repeats one is documented nowhere, so we never repeat one.
func AutomaticKeys() []string {
	keys := make([]string, len(written)-1)
	for n := range keys {
		keys[n] = written[n].key
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
