package wire

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Overrides are connection overrides: the fragment of a webhook's URL
// (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
type Overrides struct {
	Connect, Read, Total time.Duration // limits of one connection, of one answer, of all tries together
	retries              int
	policy               string // failures to retry, as in 5xx,ct
}

// SplitOverrides separates a URL from its fragment. The default is one retry, after a failed
// connection. Twilio does not document the effect of a value out of range: faults names such
// values, and they have no effect here.
func SplitOverrides(raw string) (target string, o Overrides, faults []string) {
	target, fragment, found := strings.Cut(raw, "#")
	o = Overrides{retries: 1, policy: "ct", Connect: 5 * time.Second, Read: 15 * time.Second, Total: 15 * time.Second}
	if !found {
		return target, o, nil
	}
	values, err := url.ParseQuery(fragment)
	if err != nil {
		return target, o, []string{err.Error()}
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if err := o.set(name, values.Get(name)); err != nil {
			faults = append(faults, err.Error())
		}
	}
	return target, o, faults
}

func (o *Overrides) set(name, value string) (err error) {
	switch name {
	case "rc":
		o.retries, err = inRange(name, value, 0, 5, o.retries)
	case "rp":
		for policy := range strings.SplitSeq(value, ",") {
			if !slices.Contains([]string{"4xx", "5xx", "ct", "rt", "all"}, policy) {
				return fmt.Errorf("rp=%s: no policy %q", value, policy)
			}
		}
		o.policy = value
	case "ct":
		err = milliseconds(&o.Connect, name, value, 10_000)
	case "rt":
		err = milliseconds(&o.Read, name, value, 15_000)
	case "tt":
		err = milliseconds(&o.Total, name, value, 15_000)
	case "sni", "e": // the TLS name and the edge change nothing here
	default:
		return fmt.Errorf("no override %q", name)
	}
	return err
}

func milliseconds(to *time.Duration, name, value string, maximum int) error {
	n, err := inRange(name, value, 100, maximum, int(to.Milliseconds()))
	*to = time.Duration(n) * time.Millisecond
	return err
}

func inRange(name, value string, minimum, maximum, fallback int) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < minimum || n > maximum {
		return fallback, fmt.Errorf("%s=%s is not a number from %d to %d", name, value, minimum, maximum)
	}
	return n, nil
}

// Retry reports whether Twilio tries again after an answer. status is the HTTP status, or 0 if the
// application was too slow (slow) or the connection failed.
func (o Overrides) Retry(status int, slow bool, tries int) bool {
	var why string
	switch {
	case tries >= o.retries:
		return false
	case slow:
		why = "rt"
	case status == 0:
		why = "ct"
	case status >= 500:
		why = "5xx"
	case status >= 400:
		why = "4xx"
	default:
		return false
	}
	for policy := range strings.SplitSeq(o.policy, ",") {
		if policy == why || policy == "all" {
			return true
		}
	}
	return false
}
