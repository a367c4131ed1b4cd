package spoken

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFill(t *testing.T) {
	t.Parallel()
	values := map[string]string{"a": "1", "b.c": "2", "braces": "{a}. {x}"}
	for text, want := range map[string]string{
		"":                         "",
		"Plain.":                   "Plain.",
		"{a}{b.c}":                 "12",
		"One {a}. Two {b.c}!":      "One 1. Two 2!",
		"One {x}. Two {b.c}!":      "Two 2!",
		"One {a}. Two {x}!":        "One 1.",
		"{x}":                      "",
		"\tOne\n {a}.\r\n":         "One 1.",
		"At a.example with {a}.":   "At a.example with 1.",
		"With {braces}.":           "With {a}. {x}.",
		"¿Número {a}? Sí, {b.c}.":  "¿Número 1? Sí, 2.",
		"At a.example with {x}. A": "A",
	} {
		template, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := template.Fill(func(name string) string { return values[name] }); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	template, err := Parse("{b.c}: {a} of {a}. {b.c}, {d-1}.")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := template.Names(), []string{"b.c", "a", "d-1"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := (Template{}).Names(); got != nil {
		t.Errorf("the zero template has %q", got)
	}
}

func TestPhoneNumbers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Llame al +14155550123.": "Llame al más 1 4 1 5 5 5 5 0 1 2 3.",
		"+1":                     "+1",
		"2+14155550123":          "2+14155550123",
	} {
		if got := PhoneNumbers(text, "más"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// FuzzFill holds any template to what it promises.
func FuzzFill(f *testing.F) {
	f.Add("A call about {skill} from {customer.name}. Number {from}.", "x")
	f.Add("{a}{b.c}. {d-1}!", "")
	f.Add("{", "{")
	f.Add("a. b. {x} c", "{y}. ")
	f.Fuzz(func(t *testing.T, text, value string) {
		template, err := Parse(text)
		if err != nil {
			return
		}
		if !utf8.ValidString(text) {
			t.Errorf("%q was taken", text)
		}
		names := template.Names()
		if len(names) != 0 != strings.ContainsAny(text, "{}") {
			t.Errorf("%q has the placeholders %q", text, names)
		}
		said := template.Fill(func(name string) string {
			if !slices.Contains(names, name) {
				t.Errorf("%q is asked for, and is none of %q", name, names)
			}
			return value
		})
		if said != strings.Join(strings.Fields(said), " ") {
			t.Errorf("%q has more than single spaces", said)
		}
		whole := text
		for _, name := range names {
			whole = strings.ReplaceAll(whole, "{"+name+"}", value)
		}
		if want := strings.Join(strings.Fields(whole), " "); value != "" && !strings.ContainsAny(value, "{}") && said != want {
			t.Errorf("%q, want %q", said, want)
		}
		if value == "" && len(names) > 0 && !strings.ContainsAny(text, ".!?") && said != "" {
			t.Errorf("a sentence without its value is said: %q", said)
		}
	})
}
