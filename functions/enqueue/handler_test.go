package enqueue_test

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"switchboard/functions/enqueue"
	"switchboard/shared/outlook"
	"switchboard/shared/prompt"
	"switchboard/shared/settings"
	"switchboard/shared/settings/settingstest"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
	"switchboard/shared/webhook/webhooktest"
)

const (
	workflowSID = "WW00000000000000000000000000000001"
	callSID     = "CA00000000000000000000000000000001"
)

func TestMain(m *testing.M) {
	flag.Bool("update", false, "rewrite the golden files in testdata")
	flag.Parse()
	os.Exit(m.Run())
}

func newHandler(numbers map[string]settings.Number) enqueue.Handler {
	return enqueue.Handler{
		Edge: webhooktest.Edge(), Settings: settingstest.Desk{Numbers: numbers}, WorkflowSID: workflowSID,
		Outlook: knows{}, Now: noon, Logger: webhooktest.Logger(),
	}
}

// knows is what callers can expect.
type knows outlook.Outlook

func (k knows) Get(context.Context) outlook.Outlook { return outlook.Outlook(k) }

// noon is a Tuesday's in New York.
func noon() time.Time { return time.Date(2026, 11, 24, 17, 0, 0, 0, time.UTC) }

// table has attributes for two kinds of numbers.
func table() map[string]settings.Number {
	return map[string]settings.Number{
		"+12065550100":        {Attributes: json.RawMessage(`{"skill":"billing"}`)},
		settings.OtherNumbers: {Attributes: json.RawMessage(`{"skill":"general","says":"<&>'\"😀"}`)},
	}
}

func call(to string) url.Values {
	return url.Values{"CallSid": {callSID}, "CallStatus": {"ringing"}, "From": {"+14155550123"}, "To": {to}}
}

// handle has the caller's call answered, with TwiML or the test fails.
func handle(t *testing.T, h enqueue.Handler, event webhook.Event) string {
	t.Helper()
	answer, err := h.Handle(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != http.StatusOK || answer.Headers["Content-Type"] != twiml.ContentType || answer.IsBase64Encoded {
		t.Fatalf("answer = %+v, want TwiML with status 200", answer)
	}
	return answer.Body
}

// enqueued is what Twilio understands of an answer.
type enqueued struct {
	XMLName xml.Name `xml:"Response"`
	Enqueue []struct {
		WorkflowSID string `xml:"workflowSid,attr"`
		Action      string `xml:"action,attr"`
		WaitURL     string `xml:"waitUrl,attr"`
		Task        struct {
			Priority   *string `xml:"priority,attr"`
			Timeout    *string `xml:"timeout,attr"`
			Attributes string  `xml:",chardata"`
		}
	}
}

func understood(t *testing.T, body string) enqueued {
	t.Helper()
	var document enqueued
	decoder := xml.NewDecoder(strings.NewReader(body))
	if err := decoder.Decode(&document); err != nil {
		t.Fatalf("answer is not well-formed: %v\n%s", err, body)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		t.Fatalf("something follows the document: %v\n%s", err, body)
	}
	if len(document.Enqueue) != 1 {
		t.Fatalf("%d <Enqueue>, want 1:\n%s", len(document.Enqueue), body)
	}
	return document
}

func TestGoldenDocuments(t *testing.T) {
	t.Parallel()
	event := webhooktest.File(t, filepath.Join("..", "..", "events", "enqueue.json"))
	plain, full := newHandler(nil), newHandler(table())
	full.Priority, full.Timeout = new(5), new(3600)
	tests := []struct {
		golden  string
		handler enqueue.Handler
	}{
		{"plain.xml", plain},
		{"full.xml", full},
	}
	for _, test := range tests {
		t.Run(test.golden, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join("testdata", test.golden)
			got := handle(t, test.handler, event)
			if flag.Lookup("update").Value.String() == "true" {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatalf("%v (go test -update writes it)", err)
			}
			if got != string(want) {
				t.Errorf("\n got %s\nwant %s", got, want)
			}
		})
	}
}

func TestAttributesGoByTheDialledNumber(t *testing.T) {
	t.Parallel()
	onlyOne := map[string]settings.Number{"+12065550100": {Attributes: json.RawMessage(`{"skill":"billing"}`)}}
	tests := []struct {
		name       string
		attributes map[string]settings.Number
		to         string
		want       string
	}{
		{"a number of the table", table(), "+12065550100", `{"skill":"billing"}`},
		{"any other number", table(), "+12065550199", `{"skill":"general","says":"<&>'\"😀"}`},
		{"no number at all", table(), "", `{"skill":"general","says":"<&>'\"😀"}`},
		{"a SIP address", table(), "sip:sales@example.sip.twilio.com", `{"skill":"general","says":"<&>'\"😀"}`},
		{"any other number, and no row for it", onlyOne, "+12065550199", `{}`},
		{"no table", nil, "+12065550100", `{}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			document := understood(t, handle(t, newHandler(test.attributes), webhooktest.Event("/enqueue", call(test.to))))
			if got := document.Enqueue[0].Task.Attributes; got != test.want {
				t.Errorf("task attributes = %s, want %s", got, test.want)
			}
		})
	}
}

func TestPriorityAndTimeout(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name                      string
		priority, timeout         *int
		wantPriority, wantTimeout *string
	}{
		{"left to the workflow", nil, nil, nil, nil},
		{"both", new(7), new(120), new("7"), new("120")},
		{"a priority of zero is one", new(0), nil, new("0"), nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := newHandler(nil)
			h.Priority, h.Timeout = test.priority, test.timeout
			task := understood(t, handle(t, h, webhooktest.Event("/enqueue", call("+12065550100")))).Enqueue[0].Task
			if !same(task.Priority, test.wantPriority) || !same(task.Timeout, test.wantTimeout) {
				t.Errorf("priority %s, timeout %s, want %s, %s", show(task.Priority), show(task.Timeout), show(test.wantPriority), show(test.wantTimeout))
			}
		})
	}
}

func same(a, b *string) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }

func show(s *string) string {
	if s == nil {
		return "left out"
	}
	return *s
}

func TestAnUnsignedCallGetsNoDocument(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		option webhooktest.Option
	}{
		{"signed with another token", webhooktest.SignedWith("67890")},
		{"not signed", webhooktest.Unsigned()},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			answer, err := newHandler(nil).Handle(t.Context(), webhooktest.Event("/enqueue", call("+12065550100"), test.option))
			if err != nil || answer.StatusCode != http.StatusForbidden || strings.Contains(answer.Body, "<") {
				t.Errorf("answer = %+v, %v, want a plain 403", answer, err)
			}
		})
	}
}

func TestNoNetworkCallIsMade(t *testing.T) {
	t.Parallel()
	secrets := &webhooktest.Secrets{}
	h := newHandler(table())
	h.Edge.Secrets = secrets
	handle(t, h, webhooktest.Event("/enqueue", call("+12065550100"), webhooktest.Plain()))
	if gets, renewals := secrets.Gets.Load(), secrets.Renewals.Load(); gets != 1 || renewals != 0 {
		t.Errorf("secrets were asked for %d times and renewed %d times, want 1 and 0", gets, renewals)
	}
}

// TestSettingsThatMakeNoDocument is a stack deployed wrong: its callers can at least leave a
// message.
func TestSettingsThatMakeNoDocument(t *testing.T) {
	t.Parallel()
	noWorkflow, noObject, negative := newHandler(nil), newHandler(map[string]settings.Number{"*": {Attributes: json.RawMessage(`[1]`)}}), newHandler(nil)
	noWorkflow.WorkflowSID, negative.Priority = "", new(-1)
	for name, h := range map[string]enqueue.Handler{"no workflow": noWorkflow, "attributes are no object": noObject, "negative priority": negative} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := handle(t, h, webhooktest.Event("/enqueue", call("+12065550100")))
			var english prompt.Book
			if want := string(english.TakeMessage(webhooktest.BaseURL+"/survey", english.Line(prompt.Apology, nil))); got != want {
				t.Errorf("\n got %s\nwant %s", got, want)
			}
		})
	}
}
