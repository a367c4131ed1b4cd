package calls

import (
	"cmp"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/shared/simulator"
)

// Account is a simulated Twilio account for one call.
type Account struct {
	*simulator.Twilio
	Call    Call
	Line    *simulator.Line // the caller's; set by Dial
	earlier *simulator.Line // a caller who dialed before; nil = none
	setUp   int             // number of requests before the call, which set up the account
}

// NewAccount sets up an account for a stack and a call.
func NewAccount(config simulator.Config, call Call, stack account.Stack) (*Account, error) {
	config.AccountSID, config.WorkspaceSID = account.SID, stack.WorkspaceSID
	twilio := simulator.New(config)
	if _, err := account.SetUp(twilio, stack, account.Desk{Skill: "billing", Workers: call.Staff}); err != nil {
		return nil, err
	}
	if call.Later != nil {
		twilio.SetPhone(call.From, *call.Later)
	}
	return &Account{Twilio: twilio, Call: call}, nil
}

// Dial makes the caller dial, and others do what the call says.
func (a *Account) Dial() {
	a.setUp = len(a.Twilio.Requests())
	after := time.Second
	for _, signing := range a.Call.Signs {
		after = max(after, time.Second-signing.After)
	}
	for _, signing := range a.Call.Signs {
		if worker := a.Call.Staff[0].Contact; signing.Text != "" {
			a.SendTextAfter(after+signing.After, worker, account.StaffNumber, signing.Text)
		} else {
			a.CallAfter(after+signing.After, worker, account.StaffNumber, signing.Call...)
		}
	}
	if earlier := a.Call.Before; earlier != nil {
		a.earlier = a.CallAfter(after, earlier.From, account.OurNumber, earlier.Steps...)
		after += time.Second
	}
	a.Line = a.CallAfter(after, a.Call.From, cmp.Or(a.Call.Dials, account.OurNumber), a.Call.Caller...)
}

// Requests returns the requests since the caller dialed.
func (a *Account) Requests() []simulator.Request { return a.Twilio.Requests()[a.setUp:] }

// Over reports whether all calls and tasks have ended, and no reservation is open.
func (a *Account) Over() (is bool) {
	if a.Line.CallSID() == "" || !a.Idle() {
		return false
	}
	if a.Call.Leaves && len(a.Tasks()) == 0 {
		return false
	}
	for _, task := range a.Tasks() {
		if task.Status != "completed" && task.Status != "canceled" {
			return false
		}
	}
	return true
}
