package webhook

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"switchboard/shared/twiml"
)

func TestBaseURL(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, public, want string }{
		{"as API Gateway names itself", "", "https://" + domain},
		{"public", "https://voice.example", "https://voice.example"},
		{"public with slash", "https://voice.example/", "https://voice.example"},
		{"public with path", "https://voice.example/v1/", "https://voice.example/v1"},
		{"loopback", "http://127.0.0.1:3000", "http://127.0.0.1:3000"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			event := posted("/hold", "", nil)
			event.Headers["x-forwarded-host"] = "evil.example"
			got := Request{BaseURL: bases(event, test.public)[0]}.URL("/hold")
			if got != test.want+"/hold" {
				t.Errorf("URL = %s, want %s/hold", got, test.want)
			}
		})
	}
}

func TestSegments(t *testing.T) {
	t.Parallel()
	tests := []struct {
		path, prefix string
		want         []string
	}{
		{"/worker/CA1/WT1/gate", "/worker", []string{"CA1", "WT1", "gate"}},
		{"/survey/score", "/survey", []string{"score"}},
		{"/survey", "/survey", nil},
		{"/survey/", "/survey", nil},
		{"/surveyor/score", "/survey", nil},
		{"/other/survey/score", "/survey", nil},
		{"/worker//gate", "/worker", []string{"", "gate"}},
		{"/worker/a/", "/worker", []string{"a", ""}},
		{"", "/worker", nil},
	}
	for _, test := range tests {
		if got := (Request{Path: test.path}).Segments(test.prefix); !slices.Equal(got, test.want) {
			t.Errorf("Segments(%q) of %q = %q, want %q", test.prefix, test.path, got, test.want)
		}
	}
}

// instruction is one that may fail to marshal.
type instruction struct {
	text string
	err  error
}

func (i instruction) MarshalJSON() ([]byte, error) { return []byte(i.text), i.err }

func TestAnswers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		answer     Answer
		wantStatus int
		wantType   string
		wantBody   string
	}{
		{"TwiML", TwiML(twiml.Document("<Response/>")), http.StatusOK, twiml.ContentType, "<Response/>"},
		{"instruction", Instruction(instruction{text: `{"instruction":"reject"}`}), http.StatusOK, "application/json", `{"instruction":"reject"}`},
		{"no instruction", Instruction(nil), http.StatusOK, "application/json", ""},
		{"instruction that does not marshal", Instruction(instruction{err: errors.New("no")}), http.StatusBadRequest, "text/plain; charset=utf-8", "Bad Request"},
		{"received", Received(), http.StatusNoContent, "application/json", ""},
		{"malformed", Malformed(), http.StatusBadRequest, "text/plain; charset=utf-8", "Bad Request"},
		{"not found", NotFound(), http.StatusNotFound, "text/plain; charset=utf-8", "Not Found"},
		{"unavailable", Unavailable(), http.StatusServiceUnavailable, "text/plain; charset=utf-8", "Service Unavailable"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := test.answer
			if got.StatusCode != test.wantStatus || got.Headers["Content-Type"] != test.wantType || got.Body != test.wantBody || got.IsBase64Encoded {
				t.Errorf("answer = %+v, want %d %s %q", got, test.wantStatus, test.wantType, test.wantBody)
			}
		})
	}
}

func FuzzParameters(f *testing.F) {
	f.Add("a=b&&c=%e2%82%AC+d&a=&=x&e")
	f.Add("a;b")
	f.Add("%4=%")
	f.Fuzz(func(t *testing.T, body string) {
		want, wrong := url.ParseQuery(body)
		event := Event{}
		event.Headers = map[string]string{"content-type": "application/x-www-form-urlencoded"}
		sent, err := parameters(event, []byte(body))
		tooMany := strings.Count(body, "&") >= maxParameters
		for name := range want {
			if !isName(name) && err == nil {
				t.Fatalf("%q has a parameter called %q", body, name)
			}
		}
		odd := slices.ContainsFunc(slices.Collect(maps.Keys(want)), func(name string) bool { return !isName(name) })
		if !tooMany && !odd && (err != nil) != (wrong != nil) || err == nil && !reflect.DeepEqual(formOf(sent), want) {
			t.Errorf("%q is %v, %v; want %v, %v", body, sent, err, want, wrong)
		}
	})
}
