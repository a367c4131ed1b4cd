package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"switchboard/functions/cmd/twilioctl/internal/deployment"
	"switchboard/functions/cmd/twilioctl/internal/doctor"
	"switchboard/functions/internal/bundle"
	"switchboard/shared/ledger"
	"switchboard/shared/roster"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/wire"
)

// quiet stands in for CloudWatch and SQS: no alarm is in ALARM, and the dead-letter queue is empty.
type quiet struct{}

func (quiet) DescribeAlarms(context.Context, *cloudwatch.DescribeAlarmsInput, ...func(*cloudwatch.Options)) (*cloudwatch.DescribeAlarmsOutput, error) {
	output := &cloudwatch.DescribeAlarmsOutput{}
	for _, id := range deployment.Alarms {
		output.MetricAlarms = append(output.MetricAlarms, cloudwatchtypes.MetricAlarm{AlarmName: aws.String("switchboard-" + id), StateValue: cloudwatchtypes.StateValueOk})
	}
	return output, nil
}

func (quiet) GetAccountSettings(context.Context, *lambda.GetAccountSettingsInput, ...func(*lambda.Options)) (*lambda.GetAccountSettingsOutput, error) {
	return &lambda.GetAccountSettingsOutput{AccountLimit: &lambdatypes.AccountLimit{UnreservedConcurrentExecutions: aws.Int32(1000)}}, nil
}

func (quiet) GetQueueAttributes(context.Context, *sqs.GetQueueAttributesInput, ...func(*sqs.Options)) (*sqs.GetQueueAttributesOutput, error) {
	return &sqs.GetQueueAttributesOutput{Attributes: map[string]string{"ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesNotVisible": "0"}}, nil
}

// elsewhere sends requests for one host to a handler, and all others to the next transport.
type elsewhere struct {
	host    string
	handler http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (e elsewhere) RoundTrip(request *http.Request) (*http.Response, error) {
	if "https://"+request.URL.Host == e.host {
		return e.handler.RoundTrip(request)
	}
	return http.DefaultTransport.RoundTrip(request)
}

// deploy applies a file with a worker and a number, with the functions behind the stack's URLs.
func (b *bench) deploy() {
	b.t.Helper()
	file := b.file(
		"numbers: [{number: "+number+", fallback_url: https://handler.twilio.com/twiml/EH1}]",
		"workers: [{name: Alice, contact_uri: +14155550191, activity: Available}]")
	parameters := parametersOf(lastLine(b.must("apply", "--yes", file)))
	parameters["WrapUpSeconds"], parameters["QueueMaxSize"] = "30", "100" // as CloudFormation lists defaults
	made := deployed(parameters)
	made.Outputs = append(made.Outputs, types.Output{OutputKey: aws.String("BridgeDeadLetterQueueUrl"), OutputValue: aws.String("https://sqs.example/BridgeDeadLetterQueue")},
		types.Output{OutputKey: aws.String("WorkersTable"), OutputValue: aws.String("Workers")})
	b.stacks = stacks{"switchboard": made}
	b.ssm["/switchboard/auth-token"] = token
	b.must("apply", "--yes", file)
	settings := bundle.OfParameters(parameters)
	settings["BRIDGE_MODE"], settings["WORKER_RING_SECONDS"], settings["SECRETS_PREFIX"] = "deferred", "15", "/switchboard"
	settings["MISSED_CALL_PAUSE_SECONDS"], settings["MISSED_CALL_LIMIT"] = "60", "3"
	clients := bundle.Clients{Parameters: bundle.Parameters(b.ssm), Table: &ledger.Memory{}, Roster: &roster.Memory{}, Now: time.Now, Logger: slog.New(slog.DiscardHandler)}
	b.before = elsewhere{base, wire.InProcess(settings.Front(clients))}
}

func TestDoctorAfterApply(t *testing.T) {
	t.Parallel()
	b := newBench(t, simulator.Config{Empty: true, Loop: clock.NewVirtual(time.Now())})
	b.deploy()
	code, out, errs := b.run("doctor")
	if code != exitOK || !strings.HasSuffix(out, "\n0 errors, 0 warnings, 52 ok, 0 skipped\n") || errs != "" {
		t.Fatalf("exit code %d\n%s\n%s", code, out, errs)
	}

	wants := func(code, wantCode int, out, check string, level doctor.Level) {
		t.Helper()
		var findings []doctor.Finding
		if err := json.Unmarshal([]byte(out), &findings); err != nil {
			t.Fatalf("%v:\n%s", err, out)
		}
		found := map[string]doctor.Level{}
		for _, each := range findings {
			if each.Level != doctor.OK {
				found[each.Check] = each.Level
			}
		}
		if want := map[string]doctor.Level{check: level}; code != wantCode || !maps.Equal(found, want) {
			t.Errorf("exit code %d, found %v, want %d, %v", code, found, wantCode, want)
		}
	}
	b.ssm["/switchboard/api-key-sid"] = "SK00000000000000000000000000000001"
	code, out, _ = b.run("doctor", "--json")
	wants(code, exitOK, out, "ssm-parameters", doctor.Warning)
	delete(b.ssm, "/switchboard/api-key-sid")
	b.twilio.AddNumber(simulator.Number{Number: number, VoiceURL: base + "/hold", FallbackURL: "https://handler.twilio.com/twiml/EH1"})
	code, out, _ = b.run("doctor", "--json")
	wants(code, exitWrong, out, "voice-url", doctor.Error)
}

func TestDoctorWithoutCredentials(t *testing.T) {
	t.Parallel()
	b := newBench(t, simulator.Config{})
	delete(b.env, "TWILIO_AUTH_TOKEN")
	code, out, errs := b.run("doctor")
	if code != exitWrong || !strings.Contains(out, "ERROR") || !strings.Contains(out, "no SSM parameter /switchboard/auth-token") || errs != "" {
		t.Errorf("exit code %d\n%s\n%s", code, out, errs)
	}
}

func TestDoctorWithoutAccount(t *testing.T) {
	t.Parallel()
	b := newBench(t, simulator.Config{})
	delete(b.env, "TWILIO_ACCOUNT_SID")
	if code, out, errs := b.run("doctor"); code != exitUsage || out != "" || !strings.Contains(errs, "TWILIO_ACCOUNT_SID") {
		t.Errorf("exit code %d\n%s\n%s", code, out, errs)
	}
}

func TestDoctorThatCannotPrint(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken pipe")
	if err := doctor.WriteTable(brokenPipe{broken}, []doctor.Finding{{Check: "workers", Level: doctor.OK}}); !errors.Is(err, broken) {
		t.Errorf("err = %v, want %v", err, broken)
	}
}

type brokenPipe struct{ err error }

func (b brokenPipe) Write([]byte) (int, error) { return 0, b.err }
