package enqueue_test

import (
	"strings"
	"testing"

	"switchboard/shared/webhook/webhooktest"
)

// TestCallersCannotTouchTheDocument is a caller whose name, place and number are made to break it.
func TestCallersCannotTouchTheDocument(t *testing.T) {
	t.Parallel()
	hostile := map[string]string{
		"quotes":             `O'Neil "Sons"`,
		"markup":             `</Task></Enqueue><Hangup/><!-- ]]> &amp; & <`,
		"JSON":               `","skill":"vip"}`,
		"emoji":              "☎️ 😀 \U0010ffff",
		"control characters": "\x00\x01\x1b\r\n\t\x7f\u0085\ufffe\uffff",
		"not UTF-8":          "\xff\xfe\xc3(",
		"200 characters":     strings.Repeat("é<", 100), // in all parameters, as much as the Edge lets in
	}
	want := handle(t, newHandler(table()), webhooktest.Event("/enqueue", call("+12065550199")))
	for name, value := range hostile {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			form := call(value)
			for _, parameter := range parameters() {
				form.Set(parameter, value)
			}
			got := handle(t, newHandler(table()), webhooktest.Event("/enqueue", form))
			understood(t, got)
			if got != want {
				t.Errorf("\n got %s\nwant %s", got, want)
			}
		})
	}
}

// parameters are those of a voice webhook (https://www.twilio.com/docs/voice/twiml) that come from
// the caller's side of the network.
func parameters() []string {
	names := []string{"ApiVersion", "CallSid", "CallStatus", "CallerName", "Direction", "ForwardedFrom", "ParentCallSid", "StirVerstat", "CallToken"}
	for _, party := range []string{"From", "To", "Caller", "Called"} {
		names = append(names, party)
		for _, part := range []string{"City", "State", "Zip", "Country"} {
			names = append(names, party+part)
		}
	}
	return names
}
