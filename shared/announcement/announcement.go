// Package announcement says in a sentence or two who is calling, from the attributes of the call's
// task.
package announcement

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	// maxTemplate is in characters.
	maxTemplate = 500

	// maxText is how much is said, in characters: some 20 seconds, in which a caller waits and the
	// reservation runs out.
	maxText = 300
)

// Template is a text with names of task attributes in braces: {skill} or, for one inside another,
// {customer.name}. The zero Template says nothing.
type Template struct{ sentences []sentence }

// sentence is said whole or not at all.
type sentence []part

// part is text or, where there is a path, an attribute.
type part struct {
	text string
	path []string
}

// Parse reads a template. Sentences end at a full stop, an exclamation mark or a question mark with
// white space behind it. Braces stand only around names, of letters, digits, hyphens and
// underscores.
func Parse(text string) (Template, error) {
	if n := utf8.RuneCountInString(text); n > maxTemplate {
		return Template{}, fmt.Errorf("an announcement of %d characters, at most %d are taken", n, maxTemplate)
	}
	if !utf8.ValidString(text) {
		return Template{}, errors.New("an announcement that is not UTF-8")
	}
	var template Template
	var open sentence
	for text != "" {
		at := strings.IndexAny(text, "{}")
		if at < 0 {
			at = len(text)
		}
		complete, begun := split(text[:at])
		for _, end := range complete {
			template.sentences = append(template.sentences, append(open, part{text: end}))
			open = nil
		}
		open = append(open, part{text: begun})
		if text = text[at:]; text == "" {
			break
		}
		path, length := placeholder(text)
		if length == 0 {
			return Template{}, fmt.Errorf("an announcement's braces stand around the name of a task attribute, as in {customer.name}; these do not: %q", text)
		}
		open, text = append(open, part{path: path}), text[length:]
	}
	template.sentences = append(template.sentences, open)
	return template, nil
}

// split cuts text behind each end of a sentence; what is left has none.
func split(text string) (complete []string, begun string) {
	from := 0
	for i := 1; i < len(text); i++ {
		if strings.ContainsRune(" \t\r\n", rune(text[i])) && strings.ContainsRune(".!?", rune(text[i-1])) {
			complete, from = append(complete, text[from:i]), i
		}
	}
	return complete, text[from:]
}

// placeholder reads the name in braces at the beginning of text, and how many bytes it takes with
// them; 0 when there is none.
func placeholder(text string) (path []string, length int) {
	name, _, closed := strings.Cut(text[1:], "}")
	if text[0] != '{' || !closed {
		return nil, 0
	}
	path = strings.Split(name, ".")
	for _, key := range path {
		if key == "" || strings.ContainsFunc(key, func(r rune) bool { return !isLetter(r) && !isDigit(r) && r != '-' && r != '_' }) {
			return nil, 0
		}
	}
	return path, len(name) + len("{}")
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
