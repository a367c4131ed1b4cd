package settings

import (
	"cmp"
	"fmt"

	"switchboard/shared/prompt"
)

// heard fails each text of a menu, and each message to waiting callers, that some callers would not
// hear: it is neither in their language nor in English.
func (c *checker) heard(s Settings) {
	s.eachHeard(func(at string, texts map[string]string, language string) {
		if _, english := texts[string(prompt.English)]; !english {
			c.fail(at, "some callers hear %s: want a text in it, or in %s", language, prompt.English)
		}
	})
}

// Untranslated returns the texts that some callers hear in English although they are spoken to in
// another language.
func (s Settings) Untranslated() []Mistake {
	var c checker
	s.eachHeard(func(at string, texts map[string]string, language string) {
		if _, english := texts[string(prompt.English)]; english {
			c.fail(at, "no text in %s: callers who are spoken to in it hear the English one", language)
		}
	})
	return c.all
}

// eachHeard calls missing for each text that is not in a language in which callers hear it.
func (s Settings) eachHeard(missing func(at string, texts map[string]string, language string)) {
	lacks := func(at string, texts map[string]string, language string) {
		known := prompt.IsLanguage(language) // or its own place has the mistake
		if _, own := texts[language]; len(texts) > 0 && known && !own {
			missing(at, texts, language)
		}
	}
	spoken := map[string]bool{}
	if len(s.Numbers) == 0 {
		spoken[string(prompt.English)] = true
	}
	reached := map[menuIn]bool{}
	for _, number := range sorted(s.Numbers) {
		language := cmp.Or(number.Language, string(prompt.English))
		spoken[language] = true
		s.reach(menuIn{number.Menu, language}, spoken, reached)
	}
	for name, menu := range sorted(s.Menus) {
		for _, language := range prompt.Languages() {
			in := menuIn{name, string(language)}
			if !reached[in] {
				continue
			}
			at := "menus." + name
			lacks(at+".say", menu.Say, in.language)
			for i, choice := range menu.Choices {
				if _, own := choice.Say[choice.Language]; own {
					continue // a choice of another language is offered in that
				}
				lacks(fmt.Sprintf("%s.choices[%d].say", at, i), choice.Say, in.language)
			}
		}
	}
	for i, comfort := range s.Waiting.Comfort {
		for language := range sorted(spoken) {
			lacks(fmt.Sprintf("waiting.comfort[%d].say", i), comfort.Say, language)
		}
	}
}

// menuIn is a menu in a language.
type menuIn struct{ menu, language string }

// reach adds the languages in which callers of a menu go on, and the menus that they hear.
func (s Settings) reach(from menuIn, spoken map[string]bool, reached map[menuIn]bool) {
	menu, found := s.Menus[from.menu]
	if !found || reached[from] {
		return
	}
	reached[from] = true
	for _, choice := range menu.Choices {
		next := menuIn{choice.Menu, cmp.Or(choice.Language, from.language)}
		spoken[next.language] = true
		s.reach(next, spoken, reached)
	}
}
