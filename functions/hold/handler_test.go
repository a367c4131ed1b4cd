package hold_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"switchboard/functions/hold"
	"switchboard/shared/prompt"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
	"switchboard/shared/webhook/webhooktest"
)

const (
	keyURL   = webhooktest.BaseURL + "/hold"
	musicURL = "https://music.example/hold.mp3"
)

// lines are what a caller at a place in the line hears, 0 = unknown.
func lines(place int) []twiml.Line {
	var english prompt.Book
	return []twiml.Line{english.Line(prompt.Waiting, nil), english.Position(place), english.Line(prompt.OfferMessage, nil)}
}

func waiting(place int) twiml.Document {
	return twiml.Hold(twiml.HoldParams{Lines: lines(place), KeyURL: keyURL, MusicURL: musicURL})
}

func newHandler() hold.Handler {
	return hold.Handler{
		Edge: webhooktest.Edge(), MusicURL: musicURL,
		Limit: &hold.Limit{Wanted: 100, Queue: &queue{}, Now: time.Now, Logger: webhooktest.Logger()},
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
	if want := waiting(2); got != string(want) {
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
		{"hears the place", url.Values{"QueuePosition": {"3"}}, waiting(3)},
		{"is next", url.Values{"QueuePosition": {"1"}}, waiting(1)},
		{"hears no unknown place", url.Values{}, waiting(0)},
		{"hears no average of others", url.Values{"QueuePosition": {"3"}, "AvgQueueTime": {"61"}}, waiting(3)},
		{"hears no junk", url.Values{"QueuePosition": {"</Say><Hangup/>"}}, waiting(0)},
		{"hears nothing negative", url.Values{"QueuePosition": {"-1"}}, waiting(0)},
		{"hears nothing beyond a number", url.Values{"QueuePosition": {"99999999999999999999"}}, waiting(0)},
		{"leaves with star", url.Values{"QueuePosition": {"3"}, "Digits": {"*"}}, twiml.Leave()},
		{"still waits after another key", url.Values{"QueuePosition": {"3"}, "Digits": {"5"}}, waiting(3)},
		{"still waits after pound", url.Values{"QueuePosition": {"3"}, "Digits": {"#"}}, waiting(3)},
		{"still waits after no key", url.Values{"QueuePosition": {"3"}, "Digits": {""}}, waiting(3)},
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

func TestWithoutMusic(t *testing.T) {
	t.Parallel()
	h := newHandler()
	h.MusicURL = ""
	got := handle(t, h, webhooktest.Event("/hold", url.Values{"QueuePosition": {"2"}}, webhooktest.Plain()))
	if want := twiml.Hold(twiml.HoldParams{Lines: lines(2), KeyURL: keyURL}); got != string(want) {
		t.Errorf("\n got %s\nwant %s", got, want)
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
