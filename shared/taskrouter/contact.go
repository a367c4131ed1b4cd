package taskrouter

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"switchboard/shared/cause"
)

// Contact is an address at which a worker takes calls. It is one of
//
//	+14155550199              a phone number: "+" and 7 to 15 digits, E.164
//	+18005551212x123          a phone number and its extension
//	sip:alice@example.com     a SIP address
//	client:alice              a Twilio Client: letters, digits and underscore, at most 121
//
// An extension is what Twilio presses once the phone is answered (SendDigits,
// https://www.twilio.com/docs/voice/api/call-resource): at most 32 of 0123456789*#, w (a pause of
// half a second) and W (a second), with at least one key among them.
type Contact string

const (
	maxContact   = 255 // bytes; Twilio's SIP addresses end at 255 characters
	maxClient    = 121 // characters, https://www.twilio.com/docs/api/errors/31105
	maxExtension = 32  // keys and pauses, https://www.twilio.com/docs/voice/api/call-resource
)

const keys = "0123456789*#"

// ParseContact reads a worker's contact_uri. Its error does not contain the address.
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
	case scheme == "client" && isClient(name):
		return contact, nil
	case scheme == "client":
		return "", fmt.Errorf("contact_uri has a client name that Twilio refuses: letters, digits and underscore, at most %d", maxClient)
	}
	return "", errors.New("contact_uri is neither an E.164 number, with or without an extension such as x123, " +
		"nor sip:user@host nor client:name")
}

// IsPhone reports whether the contact is a telephone, the only kind that a mailbox may answer.
func (c Contact) IsPhone() bool {
	number, extension, extended := strings.Cut(string(c), "x")
	return IsNumber(number) && (!extended || isExtension(extension))
}

// Number is the address to dial: the contact without its extension.
func (c Contact) Number() string {
	if !c.IsPhone() {
		return string(c)
	}
	number, _, _ := strings.Cut(string(c), "x")
	return number
}

// Extension is what Twilio presses when the phone is answered, in the form of the parameter
// SendDigits; "" for a contact without an extension. Only a call over REST can have one:
// TaskRouter's dequeue instruction has no SendDigits
// (https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks).
func (c Contact) Extension() string {
	if !c.IsPhone() {
		return ""
	}
	_, extension, _ := strings.Cut(string(c), "x")
	return extension
}

// IsNumber reports whether a text is a phone number in E.164, without an extension.
func IsNumber(number string) bool {
	digits, found := strings.CutPrefix(number, "+")
	return found && len(digits) >= 7 && len(digits) <= 15 && digits[0] != '0' && consistsOf(digits, "0123456789")
}

func isExtension(s string) bool {
	return len(s) <= maxExtension && strings.ContainsAny(s, keys) && consistsOf(s, keys+"wW")
}

func isClient(name string) bool {
	return name != "" && len(name) <= maxClient &&
		consistsOf(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
}

func consistsOf(s, alphabet string) bool { return strings.Trim(s, alphabet) == "" }

func userAtHost(s string) bool {
	user, host, found := strings.Cut(s, "@")
	return found && user != "" && host != "" && !strings.Contains(host, "@")
}

func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsPrint(r) || unicode.IsSpace(r) || strings.ContainsRune(`<>"`, r)
	})
}

// WorkerContact finds the contact in a worker's attributes, a JSON object in which TaskRouter
// itself looks for contact_uri
// (https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks). The key has to match
// exactly: encoding/json would take Contact_URI for it in a struct, and call an address that
// TaskRouter and twilioctl do not see. Of two such keys the last counts, as in any JSON parser that
// keeps one of them.
func WorkerContact(attributes string) (Contact, error) {
	var worker map[string]json.RawMessage
	if err := json.Unmarshal([]byte(attributes), &worker); err != nil {
		return "", fmt.Errorf("decode worker attributes: %w", cause.Hide(err))
	}
	var uri string
	if value, found := worker["contact_uri"]; found {
		if err := json.Unmarshal(value, &uri); err != nil {
			return "", errors.New("contact_uri is no string")
		}
	}
	return ParseContact(uri)
}
