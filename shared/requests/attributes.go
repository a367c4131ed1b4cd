package requests

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"switchboard/shared/cause"
	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
)

// Routing returns what a request keeps of the attributes of its caller's task: all by which a
// workflow may route, and none that Twilio or TaskRouter writes. They are a JSON object; what is
// none is {}.
func Routing(attributes string) string {
	var object map[string]json.RawMessage
	if json.Unmarshal([]byte(attributes), &object) != nil || object == nil {
		return "{}"
	}
	for _, key := range append(taskrouter.AutomaticKeys(), "worker_call_sid", "reservation_attributes", "conference", "request") {
		delete(object, key)
	}
	kept, err := json.Marshal(object)
	if err != nil {
		return "{}"
	}
	return string(kept)
}

// attributes returns the attributes of a request's task, without a call: what Routing kept, whom to
// call and from which number, and the mark by which the functions recognize it.
func attributes(r ledger.Request) (string, error) {
	object := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(r.Attributes), &object); err != nil {
		return "", fmt.Errorf("read attributes of request: %w", cause.Hide(err))
	}
	for key, value := range map[string]any{
		"from": r.Number, "to": r.Dialed,
		"request": taskrouter.Mark{Kind: taskrouter.KindOf(r.Key), Key: r.Key, Try: r.Try},
	} {
		text, err := json.Marshal(value)
		if err != nil {
			return "", fmt.Errorf("write attributes of request: %w", cause.Hide(err))
		}
		object[key] = text
	}
	if _, found := object["language"]; !found && r.Language != "" {
		object["language"] = json.RawMessage(`"` + r.Language + `"`)
	}
	text, err := json.Marshal(object)
	if err != nil {
		return "", fmt.Errorf("write attributes of request: %w", cause.Hide(err))
	}
	if n := utf8.RuneCount(text); n > taskrouter.MaxAttributes {
		return "", fmt.Errorf("write attributes of request: %d characters, more than %d", n, taskrouter.MaxAttributes)
	}
	return string(text), nil
}
