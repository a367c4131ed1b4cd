package secrets

import (
	"log/slog"
	"unique"
)

const redacted = "[redacted]"

// Secret is a value that no log line, error text or JSON document shows. Reveal is the one way to
// it. Secrets are equal where their values are; the zero Secret is empty.
type Secret struct {
	// A handle is a pointer. fmt shows it as an address, also where the Secret stands in an
	// unexported field, whose String method fmt cannot call.
	value unique.Handle[string]
}

// New keeps a value.
func New(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{unique.Make(value)}
}

// Empty reports whether there is no value.
func (s Secret) Empty() bool { return s == Secret{} }

// Reveal returns the value, for the place that needs it.
func (s Secret) Reveal() string {
	if s.Empty() {
		return ""
	}
	return s.value.Value()
}

// String hides the value from fmt.
func (s Secret) String() string { return redacted }

// GoString hides the value from %#v.
func (s Secret) GoString() string { return redacted }

// LogValue hides the value from log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText hides the value from encoding/json and its like.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
