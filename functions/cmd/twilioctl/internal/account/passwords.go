package account

import "regexp"

var password = regexp.MustCompile(`(://[^/?#\s:]*:)[^/?#\s]+@`)

// WithoutPasswords masks the passwords that a webhook's URL may hold: https://user:password@host
// (https://www.twilio.com/docs/usage/security).
func WithoutPasswords(text string) string {
	return password.ReplaceAllString(text, "${1}xxxxx@")
}
