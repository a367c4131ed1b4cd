package simulator_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/wire"
	"switchboard/shared/webhook"
)

func TestRedirectedWebhooks(t *testing.T) {
	tests := []struct {
		name       string
		status     int
		hops       int
		wantMethod string
		wantForm   bool
		wantHeard  string
		wantCodes  []int
	}{
		{"moved permanently", 301, 1, "GET", false, "here", nil},
		{"found", 302, 3, "GET", false, "here", nil},
		{"see other", 303, 1, "GET", false, "here", nil},
		{"temporary", 307, 1, "POST", true, "here", nil},
		{"permanent", 308, 10, "POST", true, "here", nil},
		{"too many", 307, 11, "", false, "We are sorry, an application error has occurred. Goodbye.", []int{11215}},
		{"no location", 304, 1, "", false, "We are sorry, an application error has occurred. Goodbye.", []int{11200}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			const base = "https://app.example"
			var a *account
			var method string
			var form bool
			a = newAccount(t, simulator.Config{Web: wire.InProcess(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				noError(t, r.ParseForm())
				if want := webhook.Sign(a.AuthToken(), base+r.URL.RequestURI(), r.PostForm); r.Header.Get("X-Twilio-Signature") != want {
					t.Errorf("%s %s is not signed for its own address", r.Method, r.URL)
				}
				hop, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/voice"))
				switch {
				case r.URL.Path == "/sibling":
					writeTwiML(w, "<Say>here</Say>")
				case err != nil:
					redirect(w, test.status, "/voice1")
				case hop < test.hops:
					redirect(w, test.status, base+"/voice"+strconv.Itoa(hop+1))
				default:
					method, form = r.Method, len(r.Form) > 0
					writeTwiML(w, "<Redirect>sibling</Redirect>")
				}
			}))})
			a.Call(callerNumber, lineNumber)
			a.run(t)
			if method != test.wantMethod || form != test.wantForm {
				t.Errorf("arrived as %q, with a form %v; want %q, %v", method, form, test.wantMethod, test.wantForm)
			}
			if got := a.leg(t, lineNumber).Heard; !slices.Equal(got, []string{test.wantHeard}) {
				t.Errorf("heard %q, want %q", got, test.wantHeard)
			}
			a.wantCodes(t, test.wantCodes...)
		})
	}
}

func redirect(w http.ResponseWriter, status int, location string) {
	if status != http.StatusNotModified {
		w.Header().Set("Location", location)
	}
	w.WriteHeader(status)
}

func TestConnectionOverrides(t *testing.T) {
	tests := []struct {
		name, fragment, took string
		wantTries            int
		wantTook             time.Duration // until Twilio gives up
		wantProblem          string
	}{
		{"read timeout", "#rt=2000&rc=0", "3s", 1, 2 * time.Second, ""},
		{"read timeout, retried", "#rt=2000&rc=3&rp=rt", "3s", 4, 8 * time.Second, ""},
		{"read timeout, not retried", "#rt=2000&rc=3&rp=5xx", "3s", 1, 2 * time.Second, ""},
		{"total", "#rt=2000&tt=5000&rc=5&rp=all", "3s", 3, 5 * time.Second, ""},
		{"the default is 15 s in all", "#rc=5&rp=all", "9s", 1, 0, ""},
		{"out of range", "#rt=99", "1s", 1, 0, "rt=99 is not a number from 100 to 15000"},
		{"too many retries", "#rc=6", "1s", 1, 0, "rc=6 is not a number from 0 to 5"},
		{"unknown policy", "#rp=rst", "1s", 1, 0, `no policy "rst"`},
		{"unknown override", "#retries=1", "1s", 1, 0, `no override "retries"`},
		{"those of TLS and edge", "#sni=y&e=ashburn,dublin&ct=100", "1s", 1, 0, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newAccount(t, simulator.Config{WebhookLatency: func() time.Duration { return 0 }})
			a.app.answers["/voice"], a.app.took["/voice"] = "<Say>Hello</Say>", test.took
			a.AddNumber(simulator.Number{Number: lineNumber, VoiceURL: a.app.base + "/voice" + test.fragment})
			a.Call(callerNumber, lineNumber)
			a.play(t)
			equal(t, "tries", len(a.app.webhooks), test.wantTries)
			caller := a.leg(t, lineNumber)
			if caller.ApplicationError != (test.wantTook > 0) {
				t.Errorf("heard %q", caller.Heard)
			}
			if took := caller.Answered.Sub(caller.Created); caller.ApplicationError && took != test.wantTook {
				t.Errorf("given up after %s, want %s", took, test.wantTook)
			}
			problems := a.Problems()
			if test.wantProblem == "" && len(problems) > 0 || test.wantProblem != "" && (len(problems) != 1 || !strings.Contains(problems[0].Text, test.wantProblem)) {
				t.Errorf("problems %v, want %q", problems, test.wantProblem)
			}
		})
	}
}
