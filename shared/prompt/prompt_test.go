package prompt

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"switchboard/shared/spoken"
	"switchboard/shared/twiml"
)

// TestTexts has the same prompts in all languages, each with the same placeholders.
func TestTexts(t *testing.T) {
	t.Parallel()
	for _, language := range languages {
		for name := range language.texts {
			if !slices.Contains(Names(), name) {
				t.Errorf("%s has %s, which is no prompt", language.name, name)
			}
		}
		for _, prompt := range prompts {
			text, found := language.texts[prompt.name]
			if !found || text == "" && prompt.name != RecordingNotice {
				t.Errorf("%s lacks %s", language.name, prompt.name)
			}
			if n := utf8.RuneCountInString(text); n > 300 {
				t.Errorf("%s has %d characters for %s, more than 300", language.name, n, prompt.name)
			}
			if strings.Join(strings.Fields(text), " ") != text {
				t.Errorf("%s has white space to spare in %s", language.name, prompt.name)
			}
			if err := Check(prompt.name, text); err != nil {
				t.Errorf("%s in %s: %v", prompt.name, language.name, err)
				continue
			}
			template, err := spoken.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(template.Names(), " "); got != prompt.placeholders {
				t.Errorf("%s has the placeholders %q in %s, want %q", language.name, got, prompt.name, prompt.placeholders)
			}
		}
	}
}

// TestLanguagesDiffer finds a prompt that was copied and not translated.
func TestLanguagesDiffer(t *testing.T) {
	t.Parallel()
	if want := []Language{"en", "es", "de"}; !slices.Equal(Languages(), want) {
		t.Errorf("languages %v, want %v", Languages(), want)
	}
	for _, name := range Names() {
		texts := map[string]bool{}
		for _, language := range Languages() {
			texts[For(language, Own{}).Line(name, allValues()).Text] = true
		}
		if want := len(languages); name != RecordingNotice && len(texts) != want {
			t.Errorf("%s: %v", name, slices.Collect(maps.Keys(texts)))
		}
	}
}

func allValues() map[string]string {
	return map[string]string{position: "2", fromMinutes: "2", minutes: "3", reason: "Labor Day", number: "+14155550123"}
}

func TestLine(t *testing.T) {
	t.Parallel()
	const recording = "https://desk.example/waiting.mp3"
	own := func(text string) Own { return Own{Voice: "man", Texts: map[Name]string{Position: text}} }
	tests := []struct {
		name string
		book Book
		want twiml.Line
	}{
		{"zero book", Book{}, twiml.Line{Text: "You are number 2 in line."}},
		{"unknown language", For("tlh", Own{}), twiml.Line{Text: "You are number 2 in line."}},
		{"Spanish", For(Spanish, Own{}), twiml.Line{Text: "Su llamada es la número 2 en la fila.", Language: "es-US"}},
		{"own text", For(English, own(" Only {position} to go,\n{customer.name}! ")), twiml.Line{Text: "Only 2 to go, Ann!", Voice: "man"}},
		{"value missing", For(English, own("Hello {company}. You are number {position}.")), twiml.Line{Text: "You are number 2.", Voice: "man"}},
		{"value blank", For(English, own("Hello {blank}. You are number {position}.")), twiml.Line{Text: "You are number 2.", Voice: "man"}},
		{"value with braces", For(English, own("{odd}.")), twiml.Line{Text: "{position} <b>.", Voice: "man"}},
		{"every value missing", For(English, own("Hello {company}.")), twiml.Line{}},
		{"recording", For(German, own(recording)), twiml.Line{URL: recording}},
		{"left out", For(German, own("")), twiml.Line{}},
		{"blank", For(German, own(" \n")), twiml.Line{}},
		{"not readable", For(English, own("You are {number")), twiml.Line{Text: "You are number 2 in line.", Voice: "man"}},
		{"own text of another prompt", For(English, Own{Texts: map[Name]string{Waiting: "Hi."}}), twiml.Line{Text: "You are number 2 in line."}},
		{"phone number", For(Spanish, Own{Texts: map[Name]string{Position: "Llame al {tel}."}}), twiml.Line{Text: "Llame al más 1 4 1 5 5 5 5 0 1 2 3.", Language: "es-US"}},
	}
	values := map[string]string{position: "2", "customer.name": "Ann", "blank": " ", "odd": "{position} <b>", "tel": "+14155550123"}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := test.book.Line(Position, values); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
	if got := (Book{}).Line("no such", nil); got != (twiml.Line{}) {
		t.Errorf("an unknown prompt says %+v", got)
	}
}

func TestSay(t *testing.T) {
	t.Parallel()
	book := For(Spanish, Own{Voice: "Polly.Mia-Neural"})
	for text, want := range map[string]twiml.Line{
		"":                             {},
		"Para ventas, presione 1.":     {Text: "Para ventas, presione 1.", Language: "es-MX", Voice: "Polly.Mia-Neural"},
		"Hola, {name}. Adiós.":         {Text: "Adiós.", Language: "es-MX", Voice: "Polly.Mia-Neural"},
		"Presione {1":                  {Text: "Presione {1", Language: "es-MX", Voice: "Polly.Mia-Neural"},
		"https://desk.example/es.mp3 ": {URL: "https://desk.example/es.mp3"},
	} {
		if got := book.Say(text, nil); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}

func TestPosition(t *testing.T) {
	t.Parallel()
	for place, want := range map[int]string{
		-3:   "",
		0:    "",
		1:    "Sie sind als Nächstes an der Reihe.",
		2:    "Sie sind Nummer 2 in der Warteschlange.",
		5000: "Sie sind Nummer 5000 in der Warteschlange.",
	} {
		if got := For(German, Own{}).Position(place).Text; got != want {
			t.Errorf("%d: %q, want %q", place, got, want)
		}
	}
}

func TestWait(t *testing.T) {
	t.Parallel()
	tests := []struct {
		from, to int
		want     map[Language]string
	}{
		{
			to: 1,
			want: map[Language]string{
				English: "The caller who was answered last waited a minute or less.",
				Spanish: "La última persona que atendimos esperó un minuto o menos.",
				German:  "Wer zuletzt an die Reihe kam, hat höchstens eine Minute gewartet.",
			},
		},
		{
			from: 1,
			to:   2,
			want: map[Language]string{
				English: "The caller who was answered last waited between one and two minutes.",
				Spanish: "La última persona que atendimos esperó entre uno y dos minutos.",
				German:  "Wer zuletzt an die Reihe kam, hat zwischen einer und zwei Minuten gewartet.",
			},
		},
		{
			from: 5,
			to:   10,
			want: map[Language]string{
				English: "The caller who was answered last waited between 5 and 10 minutes.",
				Spanish: "La última persona que atendimos esperó entre 5 y 10 minutos.",
				German:  "Wer zuletzt an die Reihe kam, hat zwischen 5 und 10 Minuten gewartet.",
			},
		},
		{
			from: 60,
			want: map[Language]string{
				English: "The caller who was answered last waited more than an hour.",
				Spanish: "La última persona que atendimos esperó más de una hora.",
				German:  "Wer zuletzt an die Reihe kam, hat mehr als eine Stunde gewartet.",
			},
		},
	}
	for _, test := range tests {
		for language, want := range test.want {
			if got := For(language, Own{}).Wait(test.from, test.to).Text; got != want {
				t.Errorf("%s, %d to %d: %q, want %q", language, test.from, test.to, got, want)
			}
		}
	}
	own := For(English, Own{Texts: map[Name]string{WaitMinutes: "About {minutes} minutes."}})
	if got := own.Wait(5, 10).Text; got != "About 10 minutes." {
		t.Errorf("own words %q", got)
	}
}

// TestVoiceDecidesLocale has voices whose locale is not the language's own.
func TestVoiceDecidesLocale(t *testing.T) {
	t.Parallel()
	tests := []struct {
		language Language
		voice    string
		want     string
	}{
		{English, "", ""},
		{English, "woman", ""},
		{English, "Polly.Joanna", "en-US"},
		{English, "Polly.Amy-Generative", "en-GB"},
		{Spanish, "", "es-US"},
		{Spanish, "Polly.Lupe-Neural", "es-US"},
		{Spanish, "Polly.Mia", "es-MX"},
		{Spanish, "Polly.Nueva-Neural", "es-US"},
		{Spanish, "Google.es-ES-Chirp3-HD-Aoede", "es-ES"},
		{German, "Polly.Vicki-Neural", "de-DE"},
		{German, "Polly.Hannah-Neural", "de-AT"},
	}
	for _, test := range tests {
		if got := For(test.language, Own{Voice: test.voice}).Line(Waiting, nil).Language; got != test.want {
			t.Errorf("%s, %q: %q, want %q", test.language, test.voice, got, test.want)
		}
		if err := CheckVoice(test.language, test.voice); err != nil {
			t.Error(err)
		}
	}
}

// TestEnglishDocuments compares with the golden files of package twiml.
func TestEnglishDocuments(t *testing.T) {
	t.Parallel()
	const base = "https://switchboard.example"
	var b Book
	hold := func(place int) twiml.Document {
		return twiml.Hold(twiml.HoldParams{
			Lines:    []twiml.Line{b.Line(Waiting, nil), b.Position(place), b.Line(OfferMessage, nil)},
			KeyURL:   base + "/hold/key",
			MusicURL: "https://music.example/hold.mp3",
		})
	}
	for name, got := range map[string]twiml.Document{
		"hold":                 hold(2),
		"hold-next":            hold(1),
		"overflow":             b.TakeMessage(base+"/survey", b.Line(Busy, nil)),
		"voicemail":            b.TakeMessage(base+"/survey", b.Line(NotTaken, nil)),
		"apology":              b.TakeMessage(base+"/survey", b.Line(Apology, nil)),
		"apology-no-recording": b.TakeMessage("", b.Line(Apology, nil)),
		"ask-score":            b.AskScore(base+"/survey/score", false),
		"ask-score-retry":      b.AskScore(base+"/survey/score", true),
		"ask-remark":           b.AskRemark(base+"/survey/remark", base+"/survey", b.Line(Remark, nil)),
		"thanks":               b.Thanks(),
		"goodbye":              twiml.SayAndHangUp(b.Line(Goodbye, nil)),
	} {
		want, err := os.ReadFile(filepath.Join("..", "twiml", "testdata", name+".xml"))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s:\n got %s\nwant %s", name, got, want)
		}
	}
}

func TestSpanishDocuments(t *testing.T) {
	t.Parallel()
	b := For(Spanish, Own{Texts: map[Name]string{RecordingNotice: "Grabamos su mensaje."}})
	if got := b.AskScore("/score", false); !strings.Contains(string(got), `hints="uno, dos,`) || !strings.Contains(string(got), `language="es-US" method`) {
		t.Errorf("Twilio does not listen in Spanish: %s", got)
	}
	for _, got := range []twiml.Document{b.TakeMessage("/survey", b.Line(Busy, nil)), b.RetakeMessage("/survey", "RE1"), b.AskRemark("/remark", "/survey", b.Line(Remark, nil))} {
		if notice := strings.Index(string(got), "Grabamos"); notice < 0 || notice > strings.Index(string(got), "<Record") {
			t.Errorf("no notice before the recording: %s", got)
		}
	}
}
