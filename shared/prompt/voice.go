package prompt

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// CheckVoice returns what is wrong with a desk's voice for a language: <Say> has no such, or it
// speaks another language. "" is right.
func CheckVoice(language Language, voice string) error {
	if voice == "" {
		return nil
	}
	if !isVoice(voice) {
		return fmt.Errorf("%q is no voice, such as Polly.Joanna-Neural or Google.es-US-Neural2-A", voice)
	}
	locale := localeOf(voice)
	if speaks, _, known := strings.Cut(locale, "-"); known && speaks != string(language) {
		return fmt.Errorf("the voice %s speaks %s", voice, locale)
	}
	return nil
}

// isVoice reports whether a name has the form of those that <Say> takes
// (https://www.twilio.com/docs/voice/twiml/say/text-speech). The voices themselves change without
// notice, so no list of them would stay right.
func isVoice(voice string) bool {
	maker, name, _ := strings.Cut(voice, ".")
	switch maker {
	case "man", "woman":
		return voice == maker
	case "Polly":
		name, model, named := strings.Cut(name, "-")
		return name != "" && strings.IndexFunc(name, isNoLetter) < 0 && (!named || model == "Neural" || model == "Generative")
	case "Google":
		parts := strings.Split(name, "-")
		return len(parts) >= 3 && !slices.ContainsFunc(parts, func(part string) bool { return part == "" || !isAlphanumeric(part) })
	}
	return false
}

func isNoLetter(r rune) bool { return !unicode.IsLetter(r) }

func isAlphanumeric(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII || isNoLetter(r) && !unicode.IsDigit(r) })
}

// localeOf is the locale that a voice speaks, "" if it is not known.
func localeOf(voice string) string {
	if locale := googleLocale(voice); locale != "" {
		return locale
	}
	for _, language := range languages {
		if locale := language.pollyLocale(voice); locale != "" {
			return locale
		}
	}
	return ""
}

// pollyLocale is the locale of a voice such as Polly.Lupe-Neural, "" for one that is not known to
// speak the language.
func (l *language) pollyLocale(voice string) string {
	name, found := strings.CutPrefix(voice, "Polly.")
	name, _, _ = strings.Cut(name, "-")
	for locale, names := range l.voices {
		if found && slices.Contains(strings.Fields(names), name) {
			return locale
		}
	}
	return ""
}

// googleLocale is the locale in Google.es-US-Neural2-A, "" for no voice of Google's.
func googleLocale(voice string) string {
	name, found := strings.CutPrefix(voice, "Google.")
	parts := strings.SplitN(name, "-", 3)
	if !found || len(parts) < 3 {
		return ""
	}
	return parts[0] + "-" + parts[1]
}
