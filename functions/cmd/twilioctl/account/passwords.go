package account

import "regexp"

// WithoutPasswords is a text for people to read, without the passwords that Twilio lets the URLs of webhooks hold: https://user:password@host
// (docs/usage/security).
func WithoutPasswords(text string) string {
	return regexp.MustCompile(`(://[^/?#\s:]*:)[^/?#\s]+@`).ReplaceAllString(text, "${1}xxxxx@")
}
