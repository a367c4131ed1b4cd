package main

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"switchboard/functions/internal/account"
)

func newStandIn(t *testing.T) *standIn {
	t.Helper()
	s, err := startStandIn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.server.Close() })
	return s
}

func TestStandInCountsByService(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, path, operation, body string
		service                     string // "" = no answer
		status                      int
		want                        string // a part of the answer, or of the complaint
	}{
		{"auth token", "/", "AmazonSSM.GetParameters", `{"Names":["/switchboard/auth-token"]}`, "SSM", 200, `"Value":"12345"`},
		{"outlook", "/", "AmazonSSM.PutParameter", `{"Name":"/switchboard/outlook"}`, "SSM", 200, `"Version":2`},
		{"other secret", "/", "AmazonSSM.GetParameters", `{"Names":["/x"]}`, "SSM", 200, `"InvalidParameters":["/x"]`},
		{"send", "/", "AmazonSQS.SendMessage", `{"MessageBody":"hello"}`, "SQS", 200, `"5d41402abc4b2a76b9719d911017c592"`},
		{"read", "/", "DynamoDB_20120810.GetItem", `{}`, "DynamoDB", 200, `"Item":{`},
		{"write", "/", "DynamoDB_20120810.UpdateItem", `{}`, "DynamoDB", 200, `"worker_call_sid":{"S":"` + workerCallSID + `"}`},
		{"place call", "/2010-04-01/Accounts/" + account.SID + "/Calls.json", "", "", "Twilio", 201, workerCallSID},
		{"unknown operation", "/", "AmazonSQS.PurgeQueue", "{}", "", 501, "POST / AmazonSQS.PurgeQueue"},
		{"unknown path", "/v1/Workspaces/WS1", "", "", "", 501, "POST /v1/Workspaces/WS1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newStandIn(t)
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+test.path, strings.NewReader(test.body))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("X-Amz-Target", test.operation)
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			body, _ := io.ReadAll(response.Body)
			told, counted := string(body), s.calls()
			if err := s.complaints(); err != nil {
				told = err.Error()
			}
			if response.StatusCode != test.status || !strings.Contains(told, test.want) {
				t.Errorf("%d %s, want %d with %s", response.StatusCode, told, test.status, test.want)
			}
			if counted[test.service] != len(counted) || (test.service == "") != (len(counted) == 0) {
				t.Errorf("counted %v, want one call to %q", counted, test.service)
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
