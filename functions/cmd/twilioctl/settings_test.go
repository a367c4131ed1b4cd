package main

import (
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"

	"switchboard/shared/simulator"
)

const settingsPath = "/switchboard/settings/"

// callersFile is a file with what a desk decides about its callers.
const callersFile = `
zone: America/New_York
hours: {desk: {week: {mon-fri: 09:00-17:00}}}
numbers:
  - {number: +12065550100, hours: desk, language: es}
prompts: {es: {closed: Está cerrado.}}
`

// ready is a bench whose account and stack are as the file wants, but for its settings.
func ready(t *testing.T) *bench {
	t.Helper()
	b := newBench(t, simulator.Config{Empty: true})
	out := b.must("apply", "--yes", b.file("numbers: ["+number+"]"))
	b.stacks = stacks{"switchboard": deployed(parametersOf(lastLine(out)))}
	b.must("apply", "--yes", b.file("numbers: ["+number+"]"))
	return b
}

func TestApplyWritesChangedTopics(t *testing.T) {
	t.Parallel()
	b := ready(t)
	file := b.file(callersFile)
	code, out, _ := b.run("plan", "--check", file)
	if code != exitChanges || !strings.Contains(out, "nothing to change") || !strings.Contains(out, "Settings for callers: 5 changes.") || len(b.ssm) > 0 {
		t.Errorf("plan: exit code %d, SSM %v\n%s", code, b.ssm, out)
	}
	b.input = strings.NewReader("no\n")
	if code, out, _ := b.run("apply", file); code != exitWrong || !strings.Contains(out, "Apply 5 changes?") || len(b.ssm) > 0 {
		t.Errorf("apply without a yes: exit code %d, SSM %v\n%s", code, b.ssm, out)
	}
	out = b.must("apply", "--yes", file)
	if !strings.Contains(out, "done: settings numbers, hours, prompts-es; functions use it within 5 minutes, by ") {
		t.Errorf("apply does not say what it wrote:\n%s", out)
	}
	want := parameters{
		settingsPath + "numbers":    `{"version":1,"numbers":{"+12065550100":{"language":"es","hours":"desk"}}}`,
		settingsPath + "hours":      `{"version":1,"zone":"America/New_York","hours":{"desk":{"week":{"mon-fri":"09:00-17:00"}}}}`,
		settingsPath + "prompts-es": `{"version":1,"prompts":{"es":{"closed":"Está cerrado."}}}`,
	}
	if !maps.Equal(b.ssm, want) {
		t.Errorf("SSM holds %v\nwant %v", b.ssm, want)
	}
	if out := b.must("plan", "--check", file); !strings.Contains(out, "Settings for callers: nothing to change.") {
		t.Errorf("another plan:\n%s", out)
	}
	out = b.must("apply", "--yes", b.file(strings.Replace(callersFile, "17:00", "18:00", 1)))
	if !strings.Contains(out, "hours desk: mon-fri 09:00-17:00 → 09:00-18:00") || !strings.Contains(out, "done: settings hours; ") {
		t.Errorf("an hour longer:\n%s", out)
	}
	b.must("apply", "--yes", b.file("numbers: ["+number+"]"))
	if len(b.ssm) != 3 {
		t.Errorf("a file without callers' keys left %v", b.ssm)
	}
}

func TestSettingsWithoutAWS(t *testing.T) {
	t.Parallel()
	b := newBench(t, simulator.Config{Empty: true})
	b.noAWS = errors.New("find AWS credentials: none")
	file := b.file(callersFile)
	if out := b.must("plan", file); !strings.Contains(out, "Settings for callers: not compared with SSM: find AWS credentials: none\n") {
		t.Errorf("plan:\n%s", out)
	}
	code, _, stderr := b.run("apply", "--yes", "--base-url", base, file)
	if code != exitWrong || !strings.Contains(stderr, "--no-stack") || len(b.writes()) > 0 {
		t.Errorf("apply: exit code %d, writes %v\n%s", code, b.writes(), stderr)
	}
	if out := b.must("apply", "--yes", "--no-stack", file); !strings.Contains(out, "not compared with SSM: --no-stack was given") {
		t.Errorf("apply --no-stack:\n%s", out)
	}
}

func TestPlanWarnsOfEnglishTexts(t *testing.T) {
	t.Parallel()
	b := ready(t)
	out := b.must("plan", b.file(callersFile, "waiting: {comfort: [{after: 5, say: {en: Thank you.}}]}"))
	if !strings.Contains(out, "waiting.comfort[0].say: no text in es: callers who are spoken to in it hear the English one") {
		t.Errorf("plan:\n%s", out)
	}
}

func TestPrefixOfSettings(t *testing.T) {
	t.Parallel()
	b := newBench(t, simulator.Config{Empty: true})
	b.must("apply", "--yes", b.file("zone: UTC", "deploy: {SecretsPrefix: /desk}"))
	if b.ssm["/desk/settings/hours"] == "" || len(b.ssm) != 1 {
		t.Errorf("SSM holds %v", b.ssm)
	}
}

func TestNewerSettingsBlockApply(t *testing.T) {
	t.Parallel()
	b := ready(t)
	b.ssm[settingsPath+"hours"] = `{"version":2}`
	code, out, _ := b.run("apply", "--yes", b.file(callersFile))
	if code != exitWrong || !strings.Contains(out, "a newer twilioctl has written the settings hours") || len(b.ssm) != 1 {
		t.Errorf("exit code %d, SSM %v\n%s", code, b.ssm, out)
	}
}

func TestSettingsAsJSON(t *testing.T) {
	t.Parallel()
	b := ready(t)
	var applied outcome
	if err := json.Unmarshal([]byte(b.must("apply", "--yes", "--json", b.file(callersFile))), &applied); err != nil {
		t.Fatal(err)
	}
	s := applied.Plan.Settings
	if !s.Compared || len(s.Changes) != 3 || s.Changes[2].Lines[0] != `prompt es closed: + "Está cerrado."` || strings.Join(applied.Written, " ") != "numbers hours prompts-es" {
		t.Errorf("settings %+v, written %q", s, applied.Written)
	}
}

func TestCloseAndOpen(t *testing.T) {
	t.Parallel()
	b := ready(t)
	b.must("apply", "--yes", b.file(callersFile))
	out := b.must("close", "--reason", "We are closed because of a storm.")
	for _, want := range []string{
		"Closed for every number: functions use it within 5 minutes, by ",
		`en: new callers hear "We are closed because of a storm."`,
		`es: new callers hear "We are closed because of a storm."`,
		"es: they hear the English reason; give --reason-es",
		"Callers who wait already stay in line.",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("close lacks %q:\n%s", want, out)
		}
	}
	if got, want := b.ssm[settingsPath+"closed"], `{"version":1,"closed":{"now":true,"reason":{"en":"We are closed because of a storm."}}}`; got != want {
		t.Errorf("SSM holds %s, want %s", got, want)
	}
	if out := b.must("plan", b.file(callersFile)); !strings.Contains(out, "the desk is closed by hand: twilioctl open opens it") {
		t.Errorf("plan:\n%s", out)
	}
	var document closedDocument
	if err := json.Unmarshal([]byte(b.must("close", "--json", "--reason-es", "Tormenta.")), &document); err != nil {
		t.Fatal(err)
	}
	if want := map[string]string{"en": "We are closed at the moment.", "es": "Tormenta."}; !document.Closed || !maps.Equal(document.Hears, want) {
		t.Errorf("document %+v, want %v", document, want)
	}
	out = b.must("open")
	if !strings.Contains(out, "No longer closed by hand: functions use it within 5 minutes") || b.ssm[settingsPath+"closed"] != `{"version":1}` {
		t.Errorf("SSM holds %s\n%s", b.ssm[settingsPath+"closed"], out)
	}
}

func TestOpenNamesNumbersClosedByHours(t *testing.T) {
	t.Parallel()
	b := ready(t)
	b.must("apply", "--yes", b.file("zone: UTC", "hours: {never: {dates: {2026-01-01: closed}}}", "numbers:", "  - {number: +12065550100, hours: never}"))
	if out := b.must("open"); !strings.Contains(out, "number +12065550100: closed by the hours never, for good") {
		t.Errorf("open:\n%s", out)
	}
}

func TestCloseRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		args []string
		ssm  parameters
		code int
		want string
	}{
		{
			name: "a reason with a brace",
			args: []string{"close", "--reason-es", "Una {tormenta"},
			code: exitUsage,
			want: "--reason-es: the text's",
		},
		{
			name: "a reason without quotes",
			args: []string{"close", "--reason", "A", "storm"},
			code: exitUsage,
			want: `close takes no "storm"`,
		},
		{
			name: "another stack",
			args: []string{"close", "--stack", "switchbaord"},
			code: exitWrong,
			want: "there is no stack switchbaord yet: give another --stack",
		},
		{
			name: "a newer version",
			args: []string{"open"},
			ssm:  parameters{settingsPath + "closed": `{"version":2}`},
			code: exitWrong,
			want: "a newer twilioctl has written /switchboard/settings/closed",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, simulator.Config{Empty: true})
			b.stacks = stacks{"switchboard": deployed(nil)}
			if test.ssm != nil {
				b.ssm = test.ssm
			}
			before := maps.Clone(b.ssm)
			code, _, stderr := b.run(test.args...)
			if code != test.code || !strings.Contains(stderr, test.want) || !maps.Equal(b.ssm, before) {
				t.Errorf("exit code %d, want %d and %q, SSM %v\n%s", code, test.code, test.want, b.ssm, stderr)
			}
		})
	}
}
