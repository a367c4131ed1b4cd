package linkedcalls_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"switchboard/shared/ledger"
	"switchboard/shared/secrets"
	"switchboard/shared/twilio"
)

// keys are the secrets of an account.
type keys struct{}

func (keys) Get(context.Context) (secrets.Set, error) {
	return secrets.Set{AuthToken: secrets.New("12345")}, nil
}
func (keys) Renew(context.Context) (secrets.Set, error) {
	return secrets.Set{AuthToken: secrets.New("12345")}, nil
}

// roundTrip answers requests without a network.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }

// listed are Twilio's events of accepted reservations whose tasks have these attributes.
func listed(attributes ...string) string {
	var events []string
	for i, each := range attributes {
		text, _ := json.Marshal(each)
		events = append(events, fmt.Sprintf(`{"sid":"EV%032x","event_type":"reservation.accepted","event_date":"2026-11-24T12:05:00Z",`+
			`"event_data":{"task_sid":"WT%032x","worker_sid":%q,"task_attributes":%s}}`, i+1, i+1, workerSID, text))
	}
	return `{"events":[` + strings.Join(events, ",") + `],"meta":{"key":"events","next_page_url":null}}`
}

// limited is DynamoDB's table: it takes no key longer than 2,048 bytes.
type limited struct {
	ledger.Store
	t *testing.T
}

func (l limited) Get(ctx context.Context, call string) (ledger.Fields, error) {
	if len(call) > 2048 {
		l.t.Errorf("a key of %d bytes", len(call))
	}
	return l.Store.Get(ctx, call)
}

func TestHostileAttributesInExport(t *testing.T) {
	t.Parallel()
	const ours = `"account_sid":"` + accountSID + `"`
	body := listed(
		`{"call_sid":"CA1/../../IncomingPhoneNumbers",`+ours+`}`,
		`{"call_sid":"n/a",`+ours+`}`,
		`{"call_sid":"CA`+strings.Repeat("0", 2098)+`",`+ours+`}`,
		`{"call_sid":"`+otherCallSID+`"}`,
		`{"call_sid":"`+callSID+`","worker_call_sid":"n/a",`+ours+`}`,
	)
	client := twilio.NewClient(accountSID, "WS00000000000000000000000000000001", "", keys{})
	client.Transport = roundTrip(func(request *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(body)), Request: request}, nil
	})
	h := newHandler(limited{&ledger.Memory{}, t}, nil)
	h.Events = client
	got, err := invoke(t, h, `{"day":"2026-11-24","format":"jsonl"}`)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(got, `\n`) != 1 || !strings.Contains(got, callSID) || strings.Contains(got, "n/a") || strings.Contains(got, "warning") {
		t.Errorf("export = %s, want the one call that <Enqueue> made, without the worker call", got)
	}
}
