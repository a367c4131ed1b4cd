package callers

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"switchboard/shared/prompt"
	"switchboard/shared/settings"
)

// texts is what SSM holds of settings.
func texts(t *testing.T, s settings.Settings) map[string]string {
	t.Helper()
	held := map[string]string{}
	for _, topic := range append(settings.Topics(), settings.OfClosed) {
		text, err := s.Encode(topic)
		if err != nil {
			t.Fatal(err)
		}
		held[topic] = text
	}
	return held
}

func TestDifferencesInWords(t *testing.T) {
	t.Parallel()
	say := func(text string) map[string]string { return map[string]string{"en": text} }
	nine, five := 9, 5
	from := settings.Settings{
		Numbers: map[string]settings.Number{
			"+12065550100": {Attributes: json.RawMessage(`{"b":1,"a":"x"}`), Language: "es", Hours: "desk", Priority: &nine},
		},
		Zone: "Europe/Berlin",
		Hours: map[string]settings.Hours{"desk": {
			Week: map[string]string{"mon-fri": "09:00-17:00", "sat": "09:00-12:00"}, Dates: map[string]string{"2026-12-25": "closed Christmas"},
		}},
		Menus: map[string]settings.Menu{"main": {Choices: []settings.Choice{
			{Key: "1", Say: say("For billing, press 1."), Attributes: json.RawMessage(`{"skill":"billing"}`)},
			{Key: "3", Say: say("Por lo demás, 3.")},
		}}},
		Waiting: settings.Waiting{Comfort: []settings.Comfort{{After: 5, Say: say("A")}, {After: 5, Say: say("B")}}},
		Prompts: map[string]map[prompt.Name]string{"es": {"closed": "Cerrado."}},
	}
	to := settings.Settings{
		Numbers: map[string]settings.Number{
			"+12065550100":        {Attributes: json.RawMessage(`{ "a": "x", "b": 1 }`), Hours: "desk", Menu: "main", Priority: &five},
			settings.OtherNumbers: {Hours: "desk"},
		},
		Zone: "Europe/Paris",
		Hours: map[string]settings.Hours{"desk": {
			Week: map[string]string{"mon-fri": "09:00-18:00"}, Dates: map[string]string{"2026-12-25": "closed Christmas", "2026-12-26": "closed"},
			WhenClosed: settings.AnotherNumber, Number: "+12065550199",
		}},
		Menus: map[string]settings.Menu{"main": {Speech: true, Tries: 3, Choices: []settings.Choice{
			{Key: "3", Say: say("Por lo demás, 3.")},
			{Key: "1", Say: map[string]string{"en": "For billing, press 1.", "es": "Para facturas, 1."}, Attributes: json.RawMessage(`{"skill":"bills"}`), Menu: "second"},
		}}},
		Waiting: settings.Waiting{NoMusic: true, Comfort: []settings.Comfort{{After: 5, Say: say("A")}, {After: 5, Say: say("C")}}},
		Voices:  map[string]string{"es": "Polly.Lupe-Neural"},
		Prompts: map[string]map[prompt.Name]string{"es": {"closed": "Está cerrado.", "waiting": ""}},
	}
	compared, err := Compare(texts(t, from), to)
	if err != nil {
		t.Fatal(err)
	}
	var topics, lines []string
	for _, each := range compared.Changes {
		topics = append(topics, each.Topic)
		lines = append(lines, each.Lines...)
	}
	want := []string{
		"number +12065550100: - language es",
		"number +12065550100: + menu main",
		"number +12065550100: priority 9 → 5",
		"other numbers: + hours desk",
		"hours desk: + 2026-12-26 closed",
		"hours desk: mon-fri 09:00-17:00 → 09:00-18:00",
		"hours desk: + number when closed +12065550199",
		"hours desk: - sat 09:00-12:00",
		"hours desk: + when closed number",
		"time zone: Europe/Berlin → Europe/Paris",
		`menu main: 1 attributes {"skill":"billing"} → {"skill":"bills"}`,
		`menu main: + 1 in es "Para facturas, 1."`,
		"menu main: + 1 leads to menu second",
		"menu main: order of the choices 1 3 → 3 1",
		"menu main: + speech yes",
		"menu main: + tries 3",
		`waiting: after 5 minutes "B" → "C"`,
		"waiting: + no music yes",
		`prompt es closed: "Cerrado." → "Está cerrado."`,
		`prompt es waiting: + ""`,
		"voice es: + Polly.Lupe-Neural",
	}
	if !slices.Equal(lines, want) {
		t.Errorf("lines\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
	if want := []string{"numbers", "hours", "menus", "waiting", "prompts-es"}; !slices.Equal(topics, want) || compared.Lines() != len(lines) {
		t.Errorf("topics %q, want %q; %d lines", topics, want, compared.Lines())
	}
}

// TestEveryKeyIsCompared changes each key of the settings from nothing.
func TestEveryKeyIsCompared(t *testing.T) {
	t.Parallel()
	zero := 0
	one := settings.Settings{
		Numbers:   map[string]settings.Number{"+12065550100": {Attributes: json.RawMessage(`{}`), Language: "es", Hours: "a", Menu: "b", Priority: &zero, NoSurvey: true, NoCallbacks: true}},
		Callbacks: settings.Callbacks{Offered: true, Tries: 1, Every: 1, Within: 1, Prefixes: []string{"+1"}},
		Zone:      "UTC",
		Hours:     map[string]settings.Hours{"a": {Week: map[string]string{"mon": "always"}, Dates: map[string]string{"2026-01-01": "closed"}, WhenClosed: "number", Number: "+12065550199"}},
		Shifts:    map[string]settings.Shift{"a": {Week: map[string]string{"mon": "06:00-14:00"}, Dates: map[string]string{"2026-01-01": "closed"}}},
		NoWorker:  &settings.NoWorker{After: 120, Offer: "number", Number: "+12065550199"},
		Menus: map[string]settings.Menu{"b": {Say: map[string]string{"es": "x"}, Tries: 1, Default: "1", Speech: true, Choices: []settings.Choice{
			{Key: "1", Say: map[string]string{"es": "x"}, Words: map[string][]string{"es": {"x"}}, Attributes: json.RawMessage(`{}`), Language: "en", Priority: &zero, Menu: "b"},
		}}},
		Waiting: settings.Waiting{Music: []string{"https://example.com/a"}, NoMusic: true, NoPosition: true, Wait: true, KeysEvery: 1, Longest: 1, Comfort: []settings.Comfort{{After: 1, Say: map[string]string{"en": "x"}}}},
		Survey: settings.Survey{Off: true, Share: 1, Speech: true, Questions: []settings.Question{{
			Name:    "x",
			Kind:    settings.OneOf,
			Say:     map[string]string{"es": "x"},
			Choices: []settings.Answer{{Key: "1", Name: "x", Say: map[string]string{"es": "x"}}},
			Numbers: []string{"*"},
		}}},
		Messages: settings.Messages{KeepMinutes: 1},
		Voices:   map[string]string{"de": "man"},
		Prompts:  map[string]map[prompt.Name]string{"de": {"closed": "x"}},
	}
	compared, err := Compare(nil, one)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, each := range compared.Changes {
		counts[each.Topic] = len(each.Lines)
	}
	for topic, want := range map[string]int{"numbers": 12, "hours": 8, "shifts": 2, "menus": 10, "waiting": 7, "survey": 9, "messages": 1, "prompts-de": 2} {
		if counts[topic] != want {
			t.Errorf("%s: %d lines, want %d: %+v", topic, counts[topic], want, compared.Changes)
		}
	}
}

func TestCompareUnreadableSettings(t *testing.T) {
	t.Parallel()
	held := map[string]string{"hours": `{"version":2}`, "menus": "{", "closed": `{"version":1,"closed":{"now":true}}`}
	compared, err := Compare(held, settings.Settings{Zone: "UTC", Waiting: settings.Waiting{Longest: 5}})
	if err != nil {
		t.Fatal(err)
	}
	if len(compared.Blocked) != 1 || !strings.Contains(compared.Blocked[0], "settings hours") {
		t.Errorf("blocked %q", compared.Blocked)
	}
	if len(compared.Warnings) != 2 || !strings.Contains(compared.Warnings[0], "menus") || !strings.Contains(compared.Warnings[1], "twilioctl open") {
		t.Errorf("warnings %q", compared.Warnings)
	}
	if len(compared.Changes) != 2 || compared.Changes[0].Topic != "menus" || compared.Changes[1].Topic != "waiting" {
		t.Errorf("changes %+v", compared.Changes)
	}
}

// full stands in for SSM: it refuses parameters after the first.
type full struct{ kept []string }

func (f *full) GetParameters(context.Context, *ssm.GetParametersInput, ...func(*ssm.Options)) (*ssm.GetParametersOutput, error) {
	return nil, errors.New("no rights")
}

func (f *full) PutParameter(_ context.Context, input *ssm.PutParameterInput, _ ...func(*ssm.Options)) (*ssm.PutParameterOutput, error) {
	if input.Type != types.ParameterTypeString || !aws.ToBool(input.Overwrite) {
		return nil, errors.New("wrong type")
	}
	if len(f.kept) > 0 {
		return nil, errors.New("ThrottlingException")
	}
	f.kept = append(f.kept, aws.ToString(input.Name)+" "+aws.ToString(input.Value))
	return &ssm.PutParameterOutput{}, nil
}

func TestWriteStopsAtFailure(t *testing.T) {
	t.Parallel()
	compared, err := Compare(nil, settings.Settings{Zone: "UTC", Waiting: settings.Waiting{Longest: 5}, Voices: map[string]string{"en": "man"}})
	if err != nil {
		t.Fatal(err)
	}
	client := &full{}
	store := Store{Client: client, Prefix: "/desk/", Now: time.Now}
	done, err := store.WriteAll(t.Context(), compared.Changes)
	if err == nil || !strings.Contains(err.Error(), "/desk/settings/waiting: ThrottlingException") || !slices.Equal(done, []string{"hours"}) {
		t.Errorf("done %q, %v", done, err)
	}
	if left := Topics(compared.Changes, done); !slices.Equal(left, []string{"waiting", "prompts-en"}) {
		t.Errorf("left %q", left)
	}
	if !slices.Equal(client.kept, []string{`/desk/settings/hours {"version":1,"zone":"UTC"}`}) {
		t.Errorf("kept %q", client.kept)
	}
	if _, err := store.Read(t.Context()); err == nil {
		t.Error("read without rights")
	}
}
