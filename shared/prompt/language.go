package prompt

import "slices"

// Language is a language in which callers are spoken to, such as "en".
type Language string

// The languages that callers are spoken to in.
const (
	English Language = "en"
	Spanish Language = "es"
	German  Language = "de"
)

// language is all that the bundle knows of a language.
type language struct {
	name   Language
	locale string          // as <Say> and <Gather> take it; "" = Twilio's default, en-US
	plus   string          // how the sign before a phone number is said
	scores string          // the words for 1 to 5 that a caller may say, for <Gather hints>
	said   said            // how callers answer a question
	texts  map[Name]string // all prompts

	// voices are Amazon Polly's, by their locale
	// (https://docs.aws.amazon.com/polly/latest/dg/available-voices.html): <Say> can fail if its
	// language is not its voice's (https://www.twilio.com/docs/voice/twiml/say). A voice that is
	// missing here gets the language's locale.
	voices map[string]string
}

// languages are in the order in which a menu offers them.
var languages = []*language{&english, &spanish, &german}

// Languages returns all languages.
func Languages() []Language {
	names := make([]Language, len(languages))
	for i, language := range languages {
		names[i] = language.name
	}
	return names
}

// IsLanguage reports whether a text is the name of one of Languages.
func IsLanguage(name string) bool {
	return slices.ContainsFunc(languages, func(l *language) bool { return string(l.name) == name })
}

// localeOf is the locale that <Say> is given with a voice.
func (l *language) localeOf(voice string) string {
	if locale := googleLocale(voice); locale != "" {
		return locale
	}
	if locale := l.pollyLocale(voice); locale != "" {
		return locale
	}
	return l.locale
}
