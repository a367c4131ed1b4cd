package twiml

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// input is everything a document takes that is not our own wording.
type input struct{ text, url, sid, hints, attributes string }

// documentsFrom renders every document that takes a string.
func documentsFrom(t *testing.T, in input) map[string]Document {
	t.Helper()
	enqueue, err := Enqueue{WorkflowSID: in.sid, ActionURL: in.url, WaitURL: in.url, Attributes: json.RawMessage(in.attributes)}.Document()
	if err != nil {
		t.Fatal(err)
	}
	legacy, err := Enqueue{WorkflowSID: in.sid, ActionURL: in.url, Silent: true, Legacy: true, Attributes: json.RawMessage(in.attributes)}.Document()
	if err != nil {
		t.Fatal(err)
	}
	line := Line{Text: in.text, Language: in.sid, Voice: in.sid}
	return map[string]Document{
		"enqueue":         enqueue,
		"enqueue, legacy": legacy,
		"hold":            Hold(HoldParams{Lines: []Line{line, {Text: in.text}}, KeyURL: in.url, MusicURL: in.url, NextURL: in.url}),
		"gate":            Gate(in.url, "A caller is waiting.", in.text),
		"dial queue":      DialQueue(DialQueueParams{ReservationSID: in.sid, PostWorkActivitySID: in.sid, ActionURL: in.url}),
		"duty":            Duty(DutyParams{KeyURL: in.url, State: in.text, Waiting: 2}),
		"PIN":             AskPIN(in.url, true),
		"reason":          AskReason(in.url, true),
		"closing":         ConfirmClosing(in.url, in.text),
		"opening":         ConfirmOpening(in.url),
		"question":        Ask(Question{Lines: []Line{line}, ActionURL: in.url, Speech: true, Hints: in.hints, Language: in.sid}),
		"remark":          AskRemark(in.url, in.url, line),
		"message":         TakeMessage(MessageParams{Lines: []Line{line}, ActionURL: in.url, StatusURL: in.url, NothingHeard: line}),
		"message, again":  TakeMessage(MessageParams{Lines: []Line{line}, ActionURL: in.url, StatusURL: in.url, EmptyURL: in.url}),
		"review":          Review(ReviewParams{MessageURL: in.url, Lines: []Line{line}, KeyURL: in.url}),
		"wait":            WaitThen(in.url),
		"heard":           Heard(HeardParams{MessageURL: in.url, KeyURL: in.url, CanCall: true}),
		"dial number":     DialNumber(DialNumberParams{Lines: []Line{line}, Number: in.sid, CallerID: in.sid, ActionURL: in.url}),
		"recording":       SayAndHangUp(line, Line{URL: in.url}, line),
		"hang up":         HangUp(in.text),
	}
}

// FuzzDocuments renders arbitrary strings and plain ones, parses both, and wants
// the same elements and attributes in the same order, and in them exactly the
// strings that went in, but for the characters that XML forbids.
func FuzzDocuments(f *testing.F) {
	f.Add("caller", "https://switchboard.example/survey?a=1&b=2#rc=2&rp=5xx", workflowSID)
	f.Add(hostile, hostile, hostile)
	f.Add(`<!DOCTYPE r [<!ENTITY a "b">]>&a;<![CDATA[`, `"/><Hangup/>`, "\u2028\u2029\u0085")
	f.Add("\xed\xa0\x80\xf4\x90\x80\x80\xc0\xaf", "\ufffd\ufffe\U0001ffff\U0010ffff", "\r\n\r \t")
	f.Add(strings.Repeat("\"😀\x01", 3_400), strings.Repeat("&", 10_000), "-->?>")

	f.Fuzz(func(t *testing.T, text, url, sid string) {
		if text == "" || url == "" || sid == "" {
			t.Skip("an empty string means a different document")
		}
		spoken := firstCharacters(text, maxSpoken)
		attributes := attributesNaming(t, firstCharacters(text, 500))
		plain := documentsFrom(t, input{text: "TEXT", url: "URL", sid: "SID", hints: "HINTS", attributes: `{"A":"B"}`})
		arrives := strings.NewReplacer("TEXT", allowed(spoken), "URL", allowed(url), "SID", allowed(sid), "HINTS", allowed(firstCharacters(text, maxHints)), `{"A":"B"}`, allowed(attributes))

		for name, document := range documentsFrom(t, input{text, url, sid, text, attributes}) {
			var want []string
			for _, token := range tokens(t, plain[name]) {
				want = append(want, arrives.Replace(token))
			}
			if got := tokens(t, document); !slices.Equal(got, want) {
				t.Errorf("%s:\n got %q\nwant %q", name, got, want)
			}
		}
	})
}

// attributesNaming leaves <, > and & as they are, for the renderer to escape.
func attributesNaming(t *testing.T, name string) string {
	t.Helper()
	var object strings.Builder
	encoder := json.NewEncoder(&object)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(map[string]string{"name": name}); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(object.String(), "\n")
}

// tokens parses a document into its elements, attributes and texts, in order.
func tokens(t *testing.T, document Document) []string {
	t.Helper()
	var found []string
	decoder := xml.NewDecoder(strings.NewReader(string(document)))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatalf("%v in %q", err, document)
		}
		switch token := token.(type) {
		case xml.StartElement:
			found = append(found, "<"+token.Name.Local)
			for _, attribute := range token.Attr {
				found = append(found, attribute.Name.Local+"="+attribute.Value)
			}
		case xml.CharData:
			found = append(found, string(token))
		case xml.EndElement:
			found = append(found, "/"+token.Name.Local)
		}
	}
}

// allowed is the package's promise in code of its own: XML 1.0's production Char,
// everything else U+FFFD.
func allowed(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == '\r', r >= ' ' && r <= '\ud7ff':
			return r
		case r >= '\ue000' && r <= '\ufffd', r >= '\U00010000' && r <= utf8.MaxRune:
			return r
		}
		return utf8.RuneError
	}, text)
}
