package trace

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/smithy-go"

	twilio "switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/calls"
	"switchboard/functions/internal/fakecrm"
	"switchboard/functions/internal/inprocess"
	"switchboard/shared/ledger"
	"switchboard/shared/secrets"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/script"
	"switchboard/shared/simulator/wire"
	"switchboard/shared/taskrouter"
	twilioclient "switchboard/shared/twilio"
)

const (
	functionLogs = "/aws/lambda/switchboard"
	accessLogs   = "/aws/vendedlogs/switchboard"
)

// cloud stands in for CloudWatch Logs.
type cloud struct {
	loop   *clock.Loop
	groups map[string][]types.FilteredLogEvent
	denied bool
	page   int // lines of a page; 0 = 2
}

func (c *cloud) add(group, message string) {
	c.groups[group] = append(c.groups[group], types.FilteredLogEvent{Message: aws.String(message), Timestamp: aws.Int64(c.loop.Now().UnixMilli())})
}

// FilterLogEvents implements Logs. Like the emulator, it does not evaluate a pattern.
func (c *cloud) FilterLogEvents(_ context.Context, input *cloudwatchlogs.FilterLogEventsInput, _ ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.FilterLogEventsOutput, error) {
	lines, found := c.groups[aws.ToString(input.LogGroupName)]
	switch {
	case c.denied:
		return nil, &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "denied"}
	case !found:
		return nil, &smithy.GenericAPIError{Code: "ResourceNotFoundException", Message: "no group"}
	case len(aws.ToString(input.FilterPattern)) > maxPattern:
		return nil, &smithy.GenericAPIError{Code: "InvalidParameterException", Message: "long pattern"}
	}
	within := slices.DeleteFunc(slices.Clone(lines), func(e types.FilteredLogEvent) bool {
		return *e.Timestamp < *input.StartTime || *e.Timestamp > *input.EndTime
	})
	begin := len(aws.ToString(input.NextToken))
	end := min(begin+cmp.Or(c.page, 2), len(within))
	output := &cloudwatchlogs.FilterLogEventsOutput{Events: within[begin:end]}
	if end < len(within) {
		output.NextToken = aws.String(strings.Repeat("x", end))
	}
	return output, nil
}

// Write takes a line of the functions.
func (c *cloud) Write(line []byte) (int, error) {
	c.add(functionLogs, string(line))
	return len(line), nil
}

// api is the HTTP API: it writes the access log.
type api struct {
	next  http.Handler
	cloud *cloud
}

// ServeHTTP implements http.Handler.
func (a api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.next.ServeHTTP(w, r)
	route := r.URL.Path
	if parts := strings.Split(route, "/"); len(parts) > 2 && parts[1] != "assignment" {
		route = "/" + parts[1] + "/{proxy+}"
	}
	a.cloud.add(accessLogs, `{"route":"`+r.Method+" "+route+`","status":"200","latencyMs":7}`)
}

// world is a simulated account and stack in which one call was made.
type world struct {
	t      *testing.T
	tracer Tracer
	table  *ledger.Memory
	cloud  *cloud
	twilio *calls.Account
	loop   *clock.Loop
}

// played makes a call. alter may change the bundle before.
func played(t *testing.T, call calls.Call, alter func(*inprocess.Bundle)) *world {
	t.Helper()
	loop := clock.NewVirtual(account.Morning)
	w := &world{t: t, loop: loop, table: &ledger.Memory{}, cloud: &cloud{loop: loop, groups: map[string][]types.FilteredLogEvent{}}}
	keys := account.Secrets(1)
	process := inprocess.New(loop, account.Settings(call.Mode), bundle.Clients{
		Parameters: keys,
		Table:      w.table,
		CRM:        wire.InProcess(&fakecrm.CRM{Now: loop.Now, Secret: keys[account.CRMSecret], Fails: call.FailsCRM, Trace: func(simulator.Entry) {}}),
		Logger:     slog.New(slog.NewJSONHandler(w.cloud, &slog.HandlerOptions{ReplaceAttr: lambdacontext.ReplaceAttr})),
	})
	if alter != nil {
		alter(process)
	}
	config := process.Config(1, nil)
	config.Web, config.CallEvents, config.CallEventsAfter = wire.InProcess(api{process, w.cloud}), true, twilio.EventsDelay
	var err error
	if w.twilio, err = calls.NewAccount(config, call, account.Example); err != nil {
		t.Fatal(err)
	}
	process.Twilio.Set(w.twilio)
	w.twilio.Dial()
	process.Sweeps.Start(t.Context())
	if err := loop.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	operator := &twilio.Client{
		AccountSID: account.SID, Transport: wire.InProcess(w.twilio),
		Credentials: twilio.Credentials{User: account.SID, Password: secrets.New(keys[account.AuthToken])},
	}
	w.tracer = Tracer{
		Stack: Stack{
			BaseURL: account.BaseURL, FunctionLogs: functionLogs, AccessLogs: accessLogs,
			Retention: 30 * 24 * time.Hour, Deferred: call.Mode == "deferred", InfoLogged: true, WrapUp: account.WrapUp,
		},
		Ledger: ledger.Ledger{Store: w.table, Now: loop.Now}, Account: operator, Events: operator.Twilio(account.WorkspaceSID),
		Logs: w.cloud, Now: func() time.Time { return loop.Now().Add(20 * time.Minute) },
	}
	// The simulator's clock has to be as late as the operator's.
	loop.After(20*time.Minute, func() {})
	if err := loop.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.tracer.Now = loop.Now
	return w
}

// plain is a call that a worker takes.
func plainCall() calls.Call {
	return calls.Call{
		Mode: "deferred", From: "+14155550101", Caller: calls.TalksAndHangsUp(20 * time.Second),
		Staff: []account.Worker{{Name: "Alice", Contact: "+14155550191", Phones: []script.Phone{calls.PressesOne(2*time.Second, time.Minute)}}},
	}
}

func (w *world) caller() string { return w.twilio.Line.CallSID() }

func (w *world) trace(sid string) Trace {
	w.t.Helper()
	found, err := w.tracer.Trace(w.t.Context(), sid)
	if err != nil {
		w.t.Fatal(err)
	}
	return found
}

// pruned is a ledger that lacks fields.
type pruned struct {
	ledger.Store
	names []string // ends of the fields' names
}

func (p pruned) prune(fields ledger.Fields) ledger.Fields {
	left := maps.Clone(fields)
	maps.DeleteFunc(left, func(field, _ string) bool {
		return slices.ContainsFunc(p.names, func(name string) bool { return strings.HasSuffix(field, name) })
	})
	return left
}

// Get implements ledger.Store.
func (p pruned) Get(ctx context.Context, key string) (ledger.Fields, error) {
	fields, err := p.Store.Get(ctx, key)
	return p.prune(fields), err
}

// Find implements ledger.Store.
func (p pruned) Find(ctx context.Context, index ledger.Index, value string) ([]ledger.Fields, error) {
	items, err := p.Store.Find(ctx, index, value)
	for i := range items {
		items[i] = p.prune(items[i])
	}
	return items, err
}

// without removes fields of the call's item by the ends of their names.
func (w *world) without(names ...string) { w.tracer.Ledger.Store = pruned{w.table, names} }

// unlog removes the lines of a group that have a text.
func (w *world) unlog(group, text string) {
	before := len(w.cloud.groups[group])
	w.cloud.groups[group] = slices.DeleteFunc(w.cloud.groups[group], func(e types.FilteredLogEvent) bool { return strings.Contains(*e.Message, text) })
	if len(w.cloud.groups[group]) == before {
		w.t.Fatalf("no line of %s has %q", group, text)
	}
}

// text prints a trace as people read it, and as scripts do.
func text(t *testing.T, found Trace) string {
	t.Helper()
	var out bytes.Buffer
	if err := found.WriteText(&out); err != nil {
		t.Fatal(err)
	}
	document, err := json.Marshal(found)
	if err != nil {
		t.Fatal(err)
	}
	return out.String() + string(document)
}

// ago sets the operator's clock to a time after the end of the caller's call.
func (w *world) ago(d time.Duration) {
	for _, call := range w.twilio.Calls() {
		if call.SID == w.caller() {
			w.tracer.Now = func() time.Time { return call.Ended.Add(d) }
		}
	}
	w.tracer.Account = young{w.tracer.Account}
}

// young is an account whose calls have just ended: Twilio lists no webhooks.
type young struct{ Account }

// Exchanges implements Account.
func (young) Exchanges(context.Context, string) ([]twilio.Exchange, error) { return nil, nil }

// none has no events.
type none struct{}

// Events implements Events.
func (none) Events(context.Context, twilioclient.EventQuery) ([]taskrouter.Event, error) {
	return nil, nil
}

// broken is a ledger that cannot be read.
type broken struct{ ledger.Store }

// Get implements ledger.Store.
func (broken) Get(context.Context, string) (ledger.Fields, error) { return nil, http.ErrServerClosed }

// demo returns the demo's calls.
func demo() []calls.Call {
	return append(calls.Demo(2*time.Second, 4*time.Second, account.WrapUp), calls.Returns(2*time.Second, 4*time.Second)...)
}
