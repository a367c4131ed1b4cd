package twilio

import (
	"context"
	"net/http"
	"net/url"
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
