package settings

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"switchboard/shared/dialing"
)

// Callbacks are calls back to callers who do not want to wait. The zero Callbacks offer none.
type Callbacks struct {
	Offered  bool     `json:"offered,omitempty"`  // to waiting callers, on key 1
	Tries    int      `json:"tries,omitempty"`    // how often a number is called; 0 = 3
	Every    int      `json:"every,omitempty"`    // minutes between two tries; 0 = 10
	Within   int      `json:"within,omitempty"`   // hours after which the call back is given up; 0 = 72
	Prefixes []string `json:"prefixes,omitempty"` // of numbers that are called back, such as +1; nil = the country of the dialed number
}

// The limits of call backs: callers do not wait for more.
const (
	maxCallTries = 10
	maxEvery     = 24 * 60
	maxWithin    = 14 * 24
)

// Times returns how often a number is called, after which time again, and for how long.
func (c Callbacks) Times() (tries int, every, within time.Duration) {
	return cmp.Or(c.Tries, 3), time.Duration(cmp.Or(c.Every, 10)) * time.Minute, time.Duration(cmp.Or(c.Within, 72)) * time.Hour
}

// CallsBack reports whether callers of a dialed number can be called back.
func (s Settings) CallsBack(dialed string) bool {
	return s.Callbacks.Offered && !s.Number(dialed).NoCallbacks
}

// MayCall reports whether callers of a dialed number can be called back at a number.
func (s Settings) MayCall(number, dialed string) bool {
	return s.CallsBack(dialed) && dialing.Allowed(number, dialed, s.Callbacks.Prefixes)
}

func (c *checker) callbacks(b Callbacks) {
	for _, each := range []struct {
		key, unit   string
		value, most int
	}{{"tries", "tries", b.Tries, maxCallTries}, {"every", "minutes", b.Every, maxEvery}, {"within", "hours", b.Within, maxWithin}} {
		if each.value < 0 || each.value > each.most {
			c.fail("callbacks."+each.key, "want 1 to %d %s, not %d", each.most, each.unit, each.value)
		}
	}
	for i, prefix := range b.Prefixes {
		digits, signed := strings.CutPrefix(prefix, "+")
		if !signed || digits == "" || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" || digits[0] == '0' {
			c.fail(fmt.Sprintf("callbacks.prefixes[%d]", i), "want the beginning of phone numbers, such as +1 or +1206, not %q", prefix)
		}
	}
}

// calledBack checks that hours which promise call backs can keep them.
func (c *checker) calledBack(s Settings) {
	for name, opening := range sorted(s.Hours) {
		if opening.WhenClosed == Callback && !s.Callbacks.Offered {
			c.fail("hours."+name+".when_closed", "want callbacks: {offered: true} in the file, or another treatment")
		}
	}
}
