package outlook

import (
	"context"
	"log/slog"
	"sync"
)

// Source reads the parameter's text, from memory while it is fresh; a secrets.Store is one.
type Source interface {
	Outlook(ctx context.Context) (string, error)
}

// Store keeps the outlook decoded. It is safe for concurrent use.
type Store struct {
	Source Source
	Logger *slog.Logger

	mu   sync.Mutex
	seen string
	kept Outlook
}

// Get returns the outlook as the source last read it; one that knows nothing if its text cannot be
// used, which is logged once.
func (s *Store) Get(ctx context.Context) Outlook {
	text, err := s.Source.Outlook(ctx)
	if err != nil {
		return Outlook{} // the webhook's signature was checked with secrets of the same source
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if text == s.seen {
		return s.kept
	}
	kept, err := Decode(text)
	if err != nil {
		s.Logger.ErrorContext(ctx, "outlook ignored", "error", err)
	}
	s.seen, s.kept = text, kept
	return kept
}
