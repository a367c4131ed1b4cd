package twiml

import (
	"strings"
	"testing"
)

func TestLines(t *testing.T) {
	t.Parallel()
	short, long := strings.Repeat("a", 10), strings.Repeat("b", 2_990)
	spanish := Line{Text: "Hola.", Language: "es-US"}
	tests := []struct {
		name  string
		lines []Line
		want  string
	}{
		{"none", nil, ``},
		{"empty", []Line{{}, {Language: "es-US", Voice: "man"}}, ``},
		{"one text", []Line{{Text: "Hi."}}, `<Say>Hi.</Say>`},
		{"texts in one voice", []Line{{Text: "Hi."}, {}, {Text: "Bye."}}, `<Say>Hi. Bye.</Say>`},
		{"two languages", []Line{spanish, spanish, {Text: "Hi."}}, `<Say language="es-US">Hola. Hola.</Say><Say>Hi.</Say>`},
		{"two voices", []Line{{Text: "Hi.", Voice: "man"}, {Text: "Hi."}}, `<Say voice="man">Hi.</Say><Say>Hi.</Say>`},
		{"a recording", []Line{{URL: "https://a.example", Text: "Hi.", Language: "es-US"}}, `<Play>https://a.example</Play>`},
		{"a recording between texts", []Line{{Text: "Hi."}, {URL: "u"}, {Text: "Bye."}}, `<Say>Hi.</Say><Play>u</Play><Say>Bye.</Say>`},
		{"two recordings", []Line{{URL: "u"}, {URL: "u"}}, `<Play>u</Play><Play>u</Play>`},
		{"just short enough", []Line{{Text: long}, {Text: short[1:]}}, `<Say>` + long + " " + short[1:] + `</Say>`},
		{"too long for one", []Line{{Text: long}, {Text: short}}, `<Say>` + long + `</Say><Say>` + short + `</Say>`},
		{"too long for a voice", []Line{{Text: long + short + "c"}}, `<Say>` + long + short + `</Say>`},
		{"too long for a document", []Line{{Text: long}, {Text: long}, {Text: short}, {Text: short + "c"}, {Text: "d"}, {URL: "u"}},
			`<Say>` + long + `</Say><Say>` + long + `</Say><Say>` + short + " " + short + `</Say><Play>u</Play>`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			want := declaration + "<Response>" + test.want + "</Response>"
			if test.want == "" {
				want = declaration + "<Response/>"
			}
			if got := string(render(spoken(test.lines)...)); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}
