package rejection

import (
	"time"

	"switchboard/shared/environment"
	"switchboard/shared/reconciler"
)

// Read returns the rejecter that the environment describes.
func Read(
	env *environment.Reader, ledger Ledger, twilio Twilio, absences reconciler.Absences, requests Requests, now func() time.Time,
) Rejecter {
	return Rejecter{
		Absences:   absences,
		Requests:   requests,
		Ledger:     ledger,
		Twilio:     twilio,
		Activities: absences.Activities.OfRejections(),
		Now:        now,
	}
}
