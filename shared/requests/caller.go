package requests

import (
	"context"
	"fmt"

	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
)

// Answer is what became of a caller's wish to be called back.
type Answer int

// The answers. Only Agreed changes what happens to the caller.
const (
	Refused Answer = iota // a worker is being connected, or the call has ended: the caller stays in the line
	Agreed
	Listed // the number has another call back
)

// Wish records that a caller in the line has confirmed the number. known is their call, the zero
// Call if the ledger does not know it. If the answer is not Agreed, or with an error, the caller
// stays in the line. The place, the attributes and the priority are those of the call's task.
func (d Desk) Wish(ctx context.Context, known ledger.Call, r ledger.Request) (Answer, error) {
	if task := known.TaskSID(); task != "" {
		attributes, priority, err := d.Twilio.TaskAttributes(ctx, task)
		if err != nil {
			return Refused, err
		}
		if attributes != "" {
			r.Attributes, r.Priority = attributes, priority
		}
	}
	if entered := known.Enqueued(); !entered.IsZero() {
		r.Entered = entered
	}
	if answer, err := d.ask(ctx, r); answer != Agreed || err != nil {
		return answer, err
	}
	_, wanted, err := d.Ledger.WantCallback(ctx, taskrouter.CallOf(r.Key), known)
	if err != nil {
		// The ledger may have recorded it. After the caller has left the line, they hear whether
		// they will be called back.
		d.Logger.ErrorContext(ctx, "failed to record that the caller leaves to be called back",
			append(taskrouter.LogFields(r.Key), "error", err)...)
		return Agreed, nil
	}
	if !wanted {
		return Refused, d.Withdraw(ctx, r.Key, "a worker took the call")
	}
	return Agreed, nil
}

// Promise records a call back for a caller who is not in the line, at the next time when the desk
// is open.
func (d Desk) Promise(ctx context.Context, r ledger.Request) (Answer, error) {
	if answer, err := d.ask(ctx, r); answer != Agreed || err != nil {
		return answer, err
	}
	if err := d.Ledger.PromisedCallback(ctx, taskrouter.CallOf(r.Key)); err != nil {
		return Refused, err
	}
	known, made, err := d.Ledger.CallerLeftFor(ctx, r.Key)
	if err != nil || !made && known.Request().State != ledger.Left {
		return Refused, err
	}
	return Agreed, nil
}

// ask records the wish, and gives the number to it.
func (d Desk) ask(ctx context.Context, r ledger.Request) (Answer, error) {
	r.Attributes = Routing(r.Attributes)
	known, made, err := d.Ledger.Ask(ctx, r, ledger.Wanted)
	switch {
	case err != nil:
		return Refused, err
	case !made && known.Request().State != ledger.Wanted:
		return Agreed, nil // a request that arrives twice
	}
	holder, err := d.Ledger.HoldNumber(ctx, r.Number, r.Key)
	switch {
	case err != nil:
		return Refused, err
	case holder.CallSID() != r.Key:
		return Listed, d.Withdraw(ctx, r.Key, "the number has another")
	}
	d.Logger.InfoContext(ctx, "call back wanted", taskrouter.LogFields(r.Key)...)
	return Agreed, nil
}

// CallerLeft has the task created for a caller who left the line to be called back, unless the desk
// is closed: then the sweeper does when it opens. promised is false if the caller cannot be told
// that they are called back: the task may not exist.
func (d Desk) CallerLeft(ctx context.Context, key string, open bool) (promised bool, err error) {
	known, _, err := d.Ledger.CallerLeftFor(ctx, key)
	if err != nil {
		return false, err
	}
	r := known.Request()
	switch {
	case r.State == ledger.Left && open:
		return d.Create(ctx, known)
	case r.State == ledger.Left, r.State == ledger.Waiting, r.State == ledger.Talking:
		return true, nil
	}
	return false, nil
}

// Withdraw ends a call back that its caller needs no more, and cancels its task. It changes nothing
// if it has ended, or a worker has taken it.
func (d Desk) Withdraw(ctx context.Context, key, why string) error {
	known, made, err := d.Ledger.Withdraw(ctx, key, why)
	if err != nil {
		return fmt.Errorf("withdraw request: %w", err)
	}
	if made {
		d.Logger.InfoContext(ctx, "request withdrawn", append(taskrouter.LogFields(key), "why", why)...)
	}
	if r := known.Request(); r.State == ledger.Withdrawn && r.TaskSID != "" {
		_, err = d.Twilio.CancelTask(ctx, r.TaskSID, "the request was withdrawn")
	}
	return err
}

// WithdrawOf ends the call back that a number has, if it has one.
func (d Desk) WithdrawOf(ctx context.Context, number, why string) error {
	known, open, err := d.Ledger.CallbackOf(ctx, number)
	if err != nil || !open {
		return err
	}
	return d.Withdraw(ctx, known.CallSID(), why)
}
