package webhooktest

import (
	"net/url"
	"testing"
)

// TestSignatureIsTheDocumentedOne takes both worked examples of
// https://www.twilio.com/docs/usage/security and webhooks-security.
func TestSignatureIsTheDocumentedOne(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, address, want string
		form                url.Values
	}{
		{
			"usage/security",
			"https://example.com/myapp.php?foo=1&bar=2", "L/OH5YylLD5NRKLltdqwSvS0BnU=",
			url.Values{"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+14158675310"}, "Digits": {"1234"}, "From": {"+14158675310"}, "To": {"+18005551212"}},
		},
		{
			"webhooks-security",
			"https://mycompany.com/myapp.php?foo=1&bar=2", "0/KCTR6DLpKmkAf8muzZqo1nDgQ=",
			url.Values{"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+12349013030"}, "Digits": {"1234"}, "From": {"+12349013030"}, "To": {"+18005551212"}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := signature(Token, test.address, test.form); got != test.want {
				t.Errorf("signature = %s, want %s", got, test.want)
			}
		})
	}
}
