package main

import (
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/templatetest"
	"switchboard/functions/linkedcalls"
	"switchboard/functions/queuelimit"
	"switchboard/shared/deferred"
	"switchboard/shared/ledger"
	"switchboard/shared/outlook"
	"switchboard/shared/roster"
	"switchboard/shared/webhook"
)

// functionIDs are the logical IDs of the functions in template.yaml.
var functionIDs = map[string]string{
	"/enqueue": "EnqueueFunction", "/hold": "HoldFunction", "/assignment": "AssignmentFunction", fallbackFunction: "FallbackFunction",
	"/worker/": "WorkerFunction", "/survey": "SurveyFunction", "/events": "TaskEventsFunction", "/duty": "DutyFunction", "/messages": "MessagesFunction",
	bridgeFunction: "BridgeFunction", recordingsFunction: "RecordingsFunction", sweepFunction: "SweeperFunction",
}

// made has the requests to AWS that functions made.
type made struct {
	tables   *tableRequests
	requests map[templatetest.Grant]bool
}

func (m made) note(function, action, resource string) {
	m.requests[templatetest.Grant{Function: function, Action: action, Resource: resource}] = true
}

// wrap notes what a function asks of its clients.
func (m made) wrap(function string, c *bundle.Clients) {
	c.Table, c.Roster = notedTable{c.Table, function, m}, notedRoster{c.Roster, function, m}
	c.Queue = notedSender{c.Queue, func() { m.note(function, "sqs:SendMessage", "BridgeQueue") }}
	c.Recordings = notedSender{c.Recordings, func() { m.note(function, "sqs:SendMessage", "RecordingsQueue") }}
	c.Parameters = notedParameters{c.Parameters, function, m}
	c.AWS = notedFiles{c.AWS, function, m}
}

type notedTable struct {
	ledger.Store
	function string
	made     made
}

// Apply implements ledger.Store.
func (n notedTable) Apply(ctx context.Context, change ledger.Change) (ledger.Fields, bool, error) {
	n.made.noteTable(n.function, "Apply", "")
	return n.Store.Apply(ctx, change)
}

// Get implements ledger.Store.
func (n notedTable) Get(ctx context.Context, call string) (ledger.Fields, error) {
	n.made.noteTable(n.function, "Get", "")
	return n.Store.Get(ctx, call)
}

// Find implements ledger.Store.
func (n notedTable) Find(ctx context.Context, index ledger.Index, value string) ([]ledger.Fields, error) {
	n.made.noteTable(n.function, "Find", index.Name)
	return n.Store.Find(ctx, index, value)
}

func (m made) noteTable(function, method, index string) {
	for _, request := range m.tables.of(method, index) {
		m.note(function, request.action, request.resource)
	}
}

type notedRoster struct {
	roster.Store
	function string
	made     made
}

// Load implements roster.Store.
func (n notedRoster) Load(ctx context.Context, worker string) (roster.Record, error) {
	n.made.noteTable(n.function, "Load", "")
	return n.Store.Load(ctx, worker)
}

// Save implements roster.Store.
func (n notedRoster) Save(ctx context.Context, record roster.Record) (bool, error) {
	n.made.noteTable(n.function, "Save", "")
	return n.Store.Save(ctx, record)
}

// All implements roster.Store.
func (n notedRoster) All(ctx context.Context) ([]roster.Record, error) {
	n.made.noteTable(n.function, "All", "")
	return n.Store.All(ctx)
}

type notedSender struct {
	deferred.Sender
	note func()
}

// SendMessage implements deferred.Sender.
func (n notedSender) SendMessage(ctx context.Context, input *sqs.SendMessageInput, options ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	n.note()
	return n.Sender.SendMessage(ctx, input, options...)
}

type notedParameters struct {
	outlook.Parameters
	function string
	made     made
}

func (n notedParameters) note(action string, names ...string) {
	for _, name := range names {
		n.made.note(n.function, action, "parameter/"+strings.TrimPrefix(name, account.SecretsPrefix+"/"))
	}
}

// GetParameters implements secrets.Parameters.
func (n notedParameters) GetParameters(ctx context.Context, input *ssm.GetParametersInput, options ...func(*ssm.Options)) (*ssm.GetParametersOutput, error) {
	n.note("ssm:GetParameters", input.Names...)
	return n.Parameters.GetParameters(ctx, input, options...)
}

// PutParameter implements outlook.Parameters.
func (n notedParameters) PutParameter(ctx context.Context, input *ssm.PutParameterInput, options ...func(*ssm.Options)) (*ssm.PutParameterOutput, error) {
	n.note("ssm:PutParameter", aws.ToString(input.Name))
	return n.Parameters.PutParameter(ctx, input, options...)
}

// notedFiles is S3, and an SNS that takes every message.
type notedFiles struct {
	next     http.RoundTripper
	function string
	made     made
}

// RoundTrip implements http.RoundTripper. S3 has no action of its own for HEAD
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html).
func (n notedFiles) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasPrefix(r.URL.Host, "sns.") {
		n.made.note(n.function, "sns:Publish", "MessagesTopicArn")
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader("<PublishResponse/>")), Request: r}, nil
	}
	actions := map[string]string{http.MethodPut: "s3:PutObject", http.MethodGet: "s3:GetObject", http.MethodHead: "s3:GetObject", http.MethodDelete: "s3:DeleteObject"}
	n.made.note(n.function, actions[r.Method], "RecordingsBucket/*")
	return n.next.RoundTrip(r)
}

// noteLinks notes the files that an answer lets Twilio read with the function's own rights.
func (m made) noteLinks(function string, sound bundle.Stop) bundle.Stop {
	return func(ctx context.Context, event webhook.Event) (webhook.Answer, error) {
		answer, err := sound(ctx, event)
		if strings.Contains(answer.Body, "X-Amz-Signature") {
			m.note(function, "s3:GetObject", "RecordingsBucket/*")
		}
		return answer, err
	}
}

// ofOthers matches what services do with a function's role when no function asks: Lambda writes
// logs and traces and reads queues; a table, a queue and a bucket use their key, which is
// templatetest.TestKeyOpensWhatFunctionsUse's.
var ofOthers = regexp.MustCompile(`^(logs|xray|kms):|^sqs:(ReceiveMessage|DeleteMessage|GetQueueAttributes)$`)

// unplayed says why no world makes a request that a function may make.
var unplayed = map[templatetest.Grant]string{
	{Function: "DutyFunction", Action: "ssm:PutParameter", Resource: "parameter/settings/closed"}: "no world's lead closes the desk by phone; functions/duty/close_test.go",
	{Function: "MessagesFunction", Action: "sqs:SendMessage", Resource: "BridgeQueue"}:            "no world's worker signs on by text during a pause, whose end then asks again; shared/reconciler",
	{Function: "TaskEventsFunction", Action: "dynamodb:GetItem", Resource: "LedgerTable"}:         "no world fills an item, which is read before it is cut; shared/ledger/forget.go",
}

// TestRolesAllowWhatFunctionsAsk plays worlds until every request to AWS that a role allows was
// made, and requires that no other was.
func TestRolesAllowWhatFunctionsAsk(t *testing.T) {
	t.Parallel()
	allowed, unused := map[templatetest.Grant]bool{}, map[templatetest.Grant]bool{}
	for _, grant := range templatetest.Grants(t, templatetest.Read(t)) {
		allowed[grant] = true
		if !ofOthers.MatchString(grant.Action) && unplayed[grant] == "" {
			unused[grant] = true
		}
	}
	m := made{newTableRequests(t), map[templatetest.Grant]bool{}}
	c := sound(20261129)
	c.wiring = wiring{
		clients: func(function string, c *bundle.Clients) { m.wrap(functionIDs[function], c) },
		stop: func(function string, sound bundle.Stop, _ bundle.Clients) bundle.Stop {
			return m.noteLinks(functionIDs[function], sound)
		},
	}
	const mostWorlds = 400
	index := uint64(0)
	for ; index < mostWorlds && len(unused) > 0; index++ {
		c.hostile = index%4 == 3
		m.play(t, c, index)
		for request := range m.requests {
			delete(unused, request)
		}
	}
	t.Logf("%d worlds made %d kinds of requests", index, len(m.requests))
	for request := range m.requests {
		if !allowed[request] {
			t.Errorf("%s makes a request that its role does not allow: %s %s", request.Function, request.Action, request.Resource)
		}
		if unplayed[request] != "" {
			t.Errorf("%s makes a request that none was to make: %s %s", request.Function, request.Action, request.Resource)
		}
	}
	for grant := range unplayed {
		if !allowed[grant] {
			t.Errorf("%s has a reason for what its role does not allow: %s %s", grant.Function, grant.Action, grant.Resource)
		}
	}
	for grant := range unused {
		t.Errorf("the role of %s allows what no call needs: %s %s", grant.Function, grant.Action, grant.Resource)
	}
}

// play runs a world with a topic for messages, and then has an operator ask about its calls.
func (m made) play(t *testing.T, c campaign, index uint64) {
	t.Helper()
	w, err := newWorld(c.plan(index), c.rates, nil, c.wiring, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.settings["MESSAGES_TOPIC_ARN"] = "arn:aws:sns:us-east-1:123456789012:messages"
	if err := w.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	i := w.invocation("an operator's", "", "")
	i.until = w.loop.Now().Add(time.Hour)
	limits, links := w.clients, w.clients
	m.wrap("QueueLimitFunction", &limits)
	m.wrap("LinkedCallsFunction", &links)
	_, _ = w.settings.QueueLimit(limits).Handle(i, queuelimit.Request{})
	handler := w.settings.LinkedCalls(links)
	for _, request := range []linkedcalls.Request{
		{CallSID: "CA00000000000000000000000000000001"}, {TaskSID: "WT00000000000000000000000000000001"},
		{Since: w.now().Add(-time.Hour).Format(time.RFC3339)}, {Day: w.now().Format(time.DateOnly), Format: "jsonl"},
	} {
		_, _ = handler.Handle(i, request) // a fault of the world may strike
	}
}
