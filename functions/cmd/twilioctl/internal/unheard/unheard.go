// Package unheard lists what callers left and no person has done yet: messages, and call backs.
package unheard

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
)

// Limit is how many open and how many given-up requests are listed at most.
const Limit = 1000

// Row describes a message or a call back.
type Row struct {
	Kind      taskrouter.Kind     `json:"kind"`
	Key       string              `json:"key"` // RE… of a message, CB… of a call back
	Number    string              `json:"number,omitempty"`
	Dialed    string              `json:"dialed,omitempty"`
	Left      time.Time           `json:"left,omitzero"`
	State     ledger.RequestState `json:"state"`
	Try       int                 `json:"try"`
	NotBefore time.Time           `json:"not_before,omitzero"` // of the next try
	Outcome   string              `json:"outcome,omitempty"`   // of the last try
	File      string              `json:"file,omitempty"`      // in the bucket
}

// Rows lists them, the oldest first.
func Rows(ctx context.Context, calls ledger.Ledger, file func(recording string) string) ([]Row, error) {
	found, err := calls.UnheardRequests(ctx, Limit)
	if err != nil {
		return nil, fmt.Errorf("list messages: %w", err)
	}
	return RowsOf(found, file), nil
}

// RowsOf describes requests that were read before.
func RowsOf(found []ledger.Call, file func(recording string) string) []Row {
	rows := make([]Row, len(found))
	for i, each := range found {
		r := each.Request()
		rows[i] = Row{
			Kind: taskrouter.KindOf(r.Key), Key: r.Key, Number: r.Number, Dialed: r.Dialed, Left: r.Asked, State: r.State,
			Try: r.Try, NotBefore: r.NotBefore, Outcome: r.Outcome,
		}
		if rows[i].Kind == taskrouter.Message {
			rows[i].File = file(r.Key)
		}
	}
	return rows
}

// What says in words what has become of it so far; clock formats a time.
func (r Row) What(now time.Time, clock func(time.Time) string) string {
	switch r.State {
	case ledger.GivenUp:
		return "given up: " + cmp.Or(r.Outcome, "unknown")
	case ledger.Talking:
		return "with a worker"
	case ledger.Left:
		if r.NotBefore.After(now) {
			return "offered again at " + clock(r.NotBefore)
		}
	}
	return "waits for a worker"
}
