package stack

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/secrets"
)

// TestHandlersShowNoToken prints every struct that leads to a secret, after the secret was read.
func TestHandlersShowNoToken(t *testing.T) {
	t.Parallel()
	const token = "hunter2hunter2hunter2hunter2hunt"
	c := Clients{
		Parameters: Parameters{"/switchboard/auth-token": token, "/switchboard/crm-authorization": token},
		Table:      &ledger.Memory{}, Now: time.Now, Logger: slog.New(slog.DiscardHandler),
	}
	s := Settings{AccountSID: "AC00000000000000000000000000000001", SecretsPrefix: "/switchboard", CRMURL: "https://crm.example"}
	e := s.environment(c, secrets.Webhooks, secrets.REST, secrets.CRM)
	if set, err := e.secrets.Get(t.Context()); err != nil || set.AuthToken.Reveal() != token {
		t.Fatal(err)
	}
	e.secrets.Client, e.Parameters = nil, nil // what stands in for SSM keeps its texts in the open
	for _, holder := range []any{e.secrets, e, &e, e.edge(), *e.rest(), e.rest(), e.limit(), s.Bridge(e.Clients), s.Sweeper(e.Clients), s.LinkedCalls(e.Clients)} {
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
