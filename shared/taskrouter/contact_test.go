package taskrouter

import (
	"strings"
	"testing"
)

func TestParseContact(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, uri string
		want      Contact // "" = an error
		phone     bool
	}{
		{"phone", "+14155550199", "+14155550199", true},
		{"shortest phone", "+1234567", "+1234567", true},
		{"longest phone", "+123456789012345", "+123456789012345", true},
		{"white space around it", "\t +14155550199\r\n", "+14155550199", true},
		{"client", "client:alice", "client:alice", false},
		{"client with all kinds of characters", "client:Alice_Smith_2", "client:Alice_Smith_2", false},
		{"longest client", "client:" + strings.Repeat("a", 121), Contact("client:" + strings.Repeat("a", 121)), false},
		{"phone with extension", "+18005551212x123", "+18005551212x123", true},
		{"pauses and all keys", "+18005551212xwW1234567890*#", "+18005551212xwW1234567890*#", true},
		{"longest extension", "+18005551212x" + strings.Repeat("9", 32), Contact("+18005551212x" + strings.Repeat("9", 32)), true},
		{"sip", "sip:alice@example.com", "sip:alice@example.com", false},
		{"sip with port and options", "sip:alice@example.com:5061;transport=tls?x-id=7", "sip:alice@example.com:5061;transport=tls?x-id=7", false},
		{"longest", "sip:a@" + strings.Repeat("a", 249), Contact("sip:a@" + strings.Repeat("a", 249)), false},

		{"empty", "", "", false},
		{"white space", " \t\n", "", false},
		{"plus", "+", "", false},
		{"phone too short", "+123456", "", false},
		{"phone too long", "+1234567890123456", "", false},
		{"phone without plus", "14155550199", "", false},
		{"no country code", "+04155550199", "", false},
		{"phone with spaces", "+1 415 555 0199", "", false},
		{"phone with letters", "+1415555CALL", "", false},
		{"other digits", "+１４１５５５５０１９９", "", false},
		{"two pluses", "++14155550199", "", false},
		{"tel", "tel:+14155550199", "", false},
		{"javascript", "javascript:alert(1)", "", false},
		{"https", "https://alice@example.com", "", false},
		{"sips", "sips:alice@example.com", "", false},
		{"scheme in upper case", "SIP:alice@example.com", "", false},
		{"sip without host", "sip:alice", "", false},
		{"sip alone", "sip:", "", false},
		{"client alone", "client:", "", false},
		{"client without colon", "client", "", false},
		{"space in a name", "client:alice smith", "", false},
		{"double quote", `sip:"alice"@example.com`, "", false},
		{"mark-up", "client:<alice>", "", false},
		{"newline in a name", "client:alice\nbob", "", false},
		{"carriage return in a name", "sip:alice@example.com\r\nRoute: x", "", false},
		{"NUL", "client:alice\x00", "", false},
		{"escape", "client:\x1b[2J", "", false},
		{"delete", "client:ali\x7fce", "", false},
		{"too long", "sip:a@" + strings.Repeat("a", 250), "", false},
		{"client too long", "client:" + strings.Repeat("a", 122), "", false},
		{"client of a UUID", "client:ebcb7183-0385-471e-ba4e-dff91a9cf83b", "", false},
		{"client with a parenthesis", "client:user_290_3)", "", false},
		{"client of a mail address", "client:a.b@example.com", "", false},
		{"client with parameters", "client:alice?a=b", "", false},
		{"client with other letters", "client:jürgen", "", false},
		{"extension without digits", "+18005551212x", "", false},
		{"extension of pauses", "+18005551212xwW", "", false},
		{"extension too long", "+18005551212x" + strings.Repeat("9", 33), "", false},
		{"extension with letters", "+18005551212x12A", "", false},
		{"two extensions", "+18005551212x12x3", "", false},
		{"extension in upper case", "+18005551212X12", "", false},
		{"extension after a space", "+18005551212 x12", "", false},
		{"extension with a comma", "+18005551212x,12", "", false},
		{"extension of no number", "+123x12", "", false},
		{"extension alone", "x12", "", false},
		{"far too long", "sip:alice@" + strings.Repeat("a", 10_000), "", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseContact(test.uri)
			if got != test.want || (err == nil) != (test.want != "") {
				t.Errorf("ParseContact(%q) = %q, %v; want %q", test.uri, got, err, test.want)
			}
			if got.IsPhone() != test.phone {
				t.Errorf("IsPhone(%q) = %t, want %t", got, got.IsPhone(), test.phone)
			}
		})
	}
}

func TestASIPAddressHasUserAndHost(t *testing.T) {
	t.Parallel()
	for _, uri := range []string{"sip:@", "sip:@example.com", "sip:alice@", "sip:alice@bob@example.com"} {
		if got, err := ParseContact(uri); err == nil {
			t.Errorf("ParseContact(%q) = %q, want an error", uri, got)
		}
	}
}

func TestContactHasNoControlCharacters(t *testing.T) {
	t.Parallel()
	for _, uri := range []string{"client:a\u0085b", "client:a\u2028b", "client:a\u202eb", "client:a\u00a0b", "client:a\xffb"} {
		if got, err := ParseContact(uri); err == nil {
			t.Errorf("ParseContact(%q) = %q, want an error", uri, got)
		}
	}
}

func TestContactExtension(t *testing.T) {
	t.Parallel()
	tests := []struct {
		contact           Contact
		number, extension string
	}{
		{"+18005551212", "+18005551212", ""},
		{"+18005551212xW123#", "+18005551212", "W123#"},
		{"client:maxx123", "client:maxx123", ""},
		{"sip:x12@example.com", "sip:x12@example.com", ""},
		{"", "", ""},
	}
	for _, test := range tests {
		if number, extension := test.contact.Number(), test.contact.Extension(); number != test.number || extension != test.extension {
			t.Errorf("%q has number %q and extension %q, want %q and %q", test.contact, number, extension, test.number, test.extension)
		}
	}
}

// What an error says is logged, and a worker's number must not be.
func TestContactErrorsHideTheAddress(t *testing.T) {
	t.Parallel()
	for _, uri := range []string{"4155550199", "+14155550199x", "client:4155550199 " + strings.Repeat("4", 300)} {
		if _, err := ParseContact(uri); err == nil || strings.Contains(err.Error(), "4155550199") {
			t.Errorf("ParseContact(%q): err = %v, want one without the address", uri, err)
		}
	}
}

func TestWorkerContact(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, attributes string
		want             Contact // "" = an error
	}{
		{"phone among others", `{"skills":["billing"],"contact_uri":"+14155550199","level":3}`, "+14155550199"},
		{"client", `{"contact_uri":"client:alice"}`, "client:alice"},
		{"escaped", `{"contact_uri":"\u002b14155550199"}`, "+14155550199"},
		{"another key in other case", `{"contact_uri":"client:alice","Contact_URI":"+19005550123"}`, "client:alice"},
		{"another key before it", `{"CONTACT_URI":"+19005550123","contact_uri":"client:alice"}`, "client:alice"},
		{"key that folds to it", `{"contact_uri":"client:alice","contact_ur\u0131":"+19005550123"}`, "client:alice"},
		{"key in other case alone", `{"Contact_URI":"+19005550123"}`, ""},
		{"twice", `{"contact_uri":"client:alice","contact_uri":"client:bob"}`, "client:bob"},
		{"twice, the last escaped", `{"contact_uri":"client:alice","contact\u005furi":"client:bob"}`, "client:bob"},
		{"twice, the last null", `{"contact_uri":"client:alice","contact_uri":null}`, ""},
		{"in another object", `{"a":{"contact_uri":"client:alice"}}`, ""},
		{"extension", `{"contact_uri":"+18005551212x123"}`, "+18005551212x123"},
		{"none", `{"skills":["billing"]}`, ""},
		{"empty", `{"contact_uri":""}`, ""},
		{"null", `{"contact_uri":null}`, ""},
		{"number", `{"contact_uri":14155550199}`, ""},
		{"array", `[]`, ""},
		{"nothing", ``, ""},
		{"cut off", `{"contact_uri":"+1415`, ""},
		{"unusable", `{"contact_uri":"javascript:alert(1)"}`, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := WorkerContact(test.attributes)
			if got != test.want || (err == nil) != (test.want != "") {
				t.Errorf("WorkerContact(%s) = %q, %v; want %q", test.attributes, got, err, test.want)
			}
		})
	}
}

func FuzzParseContact(f *testing.F) {
	for _, seed := range []string{"+14155550199", "sip:alice@example.com;transport=tls", "client:alice", "sip:@", " client:a\x00", "+18005551212xW123#", "client:x1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, uri string) {
		contact, err := ParseContact(uri)
		if err != nil {
			if contact != "" {
				t.Errorf("ParseContact(%q) = %q with an error", uri, contact)
			}
			return
		}
		if again, err := ParseContact(string(contact)); err != nil || again != contact {
			t.Errorf("ParseContact(%q) = %q, which gives %q, %v", uri, contact, again, err)
		}
		number, extension := contact.Number(), contact.Extension()
		if whole := strings.TrimSuffix(number+"x"+extension, "x"); extension != "" && whole != string(contact) || extension == "" && number != string(contact) {
			t.Errorf("ParseContact(%q) = %q, with number %q and extension %q", uri, contact, number, extension)
		}
		if extension != "" && (!contact.IsPhone() || len(extension) > 32 || strings.Trim(extension, "0123456789*#wW") != "") {
			t.Errorf("ParseContact(%q) has the extension %q", uri, extension)
		}
		if strings.ContainsAny(string(contact), " \t\r\n\x00<>\"") || len(contact) > maxContact {
			t.Errorf("ParseContact(%q) = %q, want nothing that breaks out of a document", uri, contact)
		}
	})
}

func FuzzWorkerContact(f *testing.F) {
	f.Add(`{"contact_uri":"client:alice"}`)
	f.Add(`{"contact_uri":7}`)
	f.Fuzz(func(t *testing.T, attributes string) {
		contact, err := WorkerContact(attributes)
		if _, again := ParseContact(string(contact)); err == nil && again != nil {
			t.Errorf("WorkerContact(%q) = %q, which is no contact: %v", attributes, contact, again)
		}
	})
}

func TestContactErrorsQuoteNothing(t *testing.T) {
	t.Parallel()
	for _, attributes := range []string{`%`, `{"note":%}`, `{"contact_uri":7%}`, `{"contact_uri":"%}`, `"%"`} {
		attributes = strings.ReplaceAll(attributes, "%", "\u2603")
		if _, err := WorkerContact(attributes); err == nil || strings.Contains(err.Error(), "\u2603") || strings.Contains(err.Error(), "â") {
			t.Errorf("%s: %v, want an error without the text", attributes, err)
		}
	}
}
