package main

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"time"

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
func newBundle(loop *clock.Loop, settings stack.Environment, keys stack.Parameters, rest, desk http.RoundTripper, logger *slog.Logger) *bundle {
	return bundleOf(loop, settings, stack.Clients{
		Parameters: keys, Table: &ledger.Memory{}, Roster: &roster.Memory{}, REST: rest, CRM: desk, Pause: noPause, Now: loop.Now, Logger: logger,
	})
}

func bundleOf(loop *clock.Loop, settings stack.Environment, clients stack.Clients) *bundle {
	queue := &queue{loop: loop}
	clients.Queue = queue
	queue.consumer = settings.Bridge(clients)
	return &bundle{
		Front: settings.Front(clients), links: settings.LinkedCalls(clients), queue: queue,
		patrol: &patrol{loop: loop, sweeper: settings.Sweeper(clients)},
	}
}

// demoSettings are what the demo's calls are taken with; a scenario changes some of them.
func demoSettings(mode string) stack.Environment {
	return stack.Environment{
		"TWILIO_ACCOUNT_SID": accountSID, "WORKSPACE_SID": workspaceSID, "WORKFLOW_SID": workflowSID, "SECRETS_PREFIX": "/switchboard",
		"AVAILABLE_ACTIVITY_SID": availableSID, "POST_WORK_ACTIVITY_SID": wrappingUpSID, "REJECT_ACTIVITY_SID": unavailableSID,
		"OFFLINE_ACTIVITY_SID": offlineSID, "MISSED_CALL_PAUSE_SECONDS": seconds(missedCallPause),
		"MISSED_CALL_LIMIT": strconv.Itoa(missedCallLimit), "BRIDGE_MODE": mode, "WORKER_GATE": "press-1",
		"WORKER_RING_SECONDS": seconds(workerRing), "RESERVATION_TIMEOUT_SECONDS": seconds(reservationTimeout),
		"WRAP_UP_SECONDS": seconds(wrapUp), "QUEUE_MAX_SIZE": "100", "HOLD_MUSIC_URL": musicURL,
		"NUMBER_ATTRIBUTES": `{"` + ourNumber + `":{"skill":"billing"},"*":{"skill":"general"}}`,
		"CRM_URL":           "https://crm.example/calls", "CRM_FAILURE": "reject", "END_STUCK_TASKS": "no",
		"PUBLIC_BASE_URL": "https://switchboard.example",
	}
}

func seconds(d time.Duration) string { return strconv.Itoa(int(d / time.Second)) }

// noPause lets retries follow at once: the loop's time stands still while a function runs.
func noPause(ctx context.Context, _ time.Duration) error { return ctx.Err() }
