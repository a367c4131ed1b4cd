package simulator_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
)

// newCallForm is the form of a call to Alice with one parameter more or other than usual.
func newCallForm(name, value string) url.Values {
	form := url.Values{"To": {aliceNumber}, "From": {lineNumber}, "Url": {"https://app.example/greeting"}}
	form.Set(name, value)
	return form
}

// place creates a call over REST and returns the answer with its status.
func (a *account) place(name, value string) (status int, answer string) {
	return a.send("POST", a.path("Calls.json"), newCallForm(name, value))
}

func TestCallIsRefused(t *testing.T) {
	tests := []struct {
		name string
		form url.Values
		code string // "" = the call is placed
	}{
		{name: "phone"},
		{name: "client from a client", form: url.Values{"To": {"client:desk"}, "From": {"client:alice"}}},
		{name: "client from a number", form: url.Values{"To": {"client:desk"}}},
		{name: "SIP from a client", form: url.Values{"To": {"sip:desk@example.com"}, "From": {"client:alice"}}},
		{name: "phone from a client", form: url.Values{"From": {"client:alice"}}, code: "21212"},
		{name: "phone from a SIP address", form: url.Values{"From": {"sip:alice@example.com"}}, code: "21212"},
		{name: "phone from nothing", form: url.Values{"From": {""}}, code: "21213"},
		{name: "phone from a word", form: url.Values{"From": {"ANONYMOUS"}}, code: "21212"},
		{name: "phone from a foreign number", form: url.Values{"From": {"+15559999999"}}, code: "21210"},
		{name: "empty To", form: url.Values{"To": {""}}, code: "21201"},
		{name: "UUID as a client", form: url.Values{"To": {"client:ebcb7183-0385-471e-ba4e-dff91a9cf83b"}}, code: "21211"},
		{name: "parenthesis in a client", form: url.Values{"To": {"client:user_290_3)"}}, code: "21211"},
		{name: "mail address as a client", form: url.Values{"To": {"client:a.b@example.com"}}, code: "21211"},
		{name: "long client", form: url.Values{"To": {"client:" + strings.Repeat("a", 122)}}, code: "21211"},
		{name: "client without a name", form: url.Values{"To": {"client:"}}, code: "21211"},
		{name: "SIP without a user", form: url.Values{"To": {"sip:@example.com"}}, code: "21211"},
		{name: "SIP without a host", form: url.Values{"To": {"sip:desk"}}, code: "21211"},
		{name: "number with an extension", form: url.Values{"To": {"+18005551212x123"}}, code: "21211"},
		{name: "keys", form: url.Values{"SendDigits": {"wW0123456789ABCD*#"}}},
		{name: "comma among the keys", form: url.Values{"SendDigits": {"1,2"}}, code: "21206"},
		{name: "letter among the keys", form: url.Values{"SendDigits": {"1a"}}, code: "21206"},
		{name: "too many keys", form: url.Values{"SendDigits": {strings.Repeat("1", 33)}}, code: "21206"},
		{name: "event of no kind", form: url.Values{"StatusCallbackEvent": {"ended"}}, code: "21626"},
		{name: "underscore in the callback's host", form: url.Values{"StatusCallback": {"https://a_b.example/"}}, code: "21609"},
		{name: "relative callback", form: url.Values{"StatusCallback": {"/status"}}, code: "21609"},
		{name: "relative URL", form: url.Values{"Url": {"/greeting"}}, code: "21205"},
		{name: "relative fallback", form: url.Values{"FallbackUrl": {"fallback"}}, code: "21205"},
		{name: "no document", form: url.Values{"Url": {""}}, code: "21205"},
		{name: "long document", form: url.Values{"Twiml": {strings.Repeat("x", 4001)}}, code: "32018"},
		{name: "number without +", form: url.Values{"To": {"5551234"}}, code: "21211"},
		{name: "method of no kind", form: url.Values{"Method": {"PUT"}}, code: "21209"},
		{name: "negative timeout", form: url.Values{"Timeout": {"-1"}}, code: "21208"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newAccount(t, simulator.Config{})
			for _, address := range []string{aliceNumber, "client:desk", "sip:desk@example.com"} {
				a.SetPhone(address, script.Busy())
			}
			form := newCallForm("To", aliceNumber)
			maps.Copy(form, test.form)
			status, answer := a.send("POST", a.path("Calls.json"), form)
			a.run(t)
			if placed := status == http.StatusCreated; placed != (test.code == "") || !strings.Contains(answer, test.code) {
				t.Errorf("%d %s, want %s", status, answer, test.code)
			}
		})
	}
}

func TestSendDigits(t *testing.T) {
	const extension = aliceNumber + "xW12w#"
	tests := []struct {
		name, phone, digits string
		want                time.Duration // from the answer to the first document
		problem             string
	}{
		{name: "phone behind the extension", phone: extension, digits: "W12w#", want: 2250 * time.Millisecond},
		{name: "phone of the number", phone: aliceNumber, digits: "W12w#", want: 2250 * time.Millisecond},
		{name: "no extension", phone: aliceNumber},
		{name: "extension not pressed", phone: extension, problem: "no phone is there"},
		{name: "another extension", phone: extension, digits: "9", problem: "no phone is there"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newAccount(t, simulator.Config{WebhookLatency: func() time.Duration { return 0 }})
			asked := time.Time{}
			a.app.answers["/greeting"] = "<Say>Hello</Say>"
			a.SetPhone(test.phone, script.AnswersAfter(time.Second))
			if status, answer := a.place("SendDigits", test.digits); status != http.StatusCreated {
				t.Fatalf("%d %s", status, answer)
			}
			if test.problem != "" {
				a.play(t)
				a.wantProblem(t, test.problem)
				return
			}
			noError(t, a.Loop().RunUntil(t.Context(), func() bool { asked = a.Loop().Now(); return len(a.app.forms["/greeting"]) > 0 }))
			leg := a.Calls()[0]
			if got := asked.Sub(leg.Answered); got != test.want || leg.SendDigits != test.digits {
				t.Errorf("the document is requested after %s, digits %q; want %s", got, leg.SendDigits, test.want)
			}
		})
	}
}

func TestDialCallerID(t *testing.T) {
	const number, client = `<Number>` + mobile + `</Number>`, `<Client>desk</Client>`
	tests := []struct {
		name, from, dial, to string
		want                 string // DialCallStatus
		codes                []int
	}{
		{name: "caller's number", dial: `<Dial action="/dialed">` + number + `</Dial>`, want: "busy"},
		{name: "withheld number", from: "+266696687", dial: `<Dial action="/dialed">` + number + `</Dial>`, want: "busy"},
		{name: "client to a number", from: "client:alice", dial: `<Dial action="/dialed">` + number + `</Dial>`, want: "failed", codes: []int{13214}},
		{name: "client to a client", from: "client:alice", dial: `<Dial action="/dialed">` + client + `</Dial>`, want: "busy"},
		{name: "client's callerId to a number", dial: `<Dial action="/dialed" callerId="client:alice">` + number + `</Dial>`, want: "failed", codes: []int{13214}},
		{name: "SIP callerId to a number", dial: `<Dial action="/dialed" callerId="sip:a@example.com">` + number + `</Dial>`, want: "failed", codes: []int{13214}},
		{name: "empty callerId to a number", dial: `<Dial action="/dialed" callerId="">` + number + `</Dial>`, want: "failed", codes: []int{13214}},
		{name: "client's callerId to a client", dial: `<Dial action="/dialed" callerId="client:alice">` + client + `</Dial>`, want: "busy", codes: []int{13214}},
		{name: "foreign callerId to a client", dial: `<Dial action="/dialed" callerId="+15559999999">` + client + `</Dial>`, want: "failed", codes: []int{13214}},
		{name: "client with a hyphen", dial: `<Dial action="/dialed"><Client>ann-lee</Client></Dial>`, want: "failed", codes: []int{13223}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newAccount(t, simulator.Config{})
			a.app.answers["/voice"], a.app.answers["/dialed"] = test.dial, ""
			a.SetPhone(mobile, script.Busy())
			a.SetPhone(desk, script.Busy())
			from := test.from
			if from == "" {
				from = callerNumber
			}
			a.Call(from, lineNumber)
			a.run(t)
			if forms := a.app.forms["/dialed"]; len(forms) != 1 || forms[0].Get("DialCallStatus") != test.want {
				t.Errorf("%v, want %s", forms, test.want)
			}
			a.wantCodes(t, test.codes...)
		})
	}
}

func TestUnansweredHangUp(t *testing.T) {
	for after, want := range map[time.Duration]string{20 * time.Millisecond: "no-answer", 2 * time.Second: "completed"} {
		a := newAccount(t, simulator.Config{WebhookLatency: func() time.Duration { return 100 * time.Millisecond }})
		a.AddNumber(simulator.Number{Number: lineNumber, VoiceURL: a.app.base + "/voice", StatusCallback: a.app.base + "/ended"})
		a.app.answers["/ended"] = ""
		a.waits(after)
		a.run(t)
		told := a.app.forms["/ended"][0].Get("CallStatus")
		if got := a.Calls()[0]; got.Status != want || told != want || got.HungUpBy != "caller" {
			t.Errorf("hung up after %s: %s, told %s, want %s", after, got.Status, told, want)
		}
	}
}

// A Voice SDK client's call has an empty To, which is the default of a dequeue instruction's from.
func TestDequeueFromNothing(t *testing.T) {
	tests := []struct {
		name, from, worker string
		want               []int
	}{
		{name: "to a phone", worker: aliceNumber, want: []int{40132}},
		{name: "to a client", worker: desk, want: []int{40132}},
		{name: "with a number of the account", from: lineNumber, worker: aliceNumber},
		{name: "to an extension", from: lineNumber, worker: aliceNumber + "x12", want: []int{40131}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newAccount(t, simulator.Config{}, test.worker)
			a.SetApplication(simulator.Number{VoiceURL: a.app.base + "/voice"})
			a.SetPhone(test.worker, script.Busy())
			a.app.instruction = `{"instruction":"dequeue","from":"` + test.from + `","timeout":15}`
			a.Call("client:carol", "", script.HangsUpAfter(5*time.Second))
			a.play(t)
			var codes []int
			for _, alert := range a.Debugger() {
				if !slices.Contains(codes, alert.Code) {
					codes = append(codes, alert.Code)
				}
			}
			equalLists(t, "debugger", codes, test.want)
			if form := a.app.forms["/voice"][0]; form.Get("To") != "" || form.Get("From") != "client:carol" {
				t.Errorf("voice webhook %v", form)
			}
		})
	}
}

func TestListIsRefused(t *testing.T) {
	a := newAccount(t, simulator.Config{}, aliceNumber)
	a.SetPhone(aliceNumber, script.NeverAnswers())
	a.waits(5 * time.Second)
	a.run(t)
	reservations := a.below("Tasks/" + a.Tasks()[0].SID + "/Reservations")
	for path, want := range map[string]int{
		a.path("Calls.json?Status=completed"): 200, a.path("Calls.json?Status=ended"): 400,
		a.below("Tasks?AssignmentStatus=pending"): 200, a.below("Tasks?AssignmentStatus=open"): 400,
		reservations + "?ReservationStatus=canceled": 200, reservations + "?ReservationStatus=ended": 400,
		a.below("Workers?PageSize=1"): 200, a.below("Workers?PageSize=0"): 400, a.below("Workers?PageSize=all"): 400,
		a.below("Workers?Page=-1"): 400, a.path("Queues.json?Page=x"): 400, a.path("Queues.json?Page=2"): 400,
		a.path("Calls.json?PageSize=1&Page=0"): 200, a.path("Calls.json?PageSize=1&Page=1"): 400,
		a.path("Calls.json?PageSize=1&Page=1&PageToken=PA1"): 200, a.path("IncomingPhoneNumbers.json?Page=1"): 400,
	} {
		if got, _ := a.send("GET", path, nil); got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
}

func TestBodyThatIsNoForm(t *testing.T) {
	a := newAccount(t, simulator.Config{})
	request := httptest.NewRequest(http.MethodPost, a.below("Activities"), strings.NewReader(`{"FriendlyName":"Lunch"}`))
	request.SetBasicAuth(a.AccountSID(), a.AuthToken())
	request.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	a.ServeHTTP(answer, request)
	if answer.Code != http.StatusUnsupportedMediaType {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}
}

func TestInstructionKeysAreExact(t *testing.T) {
	for instruction, want := range map[string]int{
		`{"Instruction":"reject"}`:                                          40005,
		`{"instruction":"dequeue","To":"client:other","to":"sip:x"}`:        40131,
		`{"instruction":"dequeue","to":"sip:x","TO":"` + aliceNumber + `"}`: 40131,
	} {
		a := newAccount(t, simulator.Config{}, aliceNumber)
		a.app.instruction = instruction
		a.waits(5 * time.Second)
		a.play(t)
		if debugger := a.Debugger(); len(debugger) == 0 || debugger[0].Code != want {
			t.Errorf("%s: %v, want %d", instruction, debugger, want)
		}
	}
}
