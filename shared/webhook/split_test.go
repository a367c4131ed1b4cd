package webhook

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

// TestSplitElsewhere has forms with the signature of an old callback, whose parameters end
// elsewhere.
func TestSplitElsewhere(t *testing.T) {
	t.Parallel()
	event := url.Values{
		"AccountSid": {account}, "TaskSid": {"WT1"}, "TaskVersion": {"3"}, "Timestamp": {"1795510000"}, "TimestampMs": {"1795510000123"}, "WorkerActivityName": {"Idle"}, "WorkerSid": {"WK1"},
	}
	status := url.Values{
		"AccountSid": {account}, "CallSid": {"CA1"}, "SequenceNumber": {"0"}, "Timestamp": {"Tue, 24 Nov 2026 09:00:00 +0000"}, "To": {"+14155550199"},
	}
	sunday := url.Values{
		"AccountSid": {account}, "CallSid": {"CA1"}, "SequenceNumber": {"0"}, "Timestamp": {"Sun, 22 Nov 2026 09:00:00 +0000"}, "To": {"+14155550199"},
	}
	tests := []struct {
		name    string
		sent    url.Values
		split   url.Values // in the place of the parameters below
		instead []string
	}{
		{
			name:    "event, taken into the value before",
			sent:    event,
			split:   url.Values{"TaskVersion": {"3Timestamp1795510000TimestampMs1795510000123"}},
			instead: []string{"TaskVersion", "Timestamp", "TimestampMs"},
		},
		{
			name:    "event, another name",
			sent:    event,
			split:   url.Values{"Timestamp17": {"95510000"}},
			instead: []string{"Timestamp"},
		},
		{
			name:    "event, a shorter name",
			sent:    event,
			split:   url.Values{"Ti": {"mestamp1795510000"}},
			instead: []string{"Timestamp"},
		},
		{
			name:    "event, the next parameter taken in",
			sent:    event,
			split:   url.Values{"Timestamp": {"1795510000TimestampMs1795510000123"}},
			instead: []string{"Timestamp", "TimestampMs"},
		},
		{
			name:    "event, the two next taken in",
			sent:    event,
			split:   url.Values{"Timestamp": {"1795510000TimestampMs1795510000123WorkerActivityNameIdle"}},
			instead: []string{"Timestamp", "TimestampMs", "WorkerActivityName"},
		},
		{
			name:    "status, taken into the value before",
			sent:    status,
			split:   url.Values{"SequenceNumber": {"0TimestampTue, 24 Nov 2026 09:00:00 +0000"}},
			instead: []string{"SequenceNumber", "Timestamp"},
		},
		{
			name:    "status, taken into two parameters",
			sent:    status,
			split:   url.Values{"SequenceNumber": {"0Timestamp"}, "T": {"ue, 24 Nov 2026 09:00:00 +0000"}},
			instead: []string{"SequenceNumber", "Timestamp"},
		},
		{
			name:    "status, taken into two parameters on a Sunday",
			sent:    sunday,
			split:   url.Values{"SequenceNumber": {"0Timestamp"}, "Su": {"n, 22 Nov 2026 09:00:00 +0000"}},
			instead: []string{"SequenceNumber", "Timestamp"},
		},
		{
			name:    "status, the next parameter taken in",
			sent:    status,
			split:   url.Values{"Timestamp": {"Tue, 24 Nov 2026 09:00:00 +0000To+14155550199"}},
			instead: []string{"Timestamp", "To"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			form := url.Values{}
			for name, values := range test.sent {
				form[name] = values
			}
			for _, name := range test.instead {
				form.Del(name)
			}
			for name, values := range test.split {
				form[name] = values
			}
			replayed := posted("/events", "", form)
			replayed.Headers["x-twilio-signature"] = signature(token, "https://"+domain+"/events", test.sent)
			got := serve(t, &vault{kept: tokens(token, "")}, "", replayed)
			if got.answer.StatusCode != http.StatusNoContent {
				t.Fatalf("answered %d: the signature is another one, so the test shows nothing", got.answer.StatusCode)
			}
			if !got.request.Older(time.Hour, time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)) {
				t.Errorf("%v is not older than an hour", form)
			}
		})
	}
}

// TestTimestampOfSomebodyElse has requests that Twilio sends without a Timestamp, and people's text
// that looks like one.
func TestTimestampOfSomebodyElse(t *testing.T) {
	t.Parallel()
	for name, form := range map[string]url.Values{
		"task's attributes":   {"TaskAttributes": {`{"from":"client:Timestamp1795510000"}`}, "TaskSid": {"WT1"}},
		"worker's attributes": {"WorkerAttributes": {`{"note":"Timestamp1795510000"}`}, "TaskSid": {"WT1"}},
		"an event's own":      {"WorkerName": {"Timestamp1795510000"}, "Timestamp": {"1795521600"}},
		"milliseconds":        {"Timestamp": {"1795521600123"}},
		"ISO 8601":            {"Timestamp": {"2026-11-24T12:00:00Z"}},
		"ISO 8601, short":     {"Timestamp": {"20261124T120000Z"}},
	} {
		request := Request{Form: form}
		if request.Older(time.Hour, time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)) {
			t.Errorf("%s: %v is older", name, form)
		}
	}
}
