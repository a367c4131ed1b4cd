package webhook

import (
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMain(m *testing.M) {
	flag.Bool("update", false, "sign the HTTP events of the project's events folder again")
	flag.Parse()
	os.Exit(m.Run())
}

// exampleToken is the one that the README names: what sam local invoke checks the same files with.
const exampleToken = "12345"

func TestExampleEventsAreSigned(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("../../events/*.json")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, path := range paths {
		text, event := readEvent(t, path)
		if event.RawPath == "" {
			continue // for SQS, or for an operator
		}
		found++
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			if flag.Lookup("update").Value.String() == "true" {
				event = signAgain(t, path, text, event)
			}
			got := serve(t, &vault{kept: tokens(exampleToken, ""), renewed: tokens(exampleToken, "")}, "", event)
			if got.request == nil || got.answer.StatusCode != http.StatusNoContent {
				t.Fatalf("answered %d (go test ./shared/webhook -update signs the file again): %s", got.answer.StatusCode, got.log)
			}
			if !strings.HasPrefix(event.RouteKey, "POST /") || event.RequestContext.RouteKey != event.RouteKey || event.RequestContext.HTTP.Path != event.RawPath {
				t.Errorf("routes %q and %q, paths %q and %q do not agree", event.RouteKey, event.RequestContext.RouteKey, event.RawPath, event.RequestContext.HTTP.Path)
			}
			other := serve(t, &vault{kept: tokens("54321", ""), renewed: tokens("54321", "")}, "", event)
			if other.answer.StatusCode != http.StatusForbidden {
				t.Errorf("answered %d with another token, want 403", other.answer.StatusCode)
			}
		})
	}
	if found == 0 {
		t.Error("no HTTP events")
	}
}

func readEvent(t *testing.T, path string) (string, Event) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var event Event
	if err := json.Unmarshal(text, &event); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return string(text), event
}

// signAgain replaces the signature in the file's text, and keeps the rest as it is.
func signAgain(t *testing.T, path, text string, event Event) Event {
	t.Helper()
	body, err := body(event)
	if err != nil {
		t.Fatal(err)
	}
	sent, err := parameters(event, body)
	if err != nil {
		t.Fatal(err)
	}
	right := signature(exampleToken, calledURL(event, bases(event, "")[0]), formOf(sent))
	old := header(event, "X-Twilio-Signature")
	if strings.Count(text, `"`+old+`"`) != 1 {
		t.Fatalf("%s: its signature %q is not there once; write any other text in its place", path, old)
	}
	text = strings.Replace(text, `"`+old+`"`, `"`+right+`"`, 1)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	_, event = readEvent(t, path)
	return event
}
