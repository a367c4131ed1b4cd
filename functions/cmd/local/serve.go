package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	stack "switchboard/functions/internal/bundle"
	"switchboard/shared/crm"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/script"
	"switchboard/shared/simulator/wire"
)

// exampleToken is the auth token of Twilio's documentation; the files in events/ are signed with it.
const exampleToken = "12345"

// exampleWorkerSID is the worker's in events/.
const exampleWorkerSID = "WK00000000000000000000000000000001"

// serve answers Twilio's REST at an address: for twilioctl with an empty account, or for a function that runs alone, `sam local invoke`.
func serve(ctx context.Context, out io.Writer, address string, seed uint64, empty bool) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("serve Twilio's REST, as with -serve 127.0.0.1:8095: %w", err)
	}
	defer listener.Close()
	loop := clock.NewReal()
	twilio := newAccount(simulator.Config{AuthToken: exampleToken, Seed: seed, Loop: loop})
	if !empty {
		world, err := newWaiting(loop, seed)
		if err != nil {
			return err
		}
		world.dial()
		twilio = world.Twilio
	}
	server := &http.Server{Handler: twilio, ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { _ = loop.Run(ctx) }()
	fmt.Fprintf(out, "a simulated Twilio answers REST at http://%s for account %s, auth token %s; stop it with ^C\n", listener.Addr(), accountSID, exampleToken)
	select {
	case err := <-failed:
		return fmt.Errorf("serve Twilio's REST: %w", err)
	case <-ctx.Done():
		return server.Close()
	}
}

// newWaiting is an account in which one caller waits, so that the workflow's queue is there, and which has one worker, who is
// not skilled for that caller: for the functions by which workers sign on and off.
func newWaiting(loop *clock.Loop, seed uint64) (*world, error) {
	waits := call{Mode: "deferred", From: "+14155550101", Caller: []script.Step{script.StaysOn()}}
	keys := stack.Parameters{"/switchboard/auth-token": exampleToken}
	var web swap
	world, err := newWorld(simulator.Config{
		AuthToken: exampleToken, Seed: seed, Loop: loop, Web: wire.InProcess(&web),
		Pace: simulator.Pace{Patience: 24 * time.Hour},
	}, waits, exampleStack("https://switchboard.example"))
	if err != nil {
		return nil, err
	}
	if _, err := world.AddWorker(simulator.Worker{
		SID: exampleWorkerSID, Name: "Alice", Attributes: `{"contact_uri":"+14155550199"}`, Activity: offlineSID,
	}); err != nil {
		return nil, err
	}
	desk := &desk{trace: func(crm.Document, int) {}}
	web.set(newBundle(loop, demoSettings(waits.Mode), keys, wire.InProcess(world), wire.InProcess(desk), slog.New(slog.DiscardHandler)))
	return world, nil
}
