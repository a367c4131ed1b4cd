package twilio

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestBaseURL(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, base, wantVoice, wantTaskRouter string }{
		{"Twilio", "", "https://api.twilio.com", "https://taskrouter.twilio.com"},
		{"Twilio, said aloud", "https://api.twilio.com", "https://api.twilio.com", "https://taskrouter.twilio.com"},
		{"region", "https://api.dublin.ie1.twilio.com", "https://api.dublin.ie1.twilio.com", "https://taskrouter.dublin.ie1.twilio.com"},
		{"region, by another product", "https://taskrouter.dublin.ie1.twilio.com/", "https://api.dublin.ie1.twilio.com", "https://taskrouter.dublin.ie1.twilio.com"},
		{"loopback", "http://127.0.0.1:4010", "http://127.0.0.1:4010", "http://127.0.0.1:4010"},
		{"loopback by name", "http://localhost:4010/", "http://localhost:4010", "http://localhost:4010"},
		{"IPv6 loopback", "http://[::1]:4010", "http://[::1]:4010", "http://[::1]:4010"},
		{"stand-in with a name", "https://twilio.test.example", "https://twilio.test.example", "https://twilio.test.example"},
		{"path prefix", "https://stand.example/twilio", "https://stand.example/twilio", "https://stand.example/twilio"},
		{"path prefix with slash", "https://stand.example/twilio/", "https://stand.example/twilio", "https://stand.example/twilio"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			voice, taskRouter := addresses(t, test.base)
			if want := test.wantVoice + legPath; voice != want {
				t.Errorf("voice = %s, want %s", voice, want)
			}
			if want := test.wantTaskRouter + taskPath; taskRouter != want {
				t.Errorf("TaskRouter = %s, want %s", taskRouter, want)
			}
		})
	}
}

// addresses gives the URLs that a voice and a TaskRouter request go to.
func addresses(t *testing.T, base string) (voice, taskRouter string) {
	t.Helper()
	var asked []string
	client := newClient(base)
	client.Transport = roundTrip(func(request *http.Request) (*http.Response, error) {
		if request.Host != request.URL.Host {
			t.Errorf("Host %s in a request to %s", request.Host, request.URL.Host)
		}
		asked = append(asked, request.URL.String())
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader("{}")), Request: request}, nil
	})
	if _, err := client.CallRecord(t.Context(), workerCallSID); err != nil {
		t.Fatal(err)
	}
	if _, err := client.TaskStatus(t.Context(), taskSID); err != nil {
		t.Fatal(err)
	}
	return asked[0], asked[1]
}

func TestOnlyTwiliosOwnHostsAreRewritten(t *testing.T) {
	t.Parallel()
	if voice, _ := addresses(t, "https://proxy.nottwilio.com"); voice != "https://proxy.nottwilio.com"+legPath {
		t.Errorf("voice = %s", voice)
	}
}

func TestMalformedBaseURL(t *testing.T) {
	t.Parallel()
	client := newClient("http://[::1")
	client.Pause = (&pauses{}).Pause
	client.Transport = roundTrip(func(request *http.Request) (*http.Response, error) {
		t.Errorf("asked %s", request.URL)
		return nil, http.ErrServerClosed
	})
	if _, err := client.TaskStatus(t.Context(), taskSID); err == nil {
		t.Error("no error")
	}
}

// A redirect could carry the token anywhere.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	client, _, _ := newTwilio(t)
	asked := 0
	client.Transport = roundTrip(func(request *http.Request) (*http.Response, error) {
		asked++
		header := http.Header{"Location": {"https://elsewhere.example/"}}
		return &http.Response{StatusCode: http.StatusTemporaryRedirect, Header: header, Body: io.NopCloser(strings.NewReader("{}")), Request: request}, nil
	})
	if record, _ := client.CallRecord(t.Context(), workerCallSID); record.HasEnded() || asked != 1 {
		t.Errorf("record %+v after %d requests, want a call that is not over, after one", record, asked)
	}
}
