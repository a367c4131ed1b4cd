package main

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

func newStandIn(t *testing.T) *standIn {
	t.Helper()
	s, err := startStandIn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	return s
}

func TestStandInCountsByService(t *testing.T) {
	t.Parallel()
	const account, workspace = "/2010-04-01/Accounts/AC1", "/v1/Workspaces/WS1"
	for _, test := range []struct {
		name        string
		method      string
		path        string
		operation   string // X-Amz-Target
		body        string
		wantService string
		wantStatus  int
		wantBody    string // a part of it
	}{
		{"auth token", "POST", "/", "AmazonSSM.GetParameters", `{"Names":["/switchboard/auth-token"]}`, "SSM", 200, `"Value":"12345"`},
		{
			name:        "other secret",
			method:      "POST",
			path:        "/",
			operation:   "AmazonSSM.GetParameters",
			body:        `{"Names":["/switchboard/crm-secret"]}`,
			wantService: "SSM",
			wantStatus:  200,
			wantBody:    `"InvalidParameters":["/switchboard/crm-secret"]`,
		},
		{
			name:        "send",
			method:      "POST",
			path:        "/",
			operation:   "AmazonSQS.SendMessage",
			body:        `{"MessageBody":"hello"}`,
			wantService: "SQS",
			wantStatus:  200,
			wantBody:    `"MD5OfMessageBody":"5d41402abc4b2a76b9719d911017c592"`,
		},
		{"write", "POST", "/", "DynamoDB_20120810.UpdateItem", `{}`, "DynamoDB", 200, `"worker_call_sid":{"S":"` + workerCallSID + `"}`},
		{"read", "POST", "/", "DynamoDB_20120810.GetItem", `{}`, "DynamoDB", 200, `"Item":{`},
		{"look up", "POST", "/", "DynamoDB_20120810.Query", `{}`, "DynamoDB", 200, `"Items":[{`},
		{"place call", "POST", account + "/Calls.json", "", "", "Twilio", 201, workerCallSID},
		{"end call", "POST", account + "/Calls/CA1.json", "", "", "Twilio", 200, "canceled"},
		{"fetch call", "GET", account + "/Calls/CA1.json", "", "", "Twilio", 200, "completed"},
		{"list queues", "GET", account + "/Queues.json?PageSize=1000", "", "", "Twilio", 200, workflowSID},
		{"set MaxSize", "POST", account + "/Queues/QU1.json", "", "", "Twilio", 200, `"max_size":200`},
		{"fetch member", "GET", account + "/Queues/QU1/Members/CA1.json", "", "", "Twilio", 200, callSID},
		{"reject reservation", "POST", workspace + "/Tasks/WT1/Reservations/WR1", "", "", "Twilio", 200, "rejected"},
		{"fetch task", "GET", workspace + "/Tasks/WT1", "", "", "Twilio", 200, "wrapping"},
		{"complete task", "POST", workspace + "/Tasks/WT1", "", "", "Twilio", 200, "completed"},
		{"list events", "GET", workspace + "/Events?PageSize=1000", "", "", "Twilio", 200, `"events":[]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newStandIn(t)
			status, body := ask(t, s, test.method, test.path, test.operation, test.body)
			if status != test.wantStatus || !strings.Contains(body, test.wantBody) {
				t.Errorf("answer is %d %s, want %d with %s", status, body, test.wantStatus, test.wantBody)
			}
			counted, err := s.calls()
			if err != nil {
				t.Fatal(err)
			}
			if len(counted) != 1 || counted[test.wantService] != 1 {
				t.Errorf("counted %v, want one call to %s", counted, test.wantService)
			}
		})
	}
}

func TestStandInNamesUnknownRequests(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, method, path, operation, want string }{
		{"operation", "POST", "/", "AmazonSQS.PurgeQueue", "POST / AmazonSQS.PurgeQueue"},
		{"path", "DELETE", "/v1/Workspaces/WS1", "", "DELETE /v1/Workspaces/WS1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newStandIn(t)
			status, _ := ask(t, s, test.method, test.path, test.operation, "{}")
			_, err := s.calls()
			if status != http.StatusNotImplemented || err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("status is %d, error %v, want 501 and one that names %s", status, err, test.want)
			}
		})
	}
}

func TestCallsMinus(t *testing.T) {
	t.Parallel()
	got := calls{"SSM": 2, "SQS": 5}.minus(calls{"SSM": 2, "SQS": 1})
	if len(got) != 1 || got["SQS"] != 4 {
		t.Errorf("calls since are %v, want 4 to SQS only", got)
	}
}

func ask(t *testing.T, s *standIn, method, path, operation, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Amz-Target", operation)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(answer)
}
