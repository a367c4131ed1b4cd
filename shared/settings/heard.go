package settings

import (
	"cmp"
	"fmt"
	"slices"

	"switchboard/shared/prompt"
)

// heard fails each text of a menu, and each message to waiting callers, that some callers would not
// hear: it is neither in their language nor in English.
func (c *checker) heard(s Settings) {
	spoken := map[string]bool{}
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
			c.understood(at+".say", menu.Say, in.language)
			for i, choice := range menu.Choices {
				c.understood(fmt.Sprintf("%s.choices[%d].say", at, i), choice.Say, in.language)
			}
		}
	}
	for i, comfort := range s.Waiting.Comfort {
		for language := range sorted(spoken) {
			c.understood(fmt.Sprintf("waiting.comfort[%d].say", i), comfort.Say, language)
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

// understood leaves out an unknown language, which is a mistake where it is set.
func (c *checker) understood(at string, texts map[string]string, language string) {
	known := slices.Contains(prompt.Languages(), prompt.Language(language))
	_, own := texts[language]
	_, english := texts[string(prompt.English)]
	if len(texts) > 0 && known && !own && !english {
		c.fail(at, "some callers hear %s: want a text in it, or in %s", language, prompt.English)
	}
}
