package bundle

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"switchboard/shared/crm"
	"switchboard/shared/ledger"
	"switchboard/shared/outlook"
	"switchboard/shared/roster"
	"switchboard/shared/secrets"
	"switchboard/shared/twilio"
	"switchboard/shared/voicequeue"
	"switchboard/shared/webhook"
)

// TestHandlersShowNoToken prints every struct that leads to a secret after it has read the secret.
func TestHandlersShowNoToken(t *testing.T) {
	t.Parallel()
	const token = "hunter2hunter2hunter2hunter2hunt"
	c := Clients{
		Parameters: Parameters{"/switchboard/auth-token": token, "/switchboard/crm-authorization": token},
		Table:      &ledger.Memory{}, Roster: &roster.Memory{}, Now: time.Now, Logger: slog.New(slog.DiscardHandler),
	}
	e, _ := newSettings(nil, nil, io.Discard)
	keys := &secrets.Store{Client: c.Parameters, Prefix: "/switchboard", Needs: []secrets.Need{secrets.Webhooks, secrets.REST, secrets.CRM}, Now: c.Now}
	if set, err := keys.Get(t.Context()); err != nil || set.AuthToken.Reveal() != token {
		t.Fatal(err)
	}
	keys.Client, c.Parameters = nil, struct{ outlook.Parameters }{} // what stands in for SSM keeps its texts in the open
	rest := twilio.NewClient(account, workspace, "", keys)
	for _, holder := range []any{
		keys, c, &c, webhook.Edge{Secrets: keys}, *rest, rest, voicequeue.Limit{Queues: rest}, crm.Step{Secrets: keys},
		e.Bridge(c), e.Sweeper(c), e.LinkedCalls(c),
	} {
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "holder", holder)
		shown := log.String()
		for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
			shown += fmt.Sprintf(verb, holder)
		}
		if strings.Contains(shown, token) {
			t.Errorf("%T shows the token: %s", holder, shown)
		}
	}
}
