package account

import "testing"

func TestWithoutPasswords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://al:hunter2@example.com/a#rc=2": "https://al:xxxxx@example.com/a#rc=2",
		"it is http://:h%40nter2@[::1]:80/, no": "it is http://:xxxxx@[::1]:80/, no",
		"https://al:hun@ter2@example.com":       "https://al:xxxxx@example.com",
		"https://al@desk:hunter2@example.com":   "https://al@desk:xxxxx@example.com",
		"https://al:hunter2@a, https://b:c@d":   "https://al:xxxxx@a, https://b:xxxxx@d",
		"https://example.com:443/a:b@c":         "https://example.com:443/a:b@c",
		"https://al@example.com?x=a:b@c":        "https://al@example.com?x=a:b@c",
		"sip:al:b@example.com":                  "sip:al:b@example.com",
	} {
		if got := WithoutPasswords(text); got != want {
			t.Errorf("WithoutPasswords(%q) = %q, want %q", text, got, want)
		}
	}
}
