// Package recording has the messages of RecordingsQueue: one for each recording of a caller, from
// the function that hears of it to the one that copies it.
package recording

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"switchboard/shared/cause"
	"switchboard/shared/environment"
	"switchboard/shared/taskrouter"
	"switchboard/shared/workqueue"
)

// Kind is what a caller recorded.
type Kind string

// The kinds.
const (
	Message Kind = "message" // for a worker to hear
	Remark  Kind = "remark"  // in the survey
)

// Known reports whether the kind is one of them.
func (k Kind) Known() bool { return k == Message || k == Remark }

// Work asks for a recording to be copied, and for a message to reach a person. Several may ask for
// the same.
type Work struct {
	RecordingSID string `json:"recording_sid"`
	CallSID      string `json:"call_sid"`
	Kind         Kind   `json:"kind"`
	Language     string `json:"language,omitempty"` // in which the caller was spoken to; "" = the number's
	Seconds      int    `json:"seconds,omitempty"`  // its length; 0 = unknown
	Looks        int    `json:"looks,omitempty"`    // how often the function has looked for a file, or an end, that was not there
}

// Key is the name of a recording's file in the bucket.
func Key(recordingSID string) string { return recordingSID + ".mp3" }

// Decode parses a message's body. The SIDs of the result are whole.
func Decode(body string) (Work, error) {
	var work Work
	if err := json.Unmarshal([]byte(body), &work); err != nil {
		return Work{}, fmt.Errorf("decode recording: %w", cause.Hide(err))
	}
	switch {
	case !taskrouter.ValidSID("RE", work.RecordingSID):
		return Work{}, errors.New("decode recording: recording_sid is not an RE… SID")
	case !taskrouter.ValidSID("CA", work.CallSID):
		return Work{}, errors.New("decode recording: call_sid is not a CA… SID")
	case !work.Kind.Known():
		return Work{}, errors.New("decode recording: unknown kind")
	case work.Language != "" && !taskrouter.IsLanguage(work.Language):
		return Work{}, errors.New("decode recording: language is none")
	}
	return work, nil
}

// Sender is the part of SQS's client that Queue calls.
type Sender = workqueue.Sender

// Queue sends to RecordingsQueue, which may deliver a message twice, late, or before an earlier
// one.
type Queue struct {
	Client Sender
	URL    string
}

// ReadQueue returns the queue that the environment names. A nil client is SQS, with the function's
// own role.
func ReadQueue(env *environment.Reader, client Sender) Queue {
	return Queue{Client: workqueue.Client(env, client), URL: env.Required("RECORDINGS_QUEUE_URL")}
}

// Send returns once SQS has taken the work. It is delivered after delay, whole seconds up to 900.
func (q Queue) Send(ctx context.Context, work Work, delay time.Duration) error {
	body, err := json.Marshal(work)
	if err != nil {
		return fmt.Errorf("encode recording: %w", cause.Hide(err))
	}
	if err := workqueue.Send(ctx, q.Client, q.URL, string(body), delay); err != nil {
		return fmt.Errorf("send recording to SQS: %w", err)
	}
	return nil
}
