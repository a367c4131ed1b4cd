package document_test

import (
	"slices"
	"testing"

	"switchboard/shared/simulator/document"
)

func TestCheck(t *testing.T) {
	for verb, want := range map[string][]int{
		`<Gather finishOnKey="a"><Say>a</Say></Gather>`:                               {13310},
		`<Gather finishOnKey="12"/>`:                                                  {13310},
		`<Gather finishOnKey=""/>`:                                                    nil,
		`<Gather finishOnKey="*"/>`:                                                   nil,
		`<Gather timeout="soon"/>`:                                                    {13313},
		`<Gather timeout="auto"/>`:                                                    {0},
		`<Gather numDigits="-1"/>`:                                                    {12200},
		`<Gather speechTimeout="0" input="speech"/>`:                                  {13327},
		`<Gather speechTimeout="auto" input="speech dtmf"/>`:                          nil,
		`<Gather input="keys"/>`:                                                      {12200},
		`<Gather actionOnEmptyResult="yes"/>`:                                         {12200},
		`<Gather method="PUT"><Say loop="x">a</Say></Gather>`:                         {13510, 12200},
		`<Enqueue method="PUT"/>`:                                                     nil, // the simulator refuses the call
		`<Say loudness="3"/>`:                                                         {12200},
		`<Play loop="x"/>`:                                                            {13410},
		`<Play digits="1"/>`:                                                          {0},
		`<Pause length="-1"/>`:                                                        {13910},
		`<Record playBeep="no" timeout="0" maxLength="0"/>`:                           {13612, 12200, 13611},
		`<Record transcribe="false"/>`:                                                nil,
		`<Reject reason="full"/>`:                                                     {12200},
		`<Dial timeout="0" timeLimit="x"/>`:                                           {13216, 13212},
		`<Dial><Number statusCallbackEvent="ended">a</Number></Dial>`:                 {12200},
		`<Dial><Number statusCallbackEvent="ringing, answered">a</Number></Dial>`:     nil,
		`<Dial><Conference statusCallback="/x" muted="true">room</Conference></Dial>`: {0, 0},
		`<Refer to="x"/>`:                                                             nil, // the simulator refuses the verb
	} {
		response, _, err := document.Parse("text/xml", []byte("<Response>"+verb+"</Response>"))
		if err != nil {
			t.Fatal(err)
		}
		var codes []int
		for _, fault := range document.Check(response.Children[0]) {
			codes = append(codes, fault.Code)
		}
		if !slices.Equal(codes, want) {
			t.Errorf("%s: codes %v, want %v", verb, codes, want)
		}
	}
}

func TestParse(t *testing.T) {
	const hello = `<Response xmlns="x"><Say voice="a"> Hello
		you </Say></Response>`
	tests := []struct {
		media, body, wantWords string
		wantCode               int
	}{
		{"text/xml", hello, "Hello you", 0},
		{"text/xml", `<?xml version="1.0" encoding="UTF-8"?>` + hello, "Hello you", 0},
		{"text/plain", hello, "Hello you", 0},
		{"text/plain", "Hello", "Hello", 0},
		{"application/json", hello, "", 12300},
		{"text/xml", "", "", 12100},
		{"text/xml", "<Answer/>", "", 12100},
		{"text/xml", "<Response>", "", 12100},
		{"text/xml", hello + hello, "", 12100},
		{"text/xml", hello + "x", "", 12100},
		// An empty line before the declaration is the first cause that
		// https://www.twilio.com/docs/api/errors/12100 names.
		{"text/xml", "\n<?xml version=\"1.0\"?>" + hello, "", 12100},
		{"text/xml", "<!-- --><?xml version=\"1.0\"?>" + hello, "", 12100},
	}
	for _, test := range tests {
		response, code, err := document.Parse(test.media, []byte(test.body))
		if test.wantCode != 0 {
			if err == nil || code != test.wantCode {
				t.Errorf("%q: %v, code %d, want %d", test.body, err, code, test.wantCode)
			}
			continue
		}
		if err != nil || response.Children[0].Words() != test.wantWords {
			t.Errorf("%q: %+v, %v, want %q", test.body, response, err, test.wantWords)
		}
	}
}
