package openapitest_test

import (
	"net/url"
	"strings"
	"testing"

	"switchboard/shared/openapitest"
	"switchboard/shared/simulator"
)

const (
	account = "/2010-04-01/Accounts/AC00000000000000000000000000000000"
	queue   = account + "/Queues/QU00000000000000000000000000000000.json"
	good    = `{"sid":"QU00000000000000000000000000000000","account_sid":"AC00000000000000000000000000000000","friendly_name":"a","max_size":1,` +
		`"current_size":1,"average_wait_time":1,"date_created":"Mon, 05 Jan 2026 09:00:00 +0000","date_updated":"Mon, 05 Jan 2026 09:00:00 +0000","uri":"/x"}`
)

func TestJudgeRefusesWrongRequests(t *testing.T) {
	t.Parallel()
	api := openapitest.Read(t)
	call := account + "/Calls/CA00000000000000000000000000000000.json"
	if _, faults := api.Judge(simulator.Request{Method: "POST", Path: call, Params: url.Values{"Status": {"completed"}}}); len(faults) > 0 {
		t.Fatalf("a good request: %q", faults)
	}
	for name, wrong := range map[string]simulator.Request{
		"path":       {Method: "POST", Path: account + "/Calls"},
		"method":     {Method: "PUT", Path: call},
		"SID":        {Method: "GET", Path: account + "/Calls/CA1.json"},
		"parameter":  {Method: "POST", Path: call, Params: url.Values{"CallStatus": {"completed"}}},
		"value":      {Method: "POST", Path: call, Params: url.Values{"Status": {"ended"}}},
		"missing":    {Method: "POST", Path: account + "/Calls.json", Params: url.Values{"To": {"+14155550199"}}},
		"query name": {Method: "GET", Path: account + "/Queues.json", Params: url.Values{"FriendlyName": {"a"}}},
	} {
		if _, faults := api.Judge(wrong); len(faults) == 0 {
			t.Errorf("%s: accepted, so its word on our requests means nothing", name)
		}
	}
}

func TestJudgeRefusesWrongAnswers(t *testing.T) {
	t.Parallel()
	api := openapitest.Read(t)
	if _, faults := api.Judge(simulator.Request{Method: "GET", Path: queue, Status: 200, Body: good}); len(faults) > 0 {
		t.Fatalf("a good answer: %q", faults)
	}
	if _, faults := api.Judge(simulator.Request{Method: "GET", Path: queue, Status: 201, Body: good}); len(faults) == 0 {
		t.Error("a status that Twilio does not document is accepted")
	}
	const refusal = `{"code":20404,"status":400,"message":"x","more_info":"https://www.twilio.com/docs/errors/20404"}`
	if _, faults := api.Judge(simulator.Request{Method: "GET", Path: queue, Status: 404, Body: refusal}); len(faults) == 0 {
		t.Error("an error with another status is accepted")
	}
	for name, change := range map[string][2]string{
		"type":        {`"max_size":1`, `"max_size":"1"`},
		"fraction":    {`"max_size":1`, `"max_size":1.5`},
		"pattern":     {`"QU0`, `"QX0`},
		"date":        {"Mon, 05 Jan 2026 09", "2026-01-05T09"},
		"unknown key": {`"uri"`, `"url"`},
	} {
		wrong := simulator.Request{Method: "GET", Path: queue, Status: 200, Body: strings.Replace(good, change[0], change[1], 1)}
		if _, faults := api.Judge(wrong); len(faults) == 0 {
			t.Errorf("%s: accepted, so its word on our answers means nothing", name)
		}
	}
}
