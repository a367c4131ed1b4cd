package main

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"testing"

	"github.com/twilio/twilio-go/client"
)

const moduleFolder = "../../.."

func TestTargetsHaveEvents(t *testing.T) {
	t.Parallel()
	for _, each := range append(targets(), hello()) {
		t.Run(each.name, func(t *testing.T) {
			t.Parallel()
			event, err := each.load(moduleFolder)
			if err != nil {
				t.Fatal(err)
			}
			first, second := event(0), event(1)
			if !json.Valid(first) || !json.Valid(second) {
				t.Error("event is no JSON")
			}
			if differs := string(first) != string(second); differs != each.fresh {
				t.Errorf("events differ: %v, want %v", differs, each.fresh)
			}
		})
	}
}

// Twilio's own library checks the signature. It can, because each parameter occurs once.
func TestResendSigns(t *testing.T) {
	t.Parallel()
	load := target{function: "survey", path: "/survey/score", form: url.Values{"Digits": {"5"}}}
	event, err := load.load(moduleFolder)
	if err != nil {
		t.Fatal(err)
	}
	var request struct {
		RawPath string            `json:"rawPath"`
		Headers map[string]string `json:"headers"`
		Body    string            `json:"body"`
	}
	if err := json.Unmarshal(event(0), &request); err != nil {
		t.Fatal(err)
	}
	body, err := base64.StdEncoding.DecodeString(request.Body)
	if err != nil {
		t.Fatal(err)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		t.Fatal(err)
	}
	parameters := map[string]string{}
	for name := range form {
		parameters[name] = form.Get(name)
	}
	if request.RawPath != "/survey/score" || parameters["Digits"] != "5" || parameters["CallSid"] != callSID {
		t.Errorf("request is %s with %v, want the score 5 of the event's call", request.RawPath, parameters)
	}
	validator := client.NewRequestValidator(authToken)
	if !validator.Validate("https://"+request.Headers["host"]+"/survey/score", parameters, request.Headers["x-twilio-signature"]) {
		t.Error("the signature is wrong")
	}
}
