package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/smithy-go"

	"switchboard/shared/bucket/buckettest"
	"switchboard/shared/ledger"
	"switchboard/shared/roster"
	"switchboard/shared/simulator"
)

const (
	accountSID = "AC00000000000000000000000000000001"
	token      = "hunter2hunter2hunter2"
	number     = "+12065550100"
	base       = "https://abc123.execute-api.eu-west-1.amazonaws.com"
)

// bench is twilioctl with a simulated account, SSM, and a stack that may be deployed.
type bench struct {
	t      *testing.T
	twilio *simulator.Twilio
	server *httptest.Server
	// before gets each request first. If it returns nil, Twilio gets the request.
	before   http.RoundTripper
	terminal bool
	env      map[string]string
	stacks   stacks
	noAWS    error // nil = AWS answers
	ssm      parameters
	roster   roster.Store
	ledger   *ledger.Memory
	files    *buckettest.Store
	input    io.Reader // nil = at its end
	ctx      context.Context
	folder   string
}

func newBench(t *testing.T, config simulator.Config) *bench {
	t.Helper()
	config.AccountSID, config.AuthToken = accountSID, token
	b := &bench{t: t, ctx: t.Context(), twilio: simulator.New(config), ssm: parameters{}, roster: &roster.Memory{}, ledger: &ledger.Memory{}, files: &buckettest.Store{}, folder: t.TempDir()}
	b.server = httptest.NewServer(b.twilio)
	t.Cleanup(b.server.Close)
	b.twilio.AddNumber(simulator.Number{Number: number})
	b.env = map[string]string{"TWILIO_ACCOUNT_SID": accountSID, "TWILIO_AUTH_TOKEN": token, "TWILIO_API_URL": b.server.URL}
	return b
}

// file writes a workspace file and returns its path.
func (b *bench) file(lines ...string) string {
	path := filepath.Join(b.folder, "workspace.yaml")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		b.t.Fatal(err)
	}
	return path
}

// run runs a command line and returns its exit code and what it printed.
func (b *bench) run(args ...string) (code int, out, stderr string) {
	b.t.Helper()
	var printed, failed bytes.Buffer
	code = b.program(&printed, &failed).run(b.ctx, append([]string{"twilioctl"}, args...))
	for _, text := range []string{printed.String(), failed.String()} {
		if strings.Contains(text, "hunter2") {
			b.t.Errorf("twilioctl %v printed a secret:\n%s", args, text)
		}
	}
	return code, printed.String(), failed.String()
}

// program is twilioctl with the bench's account and AWS.
func (b *bench) program(out, stderr io.Writer) program {
	input := b.input
	if input == nil {
		input = strings.NewReader("")
	}
	transport := b.before
	if transport == nil {
		transport = http.DefaultTransport
	}
	return program{
		in: input, out: out, stderr: stderr, terminal: b.terminal,
		getenv: func(name string) string { return b.env[name] },
		cloud: func(context.Context) (cloud, error) {
			if b.noAWS != nil {
				return cloud{}, b.noAWS
			}
			return cloud{Stacks: b.stacks, Parameters: b.ssm, Queues: quiet{}, Alarms: quiet{}, Functions: quiet{}, Logs: quiet{}, Roster: func(table string) roster.Store {
				if table != "Workers" {
					b.t.Errorf("asked for table %q", table)
				}
				return b.roster
			}, Ledger: func(string, func() time.Time) table { return b.ledger }, Environment: awsOf, Files: b.files}, nil
		},
		transport: transport, pause: func(context.Context, time.Duration) error { return nil }, now: time.Now,
	}
}

// must runs a command line that must succeed.
func (b *bench) must(args ...string) string {
	b.t.Helper()
	code, out, stderr := b.run(args...)
	if code != exitOK {
		b.t.Fatalf("twilioctl %v: exit code %d\n%s\n%s", args, code, out, stderr)
	}
	return out
}

// stacks stands in for CloudFormation: stack name -> stack.
type stacks map[string]types.Stack

// DescribeStacks implements deployment.Describer.
func (s stacks) DescribeStacks(_ context.Context, input *cloudformation.DescribeStacksInput, _ ...func(*cloudformation.Options)) (*cloudformation.DescribeStacksOutput, error) {
	found, ok := s[aws.ToString(input.StackName)]
	if !ok {
		return nil, &smithy.GenericAPIError{Code: "ValidationError", Message: "Stack with id " + aws.ToString(input.StackName) + " does not exist"}
	}
	return &cloudformation.DescribeStacksOutput{Stacks: []types.Stack{found}}, nil
}

// deployed is a stack as sam deploy creates it.
func deployed(parameters map[string]string) types.Stack {
	made := types.Stack{StackStatus: types.StackStatusCreateComplete}
	for name, path := range map[string]string{
		"VoiceUrl": "/enqueue", "AssignmentCallbackUrl": "/assignment", "FallbackAssignmentCallbackUrl": "/assignment/fallback", "EventCallbackUrl": "/events",
		"DutyUrl": "/duty", "MessageUrl": "/messages",
	} {
		made.Outputs = append(made.Outputs, types.Output{OutputKey: aws.String(name), OutputValue: aws.String(base + path)})
	}
	for name, value := range parameters {
		made.Parameters = append(made.Parameters, types.Parameter{ParameterKey: aws.String(name), ParameterValue: aws.String(value)})
	}
	return made
}

// parameters stands in for SSM: full name -> value.
type parameters map[string]string

// GetParameters implements secrets.Parameters.
func (p parameters) GetParameters(_ context.Context, input *ssm.GetParametersInput, _ ...func(*ssm.Options)) (*ssm.GetParametersOutput, error) {
	var output ssm.GetParametersOutput
	for _, name := range input.Names {
		if value, found := p[name]; found {
			output.Parameters = append(output.Parameters, ssmtypes.Parameter{Name: aws.String(name), Value: aws.String(value)})
		}
	}
	return &output, nil
}

// PutParameter implements callers.Parameters.
func (p parameters) PutParameter(_ context.Context, input *ssm.PutParameterInput, _ ...func(*ssm.Options)) (*ssm.PutParameterOutput, error) {
	if !aws.ToBool(input.Overwrite) || input.Type != ssmtypes.ParameterTypeString || len(aws.ToString(input.Value)) > 4096 {
		return nil, &smithy.GenericAPIError{Code: "ValidationException", Message: "no standard String parameter"}
	}
	p[aws.ToString(input.Name)] = aws.ToString(input.Value)
	return &ssm.PutParameterOutput{}, nil
}
