// Package announcement says in a sentence or two who is calling, from the attributes of the call's
// task.
package announcement

import (
	"fmt"
	"unicode/utf8"

	"switchboard/shared/spoken"
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
type Template struct{ text spoken.Template }

// Parse reads a template, of at most 500 characters. spoken.Parse says where sentences end and
// which names there are.
func Parse(text string) (Template, error) {
	if n := utf8.RuneCountInString(text); n > maxTemplate {
		return Template{}, fmt.Errorf("an announcement of %d characters, at most %d are taken", n, maxTemplate)
	}
	template, err := spoken.Parse(text)
	if err != nil {
		return Template{}, fmt.Errorf("an announcement's %w", err)
	}
	return Template{template}, nil
}
