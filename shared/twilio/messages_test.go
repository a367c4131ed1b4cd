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
	runExchanges(t, []exchange[int]{ // want is the code of the error
		{"throttled", []reply{refusal(429, 20429), {status: 201, body: `{"sid":"` + messageSID + `"}`}}, 0, false},
		{"opted out", []reply{refusal(400, 21610)}, 21610, true},
		{"server error", []reply{refusal(500, 20500)}, 20500, true},
		{"answer lost", []reply{{cut: true}}, 0, true},
		{"answer without a SID", []reply{ok(`{"sid":"SM1"}`)}, 0, true},
	}, func(ctx context.Context, c *Client) (int, error) {
		err := sendMessage("+12065550100")(ctx, c)
		return errorOf(err).Code, err
	})
}

func TestWorkerContact(t *testing.T) {
	t.Parallel()
	attributes := func(contact string) []reply {
		return []reply{ok(`{"attributes":"{\"contact_uri\":\"` + contact + `\"}"}`)}
	}
	runExchanges(t, []exchange[own.Contact]{
		{"SIP address", attributes("sip:alice@example.com"), "sip:alice@example.com", false},
		{"no contact", []reply{ok(`{"attributes":"{}"}`)}, "", false},
		{"malformed contact", attributes("call Alice"), "", false},
		{"no attributes", []reply{ok(`{}`)}, "", false},
		{"unknown worker", []reply{refusal(404, 20404)}, "", false},
		{"refused", []reply{refusal(403, 20403)}, "", true},
	}, func(ctx context.Context, c *Client) (own.Contact, error) { return c.WorkerContact(ctx, workerSID) })
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
