package doctor

import (
	"context"
	"fmt"
	"strings"
	"time"

	"switchboard/functions/cmd/twilioctl/account"
	"switchboard/functions/cmd/twilioctl/deployment"
	"switchboard/shared/roster"
	"switchboard/shared/secrets"
	"switchboard/shared/taskrouter"
)

// need is something that must be known before a check makes sense.
type need int

const (
	needTwilio     need = iota // Twilio lets us read the account
	needWorkspace              // the stack's workspace, with all that is in it
	needWorkflow               // the stack's workflow
	needStack                  // a CloudFormation stack
	needURLs                   // the URLs that Twilio is to call
	needParameters             // the stack's parameters
	needAWS                    // AWS can be asked
	needTokens                 // the auth tokens that the functions check signatures with
)

// fact is something that was read, or why it could not be.
type fact[T any] struct {
	value T
	err   error
}

// evidence is all that was read. What is missing has a reason.
type evidence struct {
	doctor  Doctor
	missing map[need]string
	now     time.Time

	credentials fact[holder] // whom the credentials open
	token       fact[holder] // whom the auth token in SSM opens
	account     account.Snapshot
	workflow    *account.Workflow
	urls        deployment.URLs
	callerIDs   fact[[]string]
	countries   fact[[]country]
	alerts      fact[[]alert]
	channels    fact[map[string]channel] // of the workers, by SID
	sender      fact[sender]

	secrets    fact[secrets.Set]
	alarms     fact[[]alarm]
	deadLetter fact[int]
	records    fact[[]roster.Record] // of the workers
	unsigned   []answer
	signed     answer
	clocks     *clocks
	music      music
}

// gather reads what there is to read, and goes on where something cannot be.
func (d Doctor) gather(ctx context.Context) *evidence {
	e := &evidence{doctor: d, missing: map[need]string{}, now: d.Now(), clocks: &clocks{now: d.Now}}
	e.readStack()
	e.readAWS(ctx)
	e.readTwilio(ctx)
	e.readURLs(ctx)
	e.readMusic(ctx)
	return e
}

func (e *evidence) lack(why string, needs ...need) {
	for _, each := range needs {
		if e.missing[each] == "" {
			e.missing[each] = why
		}
	}
}

func (e *evidence) readStack() {
	s := e.doctor.Stack
	if s == nil {
		e.lack(e.doctor.NoStack, needStack, needURLs, needParameters)
		return
	}
	if s.Parameters == nil {
		e.lack(s.Source+" does not tell the stack's parameters", needStack, needParameters)
	}
	var err error
	if e.urls, err = s.URLs(); err != nil {
		e.lack(err.Error(), needURLs)
	}
}

// parameter is one of the stack's; "" where the stack has none of that name.
func (e *evidence) parameter(name string) string {
	if e.doctor.Stack == nil {
		return ""
	}
	return e.doctor.Stack.Parameters[name]
}

// base is the address that the functions' routes lie below.
func (e *evidence) base() string { return strings.TrimSuffix(e.urls.VoiceURL, "/enqueue") }

func (e *evidence) readTwilio(ctx context.Context) {
	client := *e.doctor.Account
	client.Transport = e.clocks.listen("Twilio", client.Transport)
	all, err := client.Workspaces(ctx)
	if err != nil {
		e.credentials.err = err
		e.lack("the account could not be read", needTwilio, needWorkspace, needWorkflow)
		return
	}
	// A standard API key may not read the account itself, and opens everything else (docs/iam/api-keys).
	e.credentials.value, e.credentials.err = readHolder(ctx, &client)
	if e.secrets.err == nil && e.missing[needTokens] == "" {
		own := client
		own.Credentials = account.Credentials{User: client.AccountSID, Password: e.secrets.value.AuthToken}
		e.token.value, e.token.err = readHolder(ctx, &own)
	}
	e.readWorkspace(ctx, &client, all)
	e.callerIDs.value, e.callerIDs.err = readCallerIDs(ctx, &client)
	e.countries.value, e.countries.err = readCountries(ctx, &client)
	e.alerts.value, e.alerts.err = readAlerts(ctx, &client, e.now.Add(-alertAge))
	if e.missing[needWorkspace] == "" {
		e.channels.value, e.channels.err = e.readChannels(ctx, &client)
	}
	if from := e.parameter("NotifyFrom"); taskrouter.ValidSID("MG", from) {
		e.sender.value, e.sender.err = readSender(ctx, &client, from)
	}
}

// readWorkspace finds the workspace that the stack serves; where no parameters tell, the only one that there is.
func (e *evidence) readWorkspace(ctx context.Context, client *account.Client, all []account.Workspace) {
	sid := e.parameter("WorkspaceSid")
	if sid == "" && len(all) == 1 {
		sid = all[0].SID
	}
	var found *account.Workspace
	for _, each := range all {
		if each.SID == sid {
			found = &each
		}
	}
	var err error
	if e.account, err = client.ReadWorkspace(ctx, found); err != nil {
		e.credentials.err = err
		e.lack("the account could not be read", needTwilio, needWorkspace, needWorkflow)
		return
	}
	if found == nil {
		e.lack(fmt.Sprintf("which workspace it is, of %d, is not known", len(all)), needWorkspace, needWorkflow)
		return
	}
	e.workflow = e.findWorkflow()
	if e.workflow == nil {
		e.lack("which workflow it is is not known", needWorkflow)
	}
}

func (e *evidence) findWorkflow() *account.Workflow {
	sid := e.parameter("WorkflowSid")
	if sid == "" && len(e.account.Workflows) == 1 {
		return &e.account.Workflows[0]
	}
	for _, each := range e.account.Workflows {
		if each.SID == sid {
			return &each
		}
	}
	return nil
}
