package assignment_test

import (
	"strings"
	"testing"

	"switchboard/shared/webhook/webhooktest"
)

// TestTaskThatIsNoCall offers a task of another program to a worker: the callback is answered
// without an instruction, so that the worker is left alone.
func TestTaskThatIsNoCall(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, attributes string }{
		{
			name:       "a chat",
			attributes: `{"channelType":"web"}`,
		},
		{
			name:       "no attributes",
			attributes: `{}`,
		},
		{
			name:       "a call-back",
			attributes: `{"type":"callback","from":"+14155550123","to":"+12065550100"}`,
		},
		{
			name:       "call_sid is empty",
			attributes: `{"call_sid":""}`,
		},
		{
			name:       "call_sid is null",
			attributes: `{"call_sid":null}`,
		},
		{
			name:       "call_sid is a number",
			attributes: `{"call_sid":7}`,
		},
		{
			name:       "call_sid is n/a",
			attributes: `{"call_sid":"n/a"}`,
		},
		{
			name:       "call_sid is a path",
			attributes: `{"call_sid":"CA1/../../IncomingPhoneNumbers","from":"+14155550123","to":"+12065550100"}`,
		},
		{
			name:       "call_sid is of another kind",
			attributes: `{"call_sid":"` + taskSID + `"}`,
		},
		{
			name:       "call_sid is long",
			attributes: `{"call_sid":"` + strings.Repeat("CA", 1050) + `"}`,
		},
		{
			name:       "call_sid has another case",
			attributes: `{"Call_SID":"` + callSID + `"}`,
		},
		{
			name:       "the call is of another account",
			attributes: `{"call_sid":"` + callSID + `","account_sid":"AC000000000000000000000000000000ff","from":"+14155550123","to":"+12065550100"}`,
		},
	}
	for _, test := range tests {
		for _, mode := range []bool{true, false} {
			t.Run(test.name, func(t *testing.T) {
				t.Parallel()
				h := newHandler(&sender{})
				h.Deferred = mode
				form := callback()
				form.Set("TaskAttributes", test.attributes)
				answer, err := h.Handle(t.Context(), webhooktest.Event("/assignment", form))
				if err != nil {
					t.Fatal(err)
				}
				if answer.StatusCode != 200 || answer.Headers["Content-Type"] != "application/json" || strings.Contains(answer.Body, "instruction") {
					t.Errorf("deferred %t: answer %+v, want 200 without an instruction", mode, answer)
				}
			})
		}
	}
}
