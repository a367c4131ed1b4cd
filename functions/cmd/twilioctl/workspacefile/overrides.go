package workspacefile

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// overrides judges connection overrides (docs/usage/webhooks/webhooks-connection-overrides): rc=2&rp=ct,5xx.
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
					c.fail(field, "rp has no policy %q; they are 4xx, 5xx, ct, rt, all", policy)
				}
			}
		case "sni", "e":
		default:
			c.fail(field, "there is no setting %q; they are ct, rt, tt (milliseconds), rc (retries), rp (when to retry), sni, e (edge)", name)
		}
	}
}

func (c *checker) setting(field, name, text string, low, high int) {
	if n, err := strconv.Atoi(text); err != nil || n < low || n > high {
		c.fail(field, "%s is a whole number from %d to %d, not %q", name, low, high, text)
	}
}
