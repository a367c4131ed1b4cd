package taskrouter

import (
	"errors"
	"net/url"
	"regexp"
	"sync"
)

// contradiction reports an event callback whose ResourceSid is a task or a reservation and another
// one than its TaskSid or ReservationSid says
// (https://www.twilio.com/docs/taskrouter/api/event/reference). Twilio sends none; the signature
// has no separators, and cannot keep one parameter's end from becoming the next one's beginning.
func contradiction(form url.Values, event Event) error {
	resource := form.Get("ResourceSid")
	switch {
	case ValidSID("WT", resource) && resource != event.TaskSID:
		return errors.New("read event callback: ResourceSid is another task than TaskSid")
	case ValidSID("WR", resource) && resource != event.ReservationSID:
		return errors.New("read event callback: ResourceSid is another reservation than ReservationSid")
	case event.SID == "" && hidesSID(form):
		return errors.New("read event callback: its Sid is part of another parameter")
	}
	return nil
}

// sidWithName is compiled only for an event without a Sid, which Twilio sends none of.
var sidWithName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`SidEV[0-9a-f]{32}`) })

// hidesSID reports whether the event's Sid stands in another parameter: without it each copy of the
// event counts as its first delivery. Other people's text, the attributes, cannot take it in.
func hidesSID(form url.Values) bool {
	for name, values := range form {
		if name == "TaskAttributes" || name == "WorkerAttributes" {
			continue
		}
		for _, value := range values {
			if sidWithName().MatchString(name + value) {
				return true
			}
		}
	}
	return false
}
