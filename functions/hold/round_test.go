package hold_test

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"switchboard/functions/hold"
	"switchboard/shared/settings"
	"switchboard/shared/settings/settingstest"
	"switchboard/shared/webhook/webhooktest"
)

// heard is what Twilio understands of a document.
type heard struct {
	Gather struct {
		Action string `xml:"action,attr"`
		Say    []struct {
			Language string `xml:"language,attr"`
			Text     string `xml:",chardata"`
		}
		Play string
	}
	Redirect string
}

// wait plays rounds to one caller, each with the place and the seconds waited, and returns what the
// caller hears in each.
func wait(t *testing.T, desk settings.Settings, path string, rounds ...[2]int) (said []heard) {
	t.Helper()
	h := newHandler()
	h.Settings = settingstest.Desk(desk)
	return waitAt(t, h, path, rounds...)
}

func waitAt(t *testing.T, h hold.Handler, path string, rounds ...[2]int) (said []heard) {
	t.Helper()
	for _, round := range rounds {
		document := waitsFrom(t, h, path, "", round)
		said = append(said, document)
		path = strings.TrimPrefix(document.Redirect, webhooktest.BaseURL)
	}
	return said
}

// waitsFrom plays one round to the caller of a number.
func waitsFrom(t *testing.T, h hold.Handler, path, from string, round [2]int) (document heard) {
	t.Helper()
	form := url.Values{"From": {from}, "To": {"+12065550100"}, "QueuePosition": {strconv.Itoa(round[0])}, "QueueTime": {strconv.Itoa(round[1])}}
	if err := xml.Unmarshal([]byte(handle(t, h, webhooktest.Event(path, form))), &document); err != nil {
		t.Fatal(err)
	}
	return document
}

func texts(document heard) string {
	var all []string
	for _, say := range document.Gather.Say {
		all = append(all, say.Text)
	}
	return strings.Join(all, " ")
}

// TestRounds is a caller's wait, round by round.
func TestRounds(t *testing.T) {
	t.Parallel()
	const (
		thanks = "Thank you for waiting. "
		offer  = " To leave a message instead of waiting, press star."
		still  = "Please stay on the line. We will take your call as soon as we can."
	)
	tests := []struct {
		name    string
		waiting settings.Waiting
		rounds  [][2]int
		want    []string
	}{
		{
			name:   "the place is said when it improves, once a minute",
			rounds: [][2]int{{3, 0}, {3, 40}, {2, 50}, {2, 90}, {2, 130}},
			want: []string{
				thanks + "You are number 3 in line." + offer,
				still,
				still,
				"You are number 2 in line." + offer,
				still,
			},
		},
		{
			name:   "a worse place is not said",
			rounds: [][2]int{{1, 0}, {2, 100}, {1, 200}},
			want:   []string{thanks + "You are next in line." + offer, still, still},
		},
		{
			name:    "no place where priorities make it wrong",
			waiting: settings.Waiting{NoPosition: true, KeysEvery: 1},
			rounds:  [][2]int{{3, 0}, {1, 70}},
			want:    []string{strings.TrimSpace(thanks) + offer, still + offer},
		},
		{
			name: "comfort and a longest wait, each once",
			waiting: settings.Waiting{
				Comfort: []settings.Comfort{{After: 2, Say: map[string]string{"en": "All colleagues are busy."}}},
				Longest: 5,
			},
			rounds: [][2]int{{1, 0}, {1, 110}, {1, 125}, {1, 150}, {1, 310}, {1, 350}},
			want: []string{
				thanks + "You are next in line." + offer,
				still,
				"All colleagues are busy.",
				still + offer,
				"We are sorry that this takes so long." + offer,
				still,
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for i, document := range wait(t, settings.Settings{Waiting: test.waiting}, "/hold", test.rounds...) {
				if got := texts(document); got != test.want[i] {
					t.Errorf("round %d: heard %q, want %q", i, got, test.want[i])
				}
			}
		})
	}
}

func TestMusicInTurn(t *testing.T) {
	t.Parallel()
	desk := settings.Settings{Waiting: settings.Waiting{Music: []string{"https://m.example/a.mp3", "https://m.example/b.mp3"}}}
	said := wait(t, desk, "/hold", [2]int{1, 0}, [2]int{1, 30}, [2]int{1, 60})
	for i, want := range []string{"a", "b", "a"} {
		if got := said[i].Gather.Play; got != "https://m.example/"+want+".mp3" {
			t.Errorf("round %d plays %q, want %s.mp3", i, got, want)
		}
	}
	for name, w := range map[string]settings.Waiting{"": {NoMusic: true}, "https://demo.twilio.com/docs/classic.mp3": {}} {
		if got := wait(t, settings.Settings{Waiting: w}, "/hold", [2]int{1, 0})[0].Gather.Play; got != name {
			t.Errorf("%+v plays %q, want %q", w, got, name)
		}
	}
}

// TestLanguageOfTheWait is the number's, or the one that the path has.
func TestLanguageOfTheWait(t *testing.T) {
	t.Parallel()
	desk := settings.Settings{Numbers: map[string]settings.Number{"+12065550100": {Language: "es"}}}
	for path, want := range map[string]string{"/hold": "es-US", "/hold/de": "de-DE", "/hold/de/1-2-0-0-1": "de-DE", "/hold/1-2-0-0-1": "es-US"} {
		said := wait(t, desk, path, [2]int{2, 0}, [2]int{1, 70})
		for i, document := range said {
			if document.Gather.Say[0].Language != want {
				t.Errorf("%s, round %d: spoken in %q, want %q", path, i, document.Gather.Say[0].Language, want)
			}
		}
	}
}

// TestRedirectWithoutParameters is the other reading of what Twilio sends after <Redirect>. The
// caller is thanked and told their place, and then not within a minute.
func TestRedirectWithoutParameters(t *testing.T) {
	t.Parallel()
	const still = "Please stay on the line. We will take your call as soon as we can."
	comfort := []settings.Comfort{{After: 2, Say: map[string]string{"en": "All colleagues are busy."}}}
	tests := []struct {
		name    string
		waiting settings.Waiting
		place   string
		after   []time.Duration // since the first request
		want    []string        // what the caller hears after the first document
		ends    bool            // the last document ends, and Twilio requests the wait URL
	}{
		{
			name:  "a place that can improve is asked for after a minute",
			place: "2",
			after: []time.Duration{20 * time.Second, 59 * time.Second, 61 * time.Second},
			want:  []string{still, still, still + " To leave a message instead of waiting, press star."},
			ends:  true,
		},
		{
			name:    "the next in line hears comfort once",
			waiting: settings.Waiting{Comfort: comfort, KeysEvery: 100},
			place:   "1",
			after:   []time.Duration{61 * time.Second, 121 * time.Second, 181 * time.Second},
			want:    []string{still, "All colleagues are busy.", still},
		},
		{
			name:    "no place is asked for that is not said",
			waiting: settings.Waiting{NoPosition: true, KeysEvery: 100},
			place:   "2",
			after:   []time.Duration{61 * time.Second},
			want:    []string{still},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := newHandler()
			h.Settings = settingstest.Desk{Waiting: test.waiting}
			request := func(path string, form url.Values) (document heard) {
				if err := xml.Unmarshal([]byte(handle(t, h, webhooktest.Event(strings.TrimPrefix(path, webhooktest.BaseURL), form))), &document); err != nil {
					t.Fatal(err)
				}
				return document
			}
			document := request("/hold", url.Values{"QueuePosition": {test.place}, "QueueTime": {"0"}})
			for i, after := range test.after {
				h.Now = func() time.Time { return now().Add(after) }
				document = request(document.Redirect, url.Values{})
				if got := texts(document); got != test.want[i] {
					t.Errorf("after %s: heard %q, want %q", after, got, test.want[i])
				}
			}
			if ends := document.Redirect == ""; ends != test.ends {
				t.Errorf("the last document leads to %q", document.Redirect)
			}
		})
	}
}

func TestPathsThatWereNeverGiven(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/hold/fr", "/hold/1-2-3", "/hold/1-2-3-4", "/hold/1-2-3-4-x", "/hold/1-2-3-4--5", "/hold/es/de", "/hold/1-2-3-4-5/6"} {
		answer, err := newHandler().Handle(t.Context(), webhooktest.Event(path, url.Values{"QueuePosition": {"1"}}))
		if err != nil || answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %+v, %v, want 404", path, answer, err)
		}
	}
}
