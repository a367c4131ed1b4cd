// Package settings has what a desk decides about its callers and changes from day to day: numbers,
// opening hours, menus, waiting, a survey, and its own words; and the shifts of its workers.
// twilioctl apply writes it to SSM, one parameter a topic, and the functions read it with their
// secrets. Without settings every number is open, has no menu, and speaks English, and workers have
// no shifts.
package settings

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"switchboard/shared/hours"
	"switchboard/shared/prompt"
)

// Settings are a desk's. The zero Settings are the defaults.
type Settings struct {
	Numbers map[string]Number `json:"numbers,omitempty"` // by the dialed number (E.164); OtherNumbers = every other
	Zone    string            `json:"zone,omitempty"`    // of all hours, such as America/New_York
	Hours   map[string]Hours  `json:"hours,omitempty"`   // by name
	Shifts  map[string]Shift  `json:"shifts,omitempty"`  // by name, which is the attribute shift of its workers
	Menus   map[string]Menu   `json:"menus,omitempty"`   // by name

	NoWorker *NoWorker `json:"no_worker,omitempty"` // nil = callers are queued, and wait

	Waiting  Waiting  `json:"waiting,omitzero"`
	Survey   Survey   `json:"survey,omitzero"`
	Messages Messages `json:"messages,omitzero"`
	Closed   Closed   `json:"closed,omitzero"`

	Callbacks Callbacks `json:"callbacks,omitzero"`

	Voices  map[string]string                 `json:"voices,omitempty"`  // by language, as <Say> takes them
	Prompts map[string]map[prompt.Name]string `json:"prompts,omitempty"` // by language

	calendars map[string]hours.Calendar // of Hours, by name, where they were parsed before; nil = not yet
}

// OtherNumbers is the key in Settings.Numbers for calls to any number that has no entry.
const OtherNumbers = "*"

// Number is what a desk decides about the callers of one number.
type Number struct {
	Attributes json.RawMessage `json:"attributes,omitempty"` // of the task, an object; workflows route by them
	Language   string          `json:"language,omitempty"`   // a prompt.Language; "" = English
	Hours      string          `json:"hours,omitempty"`      // a name in Hours; "" = always open
	Menu       string          `json:"menu,omitempty"`       // a name in Menus; "" = none
	Priority   *int            `json:"priority,omitempty"`   // of the task; nil = the stack's
	NoSurvey   bool            `json:"no_survey,omitempty"`  // its callers are asked nothing after a talk

	NoCallbacks bool `json:"no_callbacks,omitempty"` // its callers are not called back
}

// Hours are opening hours, as package hours reads them.
type Hours struct {
	Week       map[string]string `json:"week,omitempty"`        // mon-fri: 09:00-17:00; a day that is not named is closed
	Dates      map[string]string `json:"dates,omitempty"`       // 2026-12-25: closed Christmas
	WhenClosed Treatment         `json:"when_closed,omitempty"` // "" = Message
	Number     string            `json:"number,omitempty"`      // E.164, for AnotherNumber
}

// NoWorker is for callers while no worker has been available, in a call or in its wrap-up for some
// time. It is no part of Waiting: the function that callers reach first reads it with the hours.
type NoWorker struct {
	After  int       `json:"after"`            // seconds, 60 to 86,400
	Offer  Treatment `json:"offer,omitempty"`  // to callers who dial; "" = Message. Who waits already can wait on
	Number string    `json:"number,omitempty"` // E.164, for AnotherNumber
}

// Longer is the time after which callers are told.
func (n NoWorker) Longer() time.Duration { return time.Duration(n.After) * time.Second }

// NumberWithoutWorker is the number to which callers can be connected who wait while no worker
// takes calls; "" = none.
func (s Settings) NumberWithoutWorker() string {
	if s.NoWorker == nil || s.NoWorker.Offer != AnotherNumber {
		return ""
	}
	return s.NoWorker.Number
}

// Shift is when workers are signed on, as package hours reads it.
type Shift struct {
	Week  map[string]string `json:"week,omitempty"`  // mon-fri: 06:00-14:00
	Dates map[string]string `json:"dates,omitempty"` // 2026-12-25: closed
}

// Treatment is what a caller gets who is not put into the queue.
type Treatment string

// The treatments.
const (
	Message       Treatment = "message"  // they can leave one
	AnotherNumber Treatment = "number"   // they are connected to it
	Callback      Treatment = "callback" // they are called back when the desk is open
	Goodbye       Treatment = "goodbye"
)

// Menu asks callers what they want before they are put into the queue.
type Menu struct {
	Say     map[string]string `json:"say,omitempty"` // before the choices, by language
	Choices []Choice          `json:"choices"`
	Tries   int               `json:"tries,omitempty"`   // how often it is asked, 1 to 3; 0 = 2
	Default string            `json:"default,omitempty"` // the key of the choice for callers who make none; "" = none
	Speech  bool              `json:"speech,omitempty"`  // callers may also say a choice's words; Twilio charges for it
}

// Choice is one choice of a menu.
type Choice struct {
	Key        string              `json:"key"`                  // 0 to 9
	Say        map[string]string   `json:"say"`                  // such as "For billing, press 1.", by language
	Words      map[string][]string `json:"words,omitempty"`      // that callers say for it, by language
	Attributes json.RawMessage     `json:"attributes,omitempty"` // of the task, in addition to the number's
	Language   string              `json:"language,omitempty"`   // that the caller is spoken to in from here; "" = as before
	Priority   *int                `json:"priority,omitempty"`   // of the task; nil = the number's
	Menu       string              `json:"menu,omitempty"`       // a second menu; "" = none
}

// Waiting is what callers hear while they wait.
type Waiting struct {
	Music      []string  `json:"music,omitempty"`       // https URLs, played in turn; nil = Twilio's demo
	NoMusic    bool      `json:"no_music,omitempty"`    // only speech and pauses
	NoPosition bool      `json:"no_position,omitempty"` // the place in the line is not said, which priorities and several queues make wrong
	Wait       bool      `json:"wait,omitempty"`        // how long the callers waited who were answered last is said
	KeysEvery  int       `json:"keys_every,omitempty"`  // the key for a message is said in every n-th round; 0 = 3
	Comfort    []Comfort `json:"comfort,omitempty"`     // said once each
	Longest    int       `json:"longest,omitempty"`     // minutes, after which what is offered instead of waiting is said; 0 = never
}

// Messages are what becomes of the messages that callers leave.
type Messages struct {
	KeepMinutes int `json:"keep_minutes,omitempty"` // after which a message that a worker keeps for later is offered again; 0 = 60
}

// Keep is after what time a message that a worker keeps for later is offered again.
func (m Messages) Keep() time.Duration {
	return time.Duration(cmp.Or(m.KeepMinutes, 60)) * time.Minute
}

// Comfort is a message to a caller who has waited for some minutes.
type Comfort struct {
	After int               `json:"after"` // minutes
	Say   map[string]string `json:"say"`   // by language
}

// Closed closes all numbers, from now on. twilioctl close writes it.
type Closed struct {
	Now    bool              `json:"now,omitempty"`
	Reason map[string]string `json:"reason,omitempty"` // what callers hear, by language; nil = the prompt closed
}

// Number returns what the desk decides about a dialed number.
func (s Settings) Number(dialed string) Number { return s.Numbers[s.entry(dialed)] }

// Prioritized returns the field of a priority that a number or a choice has; "" if none has one.
func (s Settings) Prioritized() (field string) {
	for dialed, number := range sorted(s.Numbers) {
		if number.Priority != nil {
			return "numbers." + dialed + ".priority"
		}
	}
	for name, menu := range sorted(s.Menus) {
		for i, choice := range menu.Choices {
			if choice.Priority != nil {
				return fmt.Sprintf("menus.%s.choices[%d].priority", name, i)
			}
		}
	}
	return ""
}

// Book returns what callers hear in a language; "" = English.
func (s Settings) Book(language string) prompt.Book {
	language = cmp.Or(language, string(prompt.English))
	return prompt.For(prompt.Language(language), prompt.Own{Voice: s.Voices[language], Texts: s.Prompts[language]})
}

// SayIn returns a text of the desk in a language, or in English if it has none in that.
func SayIn(texts map[string]string, language string) string {
	if text, found := texts[language]; found {
		return text
	}
	return texts[string(prompt.English)]
}
