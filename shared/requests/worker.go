package requests

import (
	"context"
	"errors"
	"fmt"

	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

// Take gives a request to the worker who pressed 1: it accepts the reservation, which no call waits
// for, and makes this worker the only one. taken is false if the request has ended or another
// worker took it. Repeated for the same worker, it succeeds.
func (d Desk) Take(ctx context.Context, known ledger.Call, ref ledger.Ref) (r ledger.Request, taken bool, err error) {
	if r = known.Request(); r.State == ledger.Talking && r.Talking == ref.ReservationSID {
		return r, true, nil
	}
	accepted, err := d.accept(ctx, ref)
	if err != nil || !accepted {
		return r, false, err
	}
	known, taken, err = d.Ledger.StartTalking(ctx, ref)
	return known.Request(), taken, err
}

// accept accepts the reservation. If the outcome is unknown, it reads the reservation once.
func (d Desk) accept(ctx context.Context, ref ledger.Ref) (accepted bool, err error) {
	accepted, err = d.Twilio.AcceptReservation(ctx, ref.TaskSID, ref.ReservationSID)
	var failure *twilio.Error
	if err == nil || !errors.As(err, &failure) || !failure.Unknown() {
		return accepted, err
	}
	found, unread := d.Twilio.Reservation(ctx, ref.TaskSID, ref.ReservationSID)
	if unread != nil {
		return false, errors.Join(err, unread)
	}
	return found.Status == "accepted", nil
}

// Reached ends a request whose customer talked to the worker of the reservation, in a call of the
// customer's; "" = not known.
func (d Desk) Reached(ctx context.Context, ref ledger.Ref, customer string) error {
	return d.finish(ctx, ref, "answered", customer)
}

// Heard ends a message that the worker of the reservation marked as done.
func (d Desk) Heard(ctx context.Context, ref ledger.Ref) error {
	return d.finish(ctx, ref, "heard", "")
}

func (d Desk) finish(ctx context.Context, ref ledger.Ref, how, customer string) error {
	_, made, err := d.Ledger.Finish(ctx, ref, how, customer)
	if err != nil {
		return fmt.Errorf("finish request: %w", err)
	}
	if made {
		d.Logger.InfoContext(ctx, "request done", append(taskrouter.LogFields(ref.CallSID), "task_sid", ref.TaskSID, "reservation_sid", ref.ReservationSID)...)
	}
	return nil
}

// WorkerLeft has the task of a worker who pressed 1 wrapped up after their call, as Twilio does
// with that of a caller. If the worker hung up before <Dial> had reported how it ended, Twilio's
// record of the dialed call says whether the customer was reached. A request whose acceptance the
// ledger could not record is tried again.
func (d Desk) WorkerLeft(ctx context.Context, known ledger.Call, ref ledger.Ref, workerCall string) error {
	var err error
	switch r := known.Request(); {
	case r.State == ledger.Talking && r.Talking == ref.ReservationSID:
		err = d.settle(ctx, r, ref, workerCall)
	case r.State == ledger.Waiting && r.TaskSID == ref.TaskSID && known.Talked(ref):
		err = d.Lost(ctx, r, "acceptance not recorded")
	}
	return errors.Join(err, d.Twilio.WrapUpTask(ctx, ref.TaskSID))
}

func (d Desk) settle(ctx context.Context, r ledger.Request, ref ledger.Ref, workerCall string) error {
	customer, dialed, err := d.Twilio.Dialed(ctx, workerCall)
	if err != nil {
		return err
	}
	switch dialed.Status {
	case "completed", "in-progress":
		return d.Reached(ctx, ref, customer)
	case "busy", "no-answer", "failed":
		_, err = d.Missed(ctx, r, dialed.Status, false)
		return err
	}
	// A worker who hangs up after a message keeps it for later.
	_, err = d.Missed(ctx, r, "worker hung up", taskrouter.KindOf(r.Key) == taskrouter.Callback)
	return err
}

// Lost ends a try whose task ended although no worker took the request: another is created, in
// addition to the wanted number of tries.
func (d Desk) Lost(ctx context.Context, seen ledger.Request, why string) error {
	seen.Tries++
	_, err := d.Missed(ctx, seen, why, true)
	return err
}
