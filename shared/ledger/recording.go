package ledger

import (
	"context"
	"fmt"
	"slices"
	"time"

	"switchboard/shared/taskrouter"
)

// Names of a recording's own fields. They are in the item with the RecordingSid as its key, which
// becomes a request's item when the recording is a message.
const (
	recordedIn = "recorded_in" // the call (CA…)
	sent       = "sent"
	discarded  = "discarded"
	stored     = "stored"
	removed    = "removed"
	told       = "told"
)

// Recording is what the ledger knows of a recording (RE…). Times are when it happened, zero = not
// yet.
type Recording struct {
	CallSID   string    // of the caller who spoke
	Sent      time.Time // the caller wants it to be heard
	Discarded time.Time // the caller recorded again instead
	Stored    time.Time // the copy in the bucket was verified
	Removed   time.Time // it was deleted at Twilio
	Told      time.Time // the topic was told of the message
	Requested bool      // it became a message: a request with the same key
}

// Recording returns what the ledger knows of a recording; the zero Recording is one that it does
// not know. err is the Store's.
func (l Ledger) Recording(ctx context.Context, sid string) (Recording, error) {
	fields, err := l.Store.Get(ctx, sid)
	if err != nil {
		return Recording{}, fmt.Errorf("read recording in ledger: %w", err)
	}
	return Call{fields}.Recording(), nil
}

// Recording returns what the ledger knows of the recording whose item this is.
func (c Call) Recording() Recording {
	return Recording{
		CallSID: c.fields[recordedIn], Sent: c.time(sent), Discarded: c.time(discarded), Stored: c.time(stored),
		Removed: c.time(removed), Told: c.time(told), Requested: c.has(requestState),
	}
}

// SendRecording records that the caller wants a recording to be heard. made is false if they have
// discarded it. err is as for Store.Apply; a retry is safe.
func (l Ledger) SendRecording(ctx context.Context, sid, call string) (made bool, err error) {
	return l.record(ctx, sid, Fields{recordedIn: call, sent: l.now()}, discarded)
}

// DiscardRecording records that the caller does not want a recording to be heard. made is false if
// they have sent it, or it has become a message. err is as for Store.Apply; a retry is safe.
func (l Ledger) DiscardRecording(ctx context.Context, sid, call string) (made bool, err error) {
	return l.record(ctx, sid, Fields{recordedIn: call, discarded: l.now()}, sent, requestState)
}

// RecordingStored records that a recording was copied into the bucket, and the copy verified. err
// is as for Store.Apply; a retry is safe.
func (l Ledger) RecordingStored(ctx context.Context, sid, call string) error {
	_, err := l.record(ctx, sid, Fields{recordedIn: call, stored: l.now()})
	return err
}

// RecordingRemoved records that a recording was deleted at Twilio. err is as for Store.Apply; a
// retry is safe.
func (l Ledger) RecordingRemoved(ctx context.Context, sid, call string) error {
	_, err := l.record(ctx, sid, Fields{recordedIn: call, removed: l.now()})
	return err
}

// TopicTold records that the topic was told of a message. err is as for Store.Apply; a retry is
// safe.
func (l Ledger) TopicTold(ctx context.Context, sid, call string) error {
	_, err := l.record(ctx, sid, Fields{recordedIn: call, told: l.now()})
	return err
}

// UnheardRequests lists what a person has yet to do: messages that no worker has marked as done,
// call backs that were not made, and those that were given up; the oldest first, up to limit of
// each. err is the Store's; a retry is safe.
func (l Ledger) UnheardRequests(ctx context.Context, limit int) ([]Call, error) {
	open, err := l.OpenRequests(ctx, limit)
	if err != nil {
		return nil, err
	}
	open = slices.DeleteFunc(open, func(c Call) bool {
		state := c.Request().State
		return state == "" || state == Done || state == Withdrawn
	})
	given, err := l.inPhase(ctx, phaseGivenUp, time.Unix(0, 0), l.Now().Add(time.Minute), limit)
	if err != nil {
		return nil, err
	}
	all := append(given, open...)
	slices.SortStableFunc(all, func(a, b Call) int { return a.FirstSeen().Compare(b.FirstSeen()) })
	return all, nil
}

// Recordings lists the recordings of a call that the ledger knows: its messages, remarks, and
// answers that were recorded.
func (c Call) Recordings() []string {
	found := []string{c.Remark(), c.Voicemail()}
	for _, answer := range c.Answers() {
		found = append(found, answer)
	}
	found = slices.DeleteFunc(found, func(value string) bool { return !taskrouter.ValidSID("RE", value) })
	slices.Sort(found)
	return slices.Compact(found)
}

// NumberKey is the key of a number's item, which HoldNumber writes.
func NumberKey(number string) string { return "callback." + HashOf(number) }

// record writes facts about a recording once. It leaves out what would put the item into an index:
// only a message is a request.
func (l Ledger) record(ctx context.Context, sid string, facts Fields, absent ...string) (made bool, err error) {
	facts[firstSeen] = l.now()
	_, made, err = l.Store.Apply(ctx, Change{CallSID: sid, Once: facts, Absent: absent})
	if err != nil {
		return false, fmt.Errorf("record recording in ledger: %w", err)
	}
	return made, nil
}
