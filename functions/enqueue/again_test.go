package enqueue_test

import (
	"strings"
	"testing"
	"time"

	"switchboard/shared/outlook"
	"switchboard/shared/settings"
	"switchboard/shared/settings/settingstest"
	"switchboard/shared/webhook/webhooktest"
)

func TestListedNumberIsAsked(t *testing.T) {
	t.Parallel()
	const from = "+14155550123"
	for name, test := range map[string]struct {
		list    outlook.Callbacks
		path    string
		offered bool
		want    bool
	}{
		"has a call back":                 {list: outlook.ListCallbacks(outlook.Callback{Number: "+14155550199"}, outlook.Callback{Number: from}), path: "/enqueue", offered: true, want: true},
		"has none":                        {list: outlook.ListCallbacks(outlook.Callback{Number: "+14155550199"}), path: "/enqueue", offered: true},
		"was asked":                       {list: outlook.ListCallbacks(outlook.Callback{Number: from}), path: "/enqueue/again", offered: true},
		"the desk offers them no more":    {list: outlook.ListCallbacks(outlook.Callback{Number: from}), path: "/enqueue"},
		"nothing was published until now": {path: "/enqueue", offered: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHandler(nil)
			h.Settings = settingstest.Desk{Callbacks: settings.Callbacks{Offered: test.offered}}
			h.Outlook = knows(outlook.Outlook{Callbacks: test.list})
			form := call("+12065550100")
			form.Set("From", from)
			body := handle(t, h, webhooktest.Event(test.path, form))
			if asked := strings.Contains(body, "/survey/callback/again"); asked != test.want || !asked && !strings.Contains(body, "<Enqueue") {
				t.Errorf("answered %s", body)
			}
		})
	}
}

// TestClosedDeskPromises sends a caller on to the survey function, which has the ledger.
func TestClosedDeskPromises(t *testing.T) {
	t.Parallel()
	s := desk()
	s.Callbacks.Offered = true
	opening := s.Hours["desk"]
	opening.WhenClosed = settings.Callback
	s.Hours["desk"] = opening
	night := time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)
	c := dials(t, s, "+12065550101", night)
	body := handle(t, c.h, webhooktest.Event("/enqueue", call(c.to)))
	if !strings.Contains(body, "cerrados") || !strings.Contains(body, webhooktest.BaseURL+"/survey/callback/closed") {
		t.Errorf("answered %s", body)
	}
}
