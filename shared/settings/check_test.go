package settings

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"switchboard/shared/prompt"
)

// sample uses every key but for waiting.wait, which goes without priorities. It is right.
func sample() Settings {
	priority := 5
	return Settings{
		Numbers: map[string]Number{
			"+12065550100": {Attributes: json.RawMessage(`{"skill":"general"}`), Language: "es", Hours: "desk", Menu: "main", Priority: &priority},
			OtherNumbers:   {Hours: "night", NoCallbacks: true},
		},
		Zone: "America/New_York",
		Hours: map[string]Hours{
			"desk": {
				Week:       map[string]string{"mon-fri": "09:00-17:00", "sat": "22:00-02:00"},
				Dates:      map[string]string{"2026-12-25..2026-12-26": "closed Christmas"},
				WhenClosed: AnotherNumber,
				Number:     "+12065550199",
			},
			"night": {Week: map[string]string{"mon-sun": "always"}, WhenClosed: Goodbye},
			"later": {Week: map[string]string{"mon-sun": "10:00-11:00"}, WhenClosed: Callback},
		},
		Shifts: map[string]Shift{
			"early": {Week: map[string]string{"mon-fri": "06:00-14:00"}, Dates: map[string]string{"2026-12-25": "closed"}},
		},
		Menus: map[string]Menu{
			"main": {
				Say: map[string]string{"en": "Welcome.", "es": "Bienvenido."},
				Choices: []Choice{
					{Key: "1", Say: map[string]string{"en": "For billing, press 1.", "es": "Para facturación, oprima uno."},
						Words: map[string][]string{"en": {"billing"}}, Attributes: json.RawMessage(`{"skill":"billing"}`), Priority: &priority},
					{Key: "2", Say: map[string]string{"en": "Para español, oprima dos."}, Language: "es", Menu: "second"},
				},
				Tries: 3, Default: "1", Speech: true,
			},
			"second": {Choices: []Choice{{Key: "0", Say: map[string]string{"es": "https://example.com/cero.mp3"}}}},
		},
		NoWorker: &NoWorker{After: 120, Offer: AnotherNumber, Number: "+12065550199"},
		Waiting: Waiting{
			Music: []string{"https://example.com/hold.mp3"}, NoPosition: true, KeysEvery: 2, Longest: 30,
			Comfort: []Comfort{{After: 5, Say: map[string]string{"en": "Thank you & good-bye <3", "es": "Gracias."}}},
		},
		Callbacks: Callbacks{Offered: true, Tries: 3, Every: 10, Within: 72, Prefixes: []string{"+1", "+4930"}},

		Closed:  Closed{Now: true, Reason: map[string]string{"en": "A storm."}},
		Voices:  map[string]string{"en": "Polly.Joanna-Neural", "es": "Polly.Lupe-Neural"},
		Prompts: map[string]map[prompt.Name]string{"en": {"closed": "We are closed.", "recording_notice": ""}, "de": {"waiting": "Danke."}},
	}
}

func TestCheckAcceptsEveryKey(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]Settings{"all": sample(), "none": {}, "a wait": {Waiting: Waiting{Wait: true}}} {
		if mistakes := s.Check(); mistakes != nil {
			t.Errorf("%s: %v", name, mistakes)
		}
	}
}

func TestCheckNamesMistakes(t *testing.T) {
	t.Parallel()
	number := func(change func(*Number)) func(*Settings) {
		return func(s *Settings) {
			n := s.Numbers["+12065550100"]
			change(&n)
			s.Numbers["+12065550100"] = n
		}
	}
	hours := func(change func(*Hours)) func(*Settings) {
		return func(s *Settings) {
			h := s.Hours["desk"]
			change(&h)
			s.Hours["desk"] = h
		}
	}
	menu := func(change func(*Menu)) func(*Settings) {
		return func(s *Settings) {
			m := s.Menus["main"]
			change(&m)
			s.Menus["main"] = m
		}
	}
	minus := -1
	tests := []struct {
		name   string
		change func(*Settings)
		field  string
		says   string
	}{
		{"a number that is none", func(s *Settings) { s.Numbers["555"] = Number{} }, "numbers.555", `"*" for every other`},
		{"an extension", func(s *Settings) { s.Numbers["+12065550100x1"] = Number{} }, "numbers.+12065550100x1", "phone number"},
		{"attributes that are a list", number(func(n *Number) { n.Attributes = json.RawMessage(`[]`) }), "numbers.+12065550100.attributes", "object"},
		{"attributes that are null", number(func(n *Number) { n.Attributes = json.RawMessage(`null`) }), "numbers.+12065550100.attributes", "null"},
		{"an attribute of Twilio's", number(func(n *Number) { n.Attributes = json.RawMessage(`{"from":"x"}`) }), "numbers.+12065550100.attributes", `"from"`},
		{"a language that is none", number(func(n *Number) { n.Language = "fr" }), "numbers.+12065550100.language", `en, es, de, not "fr"`},
		{"hours that are none", number(func(n *Number) { n.Hours = "dusk" }), "numbers.+12065550100.hours", `desk, later, night, not "dusk"`},
		{"a menu that is none", number(func(n *Number) { n.Menu = "mein" }), "numbers.+12065550100.menu", `main, second, not "mein"`},
		{"a priority below zero", number(func(n *Number) { n.Priority = &minus }), "numbers.+12065550100.priority", "0 to 2147483647"},

		{"no zone", func(s *Settings) { s.Zone = "" }, "zone", "America/New_York"},
		{"the zone of this machine", func(s *Settings) { s.Zone = "Local" }, "zone", "America/New_York"},
		{"hours without a name", func(s *Settings) { s.Hours[""] = Hours{} }, "hours", "name"},
		{"a weekday that is none", hours(func(h *Hours) { h.Week["fri-sonday"] = "closed" }), "hours.desk.week.fri-sonday", ""},
		{"a span that is none", hours(func(h *Hours) { h.Week["mon-fri"] = "9 to 5" }), "hours.desk.week.mon-fri", "09:00-12:30"},
		{"a date that is none", hours(func(h *Hours) { h.Dates["2026-02-30"] = "closed" }), "hours.desk.dates.2026-02-30", ""},
		{"no call backs for hours that promise them", func(s *Settings) { s.Callbacks = Callbacks{} }, "hours.later.when_closed", "callbacks: {offered: true}"},
		{"too many tries", func(s *Settings) { s.Callbacks.Tries = 11 }, "callbacks.tries", "want 1 to 10 tries"},
		{"prefix that is none", func(s *Settings) { s.Callbacks.Prefixes[1] = "US" }, "callbacks.prefixes[1]", "such as +1"},
		{"a treatment that is none", hours(func(h *Hours) { h.WhenClosed = "voicemail" }), "hours.desk.when_closed", "message, callback, number or goodbye"},
		{"a treatment without its number", hours(func(h *Hours) { h.Number = "" }), "hours.desk.number", "phone number"},
		{"a number without its treatment", hours(func(h *Hours) { h.WhenClosed = Message }), "hours.desk.number", "when_closed: number"},
		{"shifts without a zone", func(s *Settings) { s.Zone, s.Hours = "", nil }, "zone", "shifts"},
		{"a shift whose name an expression cannot quote", func(s *Settings) { s.Shifts[`a"b`] = Shift{} }, `shifts.a"b`, "a-z"},
		{"a weekday of a shift that is none", func(s *Settings) { s.Shifts["early"].Week["fry"] = "closed" }, "shifts.early.week.fry", ""},
		{"a date of a shift that is none", func(s *Settings) { s.Shifts["early"].Dates["2026-02-30"] = "closed" }, "shifts.early.dates.2026-02-30", ""},

		{"no worker for a moment", func(s *Settings) { s.NoWorker.After = 59 }, "no_worker.after", "60 to 86400 seconds, not 59"},
		{"no worker for days", func(s *Settings) { s.NoWorker.After = 86401 }, "no_worker.after", "60 to 86400"},
		{"an offer that is none", func(s *Settings) { s.NoWorker.Offer = "voicemail" }, "no_worker.offer", "message, callback, number or goodbye"},
		{"an offer without its number", func(s *Settings) { s.NoWorker.Number = "" }, "no_worker.number", "phone number"},
		{"a number without its offer", func(s *Settings) { s.NoWorker.Offer = "" }, "no_worker.number", "offer: number"},
		{"a wait and a priority of a number", func(s *Settings) { s.Waiting.Wait = true }, "waiting.wait", "numbers.+12065550100.priority"},
		{"a wait and a priority of a choice", func(s *Settings) { s.Waiting.Wait, s.Numbers = true, nil }, "waiting.wait", "menus.main.choices[0].priority"},

		{"a menu without a name", func(s *Settings) { s.Menus[""] = s.Menus["second"] }, "menus", "name"},
		{"no choices", menu(func(m *Menu) { m.Choices, m.Default = nil, "" }), "menus.main.choices", "1 to 9"},
		{"four tries", menu(func(m *Menu) { m.Tries = 4 }), "menus.main.tries", "1 to 3, not 4"},
		{"a key that is none", menu(func(m *Menu) { m.Choices[1].Key = "*" }), "menus.main.choices[1].key", "digit"},
		{"a key twice", menu(func(m *Menu) { m.Choices[1].Key = "1" }), "menus.main.choices[1].key", "another choice"},
		{"a choice that is not said", menu(func(m *Menu) { m.Choices[0].Say = nil }), "menus.main.choices[0].say", "For billing"},
		{"said in a language that is none", menu(func(m *Menu) { m.Say["fr"] = "Bonjour." }), "menus.main.say.fr", "en, es, de"},
		{"words in a language that is none", menu(func(m *Menu) { m.Choices[0].Words["fr"] = nil }), "menus.main.choices[0].words.fr", "en, es, de"},
		{"braces of SSM", menu(func(m *Menu) { m.Say["en"] = "{{skill}}" }), "menus.main.say.en", "{{"},
		{"attributes of a choice", menu(func(m *Menu) { m.Choices[0].Attributes = json.RawMessage(`1`) }), "menus.main.choices[0].attributes", "object"},
		{"a language to go on in", menu(func(m *Menu) { m.Choices[1].Language = "fr" }), "menus.main.choices[1].language", "en, es, de"},
		{"a priority of a choice", menu(func(m *Menu) { m.Choices[0].Priority = &minus }), "menus.main.choices[0].priority", "0 to"},
		{"a default that is none", menu(func(m *Menu) { m.Default = "9" }), "menus.main.default", `not "9"`},
		{"a second menu that is none", menu(func(m *Menu) { m.Choices[1].Menu = "third" }), "menus.main.choices[1].menu", `not "third"`},
		{"three menus", func(s *Settings) { s.Menus["second"].Choices[0].Menu = "main" }, "menus.main.choices[1].menu", "two menus"},
		{"a menu that Spanish callers do not hear", menu(func(m *Menu) { m.Say = map[string]string{"de": "Hallo."} }), "menus.main.say", "es"},
		{"a second menu that English callers do not hear", menu(func(m *Menu) { m.Choices[1].Language = "de" }), "menus.second.choices[0].say", "hear de"},

		{"music by no URL", func(s *Settings) { s.Waiting.Music = []string{"hold.mp3"} }, "waiting.music[0]", "https"},
		{"music with a password", func(s *Settings) { s.Waiting.Music[0] = "https://a:b@example.com/hold.mp3" }, "waiting.music[0]", "https"},
		{"music and none", func(s *Settings) { s.Waiting.NoMusic = true }, "waiting.no_music", "one of the two"},
		{"keys too seldom", func(s *Settings) { s.Waiting.KeysEvery = 101 }, "waiting.keys_every", "1 to 100"},
		{"keeping for no time", func(s *Settings) { s.Messages.KeepMinutes = -1 }, "messages.keep_minutes", "1440"},
		{"keeping for days", func(s *Settings) { s.Messages.KeepMinutes = 1441 }, "messages.keep_minutes", "1440"},
		{"a wait that is none", func(s *Settings) { s.Waiting.Longest = -1 }, "waiting.longest", "minutes"},
		{"comfort after no time", func(s *Settings) { s.Waiting.Comfort[0].After = 0 }, "waiting.comfort[0].after", "minutes"},
		{"comfort that says nothing", func(s *Settings) { s.Waiting.Comfort[0].Say = nil }, "waiting.comfort[0].say", "by language"},
		{"comfort in German alone", func(s *Settings) { s.Waiting.Comfort[0].Say = map[string]string{"de": "Danke."} }, "waiting.comfort[0].say", "en"},
		{"comfort in German for English callers", func(s *Settings) {
			s.Numbers, s.Waiting.Comfort[0].Say = nil, map[string]string{"de": "Danke."}
		}, "waiting.comfort[0].say", "hear en"},

		{"a reason with a brace", func(s *Settings) { s.Closed.Reason["en"] = "A {storm" }, "closed.reason.en", ""},
		{"a voice of another language", func(s *Settings) { s.Voices["en"] = "Polly.Lupe-Neural" }, "voices.en", "es-US"},
		{"a voice for no language", func(s *Settings) { s.Voices["fr"] = "Polly.Lea" }, "voices.fr", "en, es, de"},
		{"a prompt that is none", func(s *Settings) { s.Prompts["en"]["clsed"] = "Closed." }, "prompts.en.clsed", "closed"},
		{"a placeholder of another prompt", func(s *Settings) { s.Prompts["en"]["closed"] = "{position}" }, "prompts.en.closed", "{position}"},
		{"prompts for no language", func(s *Settings) { s.Prompts["fr"] = nil }, "prompts.fr", "en, es, de"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := sample()
			test.change(&s)
			mistakes := s.Check()
			found := slices.ContainsFunc(mistakes, func(m Mistake) bool { return m.Field == test.field && strings.Contains(m.Text, test.says) })
			if !found {
				t.Errorf("mistakes %q, want %s with %q", mistakes, test.field, test.says)
			}
		})
	}
}

func TestUntranslatedTexts(t *testing.T) {
	t.Parallel()
	s := sample()
	if all := s.Untranslated(); len(all) != 1 || all[0].Field != "menus.main.choices[1].say" {
		t.Errorf("untranslated %q, want the Spanish choice", all)
	}
	delete(s.Menus["main"].Say, "es")
	delete(s.Waiting.Comfort[0].Say, "es")
	var fields []string
	for _, each := range s.Untranslated() {
		fields = append(fields, each.Field)
	}
	if want := []string{"menus.main.say", "menus.main.choices[1].say", "waiting.comfort[0].say"}; !slices.Equal(fields, want) {
		t.Errorf("untranslated %q, want %q", fields, want)
	}
}
