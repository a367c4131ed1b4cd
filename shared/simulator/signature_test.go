package simulator_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"switchboard/shared/simulator"
)

// The signatures are worked examples of docs/usage/security and of the tests of Twilio's helper libraries.
func TestSign(t *testing.T) {
	t.Parallel()
	call := func(caller string) url.Values {
		return url.Values{"CallSid": {"CA1234567890ABCDE"}, "Caller": {caller}, "Digits": {"1234"}, "From": {caller}, "To": {"+18005551212"}}
	}
	const company, example = "https://mycompany.com/myapp.php?foo=1&bar=2", "https://example.com/myapp.php?foo=1&bar=2"
	tests := []struct {
		name, url string
		params    url.Values
		want      string
	}{
		{"docs", company, call("+12349013030"), "0/KCTR6DLpKmkAf8muzZqo1nDgQ="},
		{"docs, security page", example, call("+14158675310"), "L/OH5YylLD5NRKLltdqwSvS0BnU="},
		{"libraries", company, call("+14158675309"), "RSOYDt4T1cUTdK1PDd93/VVr8B8="},
		{"array", company, url.Values{"MessagingBinding.Address": {"+1415xxxxxxx", "+1325xxxxxxx"}}, "83O6e2vORAoJHUNzJjDWN1jz+BA="},
		{"duplicates", company, url.Values{"Sid": {"CA123"}, "SidAccount": {"AC123"}, "Digits": {"5678", "1234", "1234"}}, "IK+Dwps556ElfBT0I3Rgjkr1wJU="},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := simulator.Sign("12345", test.url, test.params); got != test.want {
				t.Errorf("signature %s, want %s", got, test.want)
			}
		})
	}
}

// web is a transport made of a function.
type web func(*http.Request) (*http.Response, error)

func (w web) RoundTrip(r *http.Request) (*http.Response, error) { return w(r) }

func TestWebhookRequest(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, url, method string
		wantSent          string // without the parameters
		wantSigned        string
		wantUser          string
	}{
		{"plain", "https://app.example/voice?b=1&a=%20", "POST", "https://app.example/voice?b=1&a=%20", "https://app.example/voice?b=1&a=%20", ""},
		{"fragment", "https://app.example/voice#rc=2&rp=all", "POST", "https://app.example/voice", "https://app.example/voice", ""},
		{"port and password over https", "https://me:secret@app.example:8443/voice", "POST", "https://me:secret@app.example:8443/voice", "https://app.example/voice", "me"},
		{"port and password over http", "http://me:secret@app.example:8080/voice", "POST", "http://me:secret@app.example:8080/voice", "http://app.example:8080/voice", "me"},
		{"get", "https://app.example/voice?x=1", "GET", "https://app.example/voice?x=1&", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := newAccount(t, simulator.Config{AuthToken: "12345", Web: web(func(r *http.Request) (*http.Response, error) {
				body, err := io.ReadAll(r.Body)
				if err != nil {
					return nil, err
				}
				form, err := url.ParseQuery(string(body))
				if err != nil {
					return nil, err
				}
				signed := test.wantSigned
				if test.method == "GET" {
					signed, form = r.URL.String(), nil
				}
				if got, want := r.Header.Get("X-Twilio-Signature"), simulator.Sign("12345", signed, form); got != want {
					t.Errorf("signature %q, want %q", got, want)
				}
				if sent := r.URL.String(); !strings.HasPrefix(sent, test.wantSent) || (test.method == "POST" && sent != test.wantSent) {
					t.Errorf("sent to %q, want %q", sent, test.wantSent)
				}
				if user, _, _ := r.BasicAuth(); user != test.wantUser {
					t.Errorf("basic authentication as %q, want %q", user, test.wantUser)
				}
				if r.Header.Get("I-Twilio-Idempotency-Token") == "" || r.Header.Get("User-Agent") != "TwilioProxy/1.1" {
					t.Errorf("headers %v", r.Header)
				}
				return &http.Response{
					StatusCode: 200, Header: http.Header{"Content-Type": {"text/xml"}}, Body: io.NopCloser(strings.NewReader("<Response/>")),
				}, nil
			})})
			a.AddNumber(simulator.Number{Number: lineNumber, VoiceURL: test.url, VoiceMethod: test.method})
			a.Call(callerNumber, lineNumber)
			a.run(t)
			if got := a.leg(t, lineNumber); got.Status != "completed" || got.ApplicationError {
				t.Errorf("call %+v, want it completed", got)
			}
		})
	}
}

func TestFormIsEncodedAsURLsAre(t *testing.T) {
	t.Parallel()
	var every strings.Builder
	for b := range 256 {
		every.WriteByte(byte(b))
	}
	for name, value := range map[string]string{"a b": every.String(), "Été": `{"a":1}`, "From": "+1 555", "Digits": ""} {
		if got, want := simulator.EncodeForm(name, value), (url.Values{name: {value}}).Encode(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestSignVectors judges Sign by the vectors of the reference folder, which lies beside the project in CI: examples of Twilio's pages and of
// its libraries' tests. Those of JSON bodies, which voice and TaskRouter do not send, are left out.
func TestSignVectors(t *testing.T) {
	t.Parallel()
	var file struct {
		Vectors []struct {
			Name        string         `json:"name"`
			AuthToken   string         `json:"auth_token"`
			SignedURL   string         `json:"signed_url"`
			Params      map[string]any `json:"params"`
			JSONBody    *string        `json:"json_body"`
			Signature   string         `json:"signature"`
			ExpectValid bool           `json:"expect_valid"`
		} `json:"vectors"`
	}
	if err := json.Unmarshal(readReference(t, "signature-vectors.json"), &file); err != nil {
		t.Fatal(err)
	}
	judged := 0
	for _, vector := range file.Vectors {
		if !vector.ExpectValid || vector.JSONBody != nil {
			continue
		}
		judged++
		form := url.Values{}
		for name, value := range vector.Params {
			values, several := value.([]any)
			if !several {
				values = []any{value}
			}
			for _, each := range values {
				form.Add(name, fmt.Sprint(each))
			}
		}
		if got := simulator.Sign(vector.AuthToken, vector.SignedURL, form); got != vector.Signature {
			t.Errorf("%s: signature %s, want %s", vector.Name, got, vector.Signature)
		}
	}
	if judged < 20 {
		t.Errorf("%d vectors judged, want 20 or more", judged)
	}
}
