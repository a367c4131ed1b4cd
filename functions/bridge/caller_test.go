package bridge

import (
	"context"
	"encoding/json"
	"testing"

	"switchboard/shared/crm"
	"switchboard/shared/deferred"
)

// documents is a CRM that keeps what it gets.
type documents struct{ got []crm.Document }

func (d *documents) Notify(_ context.Context, document crm.Document) error {
	d.got = append(d.got, document)
	return nil
}

func TestCRMHearsOfCaller(t *testing.T) {
	t.Parallel()
	for from, want := range map[string]string{
		"+14155550123":                    `{"call_sid":"` + callerCall + `","from":"+14155550123","to":"+12065550100"}`,
		"sip:alice@example.com":           `{"call_sid":"` + callerCall + `","from":"sip:alice@example.com","to":"+12065550100"}`,
		"client:alice":                    `{"call_sid":"` + callerCall + `","from":"client:alice","to":"+12065550100"}`,
		"+266696687":                      `{"call_sid":"` + callerCall + `","from":"","to":"+12065550100","withheld":true}`,
		"Anonymous":                       `{"call_sid":"` + callerCall + `","from":"","to":"+12065550100","withheld":true}`,
		"sip:anonymous@anonymous.invalid": `{"call_sid":"` + callerCall + `","from":"","to":"+12065550100","withheld":true}`,
	} {
		d, heard := newDesk(), &documents{}
		d.handler.CRM = heard
		work := d.bridge()
		work.From = from
		work.TaskAttributes = json.RawMessage(`{"call_sid":"` + callerCall + `","from":"` + from + `","to":"+12065550100"}`)
		d.deliver(t, deferred.Message{Bridge: &work})
		if len(heard.got) != 1 {
			t.Fatalf("%s: %d documents, want one", from, len(heard.got))
		}
		caller, err := json.Marshal(heard.got[0].Caller)
		if err != nil || string(caller) != want {
			t.Errorf("%s: caller = %s, %v, want %s", from, caller, err, want)
		}
		if string(heard.got[0].Task.Attributes) != string(work.TaskAttributes) {
			t.Errorf("%s: attributes = %s, want what TaskRouter has", from, heard.got[0].Task.Attributes)
		}
	}
}
