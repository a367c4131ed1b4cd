package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"

	"switchboard/shared/webhook"
)

// resend returns an HTTP API event changed to another path, with additional parameters and a new
// signature.
func resend(event []byte, path string, further url.Values) ([]byte, error) {
	var request map[string]any
	var sent struct {
		Body           string            `json:"body"`
		Headers        map[string]string `json:"headers"`
		RequestContext struct {
			DomainName string `json:"domainName"`
		} `json:"requestContext"`
	}
	for _, view := range []any{&request, &sent} {
		if err := json.Unmarshal(event, view); err != nil {
			return nil, fmt.Errorf("decode HTTP event: %w", err)
		}
	}
	body, err := base64.StdEncoding.DecodeString(sent.Body)
	if err != nil {
		return nil, fmt.Errorf("decode body: %w", err)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, fmt.Errorf("parse form: %w", err)
	}
	maps.Copy(form, further)
	sent.Headers["x-twilio-signature"] = webhook.Sign(authToken, "https://"+sent.RequestContext.DomainName+path, form)
	request["headers"] = sent.Headers
	request["rawPath"] = path
	request["body"] = base64.StdEncoding.EncodeToString([]byte(form.Encode()))
	return json.Marshal(request)
}
