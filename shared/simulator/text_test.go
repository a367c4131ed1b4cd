package simulator_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/reading"
)

const personNumber = "+15550000077"

// newTextAccount is an account with a number whose texts go to /texts.
func newTextAccount(t *testing.T, readings reading.Set) *account {
	t.Helper()
	a := newAccount(t, simulator.Config{Readings: readings})
	a.AddNumber(simulator.Number{
		Number: lineNumber, VoiceURL: a.app.base + "/voice", SMSURL: a.app.base + "/texts", SMSFallbackURL: a.app.base + "/texts-fallback",
	})
	a.app.answers["/texts"] = ""
	return a
}

// received lists what the person received, in order.
func (a *account) received() []string {
	var bodies []string
	for _, text := range a.Texts() {
		if text.To == personNumber && text.Status == "delivered" {
			bodies = append(bodies, text.Body)
		}
	}
	return bodies
}

func (a *account) wantReceived(t *testing.T, want ...string) {
	t.Helper()
	equalLists(t, "the person received", a.received(), want)
}

func TestTextToTheAccount(t *testing.T) {
	a := newTextAccount(t, reading.Set{})
	a.app.answers["/texts"] = "<Message>You are on.\nGood day.</Message>"
	a.SendText(personNumber, lineNumber, "on ☎")
	a.run(t)
	form := a.app.forms["/texts"][0]
	wantNames(t, "the webhook", form, []string{
		"AccountSid", "ApiVersion", "Body", "From", "FromCity", "FromCountry", "FromState", "FromZip", "MessageSid", "NumMedia", "NumSegments",
		"SmsMessageSid", "SmsSid", "SmsStatus", "To", "ToCity", "ToCountry", "ToState", "ToZip",
	})
	for name, want := range map[string]string{
		"From":          personNumber,
		"To":            lineNumber,
		"Body":          "on ☎",
		"NumMedia":      "0",
		"NumSegments":   "1",
		"SmsStatus":     "received",
		"ApiVersion":    "2010-04-01",
		"MessageSid":    form.Get("SmsSid"),
		"SmsMessageSid": form.Get("SmsSid"),
	} {
		equal(t, name, form.Get(name), want)
	}
	a.wantReceived(t, "You are on.\nGood day.")
	texts := a.Texts()
	if len(texts) != 2 || texts[0].Direction != "inbound" || texts[1].Direction != "outbound-reply" || texts[1].From != lineNumber {
		t.Errorf("texts %+v", texts)
	}
	if !a.Idle() {
		t.Error("the account is not idle")
	}
}

func TestTextAnswers(t *testing.T) {
	tests := []struct {
		name   string
		answer string
		status int
		want   []string
		codes  []int
	}{
		{
			name: "no reply",
		},
		{
			name:   "two messages, one with a body element",
			answer: "<Message>One</Message><Message><Body>Two</Body></Message>",
			want:   []string{"One", "Two"},
		},
		{
			name:   "redirect",
			answer: "<Redirect>/other</Redirect><Message>Never</Message>",
			want:   []string{"Elsewhere"},
		},
		{
			name:   "empty message",
			answer: "<Message> </Message>",
			codes:  []int{14103},
		},
		{
			name:   "message too long",
			answer: "<Message>" + strings.Repeat("x", 1601) + "</Message>",
			codes:  []int{14103},
		},
		{
			name:   "longest message",
			answer: "<Message>" + strings.Repeat("x", 1600) + "</Message>",
			want:   []string{strings.Repeat("x", 1600)},
		},
		{
			name:   "more than ten messages",
			answer: strings.Repeat("<Message>x</Message>", 11),
			want:   slices.Repeat([]string{"x"}, 10),
			codes:  []int{14109},
		},
		{
			name:   "from a number of another account",
			answer: `<Message from="+15559999999">x</Message>`,
			codes:  []int{14102},
		},
		{
			name:   "to no number",
			answer: `<Message to="bob">x</Message>`,
			codes:  []int{14101},
		},
		{
			name:   "a method that is none",
			answer: `<Message method="PUT">x</Message>`,
			codes:  []int{14104},
		},
		{
			name:   "a verb for calls",
			answer: "<Say>x</Say>",
			codes:  []int{12200},
		},
		{
			name:   "an attribute that is none",
			answer: `<Message colour="red">x</Message>`,
			want:   []string{"x"},
			codes:  []int{12200},
		},
		{
			name:   "no document",
			answer: "<Message>",
			want:   []string{"Sorry"},
			codes:  []int{12100},
		},
		{
			name:   "server error",
			status: 500,
			want:   []string{"Sorry"},
			codes:  []int{11200},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newTextAccount(t, reading.Set{})
			a.app.answers["/texts"], a.app.statuses["/texts"] = test.answer, test.status
			a.app.answers["/other"] = "<Message>Elsewhere</Message>"
			a.app.answers["/texts-fallback"] = "<Message>Sorry</Message>"
			a.SendText(personNumber, lineNumber, "status")
			a.run(t)
			a.wantReceived(t, test.want...)
			a.wantCodes(t, test.codes...)
		})
	}
}

func TestTextFallbackKnowsTheError(t *testing.T) {
	a := newTextAccount(t, reading.Set{})
	a.app.statuses["/texts"], a.app.statuses["/texts-fallback"] = 503, 503
	a.SendText(personNumber, lineNumber, "on")
	a.run(t)
	form := a.app.forms["/texts-fallback"][0]
	if form.Get("ErrorCode") != "11200" || form.Get("ErrorUrl") != a.app.base+"/texts" || form.Get("Body") != "on" {
		t.Errorf("fallback parameters %v", form)
	}
	a.wantCodes(t, 11200, 11200)
	if alert := a.Debugger()[0]; alert.MessageSID != a.Texts()[0].SID {
		t.Errorf("alert %+v, want one about the text", alert)
	}
}

func TestOptOutWords(t *testing.T) {
	const stopped, started = "You have successfully been unsubscribed", "You have successfully been re-subscribed"
	tests := []struct {
		name  string
		texts []string
		want  []string // beginnings of what the person received
		codes []int
	}{
		{
			name:  "words that are free",
			texts: []string{"on", "OFF", "stop please", "the end"},
			want:  []string{"Noted", "Noted", "Noted", "Noted"},
		},
		{
			name:  "out, and no more replies",
			texts: []string{" Stop ", "on", "STOPALL"},
			want:  []string{stopped},
			codes: []int{21610, 21610, 21610},
		},
		{
			name:  "out and in again",
			texts: []string{"quit", "start", "on"},
			want:  []string{stopped, started, "Noted", "Noted"},
			codes: []int{21610},
		},
		{
			name:  "help",
			texts: []string{"help"},
			want:  []string{"Reply STOP", "Noted"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newTextAccount(t, reading.Set{})
			a.app.answers["/texts"] = "<Message>Noted</Message>"
			for i, body := range test.texts {
				a.SendTextAfter(time.Duration(i)*time.Minute, personNumber, lineNumber, body)
			}
			a.run(t)
			got := a.received()
			if !slices.EqualFunc(got, test.want, strings.HasPrefix) {
				t.Errorf("the person received %q, want %q", got, test.want)
			}
			a.wantCodes(t, test.codes...)
			equal(t, "webhooks", len(a.app.forms["/texts"]), len(test.texts))
			for _, form := range a.app.forms["/texts"] {
				if form.Has("OptOutType") || form.Has("MessagingServiceSid") {
					t.Errorf("webhook %v, want no Messaging Service", form)
				}
			}
		})
	}
}

func TestYesToATollFreeNumber(t *testing.T) {
	const tollFree = "+18885550100"
	a := newTextAccount(t, reading.Set{})
	a.AddNumber(simulator.Number{Number: tollFree})
	for i, step := range []struct {
		body string
		out  bool
	}{{"stop", true}, {"yes", true}, {"unstop", false}} {
		a.SendText(personNumber, tollFree, step.body)
		a.run(t)
		if got := a.OptedOut(personNumber, tollFree); got != step.out {
			t.Errorf("after text %d, %s: opted out %t, want %t", i+1, step.body, got, step.out)
		}
	}
}

func TestReadingsOfTexts(t *testing.T) {
	const otherNumber = "+15550000002"
	runReadings(t, []readingTest{{
		name: "opting out of one number", deserted: true,
		readings: []reading.Set{{}, {TextsThroughService: true}},
		scene: func(a *account) {
			for _, number := range []string{lineNumber, otherNumber} {
				a.AddNumber(simulator.Number{Number: number, VoiceURL: a.app.base + "/voice", SMSURL: a.app.base + "/texts"})
			}
			a.app.answers["/texts"] = ""
			a.SendText(personNumber, lineNumber, "Stop")
			a.SendTextAfter(time.Second, personNumber, lineNumber, "off")
		},
		shows: func(a *account) string {
			first, second := a.app.forms["/texts"][0], a.app.forms["/texts"][1]
			return fmt.Sprint(first.Get("OptOutType"), " ", second.Has("OptOutType"), " ", second.Has("MessagingServiceSid"), " ",
				a.OptedOut(personNumber, lineNumber), " ", a.OptedOut(personNumber, otherNumber))
		},
		want: []string{" false false true false", "STOP false true true true"},
	}})
}

func TestMessagingService(t *testing.T) {
	a := newTextAccount(t, reading.Set{})
	service := a.AddMessagingService(simulator.MessagingService{Numbers: []string{lineNumber}, InboundURL: a.app.base + "/inbound"})
	a.app.answers["/inbound"] = "<Message>Hello</Message>"
	a.SendText(personNumber, lineNumber, "help")
	a.run(t)
	form := a.app.forms["/inbound"][0]
	if form.Get("MessagingServiceSid") != service || form.Get("OptOutType") != "HELP" || len(a.app.forms["/texts"]) != 0 {
		t.Errorf("webhook %v, want one of the service", form)
	}
	a.sendMessage(url.Values{"MessagingServiceSid": {service}, "To": {personNumber}, "Body": {"Good day"}})
	if text := a.Texts()[3]; text.Status != "accepted" || text.From != "" {
		t.Errorf("text %+v, want one without a sender", text)
	}
	a.run(t)
	if body := a.app.rest("GET", "/2010-04-01/Accounts/"+a.AccountSID()+"/Messages/"+a.Texts()[3].SID+".json", nil); !strings.Contains(body, `"status":"delivered"`) {
		t.Errorf("answer %s, want a text that is delivered", body)
	}
	if text := a.Texts()[3]; text.Status != "delivered" || text.From != lineNumber || text.ServiceSID != service {
		t.Errorf("text %+v, want one from the service's number", text)
	}
}

// sendMessage posts a text and returns the answer's HTTP status and body.
func (a *account) sendMessage(form url.Values) (status int, body string) {
	return a.send("POST", a.path("Messages.json"), form)
}

func TestTextsThatAreRefused(t *testing.T) {
	const unable = "+15550000003"
	tests := []struct {
		name   string
		change url.Values
		code   int
	}{
		{name: "as it is"},
		{name: "no recipient", change: url.Values{"To": {""}}, code: 21604},
		{name: "a recipient who is none", change: url.Values{"To": {"bob"}}, code: 21211},
		{name: "no body", change: url.Values{"Body": {""}}, code: 21602},
		{name: "a body too long", change: url.Values{"Body": {strings.Repeat("ü", 1601)}}, code: 21617},
		{name: "the longest body", change: url.Values{"Body": {strings.Repeat("ü", 1600)}}},
		{name: "no sender", change: url.Values{"From": {""}}, code: 21603},
		{name: "a sender of another account", change: url.Values{"From": {"+15559999999"}}, code: 21659},
		{name: "a sender without SMS", change: url.Values{"From": {unable}}, code: 21606},
		{name: "a service that is none", change: url.Values{"MessagingServiceSid": {"MG00000000000000000000000000000001"}}, code: 21701},
		{name: "a callback that is none", change: url.Values{"StatusCallback": {"/status"}}, code: 21609},
		{name: "a validity of zero", change: url.Values{"ValidityPeriod": {"0"}}, code: 20001},
		{name: "a validity too long", change: url.Values{"ValidityPeriod": {"36001"}}, code: 20001},
		{name: "a country that is closed", change: url.Values{"To": {"+447700900123"}}, code: 21408},
		{name: "a person who opted out", change: url.Values{"To": {"+15550000078"}}, code: 21610},
		{name: "a number out of reach", change: url.Values{"To": {"+15550000079"}}, code: 21612},
		{name: "a landline", change: url.Values{"To": {"+15550000080"}}, code: 21614},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newTextAccount(t, reading.Set{})
			a.AddNumber(simulator.Number{Number: unable, NoSMS: true})
			a.SetTextingPermission("GB", false)
			a.SetTexting("+15550000079", simulator.Texting{Refused: 21612})
			a.SetTexting("+15550000080", simulator.Texting{Refused: 21614})
			a.SendText("+15550000078", lineNumber, "STOP")
			a.run(t)
			form := url.Values{"To": {personNumber}, "From": {lineNumber}, "Body": {"Good day"}}
			for name, values := range test.change {
				form[name] = values
			}
			status, body := a.sendMessage(form)
			if test.code == 0 {
				if status != 201 || !strings.Contains(body, `"sid":"SM`) || !strings.Contains(body, `"status":"queued"`) {
					t.Errorf("answer %d %s, want a text that is queued", status, body)
				}
				return
			}
			if status != 400 || !strings.Contains(body, fmt.Sprintf(`"code":%d,`, test.code)) {
				t.Errorf("answer %d %s, want 400 and code %d", status, body, test.code)
			}
		})
	}
}

func TestTextStatuses(t *testing.T) {
	tests := []struct {
		name    string
		outcome simulator.Texting
		from    bool // the outcome is the sender's
		want    string
	}{
		{name: "delivered", want: "sent , delivered "},
		{name: "phone out of reach", outcome: simulator.Texting{ErrorCode: 30003}, want: "sent , undelivered 30003"},
		{name: "landline", outcome: simulator.Texting{ErrorCode: 30006, Failed: true}, want: "failed 30006"},
		{name: "filtered", outcome: simulator.Texting{ErrorCode: 30007}, want: "sent , undelivered 30007"},
		{name: "sender not registered", outcome: simulator.Texting{ErrorCode: 30034}, from: true, want: "sent , undelivered 30034"},
		{name: "queued for too long", outcome: simulator.Texting{Delay: 5 * time.Minute}, want: "failed 30036"},
		{name: "queued for long", outcome: simulator.Texting{Delay: 4 * time.Minute}, want: "sent , delivered "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newTextAccount(t, reading.Set{})
			a.app.answers["/text-status"] = ""
			number := personNumber
			if test.from {
				number = lineNumber
			}
			a.SetTexting(number, test.outcome)
			a.sendMessage(url.Values{
				"To": {personNumber}, "From": {lineNumber}, "Body": {"Good day"}, "StatusCallback": {a.app.base + "/text-status"}, "ValidityPeriod": {"300"},
			})
			a.run(t)
			var got []string
			for _, form := range a.app.forms["/text-status"] {
				got = append(got, form.Get("MessageStatus")+" "+form.Get("ErrorCode"))
				names := []string{"AccountSid", "ApiVersion", "From", "MessageSid", "MessageStatus", "SmsSid", "SmsStatus", "To"}
				if form.Get("ErrorCode") != "" {
					names = append(names, "ErrorCode")
				}
				wantNames(t, "the callback", form, names)
			}
			if strings.Join(got, ", ") != test.want {
				t.Errorf("callbacks %q, want %s", got, test.want)
			}
			if len(a.received()) != strings.Count(test.want, "delivered ")-strings.Count(test.want, "undelivered ") {
				t.Errorf("the person received %q after %s", a.received(), test.want)
			}
		})
	}
}

func TestTextingOutcomesInTurn(t *testing.T) {
	a := newTextAccount(t, reading.Set{})
	a.SetTexting(personNumber, simulator.Texting{ErrorCode: 30003}, simulator.Texting{})
	for range 3 {
		a.sendMessage(url.Values{"To": {personNumber}, "From": {lineNumber}, "Body": {"Good day"}})
	}
	a.run(t)
	var got []string
	for _, text := range a.Texts() {
		got = append(got, text.Status)
	}
	if want := []string{"undelivered", "delivered", "delivered"}; !slices.Equal(got, want) {
		t.Errorf("statuses %q, want %q", got, want)
	}
}

func TestTextsToWrongNumbers(t *testing.T) {
	a := newTextAccount(t, reading.Set{})
	a.AddNumber(simulator.Number{Number: "+15550000003", NoSMS: true})
	a.SendText(personNumber, "+15559999999", "on")
	a.SendText(personNumber, "+15550000003", "on")
	a.play(t)
	a.wantProblem(t, "which is not a number of this account", "which has no SMS")
}

func TestTextsKeepThePort(t *testing.T) {
	a := newTextAccount(t, reading.Set{})
	a.app.base = "https://app.example:8443"
	a.AddNumber(simulator.Number{Number: lineNumber, SMSURL: a.app.base + "/texts"})
	a.SendText(personNumber, lineNumber, "on")
	a.run(t) // the application compares the signature
	if len(a.app.forms["/texts"]) != 1 {
		t.Error("the signature was wrong")
	}
}

func TestSegments(t *testing.T) {
	for body, want := range map[string]string{
		strings.Repeat("x", 160):          "1",
		strings.Repeat("x", 161):          "2",
		strings.Repeat("x", 307):          "3",
		strings.Repeat("€", 80):           "1",
		strings.Repeat("€", 81):           "2",
		strings.Repeat("☎", 70):           "1",
		strings.Repeat("☎", 71):           "2",
		strings.Repeat("\U0001F4DE", 36):  "2",
		"Grüße, à bientôt":                "1",
		strings.Repeat("x", 70) + "ç":     "2",
		strings.Repeat("à", 159) + "\n":   "1",
		strings.Repeat("[", 76) + "12345": "1",
	} {
		a := newTextAccount(t, reading.Set{})
		a.SendText(personNumber, lineNumber, body)
		a.run(t)
		equal(t, body, a.app.forms["/texts"][0].Get("NumSegments"), want)
	}
}
