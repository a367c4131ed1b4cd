package callers

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"switchboard/shared/prompt"
	"switchboard/shared/settings"
)

// entry is one setting in words: hours desk, mon-fri, 09:00-17:00.
type entry struct{ of, what, value string }

// list collects the entries of one thing, such as hours.
type list struct {
	of  string
	all []entry
}

// add adds a setting unless it has its default.
func (l *list) add(what, value string) {
	if value != "" {
		l.all = append(l.all, entry{l.of, what, value})
	}
}

func (l *list) flag(what string, set bool) {
	if set {
		l.add(what, "yes")
	}
}

func (l *list) number(what string, value int) {
	if value != 0 {
		l.add(what, strconv.Itoa(value))
	}
}

func (l *list) priority(what string, value *int) {
	if value != nil {
		l.add(what, strconv.Itoa(*value))
	}
}

// attributes adds a JSON object, with its keys in order.
func (l *list) attributes(what string, object json.RawMessage) {
	var value any
	decoder := json.NewDecoder(strings.NewReader(string(object)))
	decoder.UseNumber()
	if decoder.Decode(&value) != nil {
		return // there is none
	}
	text, _ := json.Marshal(value) // which was JSON
	l.add(what, string(text))
}

// texts adds what is said, by language.
func (l *list) texts(what string, texts map[string]string) {
	for _, language := range slices.Sorted(maps.Keys(texts)) {
		l.add(inLanguage(what, language), strconv.Quote(texts[language]))
	}
}

func inLanguage(what, language string) string {
	if language == string(prompt.English) {
		return what
	}
	return what + " in " + language
}

// order is what of an entry that is compared only if both sides have the same choices.
const order = "order of the choices"

// entries returns the settings of a topic that differ from the defaults.
func entries(topic string, s settings.Settings) []entry {
	language, isPrompts := strings.CutPrefix(topic, settings.OfPrompts)
	switch {
	case isPrompts:
		return ofPrompts(language, s)
	case topic == settings.OfNumbers:
		return append(ofNumbers(s.Numbers), ofCallbacks(s.Callbacks)...)
	case topic == settings.OfHours:
		return ofHours(s)
	case topic == settings.OfShifts:
		return ofShifts(s.Shifts)
	case topic == settings.OfMenus:
		return ofMenus(s.Menus)
	case topic == settings.OfSurvey:
		return ofSurvey(s.Survey)
	case topic == settings.OfMessages:
		return ofMessages(s.Messages)
	}
	return ofWaiting(s.Waiting)
}

func ofNumbers(numbers map[string]settings.Number) []entry {
	var l list
	for _, dialed := range slices.Sorted(maps.Keys(numbers)) {
		n := numbers[dialed]
		l.of = "number " + dialed
		if dialed == settings.OtherNumbers {
			l.of = "other numbers"
		}
		l.attributes("attributes", n.Attributes)
		l.add("language", n.Language)
		l.add("hours", n.Hours)
		l.add("menu", n.Menu)
		l.priority("priority", n.Priority)
		l.flag("no survey", n.NoSurvey)
		l.flag("no call backs", n.NoCallbacks)
	}
	return l.all
}

func ofShifts(shifts map[string]settings.Shift) []entry {
	var l list
	for _, name := range slices.Sorted(maps.Keys(shifts)) {
		l.of = "shift " + name
		l.spans(shifts[name].Week, shifts[name].Dates)
	}
	return l.all
}

// spans adds the texts of weekdays and dates.
func (l *list) spans(week, dates map[string]string) {
	for _, texts := range []map[string]string{week, dates} {
		for _, key := range slices.Sorted(maps.Keys(texts)) {
			l.add(key, texts[key])
		}
	}
}

func ofCallbacks(c settings.Callbacks) []entry {
	l := list{of: "call backs"}
	l.flag("offered", c.Offered)
	l.number("tries", c.Tries)
	l.number("minutes between tries", c.Every)
	l.number("given up after hours", c.Within)
	l.add("to numbers that begin with", strings.Join(c.Prefixes, ", "))
	return l.all
}

func ofHours(s settings.Settings) []entry {
	l := list{of: "time zone"}
	l.add("", s.Zone)
	for _, name := range slices.Sorted(maps.Keys(s.Hours)) {
		opening := s.Hours[name]
		l.of = "hours " + name
		l.spans(opening.Week, opening.Dates)
		l.add("when closed", string(opening.WhenClosed))
		l.add("number when closed", opening.Number)
	}
	if n := s.NoWorker; n != nil {
		l.of = "no worker"
		l.number("seconds until callers are told", n.After)
		l.add("offer", string(n.Offer))
		l.add("number", n.Number)
	}
	return l.all
}

func ofMenus(menus map[string]settings.Menu) []entry {
	var l list
	for _, name := range slices.Sorted(maps.Keys(menus)) {
		menu := menus[name]
		l.of = "menu " + name
		l.texts("greeting", menu.Say)
		var keys []string
		for _, choice := range menu.Choices {
			keys = append(keys, choice.Key)
			l.choice(choice)
		}
		l.add(order, strings.Join(keys, " "))
		l.number("tries", menu.Tries)
		l.add("default", menu.Default)
		l.flag("speech", menu.Speech)
	}
	return l.all
}

func (l *list) choice(c settings.Choice) {
	l.texts(c.Key, c.Say)
	for _, language := range slices.Sorted(maps.Keys(c.Words)) {
		l.add(inLanguage(c.Key+" words", language), strings.Join(c.Words[language], ", "))
	}
	l.attributes(c.Key+" attributes", c.Attributes)
	l.add(c.Key+" language", c.Language)
	l.priority(c.Key+" priority", c.Priority)
	l.add(c.Key+" leads to menu", c.Menu)
}

func ofWaiting(w settings.Waiting) []entry {
	l := list{of: "waiting"}
	l.add("music", strings.Join(w.Music, ", "))
	l.flag("no music", w.NoMusic)
	l.flag("no position", w.NoPosition)
	l.flag("wait", w.Wait)
	l.number("rounds between the keys", w.KeysEvery)
	for _, comfort := range w.Comfort {
		l.texts(fmt.Sprintf("after %d minutes", comfort.After), comfort.Say)
	}
	l.number("longest wait in minutes", w.Longest)
	return l.all
}

func ofSurvey(s settings.Survey) []entry {
	l := list{of: "survey"}
	l.flag("off", s.Off)
	l.number("percent of callers", s.Share)
	l.flag("speech", s.Speech)
	var names []string
	for _, question := range s.Questions {
		names = append(names, question.Name)
	}
	l.add("questions", strings.Join(names, " "))
	for _, question := range s.Questions {
		l.of = "question " + question.Name
		l.add("kind", string(question.Kind))
		l.texts("says", question.Say)
		var keys []string
		for _, answer := range question.Choices {
			keys = append(keys, answer.Key)
			l.add(answer.Key+" stored as", answer.Name)
			l.texts(answer.Key, answer.Say)
		}
		l.add(order, strings.Join(keys, " "))
		l.add("numbers", strings.Join(question.Numbers, ", "))
	}
	return l.all
}

func ofMessages(m settings.Messages) []entry {
	l := list{of: "messages"}
	l.number("minutes that a worker keeps one for later", m.KeepMinutes)
	return l.all
}

func ofPrompts(language string, s settings.Settings) []entry {
	l := list{of: "voice " + language}
	l.add("", s.Voices[language])
	for _, name := range slices.Sorted(maps.Keys(s.Prompts[language])) {
		l.of = "prompt " + language + " " + string(name)
		l.add("", strconv.Quote(s.Prompts[language][name]))
	}
	return l.all
}

// differences says in lines what from becomes to. Several entries of the same name are told apart
// by their order.
func differences(from, to []entry) []string {
	before, after := byName(from), byName(to)
	names := slices.Collect(maps.Keys(after))
	for name := range before {
		if _, stays := after[name]; !stays {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, compareNames)
	var lines []string
	for _, name := range names {
		old, had := before[name]
		value, has := after[name]
		switch {
		case had && has && old == value:
		case name.what == order && !sameWords(old, value):
		case had && has:
			lines = append(lines, name.line("", old+" → "+value))
		case has:
			lines = append(lines, name.line("+ ", value))
		default:
			lines = append(lines, name.line("- ", old))
		}
	}
	return lines
}

// name is an entry's; nth is 1 for the second of the same name.
type name struct {
	of, what string
	nth      int
}

func compareNames(a, b name) int {
	if byOf := strings.Compare(a.of, b.of); byOf != 0 {
		return byOf
	}
	if byWhat := strings.Compare(a.what, b.what); byWhat != 0 {
		return byWhat
	}
	return a.nth - b.nth
}

func byName(all []entry) map[name]string {
	values := map[name]string{}
	for _, each := range all {
		key := name{of: each.of, what: each.what}
		for ; ; key.nth++ {
			if _, taken := values[key]; !taken {
				break
			}
		}
		values[key] = each.value
	}
	return values
}

func (n name) line(sign, value string) string {
	line := n.of + ": " + sign
	if n.what != "" {
		line += n.what + " "
	}
	return line + value
}

func sameWords(a, b string) bool {
	return slices.Equal(slices.Sorted(slices.Values(strings.Fields(a))), slices.Sorted(slices.Values(strings.Fields(b))))
}
