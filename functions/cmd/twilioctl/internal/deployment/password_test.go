package deployment

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestHasPassword(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"":                                    false,
		"https://crm.example/calls":           false,
		"https://crm.example/a@b?c=d@e#f@g":   false,
		"https://crm.example?a@b":             false,
		"https://user:hunter2@crm.example":    true,
		"https://user@crm.example/calls":      true,
		"https://:@crm.example":               true,
		"HTTPS://user:a%zzb@crm.example/":     true,
		"user:hunter2@crm.example":            true,
		"//user:hunter2@crm.example":          true,
		"http://user:hunter2@127.0.0.1:80/x":  true,
		"https://user:hunter2@[::1]:80/calls": true,
	} {
		if got := HasPassword(address); got != want {
			t.Errorf("HasPassword(%q) = %t", address, got)
		}
	}
}

// TestTemplateRejectsPasswords tests the patterns of URL parameters with URLs that have a password.
func TestTemplateRejectsPasswords(t *testing.T) {
	t.Parallel()
	template, err := os.ReadFile("../../../../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"CrmUrl", "TwilioApiUrl", "PublicBaseUrl"} {
		_, rest, _ := strings.Cut(string(template), "\n  "+name+":\n")
		found := regexp.MustCompile(`AllowedPattern: '(.*)'`).FindStringSubmatch(rest)
		if found == nil {
			t.Fatalf("%s has no pattern", name)
		}
		pattern := regexp.MustCompile(found[1])
		for _, address := range []string{"https://user:hunter2@crm.example", "https://user@crm.example", "http://user:hunter2@127.0.0.1", "http://127.0.0.1:80@crm.example", "https://:@x"} {
			if pattern.MatchString(address) {
				t.Errorf("%s takes %s", name, address)
			}
		}
		for _, address := range []string{"", "https://crm.example"} {
			if !pattern.MatchString(address) {
				t.Errorf("%s refuses %q", name, address)
			}
		}
		if with := "https://crm.example:8443/a@b?c=d@e"; name == "CrmUrl" && !pattern.MatchString(with) {
			t.Errorf("%s refuses %s", name, with)
		}
	}
}
