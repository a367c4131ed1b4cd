package doctor

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/deployment"
)

func TestDebugger(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	tests := []struct {
		name  string
		alert alert
		want  bool
	}{
		{"our webhook", alert{Code: 11200, URL: base + "/enqueue"}, true},
		{"another program's webhook", alert{Code: 11200, URL: "https://other.example/voice"}, false},
		{"a host that only begins like ours", alert{Code: 11200, URL: base + ".other.example/enqueue"}, false},
		{"a reservation that was over", alert{Code: 14215}, true},
		{"REST", alert{Code: 21210, URL: "https://api.twilio.com/2010-04-01/Accounts"}, true},
		{"an instruction", alert{Code: 40132}, true},
		{"a message", alert{Code: 30003}, false},
	}
	for _, test := range tests {
		test.alert.At = at
		e := evidence{missing: map[need]string{}, urls: deployment.URLs{VoiceURL: base + "/enqueue"}, alerts: fact[[]alert]{value: []alert{test.alert, test.alert}}}
		got := e.checkDebugger()
		if told := got[0].Level == Warning; told != test.want || len(got) != 1 {
			t.Errorf("%s: %+v, want it told: %t", test.name, got, test.want)
		}
		if test.want && (!strings.Contains(got[0].Detail, "2 times, last at 2026-11-24 08:00:00 UTC") || got[0].Remedy == "") {
			t.Errorf("%s: %+v", test.name, got)
		}
	}
}

// Twilio reads StartDate as a day, so the list may begin earlier than requested.
func TestOldAlertsAreIgnored(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	p.doctor.Account.Transport = p.dated(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1/Alerts" {
			p.twilio.ServeHTTP(w, r)
			return
		}
		old, _ := p.doctor.Now().Add(-24*time.Hour - time.Second).MarshalText()
		_, _ = fmt.Fprintf(w, `{"alerts":[{"error_code":"11200","date_generated":%q}],"meta":{"key":"alerts"}}`, old)
	}))
	p.wants(map[string]Level{})
}

func TestExplainedCodesHaveRemedies(t *testing.T) {
	t.Parallel()
	for _, code := range []int{11200, 12100, 14207, 14215, 14217, 14218, 14220, 14221, 14222, 15003, 20003, 21210, 21215, 40000, 40001, 40005, 40100, 40157, 55555} {
		if known, found := explain(code); !found || known.what == "" || known.remedy == "" {
			t.Errorf("%d: %+v, %t", code, known, found)
		}
	}
	if _, found := explain(0); found {
		t.Error("no code is explained")
	}
}
