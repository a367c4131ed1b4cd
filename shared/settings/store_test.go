package settings

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // as the functions have it
)

// source stands in for package secrets.
type source struct {
	texts map[string]string
	err   error
}

func (s *source) Settings(context.Context) (map[string]string, error) { return s.texts, s.err }

func TestStoreKeepsLastGoodSettings(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	from := &source{}
	store := &Store{Source: from, Logger: slog.New(slog.NewTextHandler(&log, nil))}
	berlin, paris := Settings{Zone: "Europe/Berlin"}, Settings{Zone: "Europe/Paris"}
	const hours = `{"version":1,"zone":"Europe/Berlin"}`
	steps := []struct {
		name  string
		texts map[string]string
		err   error
		want  Settings
		lines int // that are logged
	}{
		{
			name: "the source fails first",
			err:  errors.New("SSM is away"),
		},
		{
			name:  "nothing",
			texts: map[string]string{},
		},
		{
			name:  "no JSON, and no good ones before",
			texts: map[string]string{OfHours: "x", OfWaiting: `{"version":1,"waiting":{"longest":5}}`},
			want:  Settings{Waiting: Waiting{Longest: 5}},
			lines: 1,
		},
		{
			name:  "the same again",
			texts: map[string]string{OfHours: "x", OfWaiting: `{"version":1,"waiting":{"longest":5}}`},
			want:  Settings{Waiting: Waiting{Longest: 5}},
			lines: 1,
		},
		{
			name:  "good ones, and a topic that vanishes",
			texts: map[string]string{OfHours: hours},
			want:  berlin,
			lines: 1,
		},
		{
			name:  "a newer version",
			texts: map[string]string{OfHours: `{"version":2}`},
			want:  berlin,
			lines: 2,
		},
		{
			name: "the source fails",
			err:  errors.New("SSM is away"),
			want: berlin, lines: 2,
		},
		{
			name:  "another mistake",
			texts: map[string]string{OfHours: `{"version":1,"hours":{"":{}}}`},
			want:  berlin,
			lines: 3,
		},
		{
			name:  "good ones",
			texts: map[string]string{OfHours: `{"version":1,"zone":"Europe/Paris"}`},
			want:  paris,
			lines: 3,
		},
		{
			name:  "none again",
			texts: map[string]string{},
			lines: 3,
		},
	}
	for _, step := range steps {
		from.texts, from.err = step.texts, step.err
		if got := store.Get(t.Context()); !reflect.DeepEqual(got, step.want) {
			t.Errorf("%s: %+v, want %+v", step.name, got, step.want)
		}
		if lines := strings.Count(log.String(), `msg="settings ignored" topic=hours error=`); lines != step.lines {
			t.Errorf("%s: %d lines, want %d\n%s", step.name, lines, step.lines, log.String())
		}
	}
}

// A prompt that changes must not change the settings that a request has already got.
func TestStoreDoesNotChangeWhatItGave(t *testing.T) {
	t.Parallel()
	from := &source{texts: map[string]string{"prompts-en": `{"version":1,"voices":{"en":"man"},"prompts":{"en":{"closed":"A"}}}`}}
	store := &Store{Source: from, Logger: slog.New(slog.DiscardHandler)}
	first := store.Get(t.Context())
	from.texts = map[string]string{"prompts-en": `{"version":1}`, "prompts-es": `{"version":1,"voices":{"es":"woman"}}`}
	second := store.Get(t.Context())
	if first.Prompts["en"]["closed"] != "A" || first.Voices["es"] != "" {
		t.Errorf("the first has become %+v", first)
	}
	if len(second.Prompts) != 0 || len(second.Voices) != 1 {
		t.Errorf("the second is %+v", second)
	}
}

func TestMerge(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		objects []string
		want    string
		wrong   bool
	}{
		{"none", []string{"", ""}, "", false},
		{"one, as it is", []string{"", `{"b":1, "a":2}`}, `{"b":1, "a":2}`, false},
		{"the last counts", []string{`{"b":1,"a":1.50}`, `{"b":{"c":2}}`}, `{"a":1.50,"b":{"c":2}}`, false},
		{"no object", []string{`{}`, `[]`}, "", true},
	}
	for _, test := range tests {
		var objects []json.RawMessage
		for _, text := range test.objects {
			objects = append(objects, json.RawMessage(text))
		}
		got, err := Merge(objects...)
		if string(got) != test.want || (err != nil) != test.wrong {
			t.Errorf("%s: %s, %v; want %s", test.name, got, err, test.want)
		}
	}
}

func TestCalendar(t *testing.T) {
	t.Parallel()
	s := sample()
	calendar, err := s.Calendar("desk")
	if err != nil {
		t.Fatal(err)
	}
	for text, open := range map[string]bool{
		"2026-11-27T13:59:59Z": false, "2026-11-27T14:00:00Z": true, "2026-11-27T22:00:00Z": false, "2026-12-25T15:00:00Z": false,
	} {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		if got := calendar.At(at).Open; got != open {
			t.Errorf("%s: open = %t", text, got)
		}
	}
	for name, change := range map[string]func(*Settings){
		"no such hours": func(s *Settings) { delete(s.Hours, "desk") },
		"no such zone":  func(s *Settings) { s.Zone = "America/Newark_York" },
		"no week":       func(s *Settings) { s.Hours["desk"].Week["mon"] = "early" },
		"no date":       func(s *Settings) { s.Hours["desk"].Dates["christmas"] = "closed" },
	} {
		s := sample()
		change(&s)
		if _, err := s.Calendar("desk"); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestNumbersFallBackToOthers(t *testing.T) {
	t.Parallel()
	s := sample()
	if own, other := s.Number("+12065550100"), s.Number("+12065550177"); own.Menu != "main" || other.Hours != "night" || other.Menu != "" {
		t.Errorf("own %+v, other %+v", own, other)
	}
	if none := (Settings{}).Number("+12065550100"); !reflect.DeepEqual(none, Number{}) {
		t.Errorf("without settings %+v", none)
	}
}

func TestBookHasOwnWords(t *testing.T) {
	t.Parallel()
	s := sample()
	if line := s.Book("").Line("closed", nil); line.Text != "We are closed." || line.Voice != "Polly.Joanna-Neural" {
		t.Errorf("closed = %+v", line)
	}
	for language, want := range map[string]string{"es": "Bienvenido.", "de": "Welcome.", "": "Welcome."} {
		if got := SayIn(s.Menus["main"].Say, language); got != want {
			t.Errorf("%s: %s, want %s", language, got, want)
		}
	}
}
