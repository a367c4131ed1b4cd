// Package shell writes words into a command line that an operator pastes into a POSIX shell.
package shell

import (
	"regexp"
	"strings"
)

var plain = regexp.MustCompile(`^[A-Za-z0-9_./:@%+,=-]+$`)

// Word quotes a text so that the shell reads it as one word with exactly these bytes. A text that
// needs no quotes stays as it is. A command line cannot carry NUL.
func Word(text string) string {
	if plain.MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
