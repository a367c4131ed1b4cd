package crm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/shared/secrets"
)

func TestMain(m *testing.M) {
	flag.Bool("update", false, "rewrite the golden files in testdata")
	flag.Parse()
	os.Exit(m.Run())
}

const reservationSID = "WR00000000000000000000000000000001"

// document has white space and mark-up where attributes may have them.
func document() Document {
	return Document{
		Task:        Task{SID: "WT00000000000000000000000000000001", Attributes: json.RawMessage("{\n  \"skill\": \"billing\",\n  \"who\": \"O'Neil & <b> 😀\"\n}")},
		Caller:      Caller{CallSID: "CA00000000000000000000000000000001", From: "+14155550123", To: "+12065550100"},
		Worker:      Worker{SID: "WK00000000000000000000000000000001", Name: "Alice", Contact: "+14155550199", Attributes: json.RawMessage(`{"contact_uri":"+14155550199"}`)},
		Reservation: Reservation{SID: reservationSID, Deadline: time.Date(2026, 11, 24, 12, 1, 55, 0, time.UTC)},
	}
}

// keys are secrets that are always there.
type keys struct {
	set secrets.Set
	err error
}

func (k keys) Get(context.Context) (secrets.Set, error) { return k.set, k.err }

// received is a request as the CRM saw it.
type received struct {
	header http.Header
	body   []byte
}

// crm stands in for one: each request is answered by the next of the answers, and kept.
type crm struct {
	answers []func(*http.Request) (*http.Response, error)
	got     []received
}

func (c *crm) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	c.got = append(c.got, received{request.Header.Clone(), body})
	if len(c.answers) < len(c.got) {
		return nil, errors.New("one request too many")
	}
	return c.answers[len(c.got)-1](request)
}

func status(code int) func(*http.Request) (*http.Response, error) {
	return func(request *http.Request) (*http.Response, error) {
		header := http.Header{"Location": {"https://elsewhere.example/"}}
		return &http.Response{StatusCode: code, Header: header, Body: io.NopCloser(strings.NewReader("so be it")), Request: request}, nil
	}
}

func broken(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// silent answers when the request's time is over.
func silent(request *http.Request) (*http.Response, error) {
	<-request.Context().Done()
	return nil, request.Context().Err()
}

// newStep returns a step that tells a stand-in, and what it logs.
func newStep(secret string, answers ...func(*http.Request) (*http.Response, error)) (Step, *crm, *bytes.Buffer) {
	peer, log := &crm{answers: answers}, &bytes.Buffer{}
	return Step{
		URL:       "https://crm.example/calls",
		Secrets:   keys{set: secrets.Set{AuthToken: secrets.New("12345"), CRMSecret: secrets.New(secret)}},
		Transport: peer,
		Now:       func() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) },
		Logger:    slog.New(slog.NewJSONHandler(log, nil)),
	}, peer, log
}

func TestDocumentAsSent(t *testing.T) {
	t.Parallel()
	const golden = "testdata/document.json"
	step, peer, _ := newStep("secret", status(http.StatusOK))
	if err := step.Notify(t.Context(), document()); err != nil {
		t.Fatal(err)
	}
	got := peer.got[0].body
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("document = %s\nwant %s", got, want)
	}
	if kind := peer.got[0].header.Get("Content-Type"); kind != "application/json" {
		t.Errorf("Content-Type = %q", kind)
	}
}

func TestDocumentOmitsMissingWorkerName(t *testing.T) {
	t.Parallel()
	step, peer, _ := newStep("secret", status(http.StatusOK))
	nameless := document()
	nameless.Worker.Name, nameless.Caller.From = "", ""
	if err := step.Notify(t.Context(), nameless); err != nil {
		t.Fatal(err)
	}
	// A withheld number is an empty one, so that the CRM need not tell absent from empty.
	if body := string(peer.got[0].body); strings.Contains(body, `"name"`) || !strings.Contains(body, `"from":""`) {
		t.Errorf("document = %s", body)
	}
}

func TestMalformedAttributesAreAnError(t *testing.T) {
	t.Parallel()
	step, peer, _ := newStep("secret", status(http.StatusOK))
	malformed := document()
	malformed.Task.Attributes = json.RawMessage(`{"skill":`)
	if err := step.Notify(t.Context(), malformed); err == nil || !strings.Contains(err.Error(), reservationSID) {
		t.Errorf("err = %v, want one that names the reservation", err)
	}
	if len(peer.got) != 0 {
		t.Errorf("told the CRM %s", peer.got[0].body)
	}
}

// TestOverARealConnection shows what a fake transport cannot: that nothing but the answer's status
// counts, and that a redirect is not followed.
func TestOverARealConnection(t *testing.T) {
	t.Parallel()
	var paths []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		paths = append(paths, r.Method+" "+r.URL.String()+" "+r.Header.Get("User-Agent"))
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "/calls", http.StatusTemporaryRedirect)
		}
	}))
	t.Cleanup(server.Close)
	step, _, _ := newStep("secret")
	step.Transport = nil
	step.URL = server.URL + "/calls?key=1"
	if err := step.Notify(t.Context(), document()); err != nil {
		t.Error(err)
	}
	step.URL = server.URL + "/moved"
	if err := step.Notify(t.Context(), document()); err == nil || !strings.Contains(err.Error(), "307") {
		t.Errorf("err = %v, want one with the status 307", err)
	}
	server.Close()
	if got, want := strings.Join(paths, "\n"), "POST /calls?key=1 switchboard\nPOST /moved switchboard"; got != want {
		t.Errorf("requests:\n%s\nwant\n%s", got, want)
	}
}

func TestAuthorization(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		value   string
		want    []string
		wantErr string
	}{
		{
			name:  "absent",
			value: "",
			want:  nil,
		},
		{
			name:  "basic",
			value: "Basic dXNlcjpwYXNzd29yZA==",
			want:  []string{"Basic dXNlcjpwYXNzd29yZA=="},
		},
		{
			name:  "bearer",
			value: "Bearer hunter2",
			want:  []string{"Bearer hunter2"},
		},
		{
			name:    "two lines",
			value:   "Bearer hunter2\r\nX-Evil: 1",
			wantErr: "read crm-authorization: it has characters that no HTTP header may have",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			step, peer, log := newStep("secret", status(http.StatusServiceUnavailable), status(http.StatusOK))
			step.Secrets = keys{set: secrets.Set{CRMSecret: secrets.New("secret"), CRMAuthorization: secrets.New(test.value)}}
			err := step.Notify(t.Context(), document())
			if test.wantErr != "" {
				if err == nil || err.Error() != test.wantErr || len(peer.got) != 0 {
					t.Errorf("err = %v after %d requests, want %s and none", err, len(peer.got), test.wantErr)
				}
				return
			}
			if err != nil || len(peer.got) != 2 {
				t.Fatalf("err = %v after %d requests", err, len(peer.got))
			}
			for _, request := range peer.got {
				if got := request.header["Authorization"]; !slices.Equal(got, test.want) {
					t.Errorf("Authorization = %q, want %q", got, test.want)
				}
			}
			if strings.Contains(log.String(), "hunter2") {
				t.Errorf("the log shows it: %s", log)
			}
		})
	}
}
