package prompt

import (
	"strconv"
	"strings"
)

// said is how callers answer a question. Commas separate phrases.
type said struct {
	digits  [10]string // a word is one digit's only
	yes, no string
	fillers string // do not change an answer that they are said with
}

// Digit lists the ways to say a digit, 0 to 9, the digit itself among them.
func (b Book) Digit(digit int) []string {
	return append(phrases(b.words().said.digits[digit]), strconv.Itoa(digit))
}

// Yes lists the ways to say yes.
func (b Book) Yes() []string { return phrases(b.words().said.yes) }

// No lists the ways to say no.
func (b Book) No() []string { return phrases(b.words().said.no) }

// Fillers lists what callers say with an answer, and which does not change it.
func (b Book) Fillers() []string { return phrases(b.words().said.fillers) }

// Language is the language that the book is in.
func (b Book) Language() Language { return b.words().name }

func phrases(list string) []string { return strings.Split(list, ", ") }
