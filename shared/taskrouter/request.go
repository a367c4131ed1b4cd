package taskrouter

import (
	"encoding/json"
	"strings"
)

// Kind is what a caller left instead of waiting. The zero value is nothing: the caller waits.
type Kind string

// The kinds of requests.
const (
	Callback Kind = "callback" // they are to be called back
	Message  Kind = "message"  // a worker is to hear their recording
)

// The prefixes of keys. A call back has the digits of the caller's CallSid behind its own prefix: a
// call has one at most. A message has its RecordingSid.
const (
	callPrefix     = "CA"
	callbackPrefix = "CB"
	messagePrefix  = "RE"
)

// KindOf returns the kind of request that a key names; "" for a call's SID or any other text.
func KindOf(key string) Kind {
	switch {
	case ValidSID(callbackPrefix, key):
		return Callback
	case ValidSID(messagePrefix, key):
		return Message
	}
	return ""
}

// IsRequest reports whether a text is the key of a request.
func IsRequest(key string) bool { return KindOf(key) != "" }

// ValidKey reports whether a text is the SID of a call or the key of a request: what the ledger has
// an item for, and what a worker call's URLs begin with.
func ValidKey(key string) bool { return ValidSID(callPrefix, key) || IsRequest(key) }

// CallbackKey is the key of the call back for a call, which must be a whole SID.
func CallbackKey(call string) string { return callbackPrefix + strings.TrimPrefix(call, callPrefix) }

// CallOf is the call that a key names: itself, or that of a call back; "" for a message, whose key
// does not name it.
func CallOf(key string) string {
	switch {
	case ValidSID(callPrefix, key):
		return key
	case KindOf(key) == Callback:
		return callPrefix + strings.TrimPrefix(key, callbackPrefix)
	}
	return ""
}

// Mark is the attribute "request" of a request's task, by which the functions recognize it: such a
// task has no call.
type Mark struct {
	Kind Kind   `json:"kind"`
	Key  string `json:"key"`
	Try  int    `json:"try"` // from 1: each has a task of its own
}

// Request returns the mark of a request's task. found is false for the task of a call, and for a
// mark that is not whole: another program's.
func (a TaskAttributes) Request() (mark Mark, found bool) {
	if a.CallSID != "" || json.Unmarshal(a.Own["request"], &mark) != nil {
		return Mark{}, false
	}
	if mark.Kind == "" || KindOf(mark.Key) != mark.Kind || mark.Try < 1 {
		return Mark{}, false
	}
	return mark, true
}

// LogFields are the log fields for a call or a request: call_sid, and of a request its key.
func LogFields(key string) []any {
	if KindOf(key) == "" {
		return []any{"call_sid", key}
	}
	return []any{"call_sid", CallOf(key), "request", key}
}
