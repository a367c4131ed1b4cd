package hold_test

import (
	"net/url"
	"strings"
	"testing"

	"switchboard/shared/outlook"
	"switchboard/shared/settings"
	"switchboard/shared/settings/settingstest"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook/webhooktest"
)

// TestCallBackIsOffered has callers whom a desk calls back, and others. Key 1 makes no network call
// here: it leads to the survey function.
func TestCallBackIsOffered(t *testing.T) {
	t.Parallel()
	const line = "+12065550100"
	tests := []struct {
		name   string
		desk   settings.Settings
		from   string
		path   string
		want   bool
		wantTo string
	}{
		{
			name:   "from this country",
			desk:   settings.Settings{Callbacks: settings.Callbacks{Offered: true}},
			from:   "+14155550123",
			path:   "/hold",
			want:   true,
			wantTo: "/survey/callback/waiting",
		},
		{
			name:   "in the chosen language",
			desk:   settings.Settings{Callbacks: settings.Callbacks{Offered: true}},
			from:   "+14155550123",
			path:   "/hold/es",
			want:   true,
			wantTo: "/survey/es/callback/waiting",
		},
		{
			name:   "with what they have heard",
			desk:   settings.Settings{Callbacks: settings.Callbacks{Offered: true}},
			from:   "+14155550123",
			path:   "/hold/es/3-2-60-95-1795510800",
			want:   true,
			wantTo: "/survey/es/callback/waiting-3-2-60-95-1795510800",
		},
		{
			name: "from abroad",
			desk: settings.Settings{Callbacks: settings.Callbacks{Offered: true}},
			from: "+4930123456",
			path: "/hold",
		},
		{
			name: "withheld",
			desk: settings.Settings{Callbacks: settings.Callbacks{Offered: true}},
			from: "+266696687",
			path: "/hold",
		},
		{
			name: "on a number without call backs",
			desk: settings.Settings{Callbacks: settings.Callbacks{Offered: true}, Numbers: map[string]settings.Number{line: {NoCallbacks: true}}},
			from: "+14155550123",
			path: "/hold",
		},
		{
			name: "not offered",
			from: "+14155550123",
			path: "/hold",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := newHandler()
			h.Settings = settingstest.Desk(test.desk)
			form := url.Values{"From": {test.from}, "To": {line}, "QueuePosition": {"2"}}
			body := handle(t, h, webhooktest.Event(test.path, form))
			if offered := strings.Contains(body, "press 1") || strings.Contains(body, "presione 1"); offered != test.want {
				t.Errorf("offered %t: %s", offered, body)
			}
			form.Set("Digits", "1")
			body = handle(t, h, webhooktest.Event(test.path, form))
			if leads := body == string(twiml.Redirect(webhooktest.BaseURL+test.wantTo)); leads != test.want {
				t.Errorf("key 1 leads to %s", body)
			}
		})
	}
}

// TestWaitingCallerIsLookedUp has the survey function look up whether the caller has a call back,
// once, behind the first round: a number that got one in the last minutes may not be listed yet.
func TestWaitingCallerIsLookedUp(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		offered    bool
		from, path string
		want       string
	}{
		"after the first round":   {true, "+14155550123", "/hold", "/survey/callback/listed-1-2-0-0-1795510800"},
		"in the chosen language":  {true, "+14155550123", "/hold/es", "/survey/es/callback/listed-1-2-0-0-1795510800"},
		"not after a later round": {true, "+14155550123", "/hold/1-2-0-0-1795510800", "/hold/2-2-0-0-1795510800"},
		"not a hidden number":     {true, "anonymous", "/hold", "/hold/1-2-0-0-1795510800"},
		"not without call backs":  {false, "+14155550123", "/hold", "/hold/1-2-0-0-1795510800"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHandler()
			h.Settings = settingstest.Desk{Callbacks: settings.Callbacks{Offered: test.offered}}
			h.Outlook = knows(outlook.Outlook{}.Count(3, now()))
			document := waitsFrom(t, h, test.path, test.from, [2]int{2, 0})
			if got := strings.TrimPrefix(document.Redirect, webhooktest.BaseURL); got != test.want {
				t.Errorf("the round leads to %s, want %s", got, test.want)
			}
			if key := strings.TrimPrefix(document.Gather.Action, webhooktest.BaseURL); !strings.HasPrefix(key, "/hold/") {
				t.Errorf("a key leads to %s", key)
			}
		})
	}
}
