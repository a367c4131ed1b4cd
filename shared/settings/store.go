package settings

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
)

// Source reads the texts of the settings, by topic, from memory while they are fresh; a
// secrets.Store is one.
type Source interface {
	Settings(ctx context.Context) (map[string]string, error)
}

// Store keeps the desk's settings decoded. It is safe for concurrent use.
type Store struct {
	Source Source
	Logger *slog.Logger

	mu   sync.Mutex
	seen map[string]string // texts by topic, the faulty ones too
	kept Settings
}

// Get returns the settings as the source last read them. Of a topic whose text cannot be used it
// returns the last good settings, or the defaults if there were none: a caller does not pay for a
// mistake. It logs such a text once.
func (s *Store) Get(ctx context.Context) Settings {
	texts, err := s.Source.Settings(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		return s.kept // the webhook's signature was checked with secrets of the same source
	}
	if maps.Equal(texts, s.seen) {
		return s.kept
	}
	topics := slices.Sorted(maps.Keys(texts))
	for topic := range s.seen {
		if _, found := texts[topic]; !found {
			topics = append(topics, topic)
		}
	}
	for _, topic := range topics {
		if texts[topic] == s.seen[topic] {
			continue
		}
		part, err := Decode(topic, texts[topic])
		if err != nil {
			s.Logger.ErrorContext(ctx, "settings ignored", "topic", topic, "error", err)
			continue
		}
		part.parse()
		s.kept.take(topic, part)
	}
	s.seen = texts
	return s.kept
}
