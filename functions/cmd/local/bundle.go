package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"switchboard/functions/enqueue"
	stack "switchboard/functions/internal/bundle"
	"switchboard/functions/linkedcalls"
	"switchboard/shared/ledger"
	"switchboard/shared/roster"
	"switchboard/shared/simulator/clock"
)

// bundle is every function of the template in one process. What differs from a stack is what stands behind the clients:
// parameters, queue, table, Twilio and CRM.
type bundle struct {
	stack.Front
	links  linkedcalls.Handler
	queue  *queue
	patrol *patrol
}

// newBundle wires the functions as their binaries do, on the loop's clock. Twilio's REST is reached through rest, the CRM
// through desk.
func newBundle(loop *clock.Loop, settings stack.Settings, keys stack.Parameters, rest, desk http.RoundTripper, logger *slog.Logger) *bundle {
	return bundleOf(loop, settings, stack.Clients{
		Parameters: keys, Table: &ledger.Memory{}, Roster: &roster.Memory{}, REST: rest, CRM: desk, Pause: noPause, Now: loop.Now, Logger: logger,
	})
}

func bundleOf(loop *clock.Loop, settings stack.Settings, clients stack.Clients) *bundle {
	queue := &queue{loop: loop}
	clients.Queue = queue
	queue.consumer = settings.Bridge(clients)
	return &bundle{
		Front: settings.Front(clients), links: settings.LinkedCalls(clients), queue: queue,
		patrol: &patrol{loop: loop, sweeper: settings.Sweeper(clients)},
	}
}

// demoSettings are what the demo's calls are taken with; a scenario changes some of them.
func demoSettings(mode string) stack.Settings {
	return stack.Settings{
		AccountSID: accountSID, WorkspaceSID: workspaceSID, WorkflowSID: workflowSID,
		AvailableActivitySID: availableSID, PostWorkActivitySID: wrappingUpSID, RejectActivitySID: unavailableSID, OfflineActivitySID: offlineSID,
		MissedCallPause: missedCallPause, MissedCallLimit: missedCallLimit, SecretsPrefix: "/switchboard",
		Deferred: mode == "deferred", Gate: true, Ring: workerRing, ReservationTimeout: reservationTimeout, WrapUp: aws.Duration(wrapUp),
		NumberAttributes: enqueue.NumberAttributes{ourNumber: json.RawMessage(`{"skill":"billing"}`), "*": json.RawMessage(`{"skill":"general"}`)},
		QueueMaxSize:     100,
		MusicURL:         musicURL, CRMURL: "https://crm.example/calls", BaseURL: "https://switchboard.example",
	}
}

// noPause lets retries follow at once: the loop's time stands still while a function runs.
func noPause(ctx context.Context, _ time.Duration) error { return ctx.Err() }
