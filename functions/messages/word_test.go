package messages

import (
	"strings"
	"testing"
	"unicode"
)

func TestOrderOf(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want order
	}{
		{"on", signOn},
		{"ON", signOn},
		{" On.\r\n", signOn},
		{"“on”!", signOn},
		{"on 👍🏽", signOn},
		{"on ❤️", signOn},
		{"\u200bon\ufeff", signOn},
		{"Available", signOn},
		{"IN", signOn},
		{"off", signOff},
		{"Away...", signOff},
		{"-out-", signOff},
		{"STATUS?", status},
		{"status", status},
		{"", unknown},
		{"?", unknown},
		{"o n", unknown},
		{"on off", unknown},
		{"on/off", unknown},
		{"on 5", unknown},
		{"on1", unknown},
		{"onn", unknown},
		{"I am off tomorrow", unknown},
		{"out of office", unknown},
		{"not available", unknown},
		{"ＯＮ", unknown},
		{"оn", unknown}, // a Cyrillic о
		{"stop", unknown},
		{"\xff", unknown},
	}
	for _, test := range tests {
		if got := orderOf(test.text); got != test.want {
			t.Errorf("orderOf(%q) = %d, want %d", test.text, got, test.want)
		}
	}
}

func TestTwiliosWords(t *testing.T) {
	t.Parallel()
	for _, word := range strings.Fields("STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT START UNSTOP YES HELP INFO stop Help yEs") {
		if !isOneOf(twilios, word) || !isOneOf(twilios, " "+word+"\n") {
			t.Errorf("%s is none of Twilio's words", word)
		}
		if isOneOf(twilios, word+" please") {
			t.Errorf("%s please is one of Twilio's words", word)
		}
		if got := orderOf(word); got != unknown {
			t.Errorf("orderOf(%q) = %d", word, got)
		}
	}
}

// FuzzOrderOf wants a known order only for one of the words, without a letter or digit before or
// after it, and the same order in another case and with punctuation.
func FuzzOrderOf(f *testing.F) {
	for _, text := range []string{"on", " OFF. ", "Status?", "i am off", "in\x00", "Out🙂", "\xffaway\xfe", "ſtatus", "on1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := orderOf(text)
		var word strings.Builder
		for _, r := range text {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				word.WriteRune(unicode.ToLower(r))
			}
		}
		known := map[string]order{
			"on": signOn, "available": signOn, "in": signOn, "off": signOff, "away": signOff, "out": signOff, "status": status,
		}
		if got != unknown && known[word.String()] != got {
			t.Errorf("orderOf(%q) = %d for the letters %q", text, got, word.String())
		}
		if more := orderOf("\"" + text + "\"!"); more != got {
			t.Errorf("orderOf(%q) = %d, and %d in quotes", text, got, more)
		}
		if isOneOf(twilios, text) && got != unknown {
			t.Errorf("%q is both Twilio's and ours", text)
		}
	})
}
