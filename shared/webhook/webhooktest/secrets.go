package webhooktest

import (
	"context"
	"log/slog"
	"sync/atomic"

	"switchboard/shared/secrets"
	"switchboard/shared/webhook"
)

// Secrets knows Token, and counts how often it was asked.
type Secrets struct {
	Gets, Renewals atomic.Int32
	Err            error // when set, there are none
}

// Get implements webhook.Secrets.
func (s *Secrets) Get(context.Context) (secrets.Set, error) {
	s.Gets.Add(1)
	return secrets.Set{AuthToken: secrets.New(Token)}, s.Err
}

// Renew implements webhook.Secrets.
func (s *Secrets) Renew(context.Context) (secrets.Set, error) {
	s.Renewals.Add(1)
	return secrets.Set{AuthToken: secrets.New(Token)}, s.Err
}

// Edge is a handler's door for events of this package.
func Edge() webhook.Edge {
	return webhook.Edge{Secrets: &Secrets{}, AccountSID: AccountSID, Logger: Logger()}
}

// Logger writes nowhere.
func Logger() *slog.Logger { return slog.New(slog.DiscardHandler) }
