package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"switchboard/functions/assignment"
	"switchboard/functions/bridge"
	"switchboard/functions/enqueue"
	"switchboard/functions/hold"
	"switchboard/functions/linkedcalls"
	"switchboard/functions/survey"
	"switchboard/functions/taskevents"
	"switchboard/functions/worker"
	"switchboard/shared/crm"
	"switchboard/shared/deferred"
	"switchboard/shared/ledger"
	"switchboard/shared/secrets"
	"switchboard/shared/simulator"
	"switchboard/shared/twilio"
	"switchboard/shared/webhook"
)

// bundle is every function of the template in one process. What differs from a stack is what stands behind the clients:
// parameters, queue, table, Twilio and CRM.
type bundle struct {
	front
	links linkedcalls.Handler
	queue *queue
}

// newBundle wires the functions as their binaries do, for the settings of a call, on the loop's clock. Twilio's REST is
// reached through rest, the CRM through desk.
func newBundle(loop *simulator.Loop, call call, keys parameters, rest, desk http.RoundTripper, logger *slog.Logger) *bundle {
	store := &secrets.Store{Client: keys, Prefix: "/switchboard", Now: loop.Now}
	edge := webhook.Edge{Secrets: store, Logger: logger}
	calls := ledger.Ledger{Store: &ledger.Memory{}, Now: loop.Now}
	client := twilio.NewClient(accountSID, workspaceSID, "", store)
	client.Transport = rest
	client.Pause = noPause
	queue := &queue{loop: loop}
	queue.consumer = bridge.Handler{
		Ledger: calls, Voice: client, Tasks: client,
		CRM:  crm.Step{URL: "https://crm.example/calls", Secrets: store, Transport: desk, Now: loop.Now, Logger: logger},
		Gate: true, Ring: workerRing, RejectActivitySID: unavailableSID, Now: loop.Now, Logger: logger,
	}
	work := deferred.Queue{Client: queue, URL: "https://sqs.example/BridgeQueue"}
	assign := assignment.Handler{
		Edge: edge, WorkspaceSID: workspaceSID, Deferred: call.Mode == "deferred", Queue: work,
		PostWorkActivitySID: wrappingUpSID, RejectActivitySID: unavailableSID,
		Ring: workerRing, ReservationTimeout: reservationTimeout, Now: loop.Now, Logger: logger,
	}
	attributes, err := enqueue.ParseNumberAttributes(numberAttributes)
	if err != nil {
		panic(err) // a constant of this program
	}
	ask := survey.Handler{Edge: edge, Ledger: calls, Voice: client, Logger: logger}
	return &bundle{
		front: front{
			"/enqueue":             enqueue.Handler{Edge: edge, WorkflowSID: workflowSID, Attributes: attributes, Logger: logger}.Handle,
			"/hold":                hold.Handler{Edge: edge, MusicURL: musicURL}.Handle,
			"/assignment":          assign.Handle,
			"/assignment/fallback": assign.Handle,
			"/worker/": worker.Handler{Edge: edge, Ledger: calls, Twilio: client,
				PostWorkActivitySID: wrappingUpSID, RejectActivitySID: unavailableSID, Logger: logger}.Handle,
			"/survey":  ask.Handle,
			"/survey/": ask.Handle,
			"/events": taskevents.Handler{Edge: edge, Ledger: calls, Voice: client, Queue: work,
				WorkflowSID: workflowSID, WrapUp: aws.Duration(wrapUp), Logger: logger}.Handle,
		},
		links: linkedcalls.Handler{Ledger: calls, Events: client, WorkflowSID: workflowSID, Now: loop.Now, Logger: logger},
		queue: queue,
	}
}

// noPause lets retries follow at once: the loop's time stands still while a function runs.
func noPause(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// parameters stands in for SSM, by full name.
type parameters map[string]string

// GetParameters implements secrets.Parameters.
func (p parameters) GetParameters(_ context.Context, input *ssm.GetParametersInput, _ ...func(*ssm.Options)) (*ssm.GetParametersOutput, error) {
	if !aws.ToBool(input.WithDecryption) {
		return nil, errors.New("a SecureString read without decryption is of no use")
	}
	var output ssm.GetParametersOutput
	for _, name := range input.Names {
		if value, found := p[name]; found {
			output.Parameters = append(output.Parameters, types.Parameter{Name: aws.String(name), Value: aws.String(value)})
		} else {
			output.InvalidParameters = append(output.InvalidParameters, name)
		}
	}
	return &output, nil
}
