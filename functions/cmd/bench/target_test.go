package main

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"testing"

	"switchboard/shared/webhook"
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

func TestEventOfAnotherPath(t *testing.T) {
	t.Parallel()
	for _, each := range targets() {
		if each.path == "" {
			continue
		}
		event, err := each.load(moduleFolder)
		if err != nil {
			t.Fatal(err)
		}
		var request webhook.Event
		if err := json.Unmarshal(event(0), &request); err != nil {
			t.Fatal(err)
		}
		body, err := base64.StdEncoding.DecodeString(request.Body)
		if err != nil {
			t.Fatal(err)
		}
		form, err := url.ParseQuery(string(body))
		if request.RawPath != each.path || form.Get("Digits") != each.form.Get("Digits") || !form.Has("CallSid") || err != nil {
			t.Errorf("%s: request to %s with %v, %v", each.name, request.RawPath, form, err)
		}
	}
}
