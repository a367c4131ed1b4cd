package simulator_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/wire"
)

func TestWaitMusic(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, attributes, contentType, body string
		wantHeard                           []string // in 40 s
		wantRequests                        int
	}{
		{"static document over GET", `waitUrl="/static.xml" waitUrlMethod="GET"`, "application/xml", "<Response><Say>Please wait</Say><Pause length=\"29\"/></Response>",
			[]string{"Please wait", "Please wait"}, 2},
		{"MP3", `waitUrl="/static.mp3" waitUrlMethod="GET"`, "audio/mpeg", strings.Repeat("x", 100_000), []string{"https://app.example/static.mp3", "https://app.example/static.mp3"}, 2},
		{"WAV", `waitUrl="/static.wav"`, "audio/x-wav", "RIFF", []string{"https://app.example/static.wav", "https://app.example/static.wav"}, 2},
		{"silence", `waitUrl=""`, "", "", []string{""}, 0},
		{"Twilio's own", "", "", "", []string{"Twilio's hold music"}, 0},
		{"words", `waitUrl="/static.txt"`, "text/plain", strings.Repeat("Please wait. ", 30), []string{strings.TrimSpace(strings.Repeat("Please wait. ", 30))}, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			requests := 0
			a := newAccount(t, simulator.Config{Web: wire.InProcess(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if !strings.HasPrefix(r.URL.Path, "/static") {
					writeTwiML(w, "<Enqueue "+test.attributes+">support</Enqueue>")
					return
				}
				requests++
				if want := strings.Contains(test.attributes, "GET"); (r.Method == http.MethodGet) != want || want && r.URL.Query().Get("QueuePosition") != "1" {
					t.Errorf("%s %s", r.Method, r.URL)
				}
				w.Header().Set("Content-Type", test.contentType)
				_, _ = w.Write([]byte(test.body))
			}))})
			a.waits(40 * time.Second)
			a.run(t)
			if got := a.leg(t, lineNumber); !slices.Equal(got.Heard, test.wantHeard) || !slices.Equal(got.QueueResults, []string{"hangup"}) {
				t.Errorf("heard %q, left as %q, want %q", got.Heard, got.QueueResults, test.wantHeard)
			}
			if requests != test.wantRequests {
				t.Errorf("%d requests, want %d", requests, test.wantRequests)
			}
		})
	}
}
