package settings_test

import (
	"testing"

	"switchboard/shared/prompt"
	"switchboard/shared/settings"
)

// TestOwnWordsWithoutLanguage is a number without a language: its callers hear the desk's own
// English words.
func TestOwnWordsWithoutLanguage(t *testing.T) {
	t.Parallel()
	desk := settings.Settings{
		Voices:  map[string]string{"en": "Polly.Amy-Neural"},
		Prompts: map[string]map[prompt.Name]string{"en": {prompt.Closed: "The shop is shut."}},
	}
	for _, language := range []string{"", "en"} {
		line := desk.Book(language).Line(prompt.Closed, nil)
		if line.Text != "The shop is shut." || line.Voice != "Polly.Amy-Neural" {
			t.Errorf("in language %q the desk says %+v", language, line)
		}
	}
}
