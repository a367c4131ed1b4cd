package workspacefile

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"switchboard/shared/settings"
	"switchboard/shared/taskrouter"
	"switchboard/shared/yamlfile"
)

// The callers' part of a file is decoded into the types of package settings. These write it.
type (
	Hours    map[string]settings.Hours // by name
	Shifts   map[string]settings.Shift // by name
	Menus    map[string]settings.Menu  // by name
	NoWorker settings.NoWorker
	Waiting  settings.Waiting
	Survey   settings.Survey
	Messages settings.Messages

	Callbacks settings.Callbacks
)

// MarshalYAML implements yaml.Marshaler.
func (h Hours) MarshalYAML() (any, error) { return plain(map[string]settings.Hours(h)) }

// MarshalYAML implements yaml.Marshaler.
func (s Shifts) MarshalYAML() (any, error) { return plain(map[string]settings.Shift(s)) }

// MarshalYAML implements yaml.Marshaler.
func (m Menus) MarshalYAML() (any, error) { return plain(map[string]settings.Menu(m)) }

// MarshalYAML implements yaml.Marshaler.
func (n NoWorker) MarshalYAML() (any, error) { return plain(settings.NoWorker(n)) }

// MarshalYAML implements yaml.Marshaler.
func (w Waiting) MarshalYAML() (any, error) { return plain(settings.Waiting(w)) }

// MarshalYAML implements yaml.Marshaler.
func (s Survey) MarshalYAML() (any, error) { return plain(settings.Survey(s)) }

// MarshalYAML implements yaml.Marshaler.
func (m Messages) MarshalYAML() (any, error) { return plain(settings.Messages(m)) }

// MarshalYAML implements yaml.Marshaler.
func (c Callbacks) MarshalYAML() (any, error) { return plain(settings.Callbacks(c)) }

// plain is a value for YAML, with the keys of its JSON.
func plain(value any) (any, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("write the callers' part: %w", err)
	}
	var read any
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	if err := decoder.Decode(&read); err != nil {
		return nil, fmt.Errorf("write the callers' part: %w", err)
	}
	return exact(read), nil
}

// decides reports whether the file has a key for the callers of this number.
func (n Number) decides() bool {
	return n.Attributes != nil || n.Language != "" || n.Hours != "" || n.Menu != "" || n.Priority != nil || n.NoSurvey || n.NoCallbacks
}

// OfAccount lists the numbers but for settings.OtherNumbers, which is none.
func (f *File) OfAccount() []Number {
	return slices.DeleteFunc(slices.Clone(f.Numbers), func(n Number) bool { return n.Number == settings.OtherNumbers })
}

// Settings returns the callers' part. decided is false if the file has no key for it: it then
// leaves the desk's settings to others.
func (f *File) Settings() (all settings.Settings, decided bool) {
	all = settings.Settings{Zone: f.Zone, Hours: f.Hours, Shifts: f.Shifts, Menus: f.Menus, Voices: f.Voices, Prompts: f.Prompts}
	decided = f.Zone != "" || f.Hours != nil || f.Shifts != nil || f.NoWorker != nil || f.Menus != nil || f.Waiting != nil || f.Survey != nil || f.Messages != nil || f.Callbacks != nil || f.Voices != nil || f.Prompts != nil
	if f.NoWorker != nil {
		all.NoWorker = new(settings.NoWorker(*f.NoWorker))
	}
	if f.Waiting != nil {
		all.Waiting = settings.Waiting(*f.Waiting)
	}
	if f.Survey != nil {
		all.Survey = settings.Survey(*f.Survey)
	}
	if f.Messages != nil {
		all.Messages = settings.Messages(*f.Messages)
	}
	if f.Callbacks != nil {
		all.Callbacks = settings.Callbacks(*f.Callbacks)
	}
	for _, n := range f.Numbers {
		if !n.decides() {
			continue
		}
		decided = true
		if all.Numbers == nil {
			all.Numbers = map[string]settings.Number{}
		}
		all.Numbers[n.Number] = settings.Number{
			Attributes: n.Attributes.json(), Language: n.Language, Hours: n.Hours, Menu: n.Menu, Priority: n.Priority, NoSurvey: n.NoSurvey, NoCallbacks: n.NoCallbacks,
		}
	}
	return all, decided
}

// callers checks the callers' part with the checks of the functions, and that SSM can store it.
func (c *checker) callers() {
	all, decided := c.file.Settings()
	if !decided {
		return
	}
	c.unsaid()
	maps.DeleteFunc(all.Numbers, func(dialed string, _ settings.Number) bool { return !canDial(dialed) }) // reported with the numbers
	mistakes := all.Check()
	for _, each := range mistakes {
		c.fail(c.inFile(each.Field), "%s", each.Text)
	}
	if all.Waiting.Wait && c.file.Deploy["TaskPriority"] != "" {
		c.fail("waiting.wait", "leave it out, or deploy.TaskPriority: callers of another priority wait for another time")
	}
	if _, err := time.LoadLocation(all.Zone); err != nil {
		c.fail("zone", "want a time zone of the IANA, such as America/New_York, not %q", all.Zone)
	}
	if len(mistakes) > 0 {
		return
	}
	for _, topic := range settings.Topics() {
		text, err := all.Encode(topic)
		if err == nil {
			_, err = settings.Decode(topic, text)
		}
		if err != nil {
			name, language, _ := strings.Cut(topic, "-")
			c.fail(strings.TrimSuffix(name+"."+language, "."), "%v", err)
		}
	}
}

// unsaid fails prompts without a value: the desk may mean the prompt to stay, or to be left out.
func (c *checker) unsaid() {
	for _, key := range c.file.document.Items {
		if key.Key.Text != "prompts" {
			continue
		}
		for _, language := range key.Items {
			for _, text := range language.Items {
				if text.Kind == yamlfile.Nothing {
					c.fail(text.Field, `want a text; "" leaves the prompt out`)
				}
			}
		}
	}
}

// inFile is the place in the file of a place in the settings: numbers are a list there.
func (c *checker) inFile(field string) string {
	rest, isNumber := strings.CutPrefix(field, "numbers.")
	if !isNumber {
		return field
	}
	dialed, key, _ := strings.Cut(rest, ".")
	for i, n := range c.file.Numbers {
		if n.Number == dialed {
			return strings.TrimSuffix(fmt.Sprintf("numbers[%d].%s", i, key), ".")
		}
	}
	return "numbers"
}

// canDial reports whether a text is a phone number, or stands for every other one.
func canDial(text string) bool {
	return text == settings.OtherNumbers || taskrouter.IsNumber(text)
}

// otherNumbers allows the keys about callers alone: there is no one number whose URLs could be set.
func (c *checker) otherNumbers(at string, n Number) {
	n.Number, n.Attributes, n.Language, n.Hours, n.Menu, n.Priority, n.NoSurvey, n.NoCallbacks = "", nil, "", "", "", nil, false, false
	if !reflect.ValueOf(n).IsZero() {
		c.fail(at, "%q stands for every other number: want attributes, language, hours, menu, priority, no_survey and no_callbacks alone", settings.OtherNumbers)
	}
}
