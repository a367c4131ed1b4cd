package inprocess

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/shared/crm"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/script"
	"switchboard/shared/simulator/wire"
)

const withheld = "+266696687" // ANONYMOUS on a keypad: Twilio's value for a withheld number

// oneCaller is a desk of a few available workers, whom one caller must not take away.
type oneCaller struct {
	*simulator.Twilio
	loop *clock.Loop
	line *simulator.Line
}

// newOneCaller adds a caller who calls in a second and waits for four minutes. knows is the CRM
// step's answer for a caller, by the SID of the call; nil = no CRM step.
func newOneCaller(t *testing.T, staff int, from, to string, knows func(call string) int) oneCaller {
	t.Helper()
	loop, secrets := clock.NewVirtual(account.Morning), account.Secrets(1)
	settings := account.Settings("deferred")
	if knows == nil {
		settings["CRM_URL"] = ""
	}
	crm := wire.InProcess(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var document crm.Document
		if body, err := io.ReadAll(r.Body); err != nil || json.Unmarshal(body, &document) != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.WriteHeader(knows(document.Caller.CallSID))
	}))
	process := New(loop, settings, bundle.Clients{Parameters: secrets, CRM: crm})
	twilio := simulator.New(process.Config(1, nil))
	process.Twilio.Set(twilio)
	var desk account.Desk
	for n := range staff {
		contact := fmt.Sprintf("+1415555%04d", 900+n)
		desk.Workers = append(desk.Workers, newWorker(contact, pressesOne(2*time.Second, 20*time.Second)))
	}
	if _, err := account.SetUp(twilio, account.Example, desk); err != nil {
		t.Fatal(err)
	}
	twilio.AddNumber(simulator.Number{Number: to, VoiceURL: account.Example.VoiceURL})
	return oneCaller{twilio, loop, twilio.CallAfter(time.Second, from, to, script.HangsUpAfter(4*time.Minute))}
}

func newWorker(contact string, phones ...script.Phone) account.Worker {
	return account.Worker{Name: contact, Contact: contact, Phones: phones}
}

func pressesOne(ring, talk time.Duration) script.Phone {
	return script.AnswersAfter(
		ring, script.Hears("press 1"), script.Presses("1"), script.Talks(talk), script.HangsUp(),
	)
}

// post sends a REST request with the account's credentials.
func post(t *testing.T, twilio *simulator.Twilio, address string, form url.Values) {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Error(err)
		return
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(account.SID, twilio.AuthToken())
	if answer, err := wire.InProcess(twilio).RoundTrip(r); err != nil || answer.StatusCode != http.StatusOK {
		t.Errorf("POST %s was answered %+v, %v", address, answer, err)
	}
}

// putBack redirects a caller to the number's VoiceUrl, as an operator can.
func putBack(t *testing.T, twilio *simulator.Twilio, callSID string) {
	t.Helper()
	address := "https://api.twilio.com/2010-04-01/Accounts/" + account.SID + "/Calls/" + callSID + ".json"
	post(t, twilio, address, url.Values{"Url": {account.Example.VoiceURL}})
}

// away counts the workers whom the bundle moved to Unavailable.
func (o oneCaller) away() (n int) {
	for _, w := range o.Workers() {
		if w.ActivityName == "Unavailable" {
			n++
		}
	}
	return n
}

func (o oneCaller) record(t *testing.T, line *simulator.Line) simulator.CallRecord {
	t.Helper()
	calls := o.Calls()
	at := slices.IndexFunc(calls, func(c simulator.CallRecord) bool { return c.SID == line.CallSID() })
	if at < 0 {
		t.Fatal("the caller did not call")
	}
	return calls[at]
}

// overflows counts how often the caller heard that no worker can take the call.
func (o oneCaller) overflows(t *testing.T, line *simulator.Line) (n int) {
	t.Helper()
	for _, heard := range o.record(t, line).Heard {
		if strings.Contains(heard, "All our lines are busy") {
			n++
		}
	}
	return n
}

// TestCRMRefusesOneCaller: a caller takes no worker away if the CRM refuses the caller (4xx), and
// at most one worker if the CRM fails (5xx). The next caller is served.
func TestCRMRefusesOneCaller(t *testing.T) {
	t.Parallel()
	tests := []struct {
		from   string
		status int
		away   int
	}{
		{
			from:   withheld,
			status: http.StatusNotFound,
		},
		{
			from:   "+14155550101",
			status: http.StatusBadRequest,
		},
		{
			from:   "+14155550101",
			status: http.StatusUnprocessableEntity,
		},
		{
			from:   "+14155550101",
			status: http.StatusInternalServerError,
			away:   1,
		},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.status), func(t *testing.T) {
			t.Parallel()
			var o oneCaller
			o = newOneCaller(t, 8, test.from, account.OurNumber, func(call string) int {
				if call == o.line.CallSID() {
					return test.status
				}
				return http.StatusNoContent
			})
			others := []*simulator.Line{
				o.CallAfter(40*time.Second, "+14155550102", account.OurNumber, script.HangsUpAfter(3*time.Minute)),
				o.CallAfter(50*time.Second, "+14155550103", account.OurNumber, script.HangsUpAfter(3*time.Minute)),
			}
			away := 0
			for at := range 60 {
				o.loop.After(time.Duration(at)*time.Second, func() { away = max(away, o.away()) })
			}
			if err := o.loop.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			if away > test.away {
				t.Errorf("%d of 8 workers were away for a caller whom the CRM answers %d, want %d at most", away, test.status, test.away)
			}
			if n := o.overflows(t, o.line); n != 1 {
				t.Errorf("the caller was sent to overflow %d times, want once", n)
			}
			for _, line := range others {
				if record := o.record(t, line); record.Bridged.IsZero() {
					t.Errorf("caller %s, whom the CRM knows, was not served", record.From)
				}
			}
		})
	}
}

// TestScriptEditsAttributes: a script edits the attributes of a caller's task while no worker is
// available. No worker is taken away for that, and a caller whose task still has their SID is
// served.
func TestScriptEditsAttributes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, attributes string // CALL is the call's SID
		served           bool
	}{
		{
			name:       "replaced",
			attributes: `{"customer":"gold"}`,
		},
		{
			name:       "empty",
			attributes: `{}`,
		},
		{
			name:       "call_sid of another kind",
			attributes: `{"call_sid":7,"from":"+14155550101","to":"+12065550100"}`,
		},
		{
			name:       "automatic attribute as a number",
			attributes: `{"call_sid":"CALL","from":"+14155550101","to":"+12065550100","from_zip":94105}`,
			served:     true,
		},
		{
			name:       "automatic attribute as an object",
			attributes: `{"call_sid":"CALL","from":"+14155550101","to":"+12065550100","caller_city":{"name":"Rome"}}`,
			served:     true,
		},
		{
			name:       "automatic attribute as null",
			attributes: `{"call_sid":"CALL","from":"+14155550101","to":"+12065550100","direction":null}`,
			served:     true,
		},
		{
			name:       "no character",
			attributes: "{\"call_sid\":\"CALL\",\"from\":\"+14155550101\",\"to\":\"+12065550100\",\"note\":\"\ufffe\uffff\"}",
			served:     true,
		},
		{
			name:       "no UTF-8",
			attributes: "{\"call_sid\":\"CALL\",\"from\":\"+14155550101\",\"to\":\"+12065550100\",\"note\":\"\xff\"}",
			served:     true,
		},
		{
			name:       "4,000 letters",
			attributes: `{"call_sid":"CALL","from":"+14155550101","to":"+12065550100","note":"` + strings.Repeat("é", 3900) + `"}`,
			served:     true,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := newOneCaller(t, 3, "+14155550101", account.OurNumber, nil)
			for _, w := range o.Workers() {
				if err := o.SetWorkerActivity(w.SID, account.OfflineSID); err != nil {
					t.Fatal(err)
				}
				o.loop.After(20*time.Second, func() { _ = o.SetWorkerActivity(w.SID, account.AvailableSID) })
			}
			o.loop.After(10*time.Second, func() {
				k := o.Tasks()[0]
				form := url.Values{"Attributes": {strings.Replace(test.attributes, "CALL", k.CallSID, 1)}}
				post(t, o.Twilio, "https://taskrouter.twilio.com/v1/Workspaces/"+account.WorkspaceSID+"/Tasks/"+k.SID, form)
			})
			if err := o.loop.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			if away := o.away(); away > 0 {
				t.Errorf("%d of 3 workers are Unavailable, want none", away)
			}
			if served := !o.record(t, o.line).Bridged.IsZero(); test.served && !served {
				t.Error("the caller was not served")
			}
		})
	}
}

// TestCallWithoutTo: a call by the Voice SDK or over SIP has no number to show to the worker. No
// worker can be called, and none is taken away.
func TestCallWithoutTo(t *testing.T) {
	t.Parallel()
	for _, from := range []string{"client:anna", "sip:bob@example.com"} {
		o := newOneCaller(t, 3, from, "", nil)
		if err := o.loop.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if away := o.away(); away > 0 {
			t.Errorf("%s: %d of 3 workers are Unavailable, want none", from, away)
		}
		if n := o.overflows(t, o.line); n != 1 {
			t.Errorf("%s: the caller was sent to overflow %d times, want once", from, n)
		}
	}
}
