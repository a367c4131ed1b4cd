package prompt

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestSaidPhrasesDiffer finds a phrase that has two meanings in a language, or none.
func TestSaidPhrasesDiffer(t *testing.T) {
	t.Parallel()
	for _, language := range Languages() {
		book := For(language, Own{})
		if book.Language() != language {
			t.Errorf("the book of %s is %s", language, book.Language())
		}
		lists := [][]string{book.Yes(), book.No(), book.Fillers()}
		for digit := range 10 {
			said := book.Digit(digit)
			if len(said) < 2 || !slices.Contains(said, strconv.Itoa(digit)) {
				t.Errorf("%s says %d as %q", language, digit, said)
			}
			lists = append(lists, said)
		}
		meant := map[string]int{}
		for i, list := range lists {
			for _, phrase := range list {
				if earlier, found := meant[phrase]; found {
					t.Errorf("%s: %q is in list %d and %d", language, phrase, earlier, i)
				}
				if strings.TrimSpace(phrase) == "" {
					t.Errorf("%s: list %d has an empty phrase", language, i)
				}
				meant[phrase] = i
			}
		}
	}
}
