// Package alarms has each alarm of template.yaml ring: it evaluates their expressions over metrics
// that the functions wrote in simulated calls, and over those that AWS makes.
package alarms

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"encoding/json"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/calls"
	"switchboard/functions/internal/inprocess"
	"switchboard/functions/internal/templatetest"
	"switchboard/functions/internal/trigger"
	"switchboard/shared/metric"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/script"
)

const (
	day     = 30 * time.Minute
	callers = 12
)

// desk is a simulated desk whose metrics and log lines are recorded.
type desk struct {
	t        *testing.T
	template map[string]any
	recorded store
	loop     *clock.Loop
}

// fault changes a desk; nil fields change nothing.
type fault struct {
	settings func(bundle.Environment)
	clients  func(*bundle.Clients)
	queue    func(*trigger.Queue)
	deserted bool // there is no worker
}

// lines gives each written line to record.
type lines struct {
	desk   *desk
	record func(line []byte, at time.Time)
}

func (l lines) Write(text []byte) (int, error) {
	for line := range bytes.Lines(text) {
		l.record(line, l.desk.loop.Now())
	}
	return len(text), nil
}

// record runs half an hour with twelve callers, and returns what CloudWatch has of it.
func record(t *testing.T, template map[string]any, with fault) store {
	t.Helper()
	d := &desk{t: t, template: template, recorded: store{}, loop: clock.NewVirtual(account.Morning)}
	settings := account.Settings("deferred")
	settings["METRICS_NAMESPACE"], settings["CRM_URL"], settings["WRAP_UP_SECONDS"] = namespace, "", "5"
	if with.settings != nil {
		with.settings(settings)
	}
	clients := bundle.Clients{
		Parameters: account.Secrets(1),
		Metrics:    lines{d, func(line []byte, at time.Time) { d.recorded.embedded(t, line, at) }},
		Logger: slog.New(slog.NewJSONHandler(lines{d, func(line []byte, at time.Time) {
			var members map[string]any
			if err := json.Unmarshal(line, &members); err != nil {
				t.Error(err)
			}
			d.recorded.logged(t, template, "FunctionLogs", members, at)
		}}, &slog.HandlerOptions{ReplaceAttr: lambdacontext.ReplaceAttr})),
	}
	if with.clients != nil {
		with.clients(&clients)
	}
	stack := inprocess.New(d.loop, settings, clients)
	if with.queue != nil {
		with.queue(stack.Queue)
	}
	twilio := simulator.New(stack.Config(1, nil))
	stack.Twilio.Set(twilio)
	var staff []account.Worker
	for i := range callers {
		if !with.deserted {
			staff = append(staff, account.Worker{
				Name: fmt.Sprint("Worker ", i), Contact: fmt.Sprintf("+1415555%04d", 200+i), Phones: []script.Phone{calls.PressesOne(2*time.Second, time.Minute)},
			})
		}
	}
	if _, err := account.SetUp(twilio, account.Example, account.Desk{Skill: "billing", Workers: staff}); err != nil {
		t.Fatal(err)
	}
	for i := range callers {
		twilio.CallAfter(time.Duration(i)*5*time.Second, fmt.Sprintf("+1415555%04d", 100+i), account.OurNumber, script.HangsUpAfter(15*time.Minute))
	}
	stack.Sweeps.Until = account.Morning.Add(day)
	// Where all webhooks are refused, calls stay open for the sweeper, which would run forever.
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	d.loop.After(day, stop)
	stack.Sweeps.Start(ctx)
	if err := d.loop.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d.recorded
}

// sweeps adds the runs of the sweeper, every five minutes, that AWS counts until a time.
func sweeps(recorded store, until time.Time) {
	run := recorded.aws("AWS/Lambda", "Invocations", "FunctionName", "SweeperFunction")
	for at := account.Morning.Add(-day); !at.After(until); at = at.Add(trigger.Period) {
		run(at, 1)
	}
}

// rung lists the alarms that ring at some minute of the day.
func rung(t *testing.T, template map[string]any, recorded store) []string {
	t.Helper()
	var ids []string
	for id, properties := range templatetest.Resources(template, "AWS::CloudWatch::Alarm") {
		for at := account.Morning; !at.After(account.Morning.Add(day)); at = at.Add(time.Minute) {
			if (alarm{id, properties, template}).rings(t, recorded, at) {
				ids = append(ids, id)
				break
			}
		}
	}
	slices.Sort(ids)
	return ids
}

// TestEveryAlarmRings plants one fault after another. Each rings its alarms and no others, and all
// alarms of the template are among them.
func TestEveryAlarmRings(t *testing.T) {
	t.Parallel()
	template := templatetest.Read(t)
	noon := account.Morning.Add(10 * time.Minute)
	tests := []struct {
		name  string
		fault fault
		aws   func(store) // what AWS's own metrics and the access log say
		want  []string
	}{
		{
			name: "none",
		},
		{
			name:  "another token",
			fault: fault{clients: func(c *bundle.Clients) { c.Parameters = bundle.Parameters{account.AuthToken: otherToken} }},
			want:  []string{"SignedRequestsRefusedAlarm"},
		},
		{
			name:  "no worker",
			fault: fault{deserted: true},
			want:  []string{"AbandonedAlarm", "LongWaitAlarm", "NoWorkerAlarm"},
		},
		{
			name: "a slow queue",
			fault: fault{queue: func(q *trigger.Queue) {
				receive := q.Receive
				q.Receive = func(m *trigger.Message) bool {
					q.Loop.Sleep(12 * time.Second)
					return receive(m)
				}
			}},
			want: []string{"BridgeDelayAlarm"},
		},
		{
			name: "a CRM that is down",
			fault: fault{
				settings: func(e bundle.Environment) { e["CRM_URL"] = "https://crm.example/calls" },
				clients:  func(c *bundle.Clients) { c.CRM = down{} },
			},
			want: []string{"FaultsAlarm"},
		},
		{
			name: "DynamoDB does not answer",
			aws: func(s store) {
				for range 5 {
					var line bytes.Buffer
					(&metric.Recorder{Out: &line, Namespace: namespace, Now: time.Now}).RecordService(metric.DynamoDB, metric.Count(metric.AWSErrors, 1))
					s.embedded(t, line.Bytes(), noon)
				}
			},
			want: []string{"AwsErrorsAlarm"},
		},
		{
			name: "the API throttles",
			aws: func(s store) {
				for range 5 {
					s.logged(t, template, "AccessLogs", map[string]any{"route": "POST /hold", "status": "429", "latencyMs": 1.0}, noon)
				}
			},
			want: []string{"ThrottledAlarm"},
		},
		{
			name: "Lambda throttles",
			aws: func(s store) {
				s.aws("AWS/Lambda", "Throttles", "FunctionName", "HoldFunction")(noon, 3)
				s.aws("AWS/Lambda", "Throttles", "FunctionName", "BridgeFunction")(noon, 2)
			},
			want: []string{"ThrottledAlarm"},
		},
		{
			name: "a slow assignment callback",
			aws: func(s store) {
				s.logged(t, template, "AccessLogs", map[string]any{"route": "POST /assignment", "status": "200", "latencyMs": 4200.0}, noon)
			},
			want: []string{"AssignmentLatencyAlarm"},
		},
		{
			name: "another slow webhook",
			aws: func(s store) {
				s.logged(t, template, "AccessLogs", map[string]any{"route": "POST /events", "status": "200", "latencyMs": 4200.0}, noon)
			},
		},
		{
			name: "assignments fail",
			aws:  func(s store) { s.aws("AWS/Lambda", "Errors", "FunctionName", "AssignmentFunction")(noon, 1) },
			want: []string{"AssignmentErrorsAlarm"},
		},
		{
			name: "a webhook fails",
			aws:  func(s store) { s.aws("AWS/ApiGateway", "5xx", "ApiId", "HttpApi")(noon, 1) },
			want: []string{"ApiErrorsAlarm"},
		},
		{
			name: "dead letters",
			aws: func(s store) {
				s.aws("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "BridgeDeadLetterQueue.QueueName")(noon, 1)
				s.aws("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "RecordingsDeadLetterQueue.QueueName")(noon, 1)
			},
			want: []string{"DeadLetterAlarm", "RecordingsDeadLetterAlarm"},
		},
		{
			name: "no function reads the bridge queue",
			aws: func(s store) {
				for minute := range 3 {
					s.aws("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "BridgeQueue.QueueName")(noon.Add(time.Duration(minute)*time.Minute), 4)
				}
			},
			want: []string{"BridgeQueueAlarm"},
		},
		{
			name: "the sweeper fails",
			aws: func(s store) {
				for run := range 3 {
					s.aws("AWS/Lambda", "Errors", "FunctionName", "SweeperFunction")(noon.Add(time.Duration(run)*trigger.Period), 1)
				}
			},
			want: []string{"SweeperErrorsAlarm"},
		},
		{
			name: "the sweeper does not run",
			aws: func(s store) {
				delete(s, key("AWS/Lambda", "Invocations", map[string]string{"FunctionName": "SweeperFunction"}))
			},
			want: []string{"SweeperSilentAlarm"},
		},
	}
	untouched := templatetest.Resources(template, "AWS::CloudWatch::Alarm")
	for _, test := range tests {
		recorded := store{}
		if test.aws == nil {
			recorded = record(t, template, test.fault)
		}
		sweeps(recorded, account.Morning.Add(day))
		if test.aws != nil {
			test.aws(recorded)
		}
		got := rung(t, template, recorded)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s rings %q, want %q", test.name, got, test.want)
		}
		for _, id := range got {
			delete(untouched, id)
		}
	}
	for id := range untouched {
		t.Errorf("%s never rang", id)
	}
}

const otherToken = "ffffffffffffffffffffffffffffffff"

// down is a CRM that does not answer.
type down struct{}

// RoundTrip implements http.RoundTripper.
func (down) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("connection refused")
}
