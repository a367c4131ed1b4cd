package simulator_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	api "github.com/twilio/twilio-go/rest/api/v2010"
	monitor "github.com/twilio/twilio-go/rest/monitor/v1"
	voice "github.com/twilio/twilio-go/rest/voice/v1"

	"switchboard/shared/simulator"
)

// TestAnswersMatchTwilioTypes compares the resources that the OpenAPI files leave out with the
// types of Twilio's own library.
func TestAnswersMatchTwilioTypes(t *testing.T) {
	t.Parallel()
	a := newAccount(t, simulator.Config{}, aliceNumber)
	a.app.statuses["/assignment"] = 500
	a.AddCallerID(simulator.CallerID{SID: "PN00000000000000000000000000000001", Number: "+15550000099"})
	a.waits(time.Second)
	a.runFor(t, time.Minute)
	own := "/2010-04-01/Accounts/" + a.AccountSID() + "/OutgoingCallerIds"
	for _, test := range []struct {
		path, key string // of the list, if it is one
		want      any
	}{
		{"/v1/Alerts", "alerts", monitor.MonitorV1Alert{}},
		{"/v1/Alerts/NO00000000000000000000000000000001", "", monitor.MonitorV1AlertInstance{}},
		{"/v1/DialingPermissions/Countries", "content", voice.VoiceV1DialingPermissionsCountry{}},
		{"/v1/DialingPermissions/Countries/GB", "", voice.VoiceV1DialingPermissionsCountryInstance{}},
		{own + ".json", "outgoing_caller_ids", api.ApiV2010OutgoingCallerId{}},
		{own + "/PN00000000000000000000000000000001.json", "", api.ApiV2010OutgoingCallerId{}},
	} {
		body := []byte(a.app.rest("GET", test.path, nil))
		if test.key != "" {
			var list map[string]json.RawMessage
			var items []json.RawMessage
			if err := json.Unmarshal(body, &list); err != nil {
				t.Fatalf("%s: %v: %s", test.path, err, body)
			}
			if err := json.Unmarshal(list[test.key], &items); err != nil || len(items) == 0 {
				t.Fatalf("%s: %v: %s", test.path, err, body)
			}
			body = items[0]
		}
		var shown map[string]any
		if err := json.Unmarshal(body, &shown); err != nil {
			t.Fatalf("%s: %v: %s", test.path, err, body)
		}
		if err := json.Unmarshal(body, reflect.New(reflect.TypeOf(test.want)).Interface()); err != nil {
			t.Errorf("%s: %v", test.path, err)
		}
		var got, want []string
		for name := range shown {
			got = append(got, name)
		}
		for i := range reflect.TypeOf(test.want).NumField() {
			name, _, _ := strings.Cut(reflect.TypeOf(test.want).Field(i).Tag.Get("json"), ",")
			want = append(want, name)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s has %q, want %q", test.path, got, want)
		}
	}
}
