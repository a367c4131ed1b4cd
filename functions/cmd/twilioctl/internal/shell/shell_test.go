package shell_test

import (
	"os/exec"
	"strings"
	"testing"

	"switchboard/functions/cmd/twilioctl/internal/shell"
)

func TestShellReadsWords(t *testing.T) {
	t.Parallel()
	texts := []string{
		"", "plain", "a b", "it's", `"`, `\`, `\\`, `\'`, "$HOME", "`id`", "!!", "a\nb", "a\tb", "*", "~", "#", ";", "&", "|", "<", "(", "{a,b}",
		"=", "-n", "Söhne 😀", "'", "''", `'\''`, "\r", " ", "%s", `S\u00f6hne`,
	}
	if got := read(t, texts); got != strings.Join(texts, "\x00") {
		t.Errorf("the shell reads\n%q\nwant\n%q", got, strings.Join(texts, "\x00"))
	}
}

func FuzzWord(f *testing.F) {
	f.Add(`it's "$HOME"\`)
	f.Add("a\nb`id`!")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ContainsRune(text, 0) {
			return
		}
		if got := read(t, []string{text}); got != text {
			t.Errorf("the shell reads %q, want %q", got, text)
		}
	})
}

// read returns the words that a shell reads.
func read(t *testing.T, texts []string) string {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no sh")
	}
	var line strings.Builder
	for _, text := range texts {
		line.WriteString(" " + shell.Word(text))
	}
	out, err := exec.Command(sh, "-c", `printf '%s\0'`+line.String()).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(string(out), "\x00")
}
