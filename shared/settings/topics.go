package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"

	"switchboard/shared/cause"
	"switchboard/shared/prompt"
)

// Version is the format of the texts. A function keeps what it has rather than read a newer one.
const Version = 1

// ErrNewer says that a newer twilioctl wrote the settings: deploy the functions of its version.
var ErrNewer = errors.New("settings are of a newer version than this function")

// MaxText is the maximum length of a topic's text in bytes: that of a standard SSM parameter
// (https://docs.aws.amazon.com/general/latest/gr/ssm.html).
const MaxText = 4096

// The topics: names of parameters below secrets.Settings.
const (
	OfNumbers  = "numbers"
	OfHours    = "hours"
	OfShifts   = "shifts"
	OfMenus    = "menus"
	OfWaiting  = "waiting"
	OfSurvey   = "survey"
	OfMessages = "messages"
	OfPrompts  = "prompts-" // a language follows
	OfClosed   = "closed"   // no part of the desk's file: it closes the desk now
)

// Topics lists the topics of a desk's file.
func Topics() []string {
	topics := []string{OfNumbers, OfHours, OfShifts, OfMenus, OfWaiting, OfSurvey, OfMessages}
	for _, language := range prompt.Languages() {
		topics = append(topics, OfPrompts+string(language))
	}
	return topics
}

// document is a topic's text: a part of the settings.
type document struct {
	Version int `json:"version"`
	Settings
}

// MistakesError says that a topic's text is JSON, and its settings are wrong.
type MistakesError struct {
	Topic    string
	Mistakes []Mistake // at least one
}

// Error quotes nothing of the text, which may hold phone numbers: an error is logged.
func (e *MistakesError) Error() string {
	return fmt.Sprintf("decode settings %s: mistakes, which twilioctl doctor lists", e.Topic)
}

// Encode returns a topic's text. err says why SSM would not store the text: it is longer than
// MaxText, or has {{, by which SSM refers to another parameter.
func (s Settings) Encode(topic string) (string, error) {
	var part Settings
	part.take(topic, s)
	var written bytes.Buffer
	encoder := json.NewEncoder(&written)
	encoder.SetEscapeHTML(false) // < would take six bytes
	if err := encoder.Encode(document{Version, part}); err != nil {
		return "", fmt.Errorf("encode settings %s: %w", topic, cause.Hide(err))
	}
	text := strings.TrimSuffix(written.String(), "\n")
	switch {
	case len(text) > MaxText:
		return "", fmt.Errorf("settings %s have %d bytes, more than SSM's %d: shorten them, or move texts into recordings", topic, len(text), MaxText)
	case strings.Contains(text, "{{"):
		return "", fmt.Errorf("settings %s have {{ in a text, which SSM does not store: leave it out", topic)
	}
	return text, nil
}

// Decode returns the settings that a topic's text holds; "" holds none. err is ErrNewer, a
// *MistakesError, or says what is wrong with the text, without quoting it.
func Decode(topic, text string) (Settings, error) {
	if text == "" {
		return Settings{}, nil
	}
	var read document
	if err := json.Unmarshal([]byte(text), &read); err != nil {
		return Settings{}, fmt.Errorf("decode settings %s: %w", topic, cause.Hide(err))
	}
	switch {
	case read.Version > Version:
		return Settings{}, fmt.Errorf("decode settings %s: %w", topic, ErrNewer)
	case read.Version < 1:
		return Settings{}, fmt.Errorf("decode settings %s: no version", topic)
	}
	var part Settings
	part.take(topic, read.Settings)
	if mistakes := part.check(); len(mistakes) > 0 {
		return Settings{}, &MistakesError{topic, mistakes}
	}
	return part, nil
}

// Join returns the settings of all topics' texts together. Of a topic in faults there are none.
func Join(texts map[string]string) (joined Settings, faults map[string]error) {
	faults = map[string]error{}
	for topic, text := range texts {
		part, err := Decode(topic, text)
		if err != nil {
			faults[topic] = err
			continue
		}
		joined.take(topic, part)
	}
	return joined, faults
}

// take replaces a topic's settings with those of another Settings.
func (s *Settings) take(topic string, from Settings) {
	switch topic {
	case OfNumbers:
		s.Numbers, s.Callbacks = from.Numbers, from.Callbacks
	case OfHours:
		s.Zone, s.Hours, s.NoWorker, s.calendars = from.Zone, from.Hours, from.NoWorker, from.calendars
	case OfShifts:
		s.Shifts = from.Shifts
	case OfMenus:
		s.Menus = from.Menus
	case OfWaiting:
		s.Waiting = from.Waiting
	case OfSurvey:
		s.Survey = from.Survey
	case OfMessages:
		s.Messages = from.Messages
	case OfClosed:
		s.Closed = from.Closed
	}
	language, isPrompts := strings.CutPrefix(topic, OfPrompts)
	if !isPrompts {
		return
	}
	s.Voices, s.Prompts = maps.Clone(s.Voices), maps.Clone(s.Prompts)
	delete(s.Voices, language)
	delete(s.Prompts, language)
	if voice := from.Voices[language]; voice != "" {
		s.Voices = with(s.Voices, language, voice)
	}
	if texts := from.Prompts[language]; texts != nil {
		s.Prompts = with(s.Prompts, language, texts)
	}
}

// with adds an entry to a map, which may be nil.
func with[V any](all map[string]V, key string, value V) map[string]V {
	if all == nil {
		all = map[string]V{}
	}
	all[key] = value
	return all
}
