package bridge

import (
	"context"
	"crypto/rand"
	"time"

	"switchboard/shared/crm"
	"switchboard/shared/ledger"
	"switchboard/shared/metric"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
	"switchboard/shared/workercall"
)

// The maximum time of each step; a step gets less if the reservation's deadline comes first.
// Together they fit into the function's timeout (template.yaml).
const (
	ledgerTime = 4 * time.Second  // a write
	crmTime    = 10 * time.Second // the CRM step with its second try
	dialTime   = 8 * time.Second  // POST /Calls
	askTime    = 3 * time.Second  // who waits in the queue
)

// claim claims the reservation. If placing the worker call is the next step, the same write records
// that.
func (j *job) claim(ctx context.Context, ring time.Duration, fits bool) (call ledger.Call, claimed bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, ledgerTime)
	defer cancel()
	offer := ledger.Offer{
		WorkerSID: j.work.WorkerSID, Attempt: rand.Text(), Deadline: j.work.Deadline, CRM: fits && j.handler.CRM != nil,
		Announcement: j.handler.Announcement.Render(j.work.TaskAttributes),
	}
	if fits && j.handler.CRM == nil {
		offer.DialBy = j.dialBy(ring)
	}
	return j.handler.Ledger.Claim(ctx, j.ref, offer)
}

func (j *job) notifyCRM(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, min(crmTime, j.timeLeftToDial(minRing)-minPlaceTimeout))
	defer cancel()
	defer j.handler.measure(metric.CRMTime, j.handler.Now())
	return j.handler.CRM.Notify(ctx, j.document())
}

// dialing asks the ledger, right before the worker call is placed, whether the caller still waits.
func (j *job) dialing(ctx context.Context, ring time.Duration) (call ledger.Call, allowed bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, ledgerTime)
	defer cancel()
	return j.handler.Ledger.RecordDialing(ctx, j.ref, j.dialBy(ring))
}

// place sends the request. Twilio may place the call at any moment until the request times out, and
// even then the ring must end before the deadline. If Twilio does not answer in time, the outcome
// is unknown.
func (j *job) place(ctx context.Context, ring time.Duration) (workerCall string, queued time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, min(dialTime, j.timeLeftToDial(ring)))
	defer cancel()
	defer j.handler.measure(metric.DialTime, j.handler.Now())
	return j.handler.Twilio.PlaceCall(ctx, twilio.WorkerCall{
		To:                j.work.Contact.Number(),
		SendDigits:        j.work.Contact.Extension(),
		From:              j.work.CallerID,
		AnswerURL:         j.workerURL(j.firstStop()),
		StatusCallbackURL: j.workerURL(workercall.Status),
		Ring:              ring,
	})
}

// firstStop returns the stop at which the worker call begins. Only telephones have a gate: a
// mailbox must not get the caller.
func (j *job) firstStop() workercall.Stop {
	if j.handler.Gate && j.work.Contact.IsPhone() {
		return workercall.Gate
	}
	return workercall.Dial
}

func (j *job) workerURL(stop workercall.Stop) string {
	return j.work.BaseURL + workercall.Route{Ref: j.ref, Stop: stop}.String()
}

func (j *job) document() crm.Document {
	return crm.Document{
		Task:        crm.Task{SID: j.ref.TaskSID, Attributes: j.work.TaskAttributes},
		Caller:      callerOf(taskrouter.CallOf(j.ref.CallSID), j.work.From, j.work.To),
		Worker:      crm.Worker{SID: j.work.WorkerSID, Name: j.work.WorkerName, Contact: j.work.Contact, Attributes: j.work.WorkerAttributes},
		Reservation: crm.Reservation{SID: j.ref.ReservationSID, Deadline: j.work.Deadline},
	}
}
