package webhook

import (
	"encoding/json"
	"net/http"

	"switchboard/shared/twiml"
)

// TwiML answers with a document.
func TwiML(document twiml.Document) Answer {
	return Answer{StatusCode: http.StatusOK, Headers: map[string]string{"Content-Type": twiml.ContentType}, Body: string(document)}
}

// Instruction answers an assignment callback, 200 and application/json as
// https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks wants; nil leaves the body
// empty, which defers the decision.
func Instruction(instruction json.Marshaler) Answer {
	answer := Answer{StatusCode: http.StatusOK, Headers: map[string]string{"Content-Type": "application/json"}}
	if instruction == nil {
		return answer
	}
	body, err := instruction.MarshalJSON()
	if err != nil {
		// Instructions are structs of strings and ints, which always marshal. An empty answer would
		// defer the decision although no message was sent.
		return Malformed()
	}
	answer.Body = string(body)
	return answer
}

// Received acknowledges an event or a status callback
// (https://www.twilio.com/docs/taskrouter/api/event/reference: 204, application/json).
func Received() Answer {
	return Answer{StatusCode: http.StatusNoContent, Headers: map[string]string{"Content-Type": "application/json"}}
}

// Malformed answers a signed request that makes no sense.
func Malformed() Answer { return plain(http.StatusBadRequest) }

// NotFound answers a path below a route that has no stop there.
func NotFound() Answer { return plain(http.StatusNotFound) }

// Unavailable asks Twilio to deliver again, where its connection overrides say so.
func Unavailable() Answer { return plain(http.StatusServiceUnavailable) }

func plain(status int) Answer {
	return Answer{StatusCode: status, Headers: map[string]string{"Content-Type": "text/plain; charset=utf-8"}, Body: http.StatusText(status)}
}
