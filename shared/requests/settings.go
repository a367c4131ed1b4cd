package requests

import (
	"log/slog"
	"time"

	"switchboard/shared/environment"
	"switchboard/shared/ledger"
	"switchboard/shared/twilio"
)

// Read returns the desk of the environment's workflow.
func Read(env *environment.Reader, calls ledger.Ledger, rest *twilio.Client, now func() time.Time, logger *slog.Logger) Desk {
	return Desk{Ledger: calls, Twilio: rest, WorkflowSID: env.Required("WORKFLOW_SID"), Now: now, Logger: logger}
}
