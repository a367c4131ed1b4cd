package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/inprocess"
	"switchboard/functions/internal/memorysize"
	"switchboard/functions/internal/meter"
	"switchboard/functions/internal/trigger"
	"switchboard/functions/sweeper"
	"switchboard/shared/outlook"
	"switchboard/shared/roster"
	"switchboard/shared/secrets"
	"switchboard/shared/simulator/wire"
	"switchboard/shared/webhook"
)

// eventBytes is what CloudWatch Logs adds to each line
// (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html).
const eventBytes = 26

// counts is what some invocations used.
type counts struct {
	tables    meter.Units
	ssm, kms  int // requests to SSM; SecureStrings that it decrypted
	sent      int // SQS messages
	rest, crm int // requests to Twilio and to the CRM
	files     int // requests to S3 and SNS
	logBytes  int
	bytesOut  int // bodies of answers, and of requests to Twilio and the CRM
	outgoing  int // answers and such requests
}

func (c counts) minus(e counts) counts {
	return counts{
		c.tables.Minus(e.tables), c.ssm - e.ssm, c.kms - e.kms, c.sent - e.sent, c.rest - e.rest, c.crm - e.crm, c.files - e.files,
		c.logBytes - e.logBytes, c.bytesOut - e.bytesOut, c.outgoing - e.outgoing,
	}
}

func (c counts) plus(e counts) counts { return c.minus(counts{}.minus(e)) }

// waits returns how long these requests take, one after the other.
func (c counts) waits() time.Duration {
	return memorysize.Step{Calls: map[string]int{"DynamoDB": c.tables.Requests, "SSM": c.ssm, "SQS": c.sent, "Twilio": c.rest, "CRM": c.crm}}.Wait()
}

// invocation is one invocation of a function.
type invocation struct {
	at   time.Time
	wait time.Duration // for its requests
}

// tally counts what the functions of a day use. The simulator's time stands still while a function
// runs, and so one runs at a time.
type tally struct {
	ledger  meter.Ledger
	workers meter.Workers
	process *inprocess.Bundle
	soFar   counts // without the tables and the queues, which count for themselves

	invocations map[string][]invocation // by function
	calls       counts                  // of all functions but the sweeper
	sweeps      counts
	webhooks    map[string]int // by route, and by event or status
	messages    map[string]int // of the bridge queue, by kind
	events      int            // requests to the HTTP API
}

func newTally() *tally {
	return &tally{invocations: map[string][]invocation{}, webhooks: map[string]int{}, messages: map[string]int{}}
}

// watch puts clients that count in front of the functions'.
func (t *tally) watch(c *bundle.Clients) {
	c.Table, c.Roster = &t.ledger, roster.DynamoDB{Client: &t.workers}
	c.Parameters = countedParameters{c.Parameters, t}
	c.REST = via(func(r *http.Request) (*http.Response, error) {
		t.soFar.rest++
		t.sends(int(r.ContentLength))
		return wire.InProcess(&t.process.Twilio).RoundTrip(r)
	})
	crm := c.CRM
	c.CRM = via(func(r *http.Request) (*http.Response, error) {
		t.soFar.crm++
		t.sends(int(r.ContentLength))
		return crm.RoundTrip(r)
	})
	c.AWS = via(func(r *http.Request) (*http.Response, error) {
		t.soFar.files++
		return t.process.Files.RoundTrip(r)
	})
	c.Metrics = logged{t}
	// As lambdacontext.NewLogger, whose lines have the request's ID.
	lines := slog.NewJSONHandler(logged{t}, &slog.HandlerOptions{ReplaceAttr: lambdacontext.ReplaceAttr})
	c.Logger = slog.New(lines).With("requestId", "00000000-0000-4000-8000-000000000004")
}

// alter has each function counted when it runs.
func (t *tally) alter(b *inprocess.Bundle) {
	t.process = b
	for route, stop := range b.Front {
		b.Front[route] = func(ctx context.Context, event webhook.Event) (answer webhook.Answer, err error) {
			t.run(functionOf(route), func() {
				t.arrived(event)
				answer, err = stop(ctx, event)
				t.sends(len(answer.Body))
			})
			return answer, err
		}
	}
	for function, queue := range map[string]*trigger.Queue{"bridge": b.Queue, "recordings": b.Recordings} {
		receive := queue.Receive
		queue.Receive = func(m *trigger.Message) (done bool) {
			t.messages[kindOf(m.Body)]++
			t.run(function, func() { done = receive(m) })
			return done
		}
	}
	b.Sweeps.Sweeper = countedSweeper{b.Sweeps.Sweeper, t}
}

// run has a function do its work, and counts what it uses.
func (t *tally) run(function string, work func()) {
	before, at := t.now(), t.process.Queue.Loop.Now()
	work()
	used := t.now().minus(before)
	t.invocations[function] = append(t.invocations[function], invocation{at, used.waits()})
	if function == "sweeper" {
		t.sweeps = t.sweeps.plus(used)
		return
	}
	t.calls = t.calls.plus(used)
}

func (t *tally) now() counts {
	c := t.soFar
	c.tables = t.ledger.Units().Plus(t.workers.Units())
	c.sent = int(t.process.Queue.Sent.Load() + t.process.Recordings.Sent.Load())
	return c
}

func (t *tally) sends(body int) {
	t.soFar.outgoing++
	t.soFar.bytesOut += max(body, 0)
}

// arrived counts a webhook, and the access log's line.
func (t *tally) arrived(event webhook.Event) {
	t.events++
	form := formOf(event)
	kind := "/" + strings.Split(event.RawPath, "/")[1]
	for _, detail := range []string{form.Get("EventType"), form.Get("QueueResult")} {
		if detail != "" {
			kind += " " + detail
		}
	}
	if kind == "/worker" {
		parts := strings.Split(event.RawPath, "/")
		kind += " " + parts[len(parts)-1]
		if strings.HasSuffix(kind, "status") {
			kind += " " + form.Get("CallStatus")
		}
	}
	t.webhooks[kind]++
	t.soFar.logBytes += len(accessLine) + eventBytes
}

// formOf returns what Twilio sent; nothing if it is no form.
func formOf(event webhook.Event) url.Values {
	body, err := base64.StdEncoding.DecodeString(event.Body)
	if err != nil {
		return nil
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil
	}
	return form
}

// accessLine is a line of the access log, in the format of template.yaml.
const accessLine = `{"requestId":"AbCdEfGhIjKlMnO=","time":"24/Nov/2026:12:00:00 +0000","ip":"192.0.2.123",` +
	`"route":"POST /worker/{proxy+}","status":"200","responseLength":"512","latencyMs":21,"functionMs":"19",` +
	`"functionStatus":"200","error":"-","functionError":"-"}`

// functionOf returns the function of a route.
func functionOf(route string) string {
	switch name := strings.Trim(route, "/"); name {
	case "events":
		return "taskevents"
	case "assignment/fallback":
		return "fallback"
	default:
		return name
	}
}

// kindOf returns the kind of a message: the only member of its object.
func kindOf(body string) string {
	var message map[string]json.RawMessage
	if json.Unmarshal([]byte(body), &message) == nil && len(message) == 1 {
		for kind := range message {
			return kind
		}
	}
	return "recording"
}

// logged is where the functions write logs and metrics.
type logged struct{ tally *tally }

// Write implements io.Writer, with one line at a time.
func (l logged) Write(line []byte) (int, error) {
	l.tally.soFar.logBytes += len(line) + eventBytes
	return len(line), nil
}

// via is a round tripper that is one function.
type via func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (v via) RoundTrip(r *http.Request) (*http.Response, error) { return v(r) }

// countedParameters counts requests to SSM, and those that SSM makes to KMS for them: one for each
// secret.
type countedParameters struct {
	outlook.Parameters
	tally *tally
}

// GetParameters implements outlook.Parameters.
func (c countedParameters) GetParameters(ctx context.Context, input *ssm.GetParametersInput, options ...func(*ssm.Options)) (*ssm.GetParametersOutput, error) {
	c.tally.soFar.ssm++
	output, err := c.Parameters.GetParameters(ctx, input, options...)
	if err != nil {
		return nil, err
	}
	for _, found := range output.Parameters {
		if name := *found.Name; !strings.Contains(name, "/"+secrets.Settings) && !strings.HasSuffix(name, "/"+secrets.Outlook) {
			c.tally.soFar.kms++
		}
	}
	return output, nil
}

// PutParameter implements outlook.Parameters.
func (c countedParameters) PutParameter(ctx context.Context, input *ssm.PutParameterInput, options ...func(*ssm.Options)) (*ssm.PutParameterOutput, error) {
	c.tally.soFar.ssm++
	return c.Parameters.PutParameter(ctx, input, options...)
}

type countedSweeper struct {
	trigger.Sweeper
	tally *tally
}

// Handle implements trigger.Sweeper.
func (c countedSweeper) Handle(ctx context.Context) (report sweeper.Report, err error) {
	c.tally.run("sweeper", func() { report, err = c.Sweeper.Handle(ctx) })
	return report, err
}
