package outlook

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"switchboard/shared/cause"
	"switchboard/shared/secrets"
)

// Version is the format of the parameter's text.
const Version = 1

// maxWaited is in seconds: a task waits for two weeks at most
// (https://www.twilio.com/docs/taskrouter/api/task).
const maxWaited = 1209600

// document is the parameter's text.
type document struct {
	Version int `json:"version"`
	Outlook
}

// Encode returns the parameter's text.
func (o Outlook) Encode() (string, error) {
	text, err := json.Marshal(document{Version, o})
	if err != nil {
		return "", fmt.Errorf("encode outlook: %w", cause.Hide(err))
	}
	return string(text), nil
}

// Decode reads the parameter's text; "" knows nothing. err says what is wrong with it.
func Decode(text string) (Outlook, error) {
	if text == "" {
		return Outlook{}, nil
	}
	var read document
	if err := json.Unmarshal([]byte(text), &read); err != nil {
		return Outlook{}, fmt.Errorf("decode outlook: %w", cause.Hide(err))
	}
	switch {
	case read.Version != Version:
		return Outlook{}, fmt.Errorf("decode outlook: version %d, want %d", read.Version, Version)
	case read.Waited < 0 || read.Waited > maxWaited || read.Workers < 0:
		return Outlook{}, errors.New("decode outlook: a number is out of range")
	}
	return read.Outlook, nil
}

// desertedFresh is how long a function keeps an outlook without workers: one who signs on is not to
// hear that no worker takes calls, nor are their callers.
const desertedFresh = time.Minute

// Lasts returns how long a function keeps what it has read with this text.
func Lasts(text string) time.Duration {
	if read, err := Decode(text); err == nil && read.isDeserted() {
		return desertedFresh
	}
	return secrets.Fresh
}
