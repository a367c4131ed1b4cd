package doctor

import (
	"strings"
	"testing"
)

func TestHealthyDeployment(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	p.wants(map[string]Level{})
	if problems := p.twilio.Problems(); len(problems) > 0 {
		t.Errorf("the simulator reports problems: %v", problems)
	}
}

func TestFindingsHoldNoSecrets(t *testing.T) {
	t.Parallel()
	text := encoded(t, healthy(t).doctor.Examine(t.Context()))
	for _, secret := range []string{token, otherToken, "whsec_", "4155550191"} {
		if strings.Contains(text, secret) {
			t.Errorf("the findings hold %s", secret)
		}
	}
}

func TestEachCheckIsMadeOnce(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, each := range checks {
		if seen[each.name] {
			t.Errorf("two checks are called %s", each.name)
		}
		seen[each.name] = true
	}
	for _, each := range healthy(t).doctor.Examine(t.Context()) {
		delete(seen, each.Check)
		if each.Subject == "" || each.Detail == "" {
			t.Errorf("%s does not say what it looked at and found: %+v", each.Check, each)
		}
	}
	for name := range seen {
		t.Errorf("%s said nothing", name)
	}
}
