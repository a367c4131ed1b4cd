package twiml

import (
	"strings"
	"testing"

	verb "github.com/twilio/twilio-go/twiml"

	"switchboard/shared/taskrouter"
)

func TestRender(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		verbs []verb.Element
		want  string
	}{
		{"no verb", nil, `<Response/>`},
		{"attributes sorted", []verb.Element{verb.VoiceGather{Timeout: "8", Action: "/a", NumDigits: "1", Method: "POST"}},
			`<Response><Gather action="/a" method="POST" numDigits="1" timeout="8"/></Response>`},
		{"empty field left out", []verb.Element{verb.VoiceEnqueue{WaitUrl: ""}}, `<Response><Enqueue/></Response>`},
		{"empty optional attribute kept", []verb.Element{verb.VoiceEnqueue{OptionalAttributes: map[string]string{"waitUrl": ""}}},
			`<Response><Enqueue waitUrl=""/></Response>`},
		{"field wins", []verb.Element{verb.VoiceEnqueue{WaitUrl: "/w", OptionalAttributes: map[string]string{"waitUrl": ""}}},
			`<Response><Enqueue waitUrl="/w"/></Response>`},
		{"text before children", []verb.Element{verb.VoiceDial{Number: "n", InnerElements: []verb.Element{verb.VoiceQueue{Name: "q"}}}},
			`<Response><Dial>n<Queue>q</Queue></Dial></Response>`},
		{"attribute escaped", []verb.Element{verb.VoiceGather{Action: "<&>\"'\t\n\r"}},
			`<Response><Gather action="&lt;&amp;&gt;&#34;&#39;&#x9;&#xA;&#xD;"/></Response>`},
		{"text escaped", []verb.Element{verb.VoiceSay{Message: "]]></Say>&amp;"}},
			`<Response><Say>]]&gt;&lt;/Say&gt;&amp;amp;</Say></Response>`},
		{"forbidden characters replaced", []verb.Element{verb.VoiceSay{Message: "a\x00b\x1fc\x7fd\xffe\ufffef\uffffg\u00a0h😀"}},
			"<Response><Say>a\ufffdb\ufffdc\x7fd\ufffde\ufffdf\ufffdg\u00a0h😀</Say></Response>"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got, want := string(render(test.verbs...)), declaration+test.want; got != want {
				t.Errorf("\n got %s\nwant %s", got, want)
			}
		})
	}
}

func TestSpokenTextIsCut(t *testing.T) {
	t.Parallel()
	for _, character := range []string{"a", "😀", "\xff"} {
		want := HangUp(strings.Repeat(character, 3000))
		if got := HangUp(strings.Repeat(character, 3001)); got != want {
			t.Errorf("%q: 3,001 characters were not cut to 3,000", character)
		}
		if got := HangUp(strings.Repeat(character, 2999)); got == want {
			t.Errorf("%q: 2,999 characters give the same document as 3,000", character)
		}
	}
}

// TestDocumentsStayBelowTwiliosLimit takes the character that grows most: & becomes
// five bytes.
func TestDocumentsStayBelowTwiliosLimit(t *testing.T) {
	t.Parallel()
	const limit = 64_000
	most := input{
		text:       strings.Repeat("&", 10_000),
		url:        base + "/" + strings.Repeat("&", 2_000),
		sid:        workflowSID,
		hints:      strings.Repeat("&", 10_000),
		attributes: `{"a":"` + strings.Repeat("&", taskrouter.MaxAttributes-len(`{"a":""}`)) + `"}`,
	}
	for name, document := range documentsFrom(t, most) {
		if len(document) > limit {
			t.Errorf("%s has %d bytes, more than %d", name, len(document), limit)
		}
	}
}
