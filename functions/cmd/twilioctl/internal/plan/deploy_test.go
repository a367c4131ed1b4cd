package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// hardValues are valid parameters that are hard to write on a command line.
func hardValues() []string {
	return []string{
		"", "plain", "two words", " ", "  around  ", `{"*": {"skill": "it's"}}`, `{"name":"S\u00f6hne"}`, `{"name":"Söhne 😀"}`, `{"a":"\\"}`, `{"a":"\\\\"}`,
		`{"a":"\""}`, `{"a":"\"\\\" \\"}`, `{"a":"\\'"}`, `{"a":"\\ b"}`, `{"a":"\\\\' \\\" '"}`, `{"a":"\n\t\b\f\r\/"}`, "{\n\t\"a\": 1,\r\n  \"b\": [1, 2]\n}",
		`{"$HOME":"$(id) ` + "`id`" + ` !! \u0024"}`, `{"a":"b=c, d = e","f":"ParameterKey=x"}`, `{"a b=\"c\" D=e":"'"}`, `{"a":"'\""}`, `"`, `'`, `"x"`, `'x'`, `\x`, `a\b`, `a\ b`, `'"`,
		"it's {skill}!", `say "hi"`, "a\nb", "-n", "--guided", "~", "*", "%s", "#", ";", "a'b\"c d",
	}
}

// TestSAMReadsValues reads values with the two expressions and three replacements of SAM CLI.
func TestSAMReadsValues(t *testing.T) {
	t.Parallel()
	for _, value := range append(hardValues(), randomJSON(2000)...) {
		written, ok := samValue(Parameter{Name: "A", Value: value})
		if !ok {
			t.Errorf("%q cannot be written", value)
			continue
		}
		if got := readAsSAM("A=" + written); len(got) != 1 || got["A"] != value {
			t.Errorf("%q is written as %s and read as %q", value, written, got)
		}
	}
}

func TestUnwritableValueBlocksPlan(t *testing.T) {
	t.Parallel()
	for _, value := range []string{`a\`, `a\\\`, "a\\\nb", `\" \'`, "x ParameterKey=a,ParameterValue=b"} {
		d := Deploy{Parameters: []Parameter{{Name: "LogLevel", Value: "INFO"}, {Name: "WorkerAnnouncement", Value: value}}}
		if got := strings.Join(d.Unwritable(), " "); got != "WorkerAnnouncement" || d.Command() != "sam deploy --parameter-overrides LogLevel=INFO" {
			t.Errorf("%q: %q cannot be written, command %s", value, got, d.Command())
		}
	}
}

// FuzzSAMValue: SAM CLI reads any text unchanged, or samValue refuses it. It never refuses JSON.
func FuzzSAMValue(f *testing.F) {
	for _, value := range hardValues() {
		f.Add(value)
	}
	f.Add("a\\")
	f.Fuzz(func(t *testing.T, value string) {
		written, ok := samValue(Parameter{Name: "A", Value: value})
		if got := readAsSAM("A=" + written); ok && (len(got) != 1 || got["A"] != value) {
			t.Errorf("%q is written as %s and read as %q", value, written, got)
		}
		if !ok && json.Valid([]byte(value)) && !strings.Contains(value, "ParameterKey=") {
			t.Errorf("%q is JSON and cannot be written", value)
		}
	})
}

// TestShellAndSAMReadCommands reads the lines with a shell and SAM CLI. It needs what `.ci/venv
// sam` installs.
func TestShellAndSAMReadCommands(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..", "..", "..", "..")
	python := filepath.Join(root, ".cache", "sam", "bin", "python")
	if _, err := os.Stat(python); err != nil {
		t.Skip("there is no SAM CLI below .cache: .ci/venv sam installs it")
	}
	type line struct {
		Line string            `json:"line"`
		Want map[string]string `json:"want"`
	}
	var lines []line
	values := append(hardValues(), randomJSON(200)...)
	for len(values) > 0 {
		d, want := Deploy{StackName: "its own stack"}, map[string]string{}
		for i, value := range values[:min(len(values), 7)] {
			name := fmt.Sprintf("Parameter%d", i)
			d.Parameters, want[name] = append(d.Parameters, Parameter{Name: name, Value: value}), value
		}
		lines, values = append(lines, line{d.Command(), want}), values[len(want):]
	}
	input, err := json.Marshal(lines)
	if err != nil {
		t.Fatal(err)
	}
	judge := exec.CommandContext(t.Context(), python, filepath.Join(root, ".ci", "overrides.py"))
	judge.Stdin = bytes.NewReader(input)
	if out, err := judge.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// readAsSAM is CfnParameterOverridesType.convert of SAM CLI 1.170.0 for one argument.
func readAsSAM(argument string) map[string]string {
	const key, value = `([A-Za-z0-9\\"']+)`, `("(?:\\.|[^"\\]+)*"|'(?:\\.|[^'\\]+)*'|(?:\\.|[^ "\\]+)+)`
	unquote := func(text string) string {
		if n := len(text); n > 1 && text[0] == text[n-1] && strings.ContainsRune(`"'`, rune(text[0])) {
			text = text[1 : n-1]
		}
		for _, each := range []string{" ", `"`, "'"} {
			text = strings.ReplaceAll(text, `\`+each, each)
		}
		return text
	}
	for _, pattern := range []string{"ParameterKey=" + key + ",ParameterValue=" + value, " " + key + "=" + value} {
		found := regexp.MustCompile(pattern).FindAllStringSubmatch(" "+strings.TrimSpace(argument), -1)
		read := map[string]string{}
		for _, groups := range found {
			read[unquote(groups[1])] = unquote(groups[2])
		}
		if len(read) > 0 {
			return read
		}
	}
	return nil
}

// randomJSON returns n objects, with and without JSON's optional escapes.
func randomJSON(n int) []string {
	random := rand.New(rand.NewPCG(11, 5))
	pieces := []string{`\\`, `\"`, "'", " ", `\u0022`, `\u00f6`, `\n`, `\/`, "$", "`", "!", "é", "😀", ",", "=", "a", "{", "}", ":", "ParameterValue", "#"}
	var all []string
	for range n {
		var text strings.Builder
		text.WriteString(`{"`)
		for range random.IntN(12) {
			text.WriteString(pieces[random.IntN(len(pieces))])
		}
		text.WriteString(`" : "`)
		for range random.IntN(12) {
			text.WriteString(pieces[random.IntN(len(pieces))])
		}
		text.WriteString("\"\n}")
		if !json.Valid([]byte(text.String())) {
			panic(text.String())
		}
		all = append(all, text.String())
	}
	return all
}
