package texts

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"switchboard/shared/reconciler"
	"switchboard/shared/roster"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

const (
	workerSID = "WK00000000000000000000000000000001"
	number    = "+14155550199"
	sender    = "+12065550100"
)

// rest is Twilio: it keeps what it was asked to send.
type rest struct {
	contact taskrouter.Contact
	err     error // of sending
	sent    []twilio.Message
}

func (r *rest) WorkerContact(context.Context, string) (taskrouter.Contact, error) {
	return r.contact, nil
}

func (r *rest) SendMessage(_ context.Context, message twilio.Message) (string, error) {
	r.sent = append(r.sent, message)
	return "SM00000000000000000000000000000001", r.err
}

// notifier returns one whose worker has missed three calls in a row.
func notifier(t *testing.T, peer *rest, log *bytes.Buffer) Notifier {
	t.Helper()
	workers := roster.Roster{Store: &roster.Memory{}}
	_, _, err := workers.Change(t.Context(), workerSID, func(record *roster.Record) bool {
		record.Misses = 3
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	return Notifier{
		Twilio: peer, Roster: workers, From: sender, BaseURL: "https://switchboard.example", Logger: slog.New(slog.NewTextHandler(log, nil)),
	}
}

var _ reconciler.Notifier = Notifier{}

func TestSignedOff(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	peer := &rest{contact: number}
	if err := notifier(t, peer, &log).SignedOff(t.Context(), workerSID); err != nil {
		t.Fatal(err)
	}
	want := twilio.Message{
		To: number, From: sender, Body: "Call desk: you missed 3 calls in a row and are signed off. Reply ON to sign on.",
		StatusCallbackURL: "https://switchboard.example/messages/status/" + workerSID,
	}
	if !slices.Equal(peer.sent, []twilio.Message{want}) {
		t.Errorf("sent %+v, want %+v", peer.sent, want)
	}
	if strings.Contains(log.String(), "4155550199") || !strings.Contains(log.String(), "text sent") {
		t.Errorf("log = %s", log.String())
	}
}

func TestSignedOffSendsNothing(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		contact taskrouter.Contact
		from    string
	}{
		{
			name:    "no sender",
			contact: number,
		},
		{
			name:    "a client",
			contact: "client:alice",
			from:    sender,
		},
		{
			name:    "an extension",
			contact: "+18005551212x123",
			from:    sender,
		},
		{
			name: "no contact",
			from: sender,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			peer := &rest{contact: test.contact}
			n := notifier(t, peer, &bytes.Buffer{})
			n.From = test.from
			if err := n.SignedOff(t.Context(), workerSID); err != nil || len(peer.sent) > 0 {
				t.Errorf("err = %v, sent %+v", err, peer.sent)
			}
		})
	}
}

func TestPermanentRefusalStopsTexts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		err      error
		wantSent int // after a second sign-off
	}{
		{
			name:     "opted out",
			err:      &twilio.Error{What: "send text", Status: 400, Code: 21610},
			wantSent: 1,
		},
		{
			name:     "landline",
			err:      &twilio.Error{What: "send text", Status: 400, Code: 21614},
			wantSent: 1,
		},
		{
			name:     "region not enabled",
			err:      &twilio.Error{What: "send text", Status: 400, Code: 21408},
			wantSent: 2,
		},
		{
			name:     "no secrets",
			err:      errors.New("no secrets"),
			wantSent: 2,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			peer := &rest{contact: number, err: test.err}
			n := notifier(t, peer, &bytes.Buffer{})
			if err := n.SignedOff(t.Context(), workerSID); !errors.Is(err, test.err) {
				t.Errorf("err = %v, want %v", err, test.err)
			}
			_ = n.SignedOff(t.Context(), workerSID)
			if len(peer.sent) != test.wantSent {
				t.Errorf("asked to send %d texts, want %d", len(peer.sent), test.wantSent)
			}
			peer.contact, peer.err = "+14155550198", nil
			if err := n.SignedOff(t.Context(), workerSID); err != nil || len(peer.sent) != test.wantSent+1 {
				t.Errorf("after the number changed: err = %v, %d texts", err, len(peer.sent))
			}
		})
	}
}
