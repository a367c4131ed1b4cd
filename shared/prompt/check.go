package prompt

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"switchboard/shared/spoken"
)

// maxText is in characters: what the shortest of Twilio's voices reads.
const maxText = 3000

// Check returns what is wrong with a desk's own text for a prompt: an unknown name, a placeholder
// of another prompt, or what CheckText refuses.
func Check(name Name, text string) error {
	i := slices.Index(Names(), name)
	if i < 0 {
		return fmt.Errorf("there is no prompt %q; there are %s", name, list(Names()))
	}
	return check(text, prompts[i].placeholder)
}

// CheckText returns what is wrong with a desk's text that is no prompt: more than 3,000 characters,
// braces that stand around no name of a task attribute, the placeholder of a prompt, or a
// recording's URL that is not https. "" is right.
func CheckText(text string) error { return check(text, "") }

func check(text, placeholder string) error {
	if n := utf8.RuneCountInString(text); n > maxText {
		return fmt.Errorf("the text has %d characters; a voice reads %d", n, maxText)
	}
	if !utf8.ValidString(text) {
		return errors.New("the text is not UTF-8")
	}
	if strings.Contains(text, "{{") {
		return errors.New("the text has {{, which SSM does not store")
	}
	if text = strings.TrimSpace(text); isAddress(text) {
		return checkURL(text)
	}
	template, err := spoken.Parse(text)
	if err != nil {
		return fmt.Errorf("the text's %w", err)
	}
	for _, name := range template.Names() {
		if name != placeholder && slices.Contains([]string{position, minutes, reason, number}, name) {
			return fmt.Errorf("{%s} has no value in this text", name)
		}
	}
	return nil
}

// isAddress reports whether the text is any address, also one that is not taken: a voice would read
// it letter by letter.
func isAddress(text string) bool {
	scheme, _, found := strings.Cut(text, "://")
	return found && scheme != "" && isAlphanumeric(scheme)
}

func isRecording(text string) bool { return strings.HasPrefix(text, "https://") }

func checkURL(text string) error {
	if !isRecording(text) {
		return errors.New("a recording's URL begins with https://")
	}
	address, err := url.Parse(text)
	if err != nil || address.Hostname() == "" || strings.ContainsAny(text, " \t\r\n{}") {
		return errors.New("a recording's URL has a host, and neither white space nor braces")
	}
	if address.User != nil {
		return errors.New("a recording's URL has no user name or password, which Twilio would log")
	}
	return nil
}

func list(names []Name) string {
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = string(name)
	}
	return strings.Join(texts, ", ")
}
