package settings

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"switchboard/shared/hours"
	"switchboard/shared/prompt"
	"switchboard/shared/taskrouter"
)

// Mistake is one fault in settings. Field is where it is, such as menus.main.choices[0].key; Text
// says what is allowed.
type Mistake struct{ Field, Text string }

// Check returns every mistake, in the order of the fields; nil = none. Zones are not looked up:
// that takes a time zone database.
func (s Settings) Check() []Mistake {
	c := checker{all: s.check()}
	for dialed, number := range sorted(s.Numbers) {
		at := "numbers." + dialed
		reference(&c, at+".hours", "hours", number.Hours, s.Hours)
		reference(&c, at+".menu", "menus", number.Menu, s.Menus)
	}
	for name, menu := range sorted(s.Menus) {
		for i, choice := range menu.Choices {
			at := fmt.Sprintf("menus.%s.choices[%d].menu", name, i)
			reference(&c, at, "menus", choice.Menu, s.Menus)
			if second, found := s.Menus[choice.Menu]; found && slices.ContainsFunc(second.Choices, func(c Choice) bool { return c.Menu != "" }) {
				c.fail(at, "%q leads to another menu itself: a caller goes through two menus at most", choice.Menu)
			}
		}
	}
	if len(s.Hours)+len(s.Shifts) > 0 && s.Zone == "" || s.Zone == "Local" {
		c.fail("zone", "want the time zone of hours and shifts, such as America/New_York")
	}
	if field := s.Prioritized(); s.Waiting.Wait && field != "" {
		c.fail("waiting.wait", "leave it out, or %s: callers of another priority wait for another time", field)
	}
	c.calledBack(s)
	c.heard(s)
	c.surveyed(s)
	return c.all
}

// check is Check without what one topic says about another.
func (s Settings) check() []Mistake {
	var c checker
	for dialed, number := range sorted(s.Numbers) {
		c.number("numbers."+dialed, dialed, number)
	}
	for name, opening := range sorted(s.Hours) {
		c.name("hours", name)
		c.hours("hours."+name, opening)
	}
	for name, shift := range sorted(s.Shifts) {
		if !IsShift(name) {
			c.fail("shifts."+name, "want a name of 1 to %d of a-z, 0-9, - and _", maxName)
		}
		c.spans("shifts."+name, shift.Week, shift.Dates)
	}
	for name, menu := range sorted(s.Menus) {
		c.name("menus", name)
		c.menu("menus."+name, menu)
	}
	c.noWorker(s.NoWorker)
	c.callbacks(s.Callbacks)
	c.waiting(s.Waiting)
	if keep := s.Messages.KeepMinutes; keep < 0 || keep > 24*60 {
		c.fail("messages.keep_minutes", "want 1 to 1440 minutes, not %d", keep)
	}
	c.survey(s.Survey)
	for language, text := range sorted(s.Closed.Reason) {
		c.text("closed.reason", language, text)
	}
	for language, voice := range sorted(s.Voices) {
		c.language("voices."+language, language)
		if err := prompt.CheckVoice(prompt.Language(language), voice); err != nil {
			c.fail("voices."+language, "%v", err)
		}
	}
	for language, texts := range sorted(s.Prompts) {
		c.language("prompts."+language, language)
		for name, text := range sorted(texts) {
			if err := prompt.Check(name, text); err != nil {
				c.fail("prompts."+language+"."+string(name), "%v", err)
			}
		}
	}
	return c.all
}

type checker struct{ all []Mistake }

func (c *checker) fail(field, format string, values ...any) {
	c.all = append(c.all, Mistake{field, fmt.Sprintf(format, values...)})
}

func (c *checker) name(table, name string) {
	if name == "" {
		c.fail(table, "want a name for each, by which the numbers refer to it")
	}
}

func (c *checker) number(at, dialed string, number Number) {
	c.dialed(at, dialed)
	c.attributes(at+".attributes", number.Attributes)
	c.language(at+".language", number.Language)
	c.priority(at+".priority", number.Priority)
}

// dialed checks a key of Settings.Numbers.
func (c *checker) dialed(at, dialed string) {
	if dialed != OtherNumbers && !taskrouter.IsNumber(dialed) {
		c.fail(at, "want a phone number such as +12065550100, or %q for every other", OtherNumbers)
	}
}

// IsShift reports whether a text can be the name of a shift, which TaskRouter's expressions quote.
func IsShift(name string) bool {
	return name != "" && len(name) <= maxName && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == ""
}

func (c *checker) spans(at string, week, dates map[string]string) {
	if _, err := hours.ParseWeek(week); err != nil {
		c.span(at+".week", err)
	}
	if _, err := hours.ParseDates(dates); err != nil {
		c.span(at+".dates", err)
	}
}

func (c *checker) hours(at string, opening Hours) {
	c.spans(at, opening.Week, opening.Dates)
	c.treatment(at, "when_closed", opening.WhenClosed, opening.Number)
}

// treatment checks what callers get who are not put into the queue, at a key, and the number that
// they are connected to.
func (c *checker) treatment(at, key string, treatment Treatment, number string) {
	switch treatment {
	case "", Message, Callback, Goodbye:
		if number != "" {
			c.fail(at+".number", "leave it out, or set %s: number", key)
		}
	case AnotherNumber:
		if !taskrouter.IsNumber(number) {
			c.fail(at+".number", "want the phone number that callers are connected to, such as +12065550100")
		}
	default:
		c.fail(at+"."+key, "want message, callback, number or goodbye, not %q", treatment)
	}
}

// The limits of NoWorker.After in seconds: workers are counted every five minutes, and a worker who
// has just left may be back in a moment.
const (
	minNoWorker = 60
	maxNoWorker = 86400
)

func (c *checker) noWorker(n *NoWorker) {
	if n == nil {
		return
	}
	if n.After < minNoWorker || n.After > maxNoWorker {
		c.fail("no_worker.after", "want %d to %d seconds, not %d", minNoWorker, maxNoWorker, n.After)
	}
	c.treatment("no_worker", "offer", n.Offer, n.Number)
}

// span reports what package hours found, at its own key.
func (c *checker) span(at string, err error) {
	if wrong, isMistake := err.(*hours.Mistake); isMistake {
		c.fail(at+"."+wrong.Key, "%s", wrong.Text)
		return
	}
	c.fail(at, "%v", err)
}

// The limits of menus: a key is one digit, and a caller does not listen to more.
const (
	maxTries   = 3
	maxChoices = 9
)

func (c *checker) menu(at string, menu Menu) {
	c.texts(at+".say", menu.Say)
	if n := len(menu.Choices); n == 0 || n > maxChoices {
		c.fail(at+".choices", "want 1 to %d choices", maxChoices)
	}
	if menu.Tries < 0 || menu.Tries > maxTries {
		c.fail(at+".tries", "want 1 to %d, not %d", maxTries, menu.Tries)
	}
	seen := map[string]bool{}
	for i, choice := range menu.Choices {
		at := fmt.Sprintf("%s.choices[%d]", at, i)
		c.key(at+".key", choice.Key, seen)
		if len(choice.Say) == 0 {
			c.fail(at+".say", "want what callers hear, by language, such as {en: 'For billing, press 1.'}")
		}
		c.texts(at+".say", choice.Say)
		for language := range sorted(choice.Words) {
			c.language(at+".words."+language, language)
		}
		c.attributes(at+".attributes", choice.Attributes)
		c.language(at+".language", choice.Language)
		c.priority(at+".priority", choice.Priority)
	}
	if menu.Default != "" && !seen[menu.Default] {
		c.fail(at+".default", "want the key of one of the choices, not %q", menu.Default)
	}
}

// key checks the key of a choice, of which each has its own.
func (c *checker) key(at, key string, seen map[string]bool) {
	switch {
	case len(key) != 1 || key[0] < '0' || key[0] > '9':
		c.fail(at, "want a digit, not %q", key)
	case seen[key]:
		c.fail(at, "%s is also the key of another choice", key)
	}
	seen[key] = true
}

func (c *checker) waiting(w Waiting) {
	for i, address := range w.Music {
		if parsed, err := url.Parse(address); err != nil || parsed.Host == "" || parsed.Scheme != "https" && parsed.Scheme != "http" || parsed.User != nil {
			c.fail(fmt.Sprintf("waiting.music[%d]", i), "want the https URL of a recording")
		}
	}
	if w.NoMusic && len(w.Music) > 0 {
		c.fail("waiting.no_music", "music is also given: leave out one of the two")
	}
	if w.KeysEvery < 0 || w.KeysEvery > 100 {
		c.fail("waiting.keys_every", "want 1 to 100 rounds, not %d", w.KeysEvery)
	}
	if w.Longest < 0 || w.Longest > taskrouter.MaxTaskTimeout/60 {
		c.fail("waiting.longest", "want minutes, 1 or more, not %d", w.Longest)
	}
	for i, comfort := range w.Comfort {
		at := fmt.Sprintf("waiting.comfort[%d]", i)
		if comfort.After < 1 {
			c.fail(at+".after", "want minutes, 1 or more, not %d", comfort.After)
		}
		if len(comfort.Say) == 0 {
			c.fail(at+".say", "want what callers hear, by language, such as {en: 'Thank you for your patience.'}")
		}
		c.texts(at+".say", comfort.Say)
	}
}

func (c *checker) attributes(at string, attributes json.RawMessage) {
	if len(attributes) == 0 {
		return
	}
	if err := taskrouter.CheckOwnAttributes(attributes); err != nil {
		c.fail(at, "%v", err)
	}
}

func (c *checker) texts(at string, texts map[string]string) {
	for language, text := range sorted(texts) {
		c.text(at, language, text)
	}
}

func (c *checker) text(at, language, text string) {
	at += "." + language
	c.language(at, language)
	if err := prompt.CheckText(text); err != nil {
		c.fail(at, "%v", err)
	}
}

func (c *checker) language(at, language string) {
	if language != "" && !prompt.IsLanguage(language) {
		c.fail(at, "want one of the languages %s, not %q", languages(), language)
	}
}

func languages() string {
	var names []string
	for _, language := range prompt.Languages() {
		names = append(names, string(language))
	}
	return strings.Join(names, ", ")
}

func (c *checker) priority(at string, priority *int) {
	if priority != nil && (*priority < 0 || *priority > taskrouter.MaxPriority) {
		c.fail(at, "want 0 to %d, not %d", taskrouter.MaxPriority, *priority)
	}
}

// reference checks that a name is one of those in a table.
func reference[V any](c *checker, at, table, name string, names map[string]V) {
	_, known := names[name]
	switch {
	case name == "" || known:
	case len(names) == 0:
		c.fail(at, "there are no %s in the file", table)
	default:
		c.fail(at, "want one of the %s %s, not %q", table, strings.Join(slices.Sorted(maps.Keys(names)), ", "), name)
	}
}

// sorted yields a map's entries in the order of their keys.
func sorted[K ~string, V any](all map[K]V) func(yield func(K, V) bool) {
	return func(yield func(K, V) bool) {
		for _, key := range slices.Sorted(maps.Keys(all)) {
			if !yield(key, all[key]) {
				return
			}
		}
	}
}
