package assignment_test

import (
	"testing"

	"switchboard/shared/webhook/webhooktest"
)

// TestRequestIsDeferred offers the task of a call back: a dequeue instruction would need a call.
func TestRequestIsDeferred(t *testing.T) {
	t.Parallel()
	const key = "CB00000000000000000000000000000001"
	for _, deferred := range []bool{true, false} {
		queue := &sender{}
		h := newHandler(queue)
		h.Deferred = deferred
		form := callback()
		form.Set("TaskAttributes", `{"from":"+14155550123","to":"+12065550100","request":{"kind":"callback","key":"`+key+`","try":1}}`)
		answer, err := h.Handle(t.Context(), webhooktest.Event("/assignment", form))
		if err != nil || answer.Body != "" {
			t.Fatalf("answer %+v, %v, want no instruction", answer, err)
		}
		bridges := queue.bridges(t)
		if len(bridges) != 1 || bridges[0].CallSID != key || bridges[0].From != "+14155550123" || bridges[0].CallerID != "+12065550100" {
			t.Errorf("deferred %t: bridges %+v", deferred, bridges)
		}
	}
}
