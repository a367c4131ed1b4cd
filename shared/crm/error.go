package crm

import (
	"errors"
	"fmt"
	"net"
	"time"

	"switchboard/shared/cause"
)

// Error reports that the CRM did not answer 2xx.
type Error struct {
	Status int // 0 when no answer came
	Err    error
}

// Error omits the text of net/http, which quotes headers of the answer, and the URL with its
// password.
func (e *Error) Error() string {
	if e.Status != 0 {
		return fmt.Sprintf("post to CRM: it answered %d, only 2xx counts as done", e.Status)
	}
	return "post to CRM: " + cause.Of(e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// Timeout reports whether no answer arrived in time.
func (e *Error) Timeout() bool {
	var timeout net.Error
	return errors.As(e.Err, &timeout) && timeout.Timeout()
}

// down reports whether the CRM is at fault, and not the request.
func (e *Error) down() bool { return e.Status == 0 || e.Status >= 500 }

// OpenError reports that the document was not sent because the CRM was down a moment ago.
type OpenError struct {
	Until time.Time // when it is asked again
}

// Error implements error.
func (e *OpenError) Error() string {
	return "post to CRM: not asked before " + e.Until.UTC().Format(time.RFC3339) + ", it was down"
}
