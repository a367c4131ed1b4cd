// Package doctor examines the Twilio and the AWS side of a deployment without changing anything.
package doctor

import (
	"context"
	"fmt"

	"switchboard/functions/twilioctl/account"
	"switchboard/functions/twilioctl/deployment"
)

// Level is how bad a finding is.
type Level string

// Levels.
const (
	OK      Level = "ok"
	Warning Level = "warning"
	Error   Level = "error"
)

// Finding is the outcome of one check.
type Finding struct {
	Check  string `json:"check"`
	Level  Level  `json:"level"`
	Looked string `json:"looked"` // what was looked at
	Found  string `json:"found"`
	Remedy string `json:"remedy,omitempty"` // a command, or a place in the console
}

// Doctor examines a deployment.
type Doctor struct {
	Account *account.Client
	Stack   *deployment.Stack // nil when there is none
}

// Examine makes all checks.
func (d Doctor) Examine(ctx context.Context) []Finding {
	return []Finding{d.credentials(ctx)}
}

func (d Doctor) credentials(ctx context.Context) Finding {
	finding := Finding{Check: "credentials", Level: OK, Looked: d.Account.Credentials.Source}
	all, err := d.Account.Workspaces(ctx)
	if err != nil {
		finding.Level, finding.Found = Error, err.Error()
		finding.Remedy = "Console → Account → API keys & tokens; then aws ssm put-parameter --overwrite, or the TWILIO_ variables"
		return finding
	}
	finding.Found = fmt.Sprintf("they open account %s with %d workspaces", d.Account.AccountSID, len(all))
	return finding
}
