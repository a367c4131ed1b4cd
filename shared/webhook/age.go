package webhook

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Twilio sends nothing that these match, and a cold start does not wait for them to be compiled.
var (
	// swallowing is a Timestamp to which the next parameter's name was added.
	swallowing = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^([0-9]{10}|[A-Z][a-z]{2}, [0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} [+-][0-9]{4})[A-Za-z_]`)
	})

	// hidden is a Timestamp with its name.
	hidden = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`Timestamp([0-9]{10}|[A-Z][a-z]{2}, [0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} )`)
	})
)

// Lifetime is the maximum age of a request that is Twilio's first delivery or a retry of it. An
// older one is a copy, or its clock is wrong.
const Lifetime = 2 * time.Hour

// Sent is when Twilio made the request, by its own parameter Timestamp: Unix seconds in assignment
// callbacks and events (https://www.twilio.com/docs/taskrouter/api/event/reference), RFC 2822 in
// the status callbacks of calls
// (https://www.twilio.com/docs/voice/api/call-resource#statuscallback). It is zero where the
// parameter is absent or unreadable: TwiML requests have none.
func (r Request) Sent() time.Time {
	stamp := r.Form.Get("Timestamp")
	sent, readable := moment(stamp)
	if stamp == "" || readable {
		return sent
	}
	if whole := swallowing().FindStringSubmatch(stamp); whole != nil {
		sent, _ = moment(whole[1])
	}
	return sent
}

// moment reads a Timestamp of either form.
func moment(stamp string) (sent time.Time, readable bool) {
	if seconds, err := strconv.ParseInt(stamp, 10, 64); err == nil {
		return inHistory(seconds), true
	}
	sent, err := time.Parse("Mon, 2 Jan 2006 15:04:05 -0700", stamp)
	if err != nil {
		return time.Time{}, false
	}
	return inHistory(sent.Unix()), true
}

// inHistory is the time of Unix seconds; zero before 1970 and after 9999, where the arithmetic of
// times would overflow.
func inHistory(seconds int64) time.Time {
	if seconds <= 0 || seconds >= 253402300800 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// Older reports whether Twilio made the request more than that long ago. A replay has the Timestamp
// of its first delivery, because the signature covers it. A request without a Timestamp is never
// older, unless it hides one.
func (r Request) Older(than time.Duration, now time.Time) bool {
	sent := r.Sent()
	if sent.IsZero() {
		return r.hidesTimestamp()
	}
	return sent.Before(now.Add(-than))
}

// hidesTimestamp reports whether the signed text has a Timestamp and the form has none. The text
// has no separators (https://www.twilio.com/docs/usage/security#validating-requests): TaskVersion=3
// and Timestamp=1795522000 have the signature of TaskVersion=3Timestamp1795522000. The attributes
// are left out: they are other people's text, and could take Timestamp in only together with
// TaskSid.
func (r Request) hidesTimestamp() bool {
	if r.Form.Get("Timestamp") != "" {
		return false
	}
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(r.Form)) {
		if name == "TaskAttributes" || name == "WorkerAttributes" {
			text.WriteByte('\n')
			continue
		}
		for _, value := range slices.Compact(slices.Sorted(slices.Values(r.Form[name]))) {
			text.WriteString(name + value)
		}
	}
	return strings.Contains(text.String(), "Timestamp") && hidden().MatchString(text.String())
}
