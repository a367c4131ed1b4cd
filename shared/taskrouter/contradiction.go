package taskrouter

import (
	"errors"
	"net/url"
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
	}
	return nil
}
