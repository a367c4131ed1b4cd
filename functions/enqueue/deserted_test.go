package enqueue_test

import (
	"strings"
	"testing"
	"time"

	"switchboard/shared/outlook"
	"switchboard/shared/settings"
	"switchboard/shared/webhook/webhooktest"
)

// TestDesertedDesk has callers to a desk whose last worker was missing at a count.
func TestDesertedDesk(t *testing.T) {
	t.Parallel()
	opening := time.Date(2026, 11, 24, 14, 0, 0, 0, time.UTC)
	tests := []struct {
		name    string
		offer   *settings.NoWorker
		at      time.Time
		since   time.Duration // how long no worker was there; 0 = some are there
		counted time.Duration // how long ago
		want    string        // what the caller hears; "" = the menu
	}{
		{
			name:  "a message",
			offer: &settings.NoWorker{After: 120},
			at:    noon(),
			since: 3 * time.Minute,
			want:  "None of our colleagues can take calls at the moment. Please leave a message after the tone, then press pound.",
		},
		{
			name:  "another number",
			offer: &settings.NoWorker{After: 120, Offer: settings.AnotherNumber, Number: "+12065550199"},
			at:    noon(),
			since: 3 * time.Minute,
			want:  "None of our colleagues can take calls at the moment. Please hold while we connect you to another number.",
		},
		{
			name:  "goodbye",
			offer: &settings.NoWorker{After: 120, Offer: settings.Goodbye},
			at:    noon(),
			since: 3 * time.Minute,
			want:  "None of our colleagues can take calls at the moment. Goodbye.",
		},
		{
			name:  "for a moment",
			offer: &settings.NoWorker{After: 120},
			at:    noon(),
			since: time.Minute,
		},
		{
			name:    "at an old count",
			offer:   &settings.NoWorker{After: 120},
			at:      noon(),
			since:   time.Hour,
			counted: 11 * time.Minute,
		},
		{
			name:  "some workers",
			offer: &settings.NoWorker{After: 120},
			at:    noon(),
		},
		{
			name:  "the desk does not say so",
			at:    noon(),
			since: time.Hour,
		},
		{
			name:  "the desk has just opened",
			offer: &settings.NoWorker{After: 120},
			at:    opening.Add(time.Minute),
			since: 12 * time.Hour,
		},
		{
			name:  "the desk opened some minutes ago",
			offer: &settings.NoWorker{After: 120},
			at:    opening.Add(2 * time.Minute),
			since: 12 * time.Hour,
			want:  "None of our colleagues can take calls at the moment. Please leave a message after the tone, then press pound.",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := desk()
			s.NoWorker = test.offer
			c := dials(t, s, "+12065550100", test.at)
			known := outlook.Outlook{Counted: test.at, Workers: 3}
			if test.since > 0 {
				known = outlook.Outlook{Counted: test.at.Add(-test.counted), None: test.at.Add(-test.since)}
			}
			c.h.Outlook = knows(known)
			answered := c.post("/enqueue")
			var said []string
			for _, say := range answered.Say {
				said = append(said, say.Text)
			}
			if got := strings.Join(said, " "); !strings.HasPrefix(got, test.want) || (test.want == "") != (answered.Gather.Action != "") {
				t.Errorf("heard %q, want %q", got, test.want)
			}
			if test.offer != nil && test.offer.Number != "" && (answered.Dial == nil || answered.Dial.Number != test.offer.Number) {
				t.Errorf("connected by %+v, want to %s", answered.Dial, test.offer.Number)
			}
		})
	}
}

// TestDesertedDeskIsClosedFirst has a closed desk, which has no workers for a reason.
func TestDesertedDeskIsClosedFirst(t *testing.T) {
	t.Parallel()
	s := desk()
	s.NoWorker = &settings.NoWorker{After: 60}
	c := dials(t, s, "+12065550100", noon().Add(8*time.Hour))
	c.h.Outlook = knows(outlook.Outlook{}.Count(0, noon().Add(8*time.Hour)))
	if body := handle(t, c.h, webhooktest.Event("/enqueue", call(c.to))); !strings.Contains(body, "We are closed") {
		t.Errorf("answered %s", body)
	}
}
