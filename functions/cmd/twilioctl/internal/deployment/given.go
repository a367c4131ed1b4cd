package deployment

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
)

// At returns a stack at a base address, such as https://abc123.execute-api.eu-west-1.amazonaws.com.
func At(base string) (*Stack, error) {
	base = strings.TrimSuffix(base, "/")
	if err := checkURL(base); err != nil {
		return nil, fmt.Errorf("base URL: %w", err)
	}
	return &Stack{Source: "the base URL", Outputs: map[string]string{
		"VoiceUrl": base + "/enqueue", "AssignmentCallbackUrl": base + "/assignment",
		"FallbackAssignmentCallbackUrl": base + "/assignment/fallback", "EventCallbackUrl": base + "/events",
		"DutyUrl": base + "/duty", "MessageUrl": base + "/messages",
	}}, nil
}

// output is an output as the AWS CLI and SAM CLI print it.
type output struct {
	Key   string `json:"OutputKey"`
	Value string `json:"OutputValue"`
}

// ReadFile reads outputs from a file: what `aws cloudformation describe-stacks` or `sam list
// stack-outputs --output json` printed, or an object such as {"VoiceUrl": "https://…"}.
func ReadFile(path string) (*Stack, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read outputs: %w", err)
	}
	outputs, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("read outputs from %s: %w", path, err)
	}
	return &Stack{Source: path, Outputs: outputs}, nil
}

func parse(data []byte) (map[string]string, error) {
	var described struct {
		Stacks []struct{ Outputs []output }
	}
	var listed []output
	var plain map[string]string
	switch {
	case json.Unmarshal(data, &listed) == nil:
	case json.Unmarshal(data, &plain) == nil:
		return plain, nil
	case json.Unmarshal(data, &described) == nil && len(described.Stacks) == 1:
		listed = described.Stacks[0].Outputs
	default:
		return nil, errors.New("want the JSON that aws cloudformation describe-stacks or sam list stack-outputs --output json prints for one stack, or an object of names and URLs")
	}
	outputs := map[string]string{}
	for _, each := range listed {
		outputs[each.Key] = each.Value
	}
	return outputs, nil
}

// WithoutFragment returns a URL without its connection overrides, which are not part of the address
// (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
func WithoutFragment(url string) string {
	address, _, _ := strings.Cut(url, "#")
	return address
}

// checkURL accepts URLs that Twilio, or a simulated Twilio, can call.
func checkURL(text string) error {
	if text == "" {
		return errors.New("missing")
	}
	address, err := url.Parse(text)
	if err != nil || address.Host == "" || address.Scheme != "https" && address.Scheme != "http" || address.Fragment != "" {
		return fmt.Errorf("%q is not an https URL without a fragment", text)
	}
	return nil
}
