package unheard

import (
	"context"
	"errors"
	"fmt"

	"switchboard/shared/ledger"
)

// Ledger has the requests.
type Ledger interface {
	ByCall(ctx context.Context, key string) (call ledger.Call, found bool, err error)
	MarkDone(ctx context.Context, seen ledger.Call, how string) (call ledger.Call, made bool, err error)
}

// Twilio ends tasks that have no call.
type Twilio interface {
	CancelTask(ctx context.Context, task, reason string) (canceled bool, err error)
}

// Desk is where requests are marked as done.
type Desk struct {
	Ledger Ledger
	Twilio Twilio
}

// byHand is the outcome of a request that was marked as done.
const byHand = "marked as done"

// MarkDone ends a request that a person has done, and cancels its task. nothing says why there is
// nothing to do; "" = it is marked now. err says why it cannot be marked; other errors leave some
// of it: repeat the command.
func (d Desk) MarkDone(ctx context.Context, key string) (nothing string, err error) {
	seen, found, err := d.Ledger.ByCall(ctx, key)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", key, err)
	}
	r := seen.Request()
	switch {
	case !found || r.State == "":
		return "", fmt.Errorf("%s is no message or call back of this stack: messages lists them", key)
	case r.State == ledger.Wanted:
		return "", fmt.Errorf("%s is still being asked for: its caller is in the line", key)
	case r.State == ledger.Talking:
		return "", fmt.Errorf("a worker has %s now: repeat the command later", key)
	case r.State == ledger.Withdrawn:
		return "it is not open: " + r.Outcome, nil
	case r.State == ledger.Done && r.Outcome == byHand:
		return "it is done already", d.cancel(ctx, r) // which an earlier command may not have reached
	case r.State == ledger.Done:
		return "it is done already", nil
	}
	_, made, err := d.Ledger.MarkDone(ctx, seen, byHand)
	switch {
	case err != nil:
		return "", fmt.Errorf("mark %s as done: %w", key, err)
	case !made:
		return "", errors.New(key + " has just changed: repeat the command")
	}
	return "", d.cancel(ctx, r)
}

// cancel cancels the task of a request that has ended. One that a worker has is left to them, and
// to the sweeper.
func (d Desk) cancel(ctx context.Context, r ledger.Request) error {
	if r.TaskSID == "" {
		return nil
	}
	if _, err := d.Twilio.CancelTask(ctx, r.TaskSID, "the request was marked as done"); err != nil {
		return fmt.Errorf("%s is done, and its task %s is not canceled: repeat the command: %w", r.Key, r.TaskSID, err)
	}
	return nil
}
