package main

import "testing"

func TestAnswerChecks(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		check  func([]byte) error
		answer string
		wantOK bool
	}{
		{"text", isText, `{"statusCode":200,"headers":{"Content-Type":"text/plain"},"body":"Hello"}`, true},
		{"TwiML", isTwiML, `{"statusCode":200,"headers":{"Content-Type":"text/xml"},"body":"<Response/>"}`, true},
		{"TwiML refused", isTwiML, `{"statusCode":403,"headers":{"Content-Type":"text/plain"},"body":"Forbidden"}`, false},
		{"TwiML of another type", isTwiML, `{"statusCode":200,"headers":{"Content-Type":"text/plain"},"body":"<Response/>"}`, false},
		{"TwiML without a document", isTwiML, `{"statusCode":200,"headers":{"Content-Type":"text/xml"},"body":""}`, false},
		{"deferral", isDeferral, `{"statusCode":200,"headers":{"Content-Type":"application/json"},"body":""}`, true},
		{
			name:   "deferral that rejects",
			check:  isDeferral,
			answer: `{"statusCode":200,"headers":{"Content-Type":"application/json"},"body":"{\"instruction\":\"reject\"}"}`,
		},
		{"dequeue", isDequeue, `{"statusCode":200,"headers":{"Content-Type":"application/json"},"body":"{\"instruction\":\"dequeue\"}"}`, true},
		{
			name:   "dequeue that rejects",
			check:  isDequeue,
			answer: `{"statusCode":200,"headers":{"Content-Type":"application/json"},"body":"{\"instruction\":\"reject\"}"}`,
		},
		{"received", isReceived, `{"statusCode":204}`, true},
		{"event not handled", isReceived, `{"statusCode":503}`, false},
		{"batch", isBatchDone, `{"batchItemFailures":[]}`, true},
		{"batch with a failure", isBatchDone, `{"batchItemFailures":[{"itemIdentifier":"1"}]}`, false},
		{"batch with null", isBatchDone, `{"batchItemFailures":null}`, false},
		{"queue", isQueueReport, `{"queue_sid":"QU1","changed":true}`, true},
		{"queue unchanged", isQueueReport, `{"queue_sid":"QU1","changed":false}`, false},
		{"linked calls", isLinkedReport, `{"calls":[{"worker_call_sid":"` + workerCallSID + `"}]}`, true},
		{"no linked calls", isLinkedReport, `{"calls":[]}`, false},
		{"no JSON", isTwiML, `<Response/>`, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if err := test.check([]byte(test.answer)); (err == nil) != test.wantOK {
				t.Errorf("error is %v, want one: %v", err, !test.wantOK)
			}
		})
	}
}
