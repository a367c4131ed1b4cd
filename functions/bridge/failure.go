package bridge

import (
	"errors"
	"net"
	"net/http"
	"slices"

	"switchboard/shared/crm"
	"switchboard/shared/failure"
	"switchboard/shared/twilio"
)

// crmFailure returns the failure for an error of the CRM step.
func crmFailure(err error) failure.Failure {
	var open *crm.OpenError
	var answer *crm.Error
	switch {
	case errors.As(err, &open):
		return failure.CRMBreakerOpen
	case !errors.As(err, &answer):
		return failure.CRMUnsigned
	case answer.Timeout():
		return failure.CRMTimeout
	case answer.Status == 0:
		return failure.CRMUnreachable
	case answer.Status >= http.StatusInternalServerError:
		return failure.CRMServerError
	case refusesUs(answer.Status):
		return failure.CRMForbidden
	}
	return failure.CRMRefused
}

// refusesUs reports whether the CRM refused our request as such, and not the caller in it.
func refusesUs(status int) bool {
	return status < http.StatusBadRequest || slices.Contains([]int{
		http.StatusUnauthorized, http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusProxyAuthRequired,
		http.StatusRequestTimeout, http.StatusTooManyRequests,
	}, status)
}

// dialFailure returns the failure for an error of POST /Calls.
func dialFailure(err error) failure.Failure {
	var answer *twilio.Error
	var network net.Error
	switch {
	case !errors.As(err, &answer):
		return failure.DialNoCredentials
	case !answer.Sent && answer.Code == 0:
		return failure.DialUnreachable
	case !answer.Sent:
		return failure.DialUnauthorized // twilio-go itself refuses credentials of another alphabet
	case answer.Status == 0 && errors.As(err, &network) && network.Timeout():
		return failure.DialTimeout
	case answer.Status == 0:
		return failure.DialReset
	case answer.Status >= http.StatusInternalServerError:
		return failure.DialServerError
	case answer.Status < http.StatusBadRequest:
		return failure.DialUndecodable
	}
	return refusal(answer)
}

// refusal returns the failure for a request that Twilio refused, by its error code if there is one
// (https://www.twilio.com/docs/api/errors).
func refusal(answer *twilio.Error) failure.Failure {
	switch answer.Code {
	case 21201, 21202, 21211, 21214, 21217, 21219, 13223, 13224: // no number, a premium one, invalid, out of reach; not verified in a trial
		return failure.DialInvalidNumber
	case 21203, 21215, 21216, 13225, 13227, 32205: // not to that country, or to that number
		return failure.DialGeoPermission
	case 21210, 21212, 21213: // of the caller id
		return failure.DialCallerID
	}
	switch answer.Status {
	case http.StatusUnauthorized:
		return failure.DialUnauthorized
	case http.StatusForbidden:
		return failure.DialForbidden
	case http.StatusNotFound:
		return failure.DialNotFound
	case http.StatusConflict:
		return failure.DialConflict
	case http.StatusTooManyRequests:
		return failure.DialThrottled
	}
	return failure.DialRefused
}
