package simulator_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
)

const record = `<Record action="/recorded" timeout="3" recordingStatusCallback="/filed" recordingStatusCallbackEvent="completed absent"/><Say>Nothing heard.</Say>`

// TestRecordingStatusCallback compares what Twilio reports of a recording, under both readings.
func TestRecordingStatusCallback(t *testing.T) {
	tests := []struct {
		name   string
		steps  []script.Step
		status string
		length string
		first  string // under before-action, of the two webhooks
	}{
		{
			name:   "key",
			steps:  []script.Step{script.Records(4 * time.Second), script.Presses("#"), script.HangsUpAfter(time.Minute)},
			status: "completed",
			length: "4",
			first:  "/filed",
		},
		{
			name:   "caller hangs up",
			steps:  []script.Step{script.Records(4 * time.Second), script.HangsUp()},
			status: "completed",
			length: "4",
			first:  "/filed",
		},
		{
			name:   "silence",
			steps:  []script.Step{script.Hears("nothing heard")},
			status: "absent",
			length: "0",
		},
	}
	for _, test := range tests {
		for _, before := range []bool{false, true} {
			t.Run(test.name, func(t *testing.T) {
				cfg := simulator.Config{}
				cfg.Readings.RecordingCallbackFirst = before
				a := newAccount(t, cfg)
				a.app.answers["/voice"], a.app.answers["/recorded"], a.app.answers["/filed"] = record, "<Hangup/>", ""
				a.Call(callerNumber, lineNumber, test.steps...)
				a.run(t)
				forms := a.app.forms["/filed"]
				if len(forms) != 1 {
					t.Fatalf("%d status callbacks, want one", len(forms))
				}
				form, kept := forms[0], a.Recordings()[0]
				want := url.Values{
					"AccountSid": {a.AccountSID()}, "CallSid": {a.Calls()[0].SID}, "RecordingSid": {kept.SID}, "RecordingStatus": {test.status},
					"RecordingUrl": {"https://api.twilio.com" + a.path("Recordings/"+kept.SID)}, "RecordingDuration": {test.length},
					"RecordingChannels": {"1"}, "RecordingSource": {"RecordVerb"},
				}
				equal(t, "parameters", form.Encode(), want.Encode())
				equal(t, "status", kept.Status, test.status)
				if recorded := a.app.forms["/recorded"]; (len(recorded) == 1) != (test.status == "completed") {
					t.Errorf("%d requests of the action", len(recorded))
				}
			})
		}
	}
}

// TestRecordingFile reads, lists and deletes a recording.
func TestRecordingFile(t *testing.T) {
	a := newAccount(t, simulator.Config{})
	a.app.answers["/voice"], a.app.answers["/recorded"], a.app.answers["/filed"] = record, `<Pause length="60"/>`, ""
	a.Call(callerNumber, lineNumber, script.Records(4*time.Second), script.Presses("#"), script.HangsUpAfter(time.Minute))
	path := func(suffix string) string { return a.path("Recordings/" + a.Recordings()[0].SID + suffix) }
	read := func(method, suffix, user string) (status int, media, body string) {
		request, answer := httptest.NewRequest(method, path(suffix), nil), httptest.NewRecorder()
		request.SetBasicAuth(user, a.AuthToken())
		a.ServeHTTP(answer, request)
		return answer.Code, answer.Header().Get("Content-Type"), answer.Body.String()
	}
	known := func() bool { return len(a.Recordings()) > 0 }
	at := func(d time.Duration, do func()) { a.Loop().After(d, do) }
	for second := range 30 {
		at(time.Duration(second)*time.Second, func() {
			if known() && a.Recordings()[0].Status == "processing" {
				if status, _, _ := read(http.MethodGet, ".mp3", a.AccountSID()); status != http.StatusNotFound {
					t.Errorf("the file that does not exist yet: %d", status)
				}
			}
		})
	}
	at(40*time.Second, func() {
		if status, media, body := read(http.MethodGet, ".mp3", a.AccountSID()); status != http.StatusOK || media != "audio/mpeg" || !strings.HasPrefix(body, "ID3") {
			t.Errorf("MP3: %d %s %q", status, media, body)
		}
		if status, media, _ := read(http.MethodGet, ".wav", a.AccountSID()); status != http.StatusOK || media != "audio/x-wav" {
			t.Errorf("WAV: %d %s", status, media)
		}
		if status, _, _ := read(http.MethodGet, ".mp3", "AC00000000000000000000000000000000"); status != http.StatusUnauthorized {
			t.Errorf("without credentials: %d", status)
		}
		if _, _, body := read(http.MethodGet, ".json", a.AccountSID()); !strings.Contains(body, `"status":"completed"`) || !strings.Contains(body, `"duration":"4"`) {
			t.Errorf("metadata %s", body)
		}
		for asked, want := range map[string]bool{a.Calls()[0].SID: true, "CA00000000000000000000000000000000": false} {
			if list := a.app.rest("GET", a.path("Recordings.json?CallSid="+asked), nil); strings.Contains(list, a.Recordings()[0].SID) != want {
				t.Errorf("recordings of call %s: %s", asked, list)
			}
		}
		for _, want := range []int{http.StatusNoContent, http.StatusNotFound} {
			if status, _, _ := read(http.MethodDelete, ".json", a.AccountSID()); status != want {
				t.Errorf("deletion: %d, want %d", status, want)
			}
		}
		for suffix, want := range map[string]int{".mp3": 404, ".json": 404, ".json?IncludeSoftDeleted=true": 200, ".mp3?IncludeSoftDeleted=true": 404} {
			if status, _, _ := read(http.MethodGet, suffix, a.AccountSID()); status != want {
				t.Errorf("after the deletion %s: %d, want %d", suffix, status, want)
			}
		}
	})
	a.run(t)
	equal(t, "status", a.Recordings()[0].Status, "deleted")
}

// TestPlayNeedsCredentials: Twilio gives a recording of a call only to those who log in.
func TestPlayNeedsCredentials(t *testing.T) {
	a := newAccount(t, simulator.Config{})
	a.app.answers["/voice"] = "<Play>https://api.twilio.com/2010-04-01/Accounts/" + a.AccountSID() + "/Recordings/RE00000000000000000000000000000001.mp3</Play>"
	a.waits(time.Minute)
	a.run(t)
	a.wantCodes(t, 11200)
}
