package twilio

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"switchboard/shared/cause"
)

// Error is a REST operation that failed.
type Error struct {
	What       string        // the operation
	Status     int           // HTTP status of the last answer; 0 = no answer
	Sent       bool          // Twilio may have received the request, and without an answer may have processed it
	Code       int           // Twilio's error code; 0 = none
	Message    string        // Twilio's words; they can hold a phone number
	RetryAfter time.Duration // the pause that Twilio asks for; 0 = none
	Err        error
}

// Error leaves out the words of Twilio, net/http and twilio-go: they can hold a whole phone number
// or a body, and errors are logged. It has the status, and Twilio's code or the kind of failure.
func (e *Error) Error() string {
	if e.Code != 0 {
		return fmt.Sprintf("%s: Twilio answered %d, error %d (https://www.twilio.com/docs/api/errors/%d)", e.What, e.Status, e.Code, e.Code)
	}
	return fmt.Sprintf("%s (HTTP status %d): %s", e.What, e.Status, cause.Of(e.Err))
}

func (e *Error) Unwrap() error { return e.Err }

// refused reports whether Twilio understood the request and rejected it, so that a repetition does
// not help.
func (e *Error) refused() bool {
	return e.Status >= 400 && e.Status < 500 && !e.Throttled() && !e.Denied()
}

// Denied reports whether Twilio rejected the credentials.
func (e *Error) Denied() bool {
	return e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden
}

// Throttled reports whether Twilio had too many requests and did not process this one
// (https://www.twilio.com/docs/api/errors/20429).
func (e *Error) Throttled() bool { return e.Status == http.StatusTooManyRequests }

// Unknown reports whether Twilio may have processed the request: it did not answer, or not clearly.
func (e *Error) Unknown() bool { return e.Status < 400 || e.Status >= 500 }

// Transient reports whether the cause may pass. It is the retry of requests that may be made twice.
func (e *Error) Transient() bool {
	return e.Status == 0 || e.Throttled() || e.Status >= 500
}

// unprocessed reports whether Twilio did not process the request for certain.
func (e *Error) unprocessed() bool { return e.Throttled() || !e.Sent }

// refused is Error.refused for any error.
func refused(err error) bool {
	var failure *Error
	return errors.As(err, &failure) && failure.refused()
}

func notFound(err error) bool { return hasStatus(err, http.StatusNotFound) }

// hasStatus reports whether Twilio answered with one of the HTTP statuses.
func hasStatus(err error, statuses ...int) bool {
	var failure *Error
	return errors.As(err, &failure) && slices.Contains(statuses, failure.Status)
}
