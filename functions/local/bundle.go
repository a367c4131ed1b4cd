package main

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"switchboard/functions/enqueue"
	"switchboard/functions/linkedcalls"
	"switchboard/functions/local/stack"
	"switchboard/shared/ledger"
	"switchboard/shared/simulator"
)

// bundle is every function of the template in one process. What differs from a stack is what stands behind the clients:
// parameters, queue, table, Twilio and CRM.
type bundle struct {
	stack.Front
	links linkedcalls.Handler
	queue *queue
}

// newBundle wires the functions as their binaries do, for the settings of a call, on the loop's clock. Twilio's REST is
// reached through rest, the CRM through desk.
func newBundle(loop *simulator.Loop, call call, keys stack.Parameters, rest, desk http.RoundTripper, logger *slog.Logger) *bundle {
	attributes, err := enqueue.ParseNumberAttributes(numberAttributes)
	if err != nil {
		panic(err) // a constant of this program
	}
	settings := stack.Settings{
		AccountSID: accountSID, WorkspaceSID: workspaceSID, WorkflowSID: workflowSID,
		PostWorkActivitySID: wrappingUpSID, RejectActivitySID: unavailableSID, SecretsPrefix: "/switchboard",
		Deferred: call.Mode == "deferred", Gate: true, Ring: workerRing, ReservationTimeout: reservationTimeout, WrapUp: aws.Duration(wrapUp),
		NumberAttributes: attributes, MusicURL: musicURL, CRMURL: "https://crm.example/calls",
	}
	queue := &queue{loop: loop}
	clients := stack.Clients{
		Parameters: keys, Table: &ledger.Memory{}, Queue: queue, REST: rest, CRM: desk, Pause: noPause, Now: loop.Now, Logger: logger,
	}
	queue.consumer = settings.Bridge(clients)
	return &bundle{Front: settings.Front(clients), links: settings.LinkedCalls(clients), queue: queue}
}

// noPause lets retries follow at once: the loop's time stands still while a function runs.
func noPause(ctx context.Context, _ time.Duration) error { return ctx.Err() }
