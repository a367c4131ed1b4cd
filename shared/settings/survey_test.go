package settings_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"switchboard/shared/settings"
)

const (
	billingNumber = "+12065550100"
	spanishNumber = "+12065550199"
	otherNumber   = "+12065550177"
)

// asking has a question for all, one for the callers of one number, one in Spanish, and a remark.
func asking() settings.Settings {
	in := func(texts ...string) map[string]string {
		said := map[string]string{}
		for pair := range slices.Chunk(texts, 2) {
			said[pair[0]] = pair[1]
		}
		return said
	}
	return settings.Settings{
		Numbers: map[string]settings.Number{billingNumber: {}, spanishNumber: {Language: "es", NoSurvey: true}},
		Survey: settings.Survey{Questions: []settings.Question{
			{Name: "solved", Kind: settings.YesNo, Say: in("en", "Did we help you?", "es", "¿Le ayudamos?")},
			{Name: "invoice", Kind: settings.Score, Say: in("en", "How clear is our invoice?"), Numbers: []string{billingNumber}},
			{
				Name: "topic",
				Kind: settings.OneOf,
				Say:  in("es", "¿De qué se trataba?"),
				Choices: []settings.Answer{
					{Key: "1", Name: "billing", Say: in("es", "Para su factura, oprima 1.")},
					{Key: "0", Name: "other", Say: in("es", "Para otro tema, oprima 0.")},
				},
				Numbers: []string{settings.OtherNumbers},
			},
			{Name: "remark", Kind: settings.Remark},
		}},
	}
}

func TestQuestionsOfNumberAndLanguage(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name             string
		change           func(*settings.Settings)
		dialed, language string
		want             string
	}{
		{
			name:     "number with its own question",
			dialed:   billingNumber,
			language: "en",
			want:     "solved invoice remark",
		},
		{
			name:     "the same number, in Spanish",
			dialed:   billingNumber,
			language: "es",
			want:     "solved remark",
		},
		{
			name:     "any other number, in Spanish",
			dialed:   otherNumber,
			language: "es",
			want:     "solved topic remark",
		},
		{
			name:     "no question in German",
			dialed:   otherNumber,
			language: "de",
			want:     "remark",
		},
		{
			name:     "number without a survey",
			dialed:   spanishNumber,
			language: "es",
			want:     "",
		},
		{
			name:     "survey turned off",
			change:   func(s *settings.Settings) { s.Survey.Off = true },
			dialed:   billingNumber,
			language: "en",
			want:     "",
		},
		{
			name:     "no questions",
			change:   func(s *settings.Settings) { s.Survey.Questions = nil },
			dialed:   billingNumber,
			language: "en",
			want:     "",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			desk := asking()
			if test.change != nil {
				test.change(&desk)
			}
			var asked []string
			question, found := desk.NextQuestion(test.dialed, test.language, "")
			for found {
				asked = append(asked, question.Name)
				question, found = desk.NextQuestion(test.dialed, test.language, question.Name)
			}
			if got := strings.Join(asked, " "); got != test.want {
				t.Errorf("asked %q, want %q", got, test.want)
			}
		})
	}
}

func TestNoQuestionAfterRemovedOne(t *testing.T) {
	t.Parallel()
	if next, found := asking().NextQuestion(billingNumber, "en", "removed"); found {
		t.Errorf("asked %s", next.Name)
	}
}

func TestShareOfCallers(t *testing.T) {
	t.Parallel()
	for share, want := range map[int][2]int{0: {1000, 1000}, 1: {1, 30}, 50: {450, 550}, 99: {970, 999}, 100: {1000, 1000}} {
		survey, taken := settings.Survey{Share: share}, 0
		for i := range 1000 {
			call := fmt.Sprintf("CA%032x", i)
			takes := survey.Takes(call)
			if takes {
				taken++
			}
			if survey.Takes(call) != takes {
				t.Errorf("%d percent: the second report of %s differs from the first", share, call)
			}
		}
		if taken < want[0] || taken > want[1] {
			t.Errorf("%d percent: %d of 1000 callers, want %d to %d", share, taken, want[0], want[1])
		}
	}
}

func TestSurveyText(t *testing.T) {
	t.Parallel()
	desk := asking()
	desk.Survey.Share, desk.Survey.Speech = 25, true
	if mistakes := desk.Check(); len(mistakes) > 0 {
		t.Fatalf("mistakes %v", mistakes)
	}
	text, err := desk.Encode("survey")
	if err != nil {
		t.Fatal(err)
	}
	if read, err := settings.Decode("survey", text); err != nil || !reflect.DeepEqual(read, settings.Settings{Survey: desk.Survey}) {
		t.Errorf("%v, %v", read, err)
	}
	if !slices.Contains(settings.Topics(), "survey") {
		t.Error("survey is no topic")
	}
}

func TestSurveyMistakes(t *testing.T) {
	t.Parallel()
	of := func(change func(*settings.Question)) func(*settings.Settings) {
		return func(s *settings.Settings) { change(&s.Survey.Questions[2]) }
	}
	tests := []struct {
		field  string
		change func(*settings.Settings)
	}{
		{"survey.share", func(s *settings.Settings) { s.Survey.Share = 101 }},
		{"survey.share", func(s *settings.Settings) { s.Survey.Share = -1 }},
		{"survey.questions", func(s *settings.Settings) {
			for _, name := range []string{"a", "b"} {
				s.Survey.Questions = append(s.Survey.Questions, settings.Question{Name: name, Kind: settings.Remark})
			}
		}},
		{"survey.questions[2].name", of(func(q *settings.Question) { q.Name = "solved" })},
		{"survey.questions[2].name", of(func(q *settings.Question) { q.Name = "" })},
		{"survey.questions[2].name", of(func(q *settings.Question) { q.Name = "Topic" })},
		{"survey.questions[2].name", of(func(q *settings.Question) { q.Name = "a/b" })},
		{"survey.questions[2].name", of(func(q *settings.Question) { q.Name = strings.Repeat("a", 21) })},
		{"survey.questions[1].kind", func(s *settings.Settings) { s.Survey.Questions[1].Kind = "stars" }},
		{"survey.questions[2].say", of(func(q *settings.Question) {
			q.Say, q.Choices = nil, []settings.Answer{{Key: "1", Name: "billing"}}
		})},
		{"survey.questions[2].say.es", of(func(q *settings.Question) { q.Say["es"] = " " })},
		{"survey.questions[2].say.es", of(func(q *settings.Question) { q.Say["es"] = "¿{name}?" })},
		{"survey.questions[1].say.fr", func(s *settings.Settings) { s.Survey.Questions[1].Say["fr"] = "Bonjour" }},
		{"survey.questions[2].choices", of(func(q *settings.Question) { q.Choices = nil })},
		{"survey.questions[2].choices", of(func(q *settings.Question) { q.Kind = settings.YesNo })},
		{"survey.questions[2].choices[0].key", of(func(q *settings.Question) { q.Choices[0].Key = "#" })},
		{"survey.questions[2].choices[1].key", of(func(q *settings.Question) { q.Choices[1].Key = "1" })},
		{"survey.questions[2].choices[1].name", of(func(q *settings.Question) { q.Choices[1].Name = "billing" })},
		{"survey.questions[2].choices[1].say", of(func(q *settings.Question) { q.Choices[1].Say["en"] = "For others, press 0." })},
		{"survey.questions[2].numbers[0]", of(func(q *settings.Question) { q.Numbers[0] = "Billing" })},
		{"survey.questions[2].numbers[0]", of(func(q *settings.Question) { q.Numbers[0] = otherNumber })},
	}
	for _, test := range tests {
		desk := asking()
		test.change(&desk)
		fields := map[string]bool{}
		for _, mistake := range desk.Check() {
			fields[mistake.Field] = true
		}
		if got := slices.Collect(maps.Keys(fields)); !slices.Equal(got, []string{test.field}) {
			t.Errorf("mistakes in %v, want %s", got, test.field)
		}
	}
}

func TestFaultySurveyIsNotDecoded(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"version":1,"survey":{"share":300}}`,
		`{"version":1,"survey":{"questions":[{"name":"a","kind":"stars","say":{"en":"?"}}]}}`,
		`{"version":2,"survey":{}}`,
	} {
		if read, err := settings.Decode("survey", text); err == nil {
			t.Errorf("%s was decoded as %v", text, read)
		}
	}
}
