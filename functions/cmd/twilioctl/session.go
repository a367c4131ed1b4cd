package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/smithy-go/logging"
	"github.com/urfave/cli/v3"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/callers"
	"switchboard/functions/cmd/twilioctl/internal/credentials"
	"switchboard/functions/cmd/twilioctl/internal/deployment"
	"switchboard/functions/cmd/twilioctl/internal/doctor"
	"switchboard/functions/cmd/twilioctl/internal/trace"
	"switchboard/shared/awsenv"
	"switchboard/shared/environment"
	"switchboard/shared/ledger"
	"switchboard/shared/roster"
	"switchboard/shared/secrets"
	"switchboard/shared/taskrouter"
)

// cloud has the AWS clients.
type cloud struct {
	Stacks     deployment.Describer
	Parameters callers.Parameters
	Queues     doctor.Queues
	Alarms     deployment.AlarmDescriber
	Functions  doctor.Functions
	Logs       trace.Logs
	Roster     func(table string) roster.Store
	Ledger     func(name string, now func() time.Time) table
	// Environment and Files are for package bucket; Files nil = http.DefaultTransport.
	Environment awsenv.Environment
	Files       http.RoundTripper
}

// connectAWS finds credentials and region as the AWS CLI does: variables, profiles, single sign-on.
func connectAWS(ctx context.Context) (cloud, error) {
	loaded, err := config.LoadDefaultConfig(ctx, config.WithLogger(logging.Nop{})) // errors are returned
	if err != nil {
		return cloud{}, fmt.Errorf("read the AWS configuration: %w", err)
	}
	own, err := operatorsOf(ctx, loaded)
	if err != nil {
		return cloud{}, err
	}
	if loaded.Region == "" {
		return cloud{}, errors.New("find the AWS region: set AWS_REGION")
	}
	return cloud{
		Stacks: cloudformation.NewFromConfig(loaded), Parameters: ssm.NewFromConfig(loaded),
		Queues: sqs.NewFromConfig(loaded), Alarms: cloudwatch.NewFromConfig(loaded), Functions: lambda.NewFromConfig(loaded),
		Logs: cloudwatchlogs.NewFromConfig(loaded),
		Roster: func(table string) roster.Store {
			return roster.DynamoDB{Client: dynamodb.NewFromConfig(loaded), Name: table}
		},
		Ledger:      func(name string, now func() time.Time) table { return ledger.NewDynamoDB(own, name, now) },
		Environment: own,
	}, nil
}

func connectionFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "account", Usage: "Twilio `account` SID (default: TWILIO_ACCOUNT_SID, or the stack's)"},
		&cli.StringFlag{Name: "stack", Value: deployment.DefaultStack,
			Usage: "CloudFormation `stack` that has the URLs and parameters"},
		&cli.BoolFlag{Name: "no-stack", Usage: "do not read a stack, and leave URLs unchanged"},
		&cli.StringFlag{Name: "outputs",
			Usage: "JSON `file` with the URLs, from aws cloudformation describe-stacks or sam list stack-outputs --output json"},
		&cli.StringFlag{Name: "base-url", Usage: "base `address` of the URLs"},
		&cli.StringFlag{Name: "secrets-prefix",
			Usage: "SSM `path` of the secrets (default: the stack's, or /switchboard)"},
		&cli.StringFlag{Name: "twilio-api-url",
			Usage: "base `address` of Twilio's REST API, for a Twilio region or a simulated Twilio (default: TWILIO_API_URL, or the stack's)"},
		&cli.BoolFlag{Name: "json", Usage: "print JSON"},
	}
}

// session is the account and the stack that a command works with.
type session struct {
	account *account.Client
	stack   *deployment.Stack // nil = unknown
	noStack string            // why the stack is unknown, for people
	aws     func(context.Context) (cloud, error)
}

// connector finds the account and the stack that a command line names. It asks AWS only for what
// flags and variables do not give.
type connector struct {
	program
	cmd    *cli.Command
	cloud  cloud
	loaded bool
}

func (p program) connect(ctx context.Context, cmd *cli.Command) (session, error) {
	c := &connector{program: p, cmd: cmd}
	s := session{aws: c.aws}
	if err := c.findStack(ctx, &s); err != nil {
		return session{}, err
	}
	sid, err := c.accountSID(s.stack)
	if err != nil {
		return session{}, err
	}
	base, err := c.baseURL(s.stack)
	if err != nil {
		return session{}, err
	}
	keys, err := c.credentials(ctx, s.stack, sid)
	if err != nil {
		return session{}, err
	}
	s.account = &account.Client{
		AccountSID:  sid,
		Credentials: keys,
		BaseURL:     base,
		Transport:   p.transport,
		Pause:       p.pause,
		Progress:    p.progress,
	}
	return s, nil
}

func (c *connector) aws(ctx context.Context) (cloud, error) {
	if !c.loaded {
		found, err := c.program.cloud(ctx)
		if err != nil {
			return cloud{}, err
		}
		c.cloud, c.loaded = found, true
	}
	return c.cloud, nil
}

func (c *connector) findStack(ctx context.Context, s *session) error {
	file, base, name := c.cmd.String("outputs"), c.cmd.String("base-url"), c.cmd.String("stack")
	given := 0
	for _, one := range []bool{file != "", base != "", c.cmd.Bool("no-stack")} {
		if one {
			given++
		}
	}
	var err error
	switch {
	case given > 1:
		return usage(errors.New("give one of --outputs, --base-url and --no-stack"))
	case file != "":
		s.stack, err = deployment.ReadFile(file)
	case base != "":
		s.stack, err = deployment.At(base)
	case c.cmd.Bool("no-stack"):
		s.noStack = "--no-stack was given"
	default:
		return c.readStack(ctx, name, s)
	}
	if err != nil {
		return usage(err)
	}
	return nil
}

func (c *connector) readStack(ctx context.Context, name string, s *session) error {
	const hint = "\nWithout AWS, give --outputs FILE or --base-url URL, or --no-stack to leave URLs unchanged"
	c.progress("read stack " + name)
	found, err := c.aws(ctx)
	switch {
	case err != nil && c.cmd.Name == "plan" && !c.cmd.IsSet("stack") && ctx.Err() == nil:
		// A plan changes nothing, so it is useful before AWS is set up.
		s.noStack = strings.Join(strings.Fields(err.Error()), " ")
		return nil
	case err != nil:
		return fmt.Errorf("%w"+hint, err)
	}
	s.stack, err = deployment.Read(ctx, found.Stacks, name)
	var missing *deployment.NotDeployedError
	switch {
	case errors.As(err, &missing):
		s.noStack = missing.Error()
		return nil
	case err != nil:
		return fmt.Errorf("%w"+hint, err)
	}
	return nil
}

func parameter(stack *deployment.Stack, name string) string {
	if stack == nil {
		return ""
	}
	return stack.Parameters[name]
}

func (c *connector) accountSID(stack *deployment.Stack) (string, error) {
	sid, deployed := c.cmd.String("account"), parameter(stack, "TwilioAccountSid")
	if sid == "" {
		sid = c.getenv("TWILIO_ACCOUNT_SID")
	}
	if sid == "" {
		sid = deployed
	}
	switch {
	case sid == "":
		return "", usage(errors.New("no account: set TWILIO_ACCOUNT_SID or give --account"))
	case !taskrouter.ValidSID("AC", sid):
		return "", usage(fmt.Errorf("%q is not an account SID: want AC and 32 lowercase hexadecimal digits", sid))
	case deployed != "" && deployed != sid:
		return "", usage(fmt.Errorf("%s belongs to account %s, not %s: give another --stack, or --no-stack",
			stack.Source, deployed, sid))
	}
	return sid, nil
}

func (c *connector) baseURL(stack *deployment.Stack) (string, error) {
	text := c.cmd.String("twilio-api-url")
	if text == "" {
		text = c.getenv("TWILIO_API_URL")
	}
	if text == "" {
		text = parameter(stack, "TwilioApiUrl")
	}
	reader := environment.Reader{Lookup: func(string) string { return text }}
	base := reader.BaseURL("")
	if reader.Err() != nil {
		return "", usage(errors.New("the base address of Twilio's REST API must be an https URL, " +
			"or an http URL of a loopback or private host, without user and password"))
	}
	return base, nil
}

func (c *connector) credentials(ctx context.Context, stack *deployment.Stack, sid string) (account.Credentials, error) {
	found, keys, err := credentials.FromEnvironment(c.getenv, sid)
	switch {
	case err != nil:
		return account.Credentials{}, usage(err)
	case found:
		return keys, nil
	}
	prefix := secretsPrefix(c.cmd, stack)
	c.progress("read secrets below " + prefix)
	cloud, err := c.aws(ctx)
	if err != nil {
		return account.Credentials{}, fmt.Errorf("%w\nWithout AWS, set TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET", err)
	}
	store := &secrets.Store{Client: cloud.Parameters, Prefix: prefix, Now: c.now, Needs: []secrets.Need{secrets.REST}}
	return credentials.FromStore(ctx, store, prefix, sid)
}

// secretsPrefix returns the SSM path of the secrets: the flag's, the stack's, or the default.
func secretsPrefix(cmd *cli.Command, stack *deployment.Stack) string {
	for _, prefix := range []string{cmd.String("secrets-prefix"), parameter(stack, "SecretsPrefix")} {
		if prefix != "" {
			return prefix
		}
	}
	return "/switchboard"
}
