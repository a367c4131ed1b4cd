package desk

import (
	"time"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/board"
	"switchboard/functions/cmd/twilioctl/internal/deployment"
	"switchboard/functions/cmd/twilioctl/internal/staff"
	"switchboard/shared/ledger"
	"switchboard/shared/roster"
	"switchboard/shared/secrets"
	"switchboard/shared/taskrouter"
)

// Shown is a desk at work that a board shows.
type Shown struct {
	Access
	Name         string
	WorkspaceSID string
	WorkflowSID  string
	Parameters   map[string]string // of the stack
	Ledger       ledger.Store
	Roster       roster.Store
	Alarms       deployment.AlarmDescriber
	Now          func() time.Time
}

// Board returns the board that twilioctl board shows.
func Board(of Shown) *board.Board {
	calls := ledger.Ledger{Store: of.Ledger, Now: of.Now}
	d := staff.Desk{
		Account: board.Account(account.Client{
			AccountSID:  of.AccountSID,
			Credentials: account.Credentials{User: of.AccountSID, Password: secrets.New(of.AuthToken)},
			Transport:   of.Transport,
		}),
		Workspace:  account.Workspace{SID: of.WorkspaceSID, Name: of.Name},
		Reconciler: staff.Reconciler(of.Parameters, of.Now),
	}
	d.Reconciler.Roster = roster.Roster{Store: of.Roster}
	return board.Open(board.Inputs{
		Title: of.Name, Desk: d, Workflows: taskrouter.Workflows{Current: of.WorkflowSID}, Within: board.Within, Zone: of.Now().Location(), Now: of.Now,
		Ledger: &calls, Alarms: of.Alarms, Stack: deployment.DefaultStack,
	})
}
