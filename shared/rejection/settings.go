package rejection

import (
	"time"

	"switchboard/shared/environment"
	"switchboard/shared/reconciler"
)

// Read returns the rejecter for the workflow that the environment names.
func Read(
	env *environment.Reader, ledger Ledger, twilio Twilio, absences reconciler.Absences, requests Requests, now func() time.Time,
) Rejecter {
	return Rejecter{
		Absences:    absences,
		Requests:    requests,
		Ledger:      ledger,
		Twilio:      twilio,
		WorkflowSID: env.Required("WORKFLOW_SID"),
		Activities:  absences.Activities.OfRejections(),
		Now:         now,
	}
}
