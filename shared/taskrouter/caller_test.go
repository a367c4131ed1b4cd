package taskrouter

import (
	"strings"
	"testing"
)

func TestWithheld(t *testing.T) {
	t.Parallel()
	for from, want := range map[string]bool{
		"":                                true,
		"  ":                              true,
		"+266696687":                      true,
		"+1266696687":                     true,
		"266696687":                       true,
		"1266696687":                      true,
		"+86282452253":                    true,
		"+186282452253":                   true,
		"+8656696":                        true,
		"+18656696":                       true,
		"+2562533":                        true,
		"+12562533":                       true,
		"+7378742833":                     true,
		"+17378742833":                    true,
		"anonymous":                       true,
		"Anonymous":                       true,
		"RESTRICTED":                      true,
		"unknown":                         true,
		"Unavailable":                     true,
		"private":                         true,
		"Blocked":                         true,
		"withheld":                        true,
		"sip:anonymous@anonymous.invalid": true,
		"sip:Restricted@203.0.113.9:5060": true,
		"sips:unknown@example.com":        true,
		"sip:+266696687@203.0.113.9":      true,
		"sip:anonymous;x=y@example.com":   true,
		"SIP:ANONYMOUS@example.com":       true,
		"client:Anonymous":                true,
		"+14155550123":                    false,
		"+442079460123":                   false,
		"+12666966870":                    false,
		"+2666966871":                     false,
		"+11266696687":                    false,
		"sip:alice@example.com":           false,
		"sip:alice@anonymous.invalid":     false,
		"sip:+14155550123@example.com":    false,
		"client:alice":                    false,
		"client:anonymous_3":              false,
		"anonymous caller":                false,
		"55500":                           false,
		"whatsapp:+14155550123":           false,
	} {
		if got := Withheld(from); got != want {
			t.Errorf("%q: %t, want %t", from, got, want)
		}
	}
}

func TestAddressName(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"+14155550123":                      "+14155550123",
		"client:alice":                      "alice",
		"client:":                           "",
		"sip:alice@example.com":             "alice",
		"sip:+14155550123@example.com:5060": "+14155550123",
		"sip:alice:secret@example.com":      "alice",
		"sip:alice;isub=1@example.com":      "alice",
		"SIPS:alice@example.com":            "alice",
		" client:alice ":                    "alice",
		"anonymous":                         "anonymous",
		"ext: 12":                           "ext: 12",
	} {
		if got := AddressName(address); got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}

// FuzzWithheld holds that white space and a SIP address around it change nothing.
func FuzzWithheld(f *testing.F) {
	f.Add("anonymous")
	f.Add("+1266696687")
	f.Add("sip:a:b;c@d")
	f.Fuzz(func(t *testing.T, from string) {
		if len(AddressName(from)) > len(from) {
			t.Errorf("%q became longer", from)
		}
		if Withheld(from) != Withheld(" "+from+"\n") {
			t.Errorf("%q is withheld: %t, and with space around it is not so", from, Withheld(from))
		}
		if !strings.ContainsAny(from, ":;@") && Withheld(from) != Withheld("sip:"+from+"@example.com") {
			t.Errorf("%q is withheld: %t, and as a SIP user it is not so", from, Withheld(from))
		}
	})
}
