package secrets

import "log/slog"

const redacted = "[redacted]"

// Secret is a value that no log line, error text or JSON document shows. Reveal is the one way to it.
type Secret string

// Reveal returns the value, for the place that needs it.
func (s Secret) Reveal() string { return string(s) }

// String hides the value from fmt.
func (s Secret) String() string { return redacted }

// GoString hides the value from %#v.
func (s Secret) GoString() string { return redacted }

// LogValue hides the value from log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText hides the value from encoding/json and its like.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
