package simulator_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
	"switchboard/shared/simulator/wire"
)

// The application's own client reaches the REST API: here it calls a worker, whose phone then asks
// what to do.
func ExampleTwilio_ServeHTTP() {
	application := http.NewServeMux()
	application.HandleFunc("POST /gate", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, `<Response><Gather numDigits="1" action="/key"><Say>Press 1 to take the call.</Say></Gather></Response>`)
	})
	application.HandleFunc("POST /key", func(w http.ResponseWriter, r *http.Request) {
		fmt.Println("key", r.FormValue("Digits"))
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, "<Response><Hangup/></Response>")
	})
	twilio := simulator.New(simulator.Config{Seed: 1, Web: wire.InProcess(application)})
	twilio.AddNumber(simulator.Number{Number: "+15550000000"})
	twilio.SetPhone("+15550000011", script.AnswersAfter(0, script.Hears("press 1"), script.Presses("1")))

	client := &http.Client{Transport: wire.InProcess(twilio)}
	form := url.Values{"To": {"+15550000011"}, "From": {"+15550000000"}, "Url": {"https://app.example/gate"}}
	request, err := http.NewRequest(http.MethodPost, "https://api.twilio.com/2010-04-01/Accounts/"+twilio.AccountSID()+"/Calls.json", strings.NewReader(form.Encode()))
	if err != nil {
		fmt.Println(err)
		return
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(twilio.AccountSID(), twilio.AuthToken())
	answer, err := client.Do(request)
	if err != nil {
		fmt.Println(err)
		return
	}
	_ = answer.Body.Close()
	fmt.Println(answer.Status)
	if err := twilio.Loop().Run(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 201 Created
	// key 1
}
