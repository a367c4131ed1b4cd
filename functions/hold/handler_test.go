package hold_test

import (
	"context"
	"net/http"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"switchboard/functions/hold"
	"switchboard/shared/outlook"
	"switchboard/shared/prompt"
	"switchboard/shared/settings"
	"switchboard/shared/settings/settingstest"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
	"switchboard/shared/webhook/webhooktest"
)

const musicURL = "https://music.example/hold.mp3"

// lines are what a caller at a place in the line hears first, 0 = unknown.
func lines(place int) []twiml.Line {
	var english prompt.Book
	return []twiml.Line{english.Line(prompt.Waiting, nil), english.Position(place), english.Line(prompt.OfferMessage, nil)}
}

// waiting is the first document for a caller at a place, followed by the round at path.
func waiting(place int, path string) twiml.Document {
	next := webhooktest.BaseURL + path
	return twiml.Hold(twiml.HoldParams{Lines: lines(place), KeyURL: next, MusicURL: musicURL, NextURL: next})
}

// knows is what callers can expect.
type knows outlook.Outlook

func (k knows) Get(context.Context) outlook.Outlook { return outlook.Outlook(k) }

// now is 2026-11-24 09:00 UTC.
func now() time.Time { return time.Unix(1795510800, 0) }

func newHandler() hold.Handler {
	return hold.Handler{
		Now:  now,
		Edge: webhooktest.Edge(), Settings: settingstest.Desk{Waiting: settings.Waiting{Music: []string{musicURL}}},
		Outlook: knows{},
		Limit:   &hold.Limit{Wanted: 100, Queue: &queue{}, Now: time.Now, Logger: webhooktest.Logger()},
	}
}

func handle(t *testing.T, h hold.Handler, event webhook.Event) string {
	t.Helper()
	answer, err := h.Handle(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != http.StatusOK || answer.Headers["Content-Type"] != twiml.ContentType {
		t.Fatalf("answer = %+v, want TwiML with status 200", answer)
	}
	return answer.Body
}

func TestEventFile(t *testing.T) {
	t.Parallel()
	got := handle(t, newHandler(), webhooktest.File(t, filepath.Join("..", "..", "events", "hold.json")))
	if want := waiting(2, "/hold/1-2-35-35-1795510765"); got != string(want) {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

func TestWaitingCaller(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		form url.Values
		want twiml.Document
	}{
		{"hears the place", url.Values{"QueuePosition": {"3"}}, waiting(3, "/hold/1-3-0-0-1795510800")},
		{"is next", url.Values{"QueuePosition": {"1"}, "QueueTime": {"7"}}, waiting(1, "/hold/1-1-7-7-1795510793")},
		{"hears no unknown place", url.Values{}, waiting(0, "/hold/1-0-0-0-1795510800")},
		{"hears no average of others", url.Values{"QueuePosition": {"3"}, "AvgQueueTime": {"61"}}, waiting(3, "/hold/1-3-0-0-1795510800")},
		{"hears no junk", url.Values{"QueuePosition": {"</Say><Hangup/>"}}, waiting(0, "/hold/1-0-0-0-1795510800")},
		{"hears nothing negative", url.Values{"QueuePosition": {"-1"}}, waiting(0, "/hold/1-0-0-0-1795510800")},
		{"hears nothing beyond a number", url.Values{"QueuePosition": {"99999999999999999999"}}, waiting(0, "/hold/1-0-0-0-1795510800")},
		{"leaves with star", url.Values{"QueuePosition": {"3"}, "Digits": {"*"}}, twiml.Leave()},
		{"still waits after another key", url.Values{"QueuePosition": {"3"}, "Digits": {"5"}}, waiting(3, "/hold/1-3-0-0-1795510800")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := handle(t, newHandler(), webhooktest.Event("/hold", test.form)); got != string(test.want) {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestWrongSignature(t *testing.T) {
	t.Parallel()
	answer, err := newHandler().Handle(t.Context(), webhooktest.Event("/hold", url.Values{"Digits": {"*"}}, webhooktest.SignedWith("67890")))
	if err != nil || answer.StatusCode != http.StatusForbidden {
		t.Errorf("answer = %+v, %v, want 403", answer, err)
	}
}

func TestNoNetworkCallIsMade(t *testing.T) {
	t.Parallel()
	secrets, q := &webhooktest.Secrets{}, &queue{}
	h := limited(q)
	h.Edge.Secrets = secrets
	handle(t, h, webhooktest.Event("/hold", waits("200")))
	if len(q.found) != 0 {
		t.Errorf("%d messages were sent, want none", len(q.found))
	}
	if gets, renewals := secrets.Gets.Load(), secrets.Renewals.Load(); gets != 1 || renewals != 0 {
		t.Errorf("secrets were asked for %d times and renewed %d times, want 1 and 0", gets, renewals)
	}
}
