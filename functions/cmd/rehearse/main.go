// Command rehearse is the simulated Twilio and CRM of a rehearsal, in real time. .ci/rehearse.py
// starts it, drives it over HTTP, and does what needs AWS.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/calls"
	"switchboard/functions/internal/program"
)

func main() {
	program.Main(func(ctx context.Context, arguments []string, _, stderr io.Writer) error {
		return run(ctx, arguments, os.Getenv, stderr)
	})
}

// run reads the secrets from TWILIO_AUTH_TOKEN and CRM_SECRET, and serves until ctx ends.
func run(ctx context.Context, arguments []string, getenv func(string) string, stderr io.Writer) error {
	r := rehearsal{authToken: getenv("TWILIO_AUTH_TOKEN"), crmSecret: getenv("CRM_SECRET")}
	flags := flag.NewFlagSet("rehearse", flag.ContinueOnError)
	address := flags.String("gateway", "http://127.0.0.1:4566", "URL of the deployed HTTP APIs")
	listen := flags.String("listen", "127.0.0.1:8095",
		"address to serve: Twilio's REST, the CRM below /crm, the rehearsal below /rehearsal, and an HTTPS proxy to the gateway")
	upgraded := flags.String("upgraded", "127.0.0.1:8096", "address of Twilio's REST and the CRM for the stack that is upgraded")
	certificate := flags.String("certificate", "", "write the proxy's certificate to this file")
	if err := program.Parse(flags, arguments, 0, stderr); err != nil {
		return err
	}
	if r.authToken == "" || *certificate == "" {
		return errors.New("a rehearsal needs -certificate, and the token in TWILIO_AUTH_TOKEN: see make rehearse")
	}
	r.gateway = gateway{*address}
	tunnel, err := newTunnel(r.routes(ctx), r.gateway)
	if err != nil {
		return err
	}
	if err := os.WriteFile(*certificate, tunnel.pem(), 0o600); err != nil {
		return fmt.Errorf("write the proxy's certificate: %w", err)
	}
	var served []program.Served
	for address, handler := range map[string]http.Handler{*listen: tunnel, *upgraded: r.exchange(true)} {
		listener, err := net.Listen("tcp", address)
		if err != nil {
			return fmt.Errorf("listen for the stacks' REST requests: %w", err)
		}
		served = append(served, program.Served{Listener: listener, Handler: handler})
	}
	return program.Serve(ctx, served...)
}

// plan returns the calls of a rehearsal. The first goes through the account that was empty.
func plan() []plannedCall {
	const ring, talk, wrapUp = time.Second, 2 * time.Second, 5 * time.Second // as .ci/rehearse.py deploys the stacks
	opening := calls.Demo(ring, talk, account.WrapUp)[0]
	opening.Title, opening.From = "An account that was empty; twilioctl has set it up", "+14155550109"
	planned := append([]plannedCall{{Call: opening}}, faultyCalls(ring, talk)...)
	// The last caller, who chooses Spanish, hears a prompt that .ci/rehearse.py has changed.
	for _, call := range slices.Concat(calls.Returns(ring, talk), []calls.Call{calls.Message(ring), calls.CallBack(ring, talk)}, calls.Demo(ring, talk, wrapUp)) {
		planned = append(planned, plannedCall{Call: call})
	}
	return slices.Concat(planned, deployedCalls(upgrade, 0, ring, talk), deployedCalls(rollBack, 50, ring, talk))
}
