package wire_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"switchboard/shared/simulator/wire"
	"switchboard/shared/webhook"
)

func TestWebhookRequest(t *testing.T) {
	tests := []struct {
		name, url, method string
		wantSent          string
		wantSigned        string
		wantUser          string
	}{
		{"plain", "https://app.example/voice?b=1&a=%20", "POST", "https://app.example/voice?b=1&a=%20", "https://app.example/voice?b=1&a=%20", ""},
		{"port and password over https", "https://me:secret@app.example:8443/voice", "POST", "https://me:secret@app.example:8443/voice", "https://app.example/voice", "me"},
		{"port and password over http", "http://me:secret@app.example:8080/voice", "POST", "http://me:secret@app.example:8080/voice", "http://app.example:8080/voice", "me"},
		{"get", "https://app.example/voice?x=1", "GET", "https://app.example/voice?x=1&CallSid=CA1&To=%2B1+5", "https://app.example/voice?x=1&CallSid=CA1&To=%2B1+5", ""},
		{"get without query", "https://app.example/voice", "GET", "https://app.example/voice?CallSid=CA1&To=%2B1+5", "https://app.example/voice?CallSid=CA1&To=%2B1+5", ""},
	}
	params := url.Values{"To": {"+1 5"}, "CallSid": {"CA1"}}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, err := wire.Webhook{Method: test.method, URL: test.url, Params: params, AuthToken: "12345"}.Request(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Fatal(err)
			}
			form, wantBody := params, params.Encode()
			if test.method == http.MethodGet {
				form, wantBody = nil, ""
			}
			if string(body) != wantBody {
				t.Errorf("body %q, want %q", body, wantBody)
			}
			if got, want := r.Header.Get("X-Twilio-Signature"), webhook.Sign("12345", test.wantSigned, form); got != want {
				t.Errorf("signature %q, want %q", got, want)
			}
			if sent := r.URL.String(); sent != test.wantSent {
				t.Errorf("sent to %q, want %q", sent, test.wantSent)
			}
			if user, _, _ := r.BasicAuth(); user != test.wantUser {
				t.Errorf("basic authentication as %q, want %q", user, test.wantUser)
			}
		})
	}
}

func TestWebhookToInvalidURL(t *testing.T) {
	for _, address := range []string{"ftp://app.example/voice", "/voice", "https://app.example/%"} {
		if _, err := (wire.Webhook{Method: http.MethodPost, URL: address}).Request(t.Context()); err == nil {
			t.Errorf("%q is accepted", address)
		}
	}
}

func TestSortedQuery(t *testing.T) {
	if got := wire.SortedQuery("b=1&a=%20&b=0&a"); got != "a=%20&a&b=1&b=0" {
		t.Errorf("query %s", got)
	}
}

func TestOverrides(t *testing.T) {
	tests := []struct {
		fragment   string
		status     int
		slow       bool
		tries      int
		wantRetry  bool
		wantFaults int
	}{
		{fragment: "", wantRetry: true},
		{fragment: "", tries: 1},
		{fragment: "", status: 500},
		{fragment: "", slow: true},
		{fragment: "#rc=2&rp=5xx,rt&ct=100&rt=200&tt=300&sni=y&e=ashburn", status: 500, tries: 1, wantRetry: true},
		{fragment: "#rp=5xx,rt", slow: true, wantRetry: true},
		{fragment: "#rp=4xx", status: 404, wantRetry: true},
		{fragment: "#rp=all", status: 404, wantRetry: true},
		{fragment: "#rp=all", status: 200},
		{fragment: "#rc=6&rp=6xx&ct=99&rt=x&zz=1", wantRetry: true, wantFaults: 5},
		{fragment: "#%", wantRetry: true, wantFaults: 1},
	}
	for _, test := range tests {
		target, overrides, faults := wire.SplitOverrides("https://app.example/voice" + test.fragment)
		if target != "https://app.example/voice" || len(faults) != test.wantFaults {
			t.Errorf("%q: target %s, faults %q", test.fragment, target, faults)
		}
		if got := overrides.Retry(test.status, test.slow, test.tries); got != test.wantRetry {
			t.Errorf("%q: retry %t, want %t", test.fragment, got, test.wantRetry)
		}
	}
}

func TestInProcess(t *testing.T) {
	client := wire.InProcess(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch r.URL.Path {
		case "/broken":
			panic(http.ErrAbortHandler)
		case "/empty":
			return
		}
		_, _ = w.Write(append([]byte(r.Host+" "), body...))
		w.WriteHeader(http.StatusTeapot) // too late
	}))
	call := func(path string) (*http.Response, error) {
		r, err := http.NewRequest(http.MethodPost, "https://app.example"+path, strings.NewReader("hello"))
		if err != nil {
			t.Fatal(err)
		}
		return client.RoundTrip(r)
	}
	if _, err := call("/broken"); err == nil {
		t.Error("a broken connection gave an answer")
	}
	for path, want := range map[string]string{"/empty": "", "/": "app.example hello"} {
		answer, err := call(path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		if err != nil || string(body) != want || answer.StatusCode != http.StatusOK {
			t.Errorf("%s: %d %q, %v, want %q", path, answer.StatusCode, body, err, want)
		}
	}
}
