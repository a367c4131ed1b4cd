package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	stack "switchboard/functions/internal/bundle"
	"switchboard/functions/linkedcalls"
	"switchboard/shared/crm"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/wire"
)

// take is one call as it was taken: what happened, and what the functions say of it.
type take struct {
	Call     call
	Base     string // the bundle's address
	Entries  []simulator.Entry
	Start    time.Time
	World    *world
	Link     linkedcalls.Link // from the ledger
	Logs     []byte           // what the functions logged; empty where they are in a deployed stack
	Dead     []string         // bodies in the dead-letter queue; likewise
	Suffered bool             // the call's fault did happen
	Broken   []string         // rules that were broken
}

// kindCRM is the CRM step's line among the simulated Twilio's.
const kindCRM simulator.Kind = "crm"

// note adds the CRM's answer to what happened.
func (t *take) note(at time.Time, document crm.Document, status int) {
	t.Entries = append(t.Entries, simulator.Entry{
		At: at, Kind: kindCRM, CallSID: document.Caller.CallSID, TaskSID: document.Task.SID, ReservationSID: document.Reservation.SID,
		Text: fmt.Sprintf("CRM is told that %s will be called", document.Worker.Contact), Status: status,
	})
}

// inProcess takes a call through the bundle in this process, in virtual time. Each of alter may change the bundle before
// the call.
func inProcess(ctx context.Context, c call, seed uint64, alter ...func(*bundle)) (*take, error) {
	loop := clock.NewVirtual(time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC))
	taken := &take{Call: c, Base: "https://switchboard.example", Start: loop.Now()}
	keys := madeUpSecrets(seed)
	var logs bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&logs, nil))
	desk := &desk{secret: keys["/switchboard/crm-secret"]}
	desk.trace = func(document crm.Document, status int) { taken.note(loop.Now(), document, status) }
	desk.failFor(c.CRM)

	// Twilio calls the bundle and the bundle calls Twilio: one of the two has to come first.
	var web, rest swap
	bundle := newBundle(loop, demoSettings(c.Mode), keys, wire.InProcess(&rest), wire.InProcess(desk), logger)
	for _, change := range alter {
		change(bundle)
	}
	web.set(bundle)
	world, err := newWorld(simulator.Config{
		AuthToken: keys["/switchboard/auth-token"], Seed: seed, Loop: loop, Web: wire.InProcess(&web),
		Trace: func(entry simulator.Entry) {
			if !bundle.patrol.busy {
				taken.Entries = append(taken.Entries, entry)
			}
		},
	}, c, exampleStack(taken.Base))
	if err != nil {
		return nil, err
	}
	rest.set(world)
	taken.World = world
	refused, err := forge(&web, taken.Base)
	if err != nil {
		return nil, err
	}
	world.dial()
	bundle.patrol.start(ctx)
	if err := loop.Run(ctx); err != nil {
		return nil, err
	}
	report, err := bundle.links.Handle(ctx, linkedcalls.Request{CallSID: world.line.CallSID()})
	if err != nil {
		return nil, err
	}
	if len(report.Calls) == 1 {
		taken.Link = report.Calls[0]
	}
	taken.Logs, taken.Dead = logs.Bytes(), bundle.queue.dead
	taken.Broken = append(refused, taken.broken(keys)...)
	taken.checkWorkers(checkInto(&taken.Broken))
	for _, finding := range bundle.patrol.mended() {
		taken.Broken = append(taken.Broken, "the sweeper found: "+finding)
	}
	return taken, nil
}

// madeUpSecrets are different for each seed, so that one that got into a log or an answer would be found.
func madeUpSecrets(seed uint64) stack.Parameters {
	return stack.Parameters{
		"/switchboard/auth-token": fmt.Sprintf("%032x", 0x9e3779b97f4a7c15*(seed+1)),
		"/switchboard/crm-secret": "whsec_c2lnbnMgd2hhdCB0aGUgQ1JNIGlzIHRvbGQ=",
	}
}

// swap is a handler that can be set, and replaced, after others have got hold of it.
type swap struct{ handler atomic.Pointer[http.Handler] }

func (s *swap) set(handler http.Handler) { s.handler.Store(&handler) }

// ServeHTTP implements http.Handler.
func (s *swap) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if handler := s.handler.Load(); handler != nil {
		(*handler).ServeHTTP(w, r)
		return
	}
	http.Error(w, "no call is being taken", http.StatusServiceUnavailable)
}
