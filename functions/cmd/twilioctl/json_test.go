package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"switchboard/shared/simulator"
)

// TestJSONAfterErrors: a script may parse standard output without looking at the exit code.
func TestJSONAfterErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		refuse bool
		file   string
		args   []string
		code   int
		want   string
	}{
		{"no file", false, "", []string{"plan", "--json"}, exitUsage, "one file"},
		{
			name: "a file that is not there",
			args: []string{"--json", "plan", "/nowhere.yaml"},
			code: exitUsage,
			want: "/nowhere.yaml",
		},
		{"a wrong file", false, "worker: 1", []string{"plan", "--json", "FILE"}, exitUsage, `unknown key "worker"`},
		{"a flag that is none", false, "", []string{"plan", "--json", "--all"}, exitUsage, "all"},
		{"a flag that is none, before --json", false, "", []string{"plan", "--all", "--json"}, exitUsage, "all"},
		{"a command that is none", false, "", []string{"--json", "paln"}, exitUsage, "paln"},
		{"nothing to ask", false, "workspace: x", []string{"apply", "--json", "FILE"}, exitUsage, "--yes"},
		{"an import", false, "", []string{"import", "--json"}, exitUsage, "leave out --json"},
		{"no account", false, "", []string{"doctor", "--json", "--account", "AC1"}, exitUsage, "AC1"},
		{"wrong credentials", true, "workspace: x", []string{"plan", "--json", "FILE"}, exitWrong, "401"},
		{
			name:   "wrong credentials for apply",
			refuse: true,
			file:   "workspace: x",
			args:   []string{"apply", "--json", "--yes", "FILE"},
			code:   exitWrong,
			want:   "401",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, simulator.Config{})
			if test.refuse {
				b.before = &fault{n: 1, how: answers(http.StatusUnauthorized, 20003)}
			}
			args := strings.Split(strings.ReplaceAll(strings.Join(test.args, "\n"), "FILE", b.file(test.file)), "\n")
			code, out, stderr := b.run(args...)
			var told struct {
				Error string `json:"error"`
			}
			if err := json.Unmarshal([]byte(out), &told); err != nil || code != test.code || !strings.Contains(told.Error, test.want) {
				t.Errorf("exit code %d, %v, printed\n%s\nwant %d and an error with %q", code, err, out, test.code, test.want)
			}
			if !strings.Contains(stderr, test.want) {
				t.Errorf("people read %q, want %q in it", stderr, test.want)
			}
		})
	}
}

// TestURLPasswordsAreNotPrinted: the account's webhooks have URLs with passwords. The bench
// searches everything that is printed for them.
func TestURLPasswordsAreNotPrinted(t *testing.T) {
	t.Parallel()
	b := newBench(t, simulator.Config{})
	existing(t, b)
	b.twilio.AddNumber(simulator.Number{Number: number, VoiceURL: "https://al:hunter2@old.example/voice", FallbackURL: "https://al:hunter2@old.example/fallback"})
	file := b.file("workspace: Old desk", "workflow: {name: Desk, assignment_callback_url: 'https://al:hunter2@new.example/'}", "numbers: [{number: "+number+", fallback_url: 'https://al:hunter2@new.example/'}]")
	for _, args := range [][]string{
		{"plan", "--base-url", base, file}, {"plan", "--json", "--base-url", base, file}, {"apply", "--yes", "--json", "--base-url", base, file},
		{"doctor", "--base-url", base}, {"doctor", "--json", "--base-url", "https://al:hunter2@host.invalid"},
	} {
		if _, out, errors := b.run(args...); !strings.Contains(out, "al:xxxxx@") {
			t.Errorf("%v shows no URL with a password: %s%s", args, out, errors)
		}
	}
	wrong := b.file("numbers: [{number: " + number + ", voice_url: 'ftp://al:hunter2@old.example'}]")
	if _, out, errors := b.run("plan", "--json", wrong); !strings.Contains(out, "al:xxxxx@") || !strings.Contains(errors, "al:xxxxx@") {
		t.Errorf("a wrong URL is told as %s%s", out, errors)
	}
}

// TestURLPasswordsAreNotInJSON also covers errors inside a document.
func TestURLPasswordsAreNotInJSON(t *testing.T) {
	t.Parallel()
	var told outcome
	told.tell(errors.New(`fetch "https://al:hunter2@old.example": no such host`))
	if want := `fetch "https://al:xxxxx@old.example": no such host`; told.Error != want {
		t.Errorf("error %q, want %q", told.Error, want)
	}
}
