// Package board shows a team lead what happens at a desk now: who waits, what each worker does, how
// the day went so far, and what is wrong. It reads each of its sources at the source's own pace,
// once for all pages, and keeps showing what it read last if a source fails, with its age.
package board

import (
	"context"
	"sync"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/staff"
)

// Part puts what a source has read into the facts.
type Part func(*Facts)

// Source is a part of the board that is read on its own.
type Source struct {
	Name  string        // for people: "alarms"
	Every time.Duration // between two reads
	Right string        // that AWS credentials need, such as "cloudwatch:DescribeAlarms"; "" = none
	Read  func(context.Context) (Part, error)
}

const (
	// readTime is the time that one read may take: a hundred calls, one by one, from far away.
	readTime = 30 * time.Second
	// longestPause is the longest pause after a failure, unless Twilio asks for a longer one.
	longestPause = time.Minute
)

// Board has the sources and what they read last.
type Board struct {
	title string
	desk  staff.Desk // describes workers
	now   func() time.Time

	group   sync.WaitGroup // reads that are under way
	mu      sync.Mutex
	sources []*tracked
	facts   Facts
	changed chan struct{} // closed after each read
}

// tracked is a source with the state of its reads.
type tracked struct {
	Source
	reading  bool
	next     time.Time // of the next read
	read     time.Time // of the last read that succeeded; zero = none
	failures int       // since then
	failure  failure   // the last one; zero = none
}

// New returns a board that has read nothing yet. title is the desk's name; desk describes its
// workers.
func New(title string, desk staff.Desk, now func() time.Time, sources ...Source) *Board {
	b := &Board{title: title, desk: desk, now: now, changed: make(chan struct{})}
	for _, each := range sources {
		b.sources = append(b.sources, &tracked{Source: each})
	}
	return b
}

// Run reads the sources that are due at each tick, until ctx ends.
func (b *Board) Run(ctx context.Context, tick <-chan time.Time) {
	for {
		b.Start(ctx)
		select {
		case <-ctx.Done():
			b.Wait()
			return
		case <-tick:
		}
	}
}

// Start begins to read the sources that are due, each at the same time as the others. A source that
// does not answer delays no other one.
func (b *Board) Start(ctx context.Context) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	for _, each := range b.sources {
		if !each.reading && !now.Before(each.next) {
			each.reading = true
			b.group.Go(func() { b.read(ctx, each, now) })
		}
	}
}

// Wait waits until no source is being read.
func (b *Board) Wait() { b.group.Wait() }

func (b *Board) read(ctx context.Context, source *tracked, began time.Time) {
	limited, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	part, err := source.Read(limited)
	b.mu.Lock()
	defer b.mu.Unlock()
	source.reading = false
	if ctx.Err() != nil {
		return // the board ends
	}
	if err != nil {
		source.failed(err, began)
	} else {
		part(&b.facts)
		source.read, source.next, source.failures, source.failure = began, began.Add(source.Every), 0, failure{}
	}
	close(b.changed)
	b.changed = make(chan struct{})
}

// failed plans the next try: each pause is twice as long as the one before.
func (t *tracked) failed(err error, began time.Time) {
	t.failures++
	t.failure = explain(err, t.Right)
	pause := max(t.Every, min(t.Every<<min(t.failures, 10), longestPause), t.failure.pause)
	t.next = began.Add(pause)
}

// Snapshot returns what the board shows now, and a channel that is closed when that has changed.
func (b *Board) Snapshot() (Snapshot, <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	shown := Build(b.facts, b.desk, b.now())
	shown.Desk, shown.Sources = b.title, []SourceState{}
	for _, each := range b.sources {
		shown.Sources = append(shown.Sources, each.state(shown.At))
	}
	return shown, b.changed
}

// state describes the source for people.
func (t *tracked) state(now time.Time) SourceState {
	s := SourceState{Name: t.Name, Every: int(t.Every.Seconds()), Read: t.read, Error: t.failure.text, Remedy: t.failure.remedy}
	if t.failures > 0 {
		s.Next = t.next
	}
	if late := now.Sub(t.read); s.Error == "" && !t.read.IsZero() && late > t.Every+2*readTime {
		s.Error, s.Remedy = "not read since then", "is this machine asleep, or its network down?"
	}
	return s
}
