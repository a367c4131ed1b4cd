package twiml

import (
	"unicode/utf8"

	verb "github.com/twilio/twilio-go/twiml"
)

const (
	// maxSpoken is the shortest limit among Twilio's voices, in characters. Twilio does not read
	// longer text (warning 13521).
	maxSpoken = 3000
	// maxTogether is how many characters the lines of a document have together: twice maxSpoken,
	// and far from 64 kB even if each is escaped.
	maxTogether = 2 * maxSpoken
	// maxHints is in characters. Twilio takes more, but a document has a limit.
	maxHints = 1000
)

// Line is one thing that a caller hears: a text that Twilio speaks, or a recording. The zero Line
// says nothing.
type Line struct {
	Text     string // spoken, unless there is a URL
	URL      string // of a recording, https
	Language string // of the text, as <Say> takes it, such as es-US; "" = Twilio's default, en-US
	Voice    string // such as Polly.Lupe-Neural; "" = the account's
}

// spoken renders lines as <Say> and <Play>. Consecutive texts of one voice become one <Say>, which
// the voice reads as one paragraph, while they are short enough for one.
func spoken(lines []Line) []verb.Element {
	var verbs []verb.Element
	for _, line := range joined(lines) {
		if line.URL != "" {
			verbs = append(verbs, verb.VoicePlay{Url: line.URL})
			continue
		}
		verbs = append(verbs, verb.VoiceSay{Message: line.Text, Language: line.Language, Voice: line.Voice})
	}
	return verbs
}

func joined(lines []Line) []Line {
	var joined []Line
	left := maxTogether
	for _, line := range lines {
		if line.URL != "" {
			joined = append(joined, line)
			continue
		}
		line.Text = firstCharacters(line.Text, min(maxSpoken, left))
		if line.Text == "" {
			continue
		}
		left -= utf8.RuneCountInString(line.Text)
		if last := len(joined) - 1; last >= 0 && joined[last].takes(line) {
			joined[last].Text += " " + line.Text
			continue
		}
		joined = append(joined, line)
	}
	return joined
}

// takes reports whether the text of next can be spoken in one breath with that of line.
func (line Line) takes(next Line) bool {
	return line.URL == "" && line.Language == next.Language && line.Voice == next.Voice &&
		utf8.RuneCountInString(line.Text)+len(" ")+utf8.RuneCountInString(next.Text) <= maxSpoken
}

func say(text string) verb.Element {
	return verb.VoiceSay{Message: firstCharacters(text, maxSpoken)}
}

func firstCharacters(text string, limit int) string {
	n := 0
	for i := range text {
		if n == limit {
			return text[:i]
		}
		n++
	}
	return text
}
