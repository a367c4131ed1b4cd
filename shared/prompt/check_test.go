package prompt

import (
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, prompt, text string
		want               string // "" = no error
	}{
		{"text", "waiting", "Hold on.", ""},
		{"left out", "waiting", "", ""},
		{"its placeholder", "position", "Number {position}.", ""},
		{"task attributes", "position", "Hello {customer.name}, {skill}.", ""},
		{"recording", "waiting", "https://desk.example/waiting.mp3?v=2", ""},
		{"the longest", "waiting", strings.Repeat("é", 3_000), ""},
		{"an address inside", "waiting", "See http://desk.example.", ""},
		{"unknown prompt", "wating", "Hold on.", `there is no prompt "wating"; there are closed, closed_today,`},
		{"both its placeholders", "wait_minutes", "{from_minutes} to {minutes} minutes.", ""},
		{"one of its placeholders", "wait_minutes", "Up to {minutes} minutes.", ""},
		{"a third", "wait_minutes", "{minutes}, {position}.", "{position} has no value in this text"},
		{"placeholder of another prompt", "waiting", "Number {position}.", "{position} has no value in this text"},
		{"two minutes", "position", "{position}, {minutes}.", "{minutes} has no value in this text"},
		{"braces around nothing", "position", "Number {}.", "the text's braces stand around"},
		{"braces not closed", "position", "Number {position.", "the text's braces stand around"},
		{"SSM's braces", "position", "Number {{position}}.", "{{, which SSM does not store"},
		{"SSM's braces in a URL", "waiting", "https://desk.example/{{a}}", "{{, which SSM does not store"},
		{"too long", "waiting", strings.Repeat("é", 3_001), "3001 characters; a voice reads 3000"},
		{"not UTF-8", "waiting", "a\xff", "the text is not UTF-8"},
		{"a URL not UTF-8", "waiting", "https://desk.example/\xff", "the text is not UTF-8"},
		{"http", "waiting", "http://desk.example/waiting.mp3", "begins with https://"},
		{"capitals", "waiting", "HTTPS://desk.example/waiting.mp3", "begins with https://"},
		{"another scheme", "waiting", " s3://desk/waiting.mp3", "begins with https://"},
		{"no scheme", "waiting", "://desk.example", ""},
		{"words before it", "waiting", "See also https://desk.example", ""},
		{"no host", "waiting", "https:///waiting.mp3", "has a host"},
		{"only a port", "waiting", "https://:443/", "has a host"},
		{"words after it", "waiting", "https://desk.example/a.mp3 or so", "neither white space nor braces"},
		{"placeholder in it", "position", "https://desk.example/{position}.mp3", "neither white space nor braces"},
		{"password", "waiting", "https://desk:secret@desk.example/a.mp3", "no user name or password"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			wantError(t, Check(Name(test.prompt), test.text), test.want)
		})
	}
}

func TestCheckText(t *testing.T) {
	t.Parallel()
	wantError(t, CheckText("For {skill}, press 1."), "")
	wantError(t, CheckText("Number {position}."), "{position} has no value in this text")
}

func TestCheckVoice(t *testing.T) {
	t.Parallel()
	tests := []struct {
		language Language
		voice    string
		want     string
	}{
		{English, "", ""},
		{German, "man", ""},
		{Spanish, "Polly.Andrés-Neural", ""},
		{Spanish, "Polly.Nueva-Generative", ""},
		{Spanish, "Google.es-US-Wavenet-B", ""},
		{English, "Google.en-GB-Chirp3-HD-Aoede", ""},
		{Spanish, "alice", "is no voice"},
		{Spanish, "Polly.", "is no voice"},
		{Spanish, "Polly.Lupe-neural", "is no voice"},
		{Spanish, "Polly.Lupe-Neural ", "is no voice"},
		{Spanish, "Google.es-US", "is no voice"},
		{Spanish, "Google.es-US-", "is no voice"},
		{Spanish, "Google.es-US-Á", "is no voice"},
		{Spanish, "Polly.Lupe2", "is no voice"},
		{Spanish, "man.", "is no voice"},
		{Spanish, `man"/><Hangup/>`, "is no voice"},
		{Spanish, "Polly.Joanna-Neural", "the voice Polly.Joanna-Neural speaks en-US"},
		{English, "Polly.Vicki", "the voice Polly.Vicki speaks de-DE"},
		{German, "Google.es-US-Wavenet-B", "speaks es-US"},
	}
	for _, test := range tests {
		t.Run(string(test.language)+" "+test.voice, func(t *testing.T) {
			t.Parallel()
			wantError(t, CheckVoice(test.language, test.voice), test.want)
		})
	}
}

func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if want == "" && err != nil {
		t.Error(err)
	}
	if want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
		t.Errorf("error %v, want %q in it", err, want)
	}
}

// FuzzOwnText holds a text that Check takes to what a caller may hear: a recording over https, or
// words without braces of ours.
func FuzzOwnText(f *testing.F) {
	f.Add("You are number {position}. Hello {customer.name}!", "2")
	f.Add("https://desk.example/a.mp3", "")
	f.Add("{a}{a}. {b", "{position}")
	f.Add("call +14155550123", "+")
	f.Fuzz(func(t *testing.T, text, value string) {
		refused := Check(Position, text) != nil
		b := For(Spanish, Own{Texts: map[Name]string{Position: text}})
		line := b.Line(Position, map[string]string{position: value, "a": value})
		if again := b.Line(Position, map[string]string{position: value, "a": value}); again != line {
			t.Errorf("first %+v, then %+v", line, again)
		}
		if line.URL != "" && (line.Text != "" || !strings.HasPrefix(line.URL, "https://")) {
			t.Errorf("%+v", line)
		}
		if !refused && strings.ContainsAny(line.Text, "{}") && !strings.ContainsAny(value, "{}") {
			t.Errorf("%q is said as %q", text, line.Text)
		}
		if strings.Join(strings.Fields(line.Text), " ") != line.Text {
			t.Errorf("%q has more than single spaces", line.Text)
		}
	})
}
