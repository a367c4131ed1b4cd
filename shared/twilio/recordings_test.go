package twilio

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"testing"
)

const (
	recordingSID  = "RE00000000000000000000000000000001"
	recordingPath = "/2010-04-01/Accounts/" + accountSID + "/Recordings/" + recordingSID
)

// recordingOperations are those for recordings.
func recordingOperations() []operation {
	return []operation{
		{"RecordingFile", func(ctx context.Context, c *Client) error {
			content, found, err := c.RecordingFile(ctx, recordingSID)
			return expect(err, found && string(content) == "ID3", string(content))
		}, []reply{ok("ID3")}, []seen{get(recordingPath+".mp3", url.Values{})}},
		{"RecordingStatus", func(ctx context.Context, c *Client) error {
			status, err := c.RecordingStatus(ctx, recordingSID)
			return expect(err, status == "completed", status)
		}, []reply{ok(`{"sid":"` + recordingSID + `","status":"completed"}`)}, []seen{get(recordingPath+".json", url.Values{})}},
		{"RecordingsOf", func(ctx context.Context, c *Client) error {
			sids, err := c.RecordingsOf(ctx, callSID)
			return expect(err, slices.Equal(sids, []string{recordingSID}), sids)
		}, []reply{ok(`{"recordings":[{"sid":"` + recordingSID + `"}],"next_page_uri":null}`)}, []seen{
			get("/2010-04-01/Accounts/"+accountSID+"/Recordings.json", url.Values{"CallSid": {callSID}, "PageSize": {"1000"}}),
		}},
		{"CallsFrom", func(ctx context.Context, c *Client) error {
			sids, err := c.CallsFrom(ctx, "+14155550123")
			return expect(err, slices.Equal(sids, []string{callSID}), sids)
		}, []reply{ok(`{"calls":[{"sid":"` + callSID + `"}],"next_page_uri":null}`)}, []seen{
			get(callsPath, url.Values{"From": {"+14155550123"}, "PageSize": {"1000"}}),
		}},
		{"DeleteTask", func(ctx context.Context, c *Client) error { return c.DeleteTask(ctx, taskSID) },
			[]reply{{status: http.StatusNoContent}}, []seen{{method: http.MethodDelete, path: taskPath, query: url.Values{}, form: url.Values{}}}},
		{"DeleteRecording", func(ctx context.Context, c *Client) error { return c.DeleteRecording(ctx, recordingSID) },
			[]reply{{status: http.StatusNoContent}}, []seen{{method: http.MethodDelete, path: recordingPath + ".json", query: url.Values{}, form: url.Values{}}}},
	}
}

func TestRecordingThatTwilioDoesNotHave(t *testing.T) {
	t.Parallel()
	gone := []reply{refusal(http.StatusNotFound, 20404), refusal(http.StatusNotFound, 20404), refusal(http.StatusNotFound, 20404)}
	client, _, _ := newTwilio(t, gone...)
	if content, found, err := client.RecordingFile(t.Context(), recordingSID); found || err != nil || content != nil {
		t.Errorf("file %q, %t, %v, want none", content, found, err)
	}
	if status, err := client.RecordingStatus(t.Context(), recordingSID); status != "" || err != nil {
		t.Errorf("status %q, %v, want none", status, err)
	}
	if err := client.DeleteRecording(t.Context(), recordingSID); err != nil {
		t.Error(err)
	}
}
