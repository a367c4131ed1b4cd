package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/deployment"
	"switchboard/functions/internal/bundle"
	"switchboard/shared/ledger"
	"switchboard/shared/roster"
	"switchboard/shared/secrets"
	"switchboard/shared/settings"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/wire"
)

const (
	accountSID     = "AC00000000000000000000000000000001"
	workspaceSID   = "WS00000000000000000000000000000001"
	workflowSID    = "WW00000000000000000000000000000001"
	billingSID     = "WQ00000000000000000000000000000001"
	everybodySID   = "WQ00000000000000000000000000000002"
	unmatchedSID   = "WQ00000000000000000000000000000003"
	wrappingUpSID  = "WA00000000000000000000000000000001"
	unavailableSID = "WA00000000000000000000000000000002"
	availableSID   = "WA00000000000000000000000000000003"
	offlineSID     = "WA00000000000000000000000000000004"
	serviceSID     = "MG00000000000000000000000000000001"
	aliceSID       = "WK00000000000000000000000000000001"
	bobSID         = "WK00000000000000000000000000000002"
	ourNumber      = "+12065550100"
	base           = "https://switchboard.example"
	musicURL       = "https://music.example/hold.mp3"
	token          = "0123456789abcdef0123456789abcdef"
	otherToken     = "fedcba9876543210fedcba9876543210"
)

// patient is a deployment for the doctor: a simulated account, and the functions behind its URLs.
type patient struct {
	*testing.T
	twilio     *simulator.Twilio
	parameters map[string]string
	outputs    map[string]string
	ssm        bundle.Parameters
	alarms     alarms
	roster     workers
	queue      queue
	limits     limits
	functions  http.Handler
	web        http.Handler // the functions, unless a fault is planted
	doctor     Doctor
	date       func() time.Time // of the answers that come from the web
}

// healthy returns a deployment as the README describes it.
func healthy(t *testing.T) *patient {
	t.Helper()
	loop := clock.NewVirtual(time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC))
	p := &patient{
		T: t, date: loop.Now,
		parameters: map[string]string{
			"TwilioAccountSid": accountSID, "WorkspaceSid": workspaceSID, "WorkflowSid": workflowSID, "AvailableActivitySid": availableSID,
			"RejectActivitySid": unavailableSID, "OfflineActivitySid": offlineSID, "MissedCallPauseSeconds": "60", "MissedCallLimit": "3", "ReservationTimeoutSeconds": "120", "QueueMaxSize": "100", "BridgeMode": "deferred",
			"WorkerGate": "press-1", "WorkerRingSeconds": "15", "WrapUpSeconds": "30", "CrmUrl": "https://crm.example/calls",
			"SecretsPrefix": "/switchboard",
		},
		outputs: map[string]string{
			"VoiceUrl": base + "/enqueue", "AssignmentCallbackUrl": base + "/assignment", "FallbackAssignmentCallbackUrl": base + "/assignment/fallback",
			"EventCallbackUrl": base + "/events", "DutyUrl": base + "/duty", "MessageUrl": base + "/messages", "WorkersTable": "Workers", "BridgeDeadLetterQueueUrl": "https://sqs.example/BridgeDeadLetterQueue",
		},
		ssm:    bundle.Parameters{"/switchboard/auth-token": token, "/switchboard/crm-secret": "whsec_c2lnbnMgd2hhdCB0aGUgQ1JNIGlzIHRvbGQ="},
		alarms: allQuiet(),
		limits: limits{executions: 1000},
	}
	p.settings(func(s *settings.Settings) {
		s.Numbers = map[string]settings.Number{
			ourNumber:             {Attributes: json.RawMessage(`{"skill":"billing"}`), Hours: "desk"},
			settings.OtherNumbers: {Attributes: json.RawMessage(`{"skill":"general"}`)},
		}
		s.Zone, s.Hours = "America/New_York", map[string]settings.Hours{"desk": {Week: map[string]string{"mon-fri": "09:00-17:00"}}}
		s.Waiting.Music = []string{musicURL}
	})
	settings := bundle.OfParameters(p.parameters)
	front := settings.Front(bundle.Clients{Parameters: p.ssm, Table: &ledger.Memory{}, Roster: &roster.Memory{}, Now: loop.Now, Logger: slog.New(slog.DiscardHandler)})
	p.functions = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/hold.mp3":
		default:
			front.ServeHTTP(w, r)
			return
		}
		if r.Method != http.MethodGet {
			t.Errorf("%s %s, want GET", r.Method, r.URL)
		}
		w.Header().Set("Content-Type", "audio/mpeg")
		_, _ = w.Write(make([]byte, 1<<20))
	})
	p.web = p.functions
	web := p.dated(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.web.ServeHTTP(w, r) }))
	p.twilio = simulator.New(simulator.Config{
		AccountSID: accountSID, WorkspaceSID: workspaceSID, AuthToken: token, APIKeySID: accountSID, APIKeySecret: otherToken, Loop: loop, Web: web,
	})
	p.doctor = Doctor{
		Account: &account.Client{
			AccountSID:  accountSID,
			Credentials: account.Credentials{User: accountSID, Password: secrets.New(token), Source: "auth token in TWILIO_AUTH_TOKEN"},
			Transport:   p.dated(p.twilio), Pause: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		},
		Stack:     &deployment.Stack{Source: "stack switchboard", Outputs: p.outputs, Parameters: p.parameters},
		StackName: "switchboard", Prefix: "/switchboard", Now: loop.Now,
		AWS: &AWS{Parameters: p.ssm, Queues: &p.queue, Alarms: &p.alarms, Functions: &p.limits, Roster: func(string) Roster { return &p.roster }},
		Web: web,
	}
	p.setUp()
	return p
}

// settings changes what SSM holds about callers.
func (p *patient) settings(change func(*settings.Settings)) {
	p.Helper()
	texts := map[string]string{}
	for _, topic := range append(settings.Topics(), settings.OfClosed) {
		texts[topic] = p.ssm["/switchboard/settings/"+topic]
	}
	all, faults := settings.Join(texts)
	if len(faults) > 0 {
		p.Fatal(faults)
	}
	change(&all)
	for topic := range texts {
		text, err := all.Encode(topic)
		if err != nil {
			p.Fatal(err)
		}
		p.ssm["/switchboard/settings/"+topic] = text
	}
}

// numbers replaces the settings of numbers, by the JSON of their attributes.
func (p *patient) numbers(attributes map[string]string) {
	p.Helper()
	p.settings(func(s *settings.Settings) {
		s.Numbers = map[string]settings.Number{}
		for dialed, object := range attributes {
			s.Numbers[dialed] = settings.Number{Attributes: json.RawMessage(object)}
		}
	})
}

func (p *patient) dated(handler http.Handler) http.RoundTripper {
	return wire.InProcess(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", p.date().UTC().Format(http.TimeFormat))
		handler.ServeHTTP(w, r)
	}))
}

func (p *patient) setUp() {
	for _, each := range []simulator.Activity{
		{SID: availableSID, Name: "Available", Available: true}, {SID: wrappingUpSID, Name: "Wrapping up"},
		{SID: unavailableSID, Name: "Unavailable"}, {SID: offlineSID, Name: "Offline"},
	} {
		p.must(p.twilio.AddActivity(each))
	}
	for _, each := range []simulator.TaskQueue{
		{SID: billingSID, Name: "Billing", TargetWorkers: `skills HAS "billing"`}, {SID: everybodySID, Name: "Everybody", TargetWorkers: "1==1"},
		{SID: unmatchedSID, Name: "Unmatched", TargetWorkers: `skills HAS "fishing"`},
	} {
		p.must(p.twilio.AddTaskQueue(each))
	}
	p.workflow(nil)
	p.workspace(nil)
	p.number(nil)
	p.worker(aliceSID, "Alice", `{"contact_uri":"+14155550191","skills":["billing"]}`)
	p.worker(bobSID, "Bob", `{"contact_uri":"sip:bob-b@example.com","skills":["general"]}`)
}

func (p *patient) must(_ string, err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

func (p *patient) worker(sid, name, attributes string) {
	p.Helper()
	p.must(p.twilio.AddWorker(simulator.Worker{SID: sid, Name: name, Attributes: attributes, Activity: availableSID}))
}

func (p *patient) attributes(sid, attributes string) {
	p.Helper()
	p.must("", p.twilio.SetWorkerAttributes(sid, attributes))
}

// routes returns a workflow's configuration with the filters, and with a default filter unless that
// is "".
func routes(filters, standard string) string {
	text := `{"task_routing":{"filters":[` + filters + `]`
	if standard != "" {
		text += `,"default_filter":` + standard
	}
	return text + `}}`
}

func leadsTo(queue string) string { return `{"queue":"` + queue + `"}` }

func billing(targets string) string {
	return `{"filter_friendly_name":"billing","expression":"skill == 'billing'","targets":[` + targets + `]}`
}

func (p *patient) workflow(change func(*simulator.Workflow)) {
	p.Helper()
	w := simulator.Workflow{
		SID: workflowSID, Name: "Calls", Configuration: routes(billing(leadsTo(billingSID)), leadsTo(everybodySID)),
		AssignmentCallbackURL: base + "/assignment", FallbackAssignmentCallbackURL: base + "/assignment/fallback#rc=2&rp=all",
	}
	if change != nil {
		change(&w)
	}
	p.must(p.twilio.AddWorkflow(w))
}

func (p *patient) workspace(change func(*simulator.Workspace)) {
	p.Helper()
	w := simulator.Workspace{Name: "Support", EventCallbackURL: base + "/events#rc=2&rp=all", TimeoutActivity: unavailableSID}
	if change != nil {
		change(&w)
	}
	p.must("", p.twilio.SetWorkspace(w))
}

func (p *patient) number(change func(*simulator.Number)) {
	n := simulator.Number{Number: ourNumber, VoiceURL: base + "/enqueue", FallbackURL: "https://handler.twilio.com/twiml/EH1"}
	if change != nil {
		change(&n)
	}
	p.twilio.AddNumber(n)
}

// examine returns the levels of findings that are not OK, by check.
func (p *patient) examine() map[string]Level {
	p.Helper()
	levels := map[string]Level{}
	for _, each := range p.doctor.Examine(p.Context()) {
		if each.Level == OK {
			continue
		}
		p.Logf("%s %s: %s: %s → %s", each.Level, each.Check, each.Subject, each.Detail, each.Remedy)
		if worse(each.Level, levels[each.Check]) {
			levels[each.Check] = each.Level
		}
	}
	return levels
}

func worse(a, b Level) bool {
	rank := map[Level]int{Skipped: 1, Warning: 2, Error: 3}
	return rank[a] > rank[b]
}

func (p *patient) wants(want map[string]Level) {
	p.Helper()
	if got := p.examine(); !maps.Equal(got, want) {
		p.Errorf("found %v, want %v", got, want)
	}
	for _, request := range p.twilio.Requests() {
		if request.Method != http.MethodGet {
			p.Errorf("%s %s: a doctor only reads", request.Method, request.Path)
		}
	}
}

// allQuiet has every alarm of the stack, and one in ALARM that belongs to a stack with a similar
// name.
func allQuiet() alarms {
	quiet := alarms{{"switchboard-test-ApiErrorsAlarm-1", "ALARM"}}
	for _, id := range deployment.Alarms {
		quiet = append(quiet, [2]string{"switchboard-" + id + "-1", "OK"})
	}
	return quiet
}

// alarms stands in for CloudWatch: alarm name -> state, one alarm to a page.
type alarms [][2]string

func (a alarms) DescribeAlarms(_ context.Context, input *cloudwatch.DescribeAlarmsInput, _ ...func(*cloudwatch.Options)) (*cloudwatch.DescribeAlarmsOutput, error) {
	if sdk.ToString(input.AlarmNamePrefix) != "switchboard-" {
		return nil, fmt.Errorf("AccessDenied: prefix %q", sdk.ToString(input.AlarmNamePrefix))
	}
	page := 0
	if _, err := fmt.Sscan(sdk.ToString(input.NextToken), &page); err != nil {
		page = 0
	}
	if len(a) == 0 {
		return &cloudwatch.DescribeAlarmsOutput{}, nil
	}
	output := &cloudwatch.DescribeAlarmsOutput{MetricAlarms: []types.MetricAlarm{{AlarmName: sdk.String(a[page][0]), StateValue: types.StateValue(a[page][1]), AlarmDescription: sdk.String("Read the logs.")}}}
	if page+1 < len(a) {
		output.NextToken = sdk.String(fmt.Sprint(page + 1))
	}
	return output, nil
}

// workers stands in for the table of workers.
type workers struct {
	records []roster.Record
	err     error
}

func (w *workers) All(context.Context) ([]roster.Record, error) { return w.records, w.err }

// queue stands in for the dead-letter queue.
type queue struct {
	visible, hidden int
	err             error
}

func (q *queue) GetQueueAttributes(context.Context, *sqs.GetQueueAttributesInput, ...func(*sqs.Options)) (*sqs.GetQueueAttributesOutput, error) {
	return &sqs.GetQueueAttributesOutput{Attributes: map[string]string{
		"ApproximateNumberOfMessages": fmt.Sprint(q.visible), "ApproximateNumberOfMessagesNotVisible": fmt.Sprint(q.hidden),
	}}, q.err
}

// limits stands in for Lambda's limits of the account.
type limits struct {
	executions int32
	err        error
}

func (l *limits) GetAccountSettings(context.Context, *lambda.GetAccountSettingsInput, ...func(*lambda.Options)) (*lambda.GetAccountSettingsOutput, error) {
	return &lambda.GetAccountSettingsOutput{AccountLimit: &lambdatypes.AccountLimit{UnreservedConcurrentExecutions: &l.executions}}, l.err
}

func encoded(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
