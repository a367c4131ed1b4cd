package hold_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"switchboard/shared/outlook"
	"switchboard/shared/settings"
	"switchboard/shared/settings/settingstest"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook/webhooktest"
)

const (
	thanks = "Thank you for waiting. "
	offer  = " To leave a message instead of waiting, press star."
	still  = "Please stay on the line. We will take your call as soon as we can."
)

// answered is a desk of five, whose last caller waited for so many seconds until a minute ago.
func answered(waited int) outlook.Outlook {
	return outlook.Outlook{Answered: now().Add(-time.Minute), Waited: waited, Counted: now(), Workers: 5}
}

// deserted is a desk without workers since five minutes ago.
func deserted() outlook.Outlook { return outlook.Outlook{}.Count(0, now().Add(-5*time.Minute)) }

// TestExpectations is what a caller hears of what they can expect, round by round.
func TestExpectations(t *testing.T) {
	t.Parallel()
	const (
		wait      = " The caller who was answered last waited between 5 and 10 minutes."
		noWorkers = "None of our colleagues can take calls at the moment."
	)
	tests := []struct {
		name        string
		desk        settings.Settings
		prioritized bool // by TaskPriority
		outlook     outlook.Outlook
		rounds      [][2]int
		want        []string
	}{
		{
			name:    "the wait is said with the place",
			desk:    settings.Settings{Waiting: settings.Waiting{Wait: true}},
			outlook: answered(400),
			rounds:  [][2]int{{3, 0}, {3, 40}, {2, 90}},
			want:    []string{thanks + "You are number 3 in line." + wait + offer, still, "You are number 2 in line." + wait},
		},
		{
			name:    "the wait is said without the place",
			desk:    settings.Settings{Waiting: settings.Waiting{Wait: true, NoPosition: true}},
			outlook: answered(400),
			rounds:  [][2]int{{3, 0}, {2, 90}},
			want:    []string{strings.TrimSpace(thanks) + wait + offer, still},
		},
		{
			name:    "no wait that the caller has waited through",
			desk:    settings.Settings{Waiting: settings.Waiting{Wait: true}},
			outlook: answered(50),
			rounds:  [][2]int{{3, 0}, {2, 61}},
			want:    []string{thanks + "You are number 3 in line. The caller who was answered last waited a minute or less." + offer, "You are number 2 in line."},
		},
		{
			name:    "no wait unless the desk wants it",
			outlook: answered(400),
			rounds:  [][2]int{{3, 0}},
			want:    []string{thanks + "You are number 3 in line." + offer},
		},
		{
			name: "no wait if a number has a priority",
			desk: settings.Settings{
				Waiting: settings.Waiting{Wait: true},
				Numbers: map[string]settings.Number{"+12065550199": {Priority: new(5)}},
			},
			outlook: answered(400),
			rounds:  [][2]int{{3, 0}},
			want:    []string{thanks + "You are number 3 in line." + offer},
		},
		{
			name:        "no wait if the stack has a priority",
			desk:        settings.Settings{Waiting: settings.Waiting{Wait: true}},
			prioritized: true,
			outlook:     answered(400),
			rounds:      [][2]int{{3, 0}},
			want:        []string{thanks + "You are number 3 in line." + offer},
		},
		{
			name:    "no worker, whenever the key is said",
			desk:    settings.Settings{NoWorker: &settings.NoWorker{After: 120}, Waiting: settings.Waiting{Wait: true, KeysEvery: 2}},
			outlook: deserted(),
			rounds:  [][2]int{{1, 0}, {1, 40}, {1, 80}},
			want:    []string{thanks + "You are next in line. " + noWorkers + offer, still, noWorkers + offer},
		},
		{
			name:    "no worker, and another number takes calls",
			desk:    settings.Settings{NoWorker: &settings.NoWorker{After: 120, Offer: settings.AnotherNumber, Number: "+12065550199"}},
			outlook: deserted(),
			rounds:  [][2]int{{1, 0}, {1, 40}},
			want:    []string{thanks + "You are next in line. " + noWorkers + " To be connected to another number, press 2." + offer, still},
		},
		{
			name:    "another number while some take calls",
			desk:    settings.Settings{NoWorker: &settings.NoWorker{After: 120, Offer: settings.AnotherNumber, Number: "+12065550199"}},
			outlook: answered(400),
			rounds:  [][2]int{{1, 0}},
			want:    []string{thanks + "You are next in line." + offer},
		},
		{
			name:    "no worker for a time that is too short to say so",
			desk:    settings.Settings{NoWorker: &settings.NoWorker{After: 600}},
			outlook: deserted(),
			rounds:  [][2]int{{1, 0}},
			want:    []string{thanks + "You are next in line." + offer},
		},
		{
			name:    "no worker, and the desk does not say so",
			outlook: deserted(),
			rounds:  [][2]int{{1, 0}},
			want:    []string{thanks + "You are next in line." + offer},
		},
		{
			name:   "nothing is known",
			desk:   settings.Settings{NoWorker: &settings.NoWorker{After: 60}, Waiting: settings.Waiting{Wait: true}},
			rounds: [][2]int{{1, 0}},
			want:   []string{thanks + "You are next in line." + offer},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := newHandler()
			h.Settings, h.Outlook, h.Prioritized = settingstest.Desk(test.desk), knows(test.outlook), test.prioritized
			for i, document := range waitAt(t, h, "/hold", test.rounds...) {
				if got := texts(document); got != test.want[i] {
					t.Errorf("round %d: heard %q, want %q", i, got, test.want[i])
				}
			}
		})
	}
}

func TestNoWaitIsSaidThatTheCallerHasExceeded(t *testing.T) {
	t.Parallel()
	h := newHandler()
	h.Settings, h.Outlook = settingstest.Desk{Waiting: settings.Waiting{Wait: true}}, knows(answered(50))
	if got := texts(waitAt(t, h, "/hold", [2]int{2, 600})[0]); strings.Contains(got, "waited") {
		t.Errorf("after ten minutes the caller hears %q", got)
	}
}

// TestPlaceCountsCallBacks has a caller whose call is the first or second in Twilio's queue, while
// others have kept their places to be called back. Twilio's queue knows nothing of those.
func TestPlaceCountsCallBacks(t *testing.T) {
	t.Parallel()
	const (
		next    = "You are next in line."
		caller  = "+14155550123"
		another = "+14155550124"
		third   = "+14155550125"
	)
	kept := func(number string, ago time.Duration) outlook.Callback {
		return outlook.Callback{Number: number, Entered: now().Add(-ago)}
	}
	calm := outlook.Outlook{}.Count(3, now())
	tests := []struct {
		name      string
		offered   bool
		outlook   []outlook.Outlook // of each round
		rounds    [][2]int
		wantPlace []string
	}{
		{
			name:      "two are ahead",
			outlook:   []outlook.Outlook{calm.List(kept(another, time.Minute), kept(third, time.Hour))},
			rounds:    [][2]int{{1, 0}},
			wantPlace: []string{"You are number 3 in line."},
		},
		{
			name:      "one is behind",
			outlook:   []outlook.Outlook{calm.List(kept(another, time.Minute))},
			rounds:    [][2]int{{1, 120}},
			wantPlace: []string{next},
		},
		{
			name:      "one is the caller's own",
			outlook:   []outlook.Outlook{calm.List(kept(caller, time.Hour))},
			rounds:    [][2]int{{1, 0}},
			wantPlace: []string{next},
		},
		{
			name:      "one is done",
			outlook:   []outlook.Outlook{calm.List(kept(another, time.Minute)), calm},
			rounds:    [][2]int{{1, 0}, {1, 61}},
			wantPlace: []string{"You are number 2 in line.", next},
		},
		{
			name:      "one gets known late",
			outlook:   []outlook.Outlook{calm, calm.List(kept(another, time.Hour)), calm.List(kept(another, time.Hour))},
			rounds:    [][2]int{{2, 0}, {2, 61}, {1, 122}},
			wantPlace: []string{"You are number 2 in line.", "", ""},
		},
		{
			name:      "any may be ahead",
			offered:   true,
			outlook:   []outlook.Outlook{outlook.Outlook{}.Count(3, now().Add(-11*time.Minute)), calm},
			rounds:    [][2]int{{1, 0}, {1, 61}},
			wantPlace: []string{"", next},
		},
		{
			name:      "the stack is new",
			offered:   true,
			outlook:   []outlook.Outlook{{}},
			rounds:    [][2]int{{1, 0}},
			wantPlace: []string{next},
		},
		{
			name:      "none is ahead as far as is known",
			offered:   true,
			outlook:   []outlook.Outlook{calm},
			rounds:    [][2]int{{1, 0}},
			wantPlace: []string{next},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h, path := newHandler(), "/hold"
			h.Settings = settingstest.Desk{Callbacks: settings.Callbacks{Offered: test.offered}}
			for i, round := range test.rounds {
				h.Outlook = knows(test.outlook[i])
				document := waitsFrom(t, h, path, caller, round)
				path = strings.TrimPrefix(document.Redirect, webhooktest.BaseURL)
				if got := placeIn(texts(document)); got != test.wantPlace[i] {
					t.Errorf("round %d: heard the place %q, want %q", i, got, test.wantPlace[i])
				}
			}
		})
	}
}

// TestRepeatedWaitURLSaysNoWorsePlace has Twilio request the wait URL again, whose path does not
// say what the caller has heard, after a call back ahead of them got known.
func TestRepeatedWaitURLSaysNoWorsePlace(t *testing.T) {
	t.Parallel()
	h := newHandler()
	h.Outlook = knows(outlook.Outlook{}.Count(3, now()).List(outlook.Callback{Number: "+14155550124", Entered: now().Add(-time.Hour)}))
	if got := placeIn(texts(waitsFrom(t, h, "/hold", "+14155550123", [2]int{2, 70}))); got != "" {
		t.Errorf("heard %q, want no place", got)
	}
}

// placeIn returns the sentence about the caller's place; "" = there is none.
func placeIn(text string) string {
	return regexp.MustCompile(`You are (next|number \d+) in line\.`).FindString(text)
}

// TestAnotherNumberWhileWaiting has key 2 lead to the survey function, which notes it.
func TestAnotherNumberWhileWaiting(t *testing.T) {
	t.Parallel()
	for offer, want := range map[settings.Treatment]string{
		settings.AnotherNumber: "/survey/es/number/3-2-60-95-1795510800", settings.Goodbye: "",
	} {
		h := newHandler()
		h.Settings = settingstest.Desk{NoWorker: &settings.NoWorker{After: 120, Offer: offer, Number: "+12065550199"}}
		form := url.Values{"To": {"+12065550100"}, "QueuePosition": {"2"}, "QueueTime": {"100"}, "Digits": {"2"}}
		body := handle(t, h, webhooktest.Event("/hold/es/3-2-60-95-1795510800", form))
		if leads := body == string(twiml.Redirect(webhooktest.BaseURL+want)); leads != (want != "") {
			t.Errorf("%s: key 2 leads to %s", offer, body)
		}
	}
}
