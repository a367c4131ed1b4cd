package announcement

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

const attributes = `{"from":"+14155550123","skill":"billing","Skill":"other","empty":"  ","nothing":null,"vip":true,"new":false,"orders":1200345,"rate":0.5,
	"languages":["en","es",null,["fr",7]],"none":[],"customer":{"name":"Ann\n O'Neil","level":{"name":"gold"}},"note":"<b>Hi</b> & \"bye\" {skill}"}`

func TestRender(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, template, want string }{
		{"nothing", "", ""},
		{"plain text", "A call.", "A call."},
		{"an attribute", "A call about {skill}", "A call about billing"},
		{"an attribute's name is exact", "{Skill}", "other"},
		{"one inside another", "{customer.name}, level {customer.level.name}.", "Ann O'Neil, level gold."},
		{"only an attribute", "{skill}", "billing"},
		{"side by side", "{skill}{orders}", "billing1200345"},
		{"a number as it was written", "{orders} orders, rate {rate}", "1200345 orders, rate 0.5"},
		{"true and false", "VIP: {vip}. New: {new}.", "VIP: yes. New: no."},
		{"a list", "Speaks {languages}.", "Speaks en, es, fr, 7."},
		{"markup is text, braces in it too", "{note}", `<b>Hi</b> & "bye" {skill}`},
		{"its sentence is left out when it is missing", "From {company}. About {skill}.", "About billing."},
		{"when it is empty", "About {skill}. {empty} calls. Go!", "About billing. Go!"},
		{"when it is null", "{nothing}! About {skill}?", "About billing?"},
		{"when it is an empty list", "Speaks {none}. Go.", "Go."},
		{"when it is an object", "For {customer}. Go.", "Go."},
		{"when what it lies in is missing", "For {company.name}. Go.", "Go."},
		{"when what it lies in is no object", "For {skill.name}. Go.", "Go."},
		{"one of two in a sentence is missing", "From {customer.name} of {company}. About {skill}.", "About billing."},
		{"all are missing", "From {company}", ""},
		{"a full stop inside a word ends nothing", "At example.com with {company}. Go.", "Go."},
		{"white space is one space", " About\r\n\t{skill} .  ", "About billing ."},
		{"a phone number", "From {from}.", "From plus 1 4 1 5 5 5 5 0 1 2 3."},
		{"a phone number in the template", "Ask +442079460123, {skill}", "Ask plus 4 4 2 0 7 9 4 6 0 1 2 3, billing"},
		{"two phone numbers", "{from},{from}", "plus 1 4 1 5 5 5 5 0 1 2 3,plus 1 4 1 5 5 5 5 0 1 2 3"},
		{"too short for one", "+123456", "+123456"},
		{"the shortest", "+1234567", "plus 1 2 3 4 5 6 7"},
		{"the longest", "+123456789012345", "plus 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5"},
		{"too long for one", "+1234567890123456", "+1234567890123456"},
		{"no country begins with 0", "+01234567", "+01234567"},
		{"not by itself", "a+14155550123 1+14155550123 ++14155550123 +14155550123b", "a+14155550123 1+14155550123 ++14155550123 +14155550123b"},
		{"a plus at the end", "+", "+"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			template, err := Parse(test.template)
			if err != nil {
				t.Fatal(err)
			}
			if got := template.Render(json.RawMessage(attributes)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestCallerWithoutNumber(t *testing.T) {
	t.Parallel()
	template, err := Parse("About billing. From {from}. Again: {caller}!")
	if err != nil {
		t.Fatal(err)
	}
	for from, want := range map[string]string{
		"+14155550123":                    "About billing. From plus 1 4 1 5 5 5 5 0 1 2 3. Again: plus 1 4 1 5 5 5 5 0 1 2 3!",
		"+266696687":                      "About billing.",
		"+17378742833":                    "About billing.",
		"Restricted":                      "About billing.",
		"sip:anonymous@anonymous.invalid": "About billing.",
		"":                                "About billing.",
		"client:alice":                    "About billing. From alice. Again: alice!",
		"sip:alice@example.com":           "About billing. From alice. Again: alice!",
		"sip:+14155550123@example.com":    "About billing. From plus 1 4 1 5 5 5 5 0 1 2 3. Again: plus 1 4 1 5 5 5 5 0 1 2 3!",
	} {
		if got := template.Render(json.RawMessage(`{"from":"` + from + `","caller":"` + from + `"}`)); got != want {
			t.Errorf("%q: %q, want %q", from, got, want)
		}
	}
	own, err := Parse("{customer.from}. {word}. {from}.")
	if err != nil {
		t.Fatal(err)
	}
	if got := own.Render(json.RawMessage(`{"customer":{"from":"client:a"},"word":"private","from":7}`)); got != "client:a. private." {
		t.Errorf("attributes of the desk's own are said as %q", got)
	}
}

func TestWithoutAttributesOnlyTextIsSaid(t *testing.T) {
	t.Parallel()
	template, err := Parse("A call. About {skill}.")
	if err != nil {
		t.Fatal(err)
	}
	for _, attributes := range []string{"", "null", "{}", "[1]", `"text"`, `{"skill":`} {
		if got := template.Render(json.RawMessage(attributes)); got != "A call." {
			t.Errorf("with %q: %q", attributes, got)
		}
	}
	if got := (Template{}).Render(json.RawMessage(attributes)); got != "" {
		t.Errorf("the zero template says %q", got)
	}
}

func TestLongTextIsCutAfterWord(t *testing.T) {
	t.Parallel()
	template, err := Parse("{note}")
	if err != nil {
		t.Fatal(err)
	}
	word, long := strings.Repeat("é", 299), strings.Repeat("é", 301)
	for note, want := range map[string]string{
		word + " x":                word,
		word[:len(word)-2] + " x":  word[:len(word)-2] + " x",
		word[:len(word)-2] + " xy": word[:len(word)-2],
		long:                       long[:600],
		strings.Repeat("no ", 200): strings.TrimSpace(strings.Repeat("no ", 100)),
	} {
		object, err := json.Marshal(map[string]string{"note": note})
		if err != nil {
			t.Fatal(err)
		}
		if got := template.Render(object); got != want {
			t.Errorf("got %d characters %q, want %d", utf8.RuneCountInString(got), got, utf8.RuneCountInString(want))
		}
	}
}

func TestUnusableTemplates(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"not closed": "a {skill", "not opened": "a skill}", "closed first": "}{", "no name": "{}", "a dot too many": "{a.}", "one before": "{.a}", "two in a row": "{a..b}",
		"a space": "{ a}", "braces in braces": "{a{b}}", "a list's place": "{a[0]}", "another alphabet": "{é}", "too long": strings.Repeat("é", 501), "not UTF-8": "\xff",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := Parse(text); err == nil {
				t.Errorf("%q was taken", text)
			}
		})
	}
	if _, err := Parse(strings.Repeat("é", 500)); err != nil {
		t.Errorf("500 characters: %v", err)
	}
}

// FuzzTemplate holds any template and any attributes to what the worker's phone can take.
func FuzzTemplate(f *testing.F) {
	f.Add("A call about {skill} from {customer.name}. Number {from}.", attributes)
	f.Add("{a}{b.c}. {d-1}! +14155550123", `{"a":[[["+4915112345678"]]],"b":{"c":1e400},"d-1":"\ud800\u0000 x"}`)
	f.Add("{", "{")
	f.Add("a. b. c. {x}", "\xff")
	f.Fuzz(func(t *testing.T, text, attributes string) {
		template, err := Parse(text)
		if err != nil {
			return
		}
		said := template.Render(json.RawMessage(attributes))
		if n := utf8.RuneCountInString(said); n > maxText {
			t.Errorf("%d characters are said", n)
		}
		if said != strings.Join(strings.Fields(said), " ") {
			t.Errorf("%q has more than single spaces", said)
		}
		if !utf8.ValidString(said) {
			t.Errorf("%q is not UTF-8", said)
		}
		if again := template.Render(json.RawMessage(attributes)); again != said {
			t.Errorf("first %q, then %q", said, again)
		}
		if !strings.ContainsAny(text, "{}") && strings.Join(strings.Fields(text), " ") != said && !strings.Contains(text, "+") && utf8.RuneCountInString(text) <= maxText {
			t.Errorf("%q is said as %q", text, said)
		}
	})
}
