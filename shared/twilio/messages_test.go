package twilio

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"testing"

	own "switchboard/shared/taskrouter"
)

const (
	messageSID   = "SM00000000000000000000000000000001"
	messagesPath = "/2010-04-01/Accounts/" + accountSID + "/Messages.json"
)

func sendMessage(from string) func(context.Context, *Client) error {
	return func(ctx context.Context, c *Client) error {
		sid, err := c.SendMessage(ctx, Message{
			To: "+14155550199", From: from, Body: "You are signed off.",
			StatusCallbackURL: "https://switchboard.example/messages/status/" + workerSID,
		})
		return expect(err, sid == messageSID, sid)
	}
}

// messageOperations are those of messages.go.
func messageOperations() []operation {
	sent := reply{status: http.StatusCreated, body: `{"sid":"` + messageSID + `","status":"queued"}`}
	form := func(sender, value string) url.Values {
		return url.Values{
			"To": {"+14155550199"}, sender: {value}, "Body": {"You are signed off."}, "ValidityPeriod": {"300"},
			"StatusCallback": {"https://switchboard.example/messages/status/" + workerSID},
		}
	}
	const service = "MG00000000000000000000000000000001"
	return []operation{
		{"SendMessage", sendMessage("+12065550100"), []reply{sent}, []seen{post(messagesPath, form("From", "+12065550100"))}},
		{"SendMessage by a service", sendMessage(service), []reply{sent}, []seen{post(messagesPath, form("MessagingServiceSid", service))}},
		{"WorkerContact", func(ctx context.Context, c *Client) error {
			contact, err := c.WorkerContact(ctx, workerSID)
			return expect(err, contact == "+14155550199", contact)
		}, []reply{ok(`{"sid":"` + workerSID + `","attributes":"{\"contact_uri\":\"+14155550199\"}"}`)}, []seen{get(workerPath, url.Values{})}},
	}
}

func TestTextsAreNotSentTwice(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		replies   []reply
		wantAsked int
		wantCode  int // 0 = sent
		wantErr   bool
	}{
		{
			name:      "throttled",
			replies:   []reply{refusal(429, 20429), {status: 201, body: `{"sid":"` + messageSID + `"}`}},
			wantAsked: 2,
		},
		{
			name:      "opted out",
			replies:   []reply{refusal(400, 21610)},
			wantAsked: 1,
			wantCode:  21610,
			wantErr:   true,
		},
		{
			name:      "server error",
			replies:   []reply{refusal(500, 20500)},
			wantAsked: 1,
			wantCode:  20500,
			wantErr:   true,
		},
		{
			name:      "answer lost",
			replies:   []reply{{cut: true}},
			wantAsked: 1,
			wantErr:   true,
		},
		{
			name:      "answer without a SID",
			replies:   []reply{ok(`{"sid":"SM1"}`)},
			wantAsked: 1,
			wantErr:   true,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			client, server, _ := newTwilio(t, test.replies...)
			err := sendMessage("+12065550100")(t.Context(), client)
			var failure *Error
			if (err != nil) != test.wantErr || test.wantCode != 0 && (!errors.As(err, &failure) || failure.Code != test.wantCode) {
				t.Errorf("err = %v, want error %d", err, test.wantCode)
			}
			if asked := len(server.requests()); asked != test.wantAsked {
				t.Errorf("asked %d times, want %d", asked, test.wantAsked)
			}
		})
	}
}

func TestWorkerContact(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		reply   reply
		want    own.Contact
		wantErr bool
	}{
		{
			name:  "SIP address",
			reply: ok(`{"attributes":"{\"contact_uri\":\"sip:alice@example.com\"}"}`),
			want:  "sip:alice@example.com",
		},
		{
			name:  "no contact",
			reply: ok(`{"attributes":"{}"}`),
		},
		{
			name:  "malformed contact",
			reply: ok(`{"attributes":"{\"contact_uri\":\"call Alice\"}"}`),
		},
		{
			name:  "no attributes",
			reply: ok(`{}`),
		},
		{
			name:  "unknown worker",
			reply: refusal(404, 20404),
		},
		{
			name:    "refused",
			reply:   refusal(403, 20403),
			wantErr: true,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			client, _, _ := newTwilio(t, test.reply)
			got, err := client.WorkerContact(t.Context(), workerSID)
			if got != test.want || (err != nil) != test.wantErr {
				t.Errorf("WorkerContact = %q, %v; want %q, and an error: %t", got, err, test.want, test.wantErr)
			}
		})
	}
}

func TestWorkerContactWithoutSID(t *testing.T) {
	t.Parallel()
	client, server, _ := newTwilio(t)
	_, err := client.WorkerContact(t.Context(), "WK1/../../Tasks")
	var malformed *SIDError
	if !errors.As(err, &malformed) || len(server.requests()) != 0 {
		t.Errorf("err = %v after %d requests, want a *SIDError and none", err, len(server.requests()))
	}
}

func TestRefusesNumber(t *testing.T) {
	t.Parallel()
	for code, want := range map[int]bool{
		21610: true, 21614: true, 30006: true, 30034: true, 21211: false, 21612: false, 30003: false, 30007: false, 0: false,
	} {
		if got := RefusesNumber(code); got != want {
			t.Errorf("RefusesNumber(%d) = %t, want %t", code, got, want)
		}
	}
}
