package bridge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"switchboard/shared/crm"
	"switchboard/shared/deferred"
	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

// placeTime is what a request to place the call gets at least. The deadline is early by more than that (functions/assignment).
const placeTime = time.Second

// job is one deferred bridge.
type job struct {
	h    Handler
	work deferred.Bridge
	ref  ledger.Ref
	log  *slog.Logger
}

// run calls the reservation's worker, or rejects the reservation. An error means that not even the rejection went
// through: the message comes again, and rejects again.
func (j job) run(ctx context.Context) error {
	known, claimed, err := j.h.Ledger.Claim(ctx, j.ref, ledger.Offer{WorkerSID: j.work.WorkerSID, Deadline: j.work.Deadline, CRM: j.h.CRM != nil})
	switch {
	case err != nil:
		return j.reject(ctx, err)
	case !claimed:
		return j.refused(ctx, known)
	}
	leg, err := j.call(ctx)
	if err != nil {
		return j.reject(ctx, err)
	}
	j.log.InfoContext(ctx, "worker's phone rings", "worker_call_sid", leg)
	known, err = j.h.Ledger.Dialed(ctx, j.ref, leg)
	if err != nil {
		// The call is placed. Its own status callback tells the ledger too; working through the message again would only
		// find a claim without an outcome, and reject a worker who may be talking.
		j.log.ErrorContext(ctx, "worker's call not noted", "worker_call_sid", leg, "error", err)
		return nil
	}
	if known.Over(j.ref) {
		j.log.InfoContext(ctx, "caller left while the call was placed", "worker_call_sid", leg)
		return j.h.Voice.EndCall(ctx, leg)
	}
	return nil
}

// call takes the CRM step and places the call, as long as the reservation outlasts the ring.
func (j job) call(ctx context.Context) (leg string, err error) {
	if err := j.tellCRM(ctx); err != nil {
		return "", err
	}
	spare := j.left() - j.h.Ring
	if spare < 0 {
		return "", j.tooLate()
	}
	// Twilio may place the call at any moment until the request is given up, and even then the ring must fit before the deadline. No
	// answer in time counts as an unknown outcome.
	ctx, cancel := context.WithTimeout(ctx, max(spare, placeTime))
	defer cancel()
	return j.h.Voice.PlaceCall(ctx, twilio.WorkerCall{
		To:                string(j.work.Contact),
		From:              j.work.CallerID,
		AnswerURL:         j.workerURL(j.firstStop()),
		StatusCallbackURL: j.workerURL("status"),
		Ring:              j.h.Ring,
	})
}

func (j job) tellCRM(ctx context.Context) error {
	spare := j.left() - j.h.Ring
	if spare < 0 {
		return j.tooLate()
	}
	if j.h.CRM == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, spare)
	defer cancel()
	return j.h.CRM.Tell(ctx, j.document())
}

// refused finds out what an earlier delivery of this message came to.
func (j job) refused(ctx context.Context, known ledger.Call) error {
	if known.Leg(j.ref) != "" || known.Settled(j.ref) {
		j.log.InfoContext(ctx, "nothing to bridge: the worker was called before, or nobody waits any more")
		return nil
	}
	if age := j.h.Now().Sub(known.Claimed(j.ref)); age < attemptTime {
		return fmt.Errorf("bridge reservation %s: another attempt is %s old and may still be at work", j.ref.ReservationSID, age)
	}
	return j.reject(ctx, errors.New("an earlier attempt ended without an outcome: nobody knows whether it called the worker"))
}

func (j job) reject(ctx context.Context, reason error) error {
	pending, err := j.h.Tasks.RejectReservation(ctx, j.ref.TaskSID, j.ref.ReservationSID, j.h.RejectActivitySID)
	if err != nil {
		return fmt.Errorf("%w (rejected because: %w)", err, reason)
	}
	j.log.WarnContext(ctx, "reservation rejected", "error", reason, "was_pending", pending)
	var end ledger.State
	if pending {
		end = ledger.Rejected
	}
	if err := j.h.Ledger.RejectSent(ctx, j.ref, end); err != nil {
		j.log.ErrorContext(ctx, "rejection not noted", "error", err)
	}
	return nil
}

// firstStop is where the worker's call begins. Only telephones have a gate: a mailbox must not get the caller.
func (j job) firstStop() string {
	if j.h.Gate && j.work.Contact.IsPhone() {
		return "gate"
	}
	return "dial"
}

func (j job) workerURL(stop string) string {
	return strings.Join([]string{j.work.BaseURL + "/worker", j.ref.CallSID, j.ref.TaskSID, j.ref.ReservationSID, stop}, "/")
}

func (j job) left() time.Duration { return j.work.Deadline.Sub(j.h.Now()) }

func (j job) tooLate() error {
	return fmt.Errorf("the reservation may end at %s, sooner than %s of ringing", j.work.Deadline.Format(time.RFC3339), j.h.Ring)
}

func (j job) document() crm.Document {
	var task taskrouter.TaskAttributes
	// The assignment callback was answered on the strength of these attributes: they are known to decode.
	_ = json.Unmarshal(j.work.TaskAttributes, &task)
	return crm.Document{
		Task:        crm.Task{SID: j.ref.TaskSID, Attributes: j.work.TaskAttributes},
		Caller:      crm.Caller{CallSID: j.ref.CallSID, From: task.From, To: task.To},
		Worker:      crm.Worker{SID: j.work.WorkerSID, Name: j.work.WorkerName, Contact: j.work.Contact, Attributes: j.work.WorkerAttributes},
		Reservation: crm.Reservation{SID: j.ref.ReservationSID, Deadline: j.work.Deadline},
	}
}
