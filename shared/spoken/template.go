// Package spoken prepares texts that a voice speaks: templates with placeholders, and phone numbers
// digit by digit.
package spoken

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Template is a text with names in braces: {position} or, for a value inside another,
// {customer.name}. The zero Template says nothing.
type Template struct{ sentences []sentence }

// sentence is said whole or not at all.
type sentence []part

// part is text or, if it has a name, a placeholder.
type part struct{ text, name string }

// Parse reads a template. Sentences end at a full stop, an exclamation mark or a question mark with
// white space behind it. Braces stand only around names, of letters, digits, hyphens and
// underscores. The error begins with what is wrong, so that a caller can say whose it is.
func Parse(text string) (Template, error) {
	if !utf8.ValidString(text) {
		return Template{}, errors.New("bytes are not UTF-8")
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
		name, length := placeholder(text)
		if length == 0 {
			return Template{}, fmt.Errorf("braces stand around the name of a task attribute, as in {customer.name}; these do not: %q", text)
		}
		open, text = append(open, part{name: name}), text[length:]
	}
	template.sentences = append(template.sentences, open)
	return template, nil
}

// Names returns the names of the placeholders, each once, in the order of the text.
func (t Template) Names() []string {
	var names []string
	for _, sentence := range t.sentences {
		for _, part := range sentence {
			if part.name != "" && !slices.Contains(names, part.name) {
				names = append(names, part.name)
			}
		}
	}
	return names
}

// Fill returns the text with the values of its placeholders. It leaves out each sentence with a
// placeholder whose value is empty. The text has single spaces and no line breaks; "" = nothing is
// left.
func (t Template) Fill(value func(name string) string) string {
	var said strings.Builder
	for _, sentence := range t.sentences {
		said.WriteString(sentence.fill(value) + " ")
	}
	return strings.Join(strings.Fields(said.String()), " ")
}

func (s sentence) fill(value func(name string) string) string {
	var said strings.Builder
	for _, part := range s {
		text := part.text
		if part.name != "" {
			if text = value(part.name); text == "" {
				return ""
			}
		}
		said.WriteString(text)
	}
	return said.String()
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
func placeholder(text string) (name string, length int) {
	name, _, closed := strings.Cut(text[1:], "}")
	if text[0] != '{' || !closed {
		return "", 0
	}
	for key := range strings.SplitSeq(name, ".") {
		if key == "" || strings.ContainsFunc(key, func(r rune) bool { return !isLetter(r) && !isDigit(r) && r != '-' && r != '_' }) {
			return "", 0
		}
	}
	return name, len(name) + len("{}")
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
