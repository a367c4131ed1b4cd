package doctor

import (
	"context"
	"fmt"
	"strings"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/deployment"
	"switchboard/shared/roster"
	"switchboard/shared/secrets"
	"switchboard/shared/settings"
	"switchboard/shared/taskrouter"
)

// need is something that a check requires.
type need int

const (
	needTwilio     need = iota // access to the Twilio account
	needWorkspace              // the stack's workspace, with its resources
	needWorkflow               // the stack's workflow
	needStack                  // a CloudFormation stack
	needURLs                   // the URLs that Twilio should call
	needParameters             // the stack's parameters
	needAWS                    // access to AWS
	needTokens                 // the auth tokens in SSM, with which the functions check signatures
)

// fact is a value that the doctor read, or the error.
type fact[T any] struct {
	value T
	err   error
}

// evidence holds everything that was read.
type evidence struct {
	doctor  Doctor
	missing map[need]string // why a requirement is missing
	now     time.Time

	credentials fact[holder] // the account that the credentials open
	token       fact[holder] // the account that the auth token in SSM opens
	account     account.Snapshot
	workflow    *account.Workflow
	urls        deployment.URLs
	callerIDs   fact[[]string]
	countries   fact[[]country]
	alerts      fact[[]alert]
	channels    fact[map[string]channel] // of the workers, by SID
	sender      fact[sender]

	secrets    fact[secrets.Set]
	settings   fact[settings.Settings]
	faults     map[string]error // of topics of the settings
	alarms     fact[[]deployment.Alarm]
	deadLetter fact[int]
	executions fact[int]             // of Lambda functions, at the same time
	records    fact[[]roster.Record] // of the workers
	unsigned   []answer
	signed     answer
	clocks     *clocks
	music      []music
}

// gather reads everything. A failure is recorded and does not stop it.
func (d Doctor) gather(ctx context.Context) *evidence {
	e := &evidence{doctor: d, missing: map[need]string{}, now: d.Now(), clocks: &clocks{now: d.Now}}
	e.readStack()
	e.readAWS(ctx)
	e.readTwilio(ctx)
	e.readURLs(ctx)
	e.readMusic(ctx)
	return e
}

// lack records why requirements are missing. The first reason stays.
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
		e.lack(s.Source+" has no parameters of the stack", needStack, needParameters)
	}
	var err error
	if e.urls, err = s.URLs(); err != nil {
		e.lack(err.Error(), needURLs)
	}
}

// parameter returns a parameter of the stack; "" if it has none of that name.
func (e *evidence) parameter(name string) string {
	if e.doctor.Stack == nil {
		return ""
	}
	return e.doctor.Stack.Parameters[name]
}

// base returns the base address of the functions' routes.
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
	// A standard API key cannot read the account itself (https://www.twilio.com/docs/iam/api-keys).
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

// readWorkspace reads the stack's workspace. Without parameters it reads the account's only one.
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
		e.lack(fmt.Sprintf("unknown which of %d workspaces is the stack's", len(all)), needWorkspace, needWorkflow)
		return
	}
	e.workflow = e.findWorkflow()
	if e.workflow == nil {
		e.lack("unknown which workflow is the stack's", needWorkflow)
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
