package workspacefile

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// overrides checks connection overrides such as rc=2&rp=ct,5xx
// (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
func (c *checker) overrides(field string, value *string) {
	if value == nil || *value == "" {
		return
	}
	values, err := url.ParseQuery(*value)
	if err != nil {
		c.fail(field, "want settings such as rc=2&rp=ct,5xx, not %q", *value)
		return
	}
	for name := range values {
		switch text := values.Get(name); name {
		case "rc":
			c.setting(field, name, text, 0, 5)
		case "ct":
			c.setting(field, name, text, 100, 10_000)
		case "rt", "tt":
			c.setting(field, name, text, 100, 15_000)
		case "rp":
			for policy := range strings.SplitSeq(text, ",") {
				if !slices.Contains([]string{"4xx", "5xx", "ct", "rt", "all"}, policy) {
					c.fail(field, "unknown policy %q of rp; want 4xx, 5xx, ct, rt or all", policy)
				}
			}
		case "sni", "e":
		default:
			c.fail(field,
				"unknown setting %q; want ct, rt, tt (milliseconds), rc (retries), rp (when to retry), sni or e (edge)", name)
		}
	}
}

func (c *checker) setting(field, name, text string, low, high int) {
	if n, err := strconv.Atoi(text); err != nil || n < low || n > high {
		c.fail(field, "want a whole number from %[2]d to %[3]d for %[1]s, not %[4]q", name, low, high, text)
	}
}
