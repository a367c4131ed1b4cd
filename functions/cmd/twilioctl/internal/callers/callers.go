// Package callers compares what a desk's file decides about callers with what SSM holds, says the
// differences in words, and writes them.
package callers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchboard/shared/secrets"
	"switchboard/shared/settings"
)

// Delay is the longest time until every function uses what was written.
const Delay = secrets.Fresh

// Parameters is the part of SSM's client that is called.
type Parameters interface {
	secrets.Parameters
	secrets.Writing
}

// Store is where SSM keeps a desk's settings.
type Store struct {
	Client Parameters
	Prefix string // SSM path of the stack's secrets
	Now    func() time.Time
}

// Path returns the SSM path of the settings, with a slash at its end.
func (s Store) Path() string { return strings.TrimSuffix(s.Prefix, "/") + "/" + secrets.Settings }

// Read returns the texts that SSM holds, by topic.
func (s Store) Read(ctx context.Context) (map[string]string, error) {
	reader := secrets.Store{
		Client: s.Client, Prefix: s.Prefix, Now: s.Now,
		Needs: []secrets.Need{secrets.Arrivals, secrets.Waits, secrets.Ends, secrets.Shifts, secrets.Messages},
	}
	return reader.Settings(ctx)
}

// Write stores a topic's text.
func (s Store) Write(ctx context.Context, topic, text string) error {
	return secrets.SettingsWriter{Client: s.Client, Prefix: s.Prefix}.Write(ctx, topic, text)
}

// Change replaces a topic.
type Change struct {
	Topic string
	Lines []string // what differs, in words
	text  string   // the topic's new one
}

// Comparison is what differs between a file and SSM.
type Comparison struct {
	Changes  []Change
	Blocked  []string // why the changes cannot be made
	Warnings []string
}

// Lines counts the differences.
func (c Comparison) Lines() int {
	count := 0
	for _, each := range c.Changes {
		count += len(each.Lines)
	}
	return count
}

// Compare compares what is held, by topic, with what is wanted.
func Compare(held map[string]string, wanted settings.Settings) (c Comparison, err error) {
	kept, faults := settings.Join(held)
	for _, topic := range settings.Topics() {
		text, err := wanted.Encode(topic)
		if err != nil {
			return c, err
		}
		lines := differences(entries(topic, kept), entries(topic, wanted))
		switch fault := faults[topic]; {
		case errors.Is(fault, settings.ErrNewer):
			c.Blocked = append(c.Blocked, fmt.Sprintf("a newer twilioctl has written the settings %s: use that version", topic))
			continue
		case fault != nil:
			c.Warnings = append(c.Warnings, fmt.Sprintf("SSM holds settings %s that functions cannot read; apply replaces them", topic))
			lines = append(lines, topic+": replaces settings that cannot be read")
		}
		if len(lines) > 0 {
			c.Changes = append(c.Changes, Change{topic, lines, text})
		}
	}
	if kept.Closed.Now {
		c.Warnings = append(c.Warnings, "the desk is closed by hand: twilioctl open opens it")
	}
	return c, nil
}

// WriteAll makes the changes. done has the topics that were written, and of one that fails SSM may
// have taken the text.
func (s Store) WriteAll(ctx context.Context, changes []Change) (done []string, err error) {
	for _, each := range changes {
		if err := s.Write(ctx, each.Topic, each.text); err != nil {
			return done, err
		}
		done = append(done, each.Topic)
	}
	return done, nil
}

// Topics lists the topics of changes but for those that are done.
func Topics(changes []Change, done []string) []string {
	var left []string
	for _, each := range changes {
		if !slices.Contains(done, each.Topic) {
			left = append(left, each.Topic)
		}
	}
	return left
}
