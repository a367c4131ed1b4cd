package webhook

import (
	"strconv"
	"time"
)

// Sent is when Twilio made the request, by its own parameter Timestamp: Unix seconds in assignment
// callbacks and events (https://www.twilio.com/docs/taskrouter/api/event/reference), RFC 2822 in
// the status callbacks of calls
// (https://www.twilio.com/docs/voice/api/call-resource#statuscallback). It is zero where the
// parameter is absent or unreadable: TwiML requests have none.
func (r Request) Sent() time.Time {
	stamp := r.Form.Get("Timestamp")
	sent, err := time.Parse("Mon, 2 Jan 2006 15:04:05 -0700", stamp)
	if err == nil {
		return inHistory(sent.Unix())
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return inHistory(seconds)
}

// inHistory is the time of Unix seconds; zero before 1970 and after 9999, where the arithmetic of
// times would overflow.
func inHistory(seconds int64) time.Time {
	if seconds <= 0 || seconds >= 253402300800 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// Older reports whether Twilio made the request more than that long ago. A replay has its first
// delivery's Timestamp, for the signature covers it. A request without one is never older.
func (r Request) Older(than time.Duration, now time.Time) bool {
	sent := r.Sent()
	return !sent.IsZero() && sent.Before(now.Add(-than))
}
