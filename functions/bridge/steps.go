package bridge

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"switchboard/shared/crm"
	"switchboard/shared/ledger"
	"switchboard/shared/twilio"
)

// What each step may take, and less where the reservation's deadline comes first. All of them fit into the function's timeout
// (template.yaml).
const (
	ledgerTime = 4 * time.Second  // a write
	crmTime    = 10 * time.Second // the CRM step with its second try
	dialTime   = 8 * time.Second  // POST /Calls
	askTime    = 3 * time.Second  // who waits in the queue
)

// claim takes the reservation. Where the worker is called next, the same write says so.
func (j *job) claim(ctx context.Context, ring time.Duration, fits bool) (ledger.Call, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, ledgerTime)
	defer cancel()
	offer := ledger.Offer{
		WorkerSID: j.work.WorkerSID, Attempt: rand.Text(), Deadline: j.work.Deadline, CRM: fits && j.h.CRM != nil,
		Announcement: j.h.Announcement.Render(j.work.TaskAttributes),
	}
	if fits && j.h.CRM == nil {
		offer.DialBy = j.dialBy(ring)
	}
	return j.h.Ledger.Claim(ctx, j.ref, offer)
}

func (j *job) tellCRM(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, min(crmTime, j.toDial(leastRing)-placeTime))
	defer cancel()
	return j.h.CRM.Tell(ctx, j.document())
}

// dialling asks, right before the call is placed, whether somebody still waits.
func (j *job) dialling(ctx context.Context, ring time.Duration) (ledger.Call, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, ledgerTime)
	defer cancel()
	return j.h.Ledger.RecordDialing(ctx, j.ref, j.dialBy(ring))
}

// place makes the request. Twilio may place the call at any moment until the request is given up, and even then the ring must fit
// before the deadline. No answer in time counts as an unknown outcome.
func (j *job) place(ctx context.Context, ring time.Duration) (leg string, err error) {
	ctx, cancel := context.WithTimeout(ctx, min(dialTime, j.toDial(ring)))
	defer cancel()
	return j.h.Voice.PlaceCall(ctx, twilio.WorkerCall{
		To:                j.work.Contact.Number(),
		SendDigits:        j.work.Contact.Extension(),
		From:              j.work.CallerID,
		AnswerURL:         j.workerURL(j.firstStop()),
		StatusCallbackURL: j.workerURL("status"),
		Ring:              ring,
	})
}

// firstStop is where the worker's call begins. Only telephones have a gate: a mailbox must not get the caller.
func (j *job) firstStop() string {
	if j.h.Gate && j.work.Contact.IsPhone() {
		return "gate"
	}
	return "dial"
}

func (j *job) workerURL(stop string) string {
	return strings.Join([]string{j.work.BaseURL + "/worker", j.ref.CallSID, j.ref.TaskSID, j.ref.ReservationSID, stop}, "/")
}

func (j *job) document() crm.Document {
	return crm.Document{
		Task:        crm.Task{SID: j.ref.TaskSID, Attributes: j.work.TaskAttributes},
		Caller:      callerOf(j.ref.CallSID, j.work.From, j.work.To),
		Worker:      crm.Worker{SID: j.work.WorkerSID, Name: j.work.WorkerName, Contact: j.work.Contact, Attributes: j.work.WorkerAttributes},
		Reservation: crm.Reservation{SID: j.ref.ReservationSID, Deadline: j.work.Deadline},
	}
}
