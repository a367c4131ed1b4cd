package simulator

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// overrides are connection overrides: the fragment of a webhook's URL (docs/usage/webhooks/webhooks-connection-overrides).
type overrides struct {
	retries              int
	policy               string
	connect, read, total time.Duration
}

// splitOverrides separates a URL from its fragment. The defaults are one retry, on a failed connection. What Twilio does with a value out of
// range is not documented; faults names such values, and they have no effect.
func splitOverrides(raw string) (target string, o overrides, faults []string) {
	target, fragment, found := strings.Cut(raw, "#")
	o = overrides{retries: 1, policy: "ct", connect: 5 * time.Second, read: 15 * time.Second, total: 15 * time.Second}
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

func (o *overrides) set(name, value string) (err error) {
	switch name {
	case "rc":
		o.retries, err = inRange(name, value, 0, 5, o.retries)
	case "rp":
		for policy := range strings.SplitSeq(value, ",") {
			if !has("4xx 5xx ct rt all", policy) {
				return fmt.Errorf("rp=%s: no policy %q", value, policy)
			}
		}
		o.policy = value
	case "ct":
		err = milliseconds(&o.connect, name, value, 10_000)
	case "rt":
		err = milliseconds(&o.read, name, value, 15_000)
	case "tt":
		err = milliseconds(&o.total, name, value, 15_000)
	case "sni", "e": // the TLS name and the edge change nothing here
	default:
		return fmt.Errorf("no override %q", name)
	}
	return err
}

func milliseconds(to *time.Duration, name, value string, most int) error {
	n, err := inRange(name, value, 100, most, int(to.Milliseconds()))
	*to = time.Duration(n) * time.Millisecond
	return err
}

func inRange(name, value string, least, most, otherwise int) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < least || n > most {
		return otherwise, fmt.Errorf("%s=%s is not a number from %d to %d", name, value, least, most)
	}
	return n, nil
}

// again says whether an answer calls for another try. Too slow a connection counts as ct, too slow an answer as rt.
func (o overrides) again(a answer, tries int) bool {
	var slow slowError
	var why string
	switch {
	case tries >= o.retries:
		return false
	case errors.As(a.err, &slow):
		why = "rt"
	case a.err != nil:
		why = "ct"
	case a.status >= 500:
		why = "5xx"
	case a.status >= 400:
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
