package taskrouter

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Contact is an address at which a worker takes calls: a phone number ("+" and 7 to 15 digits, E.164), a SIP address
// ("sip:alice@example.com") or a Twilio Client ("client:alice").
type Contact string

// maxContact is the longest address that we hand to Twilio, in bytes: its SIP addresses end at 255 characters.
const maxContact = 255

// ParseContact reads a worker's contact_uri.
func ParseContact(uri string) (Contact, error) {
	uri = strings.TrimSpace(uri)
	contact := Contact(uri)
	scheme, name, _ := strings.Cut(uri, ":")
	switch {
	case len(uri) > maxContact:
		return "", fmt.Errorf("contact_uri has %d bytes, at most %d are taken", len(uri), maxContact)
	case contact.IsPhone():
		return contact, nil
	case scheme == "sip" && userAtHost(name) && printable(name):
		return contact, nil
	case scheme == "client" && name != "" && printable(name):
		return contact, nil
	}
	return "", fmt.Errorf("contact_uri is neither an E.164 number nor sip:user@host nor client:name")
}

// IsPhone reports whether the contact is a telephone, the only kind that a mailbox may answer.
func (c Contact) IsPhone() bool {
	digits, found := strings.CutPrefix(string(c), "+")
	return found && len(digits) >= 7 && len(digits) <= 15 && digits[0] != '0' && strings.Trim(digits, "0123456789") == ""
}

func userAtHost(s string) bool {
	user, host, found := strings.Cut(s, "@")
	return found && user != "" && host != "" && !strings.Contains(host, "@")
}

func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsPrint(r) || unicode.IsSpace(r) || strings.ContainsRune(`<>"`, r)
	})
}

// WorkerContact finds the contact in a worker's attributes, a JSON object in which TaskRouter itself looks for
// contact_uri (docs/taskrouter/handle-assignment-callbacks).
func WorkerContact(attributes string) (Contact, error) {
	var worker struct {
		ContactURI string `json:"contact_uri"`
	}
	if err := json.Unmarshal([]byte(attributes), &worker); err != nil {
		return "", fmt.Errorf("decode worker attributes: %w", err)
	}
	return ParseContact(worker.ContactURI)
}
