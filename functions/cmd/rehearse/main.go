// Command rehearse runs calls through deployed stacks in real time, while it plants faults. `make
// rehearse` starts it, and does for it what needs AWS.
package main

import (
	"context"
	"flag"
	"io"
	"os"
	"slices"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/calls"
	"switchboard/functions/internal/program"
)

func main() {
	program.Main(func(ctx context.Context, arguments []string, stdout, stderr io.Writer) error {
		return run(ctx, arguments, os.Getenv, os.Stdin, stdout, stderr)
	})
}

// run reads the secrets from TWILIO_AUTH_TOKEN and CRM_SECRET.
func run(
	ctx context.Context, arguments []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer,
) error {
	r := rehearsal{
		authToken: getenv("TWILIO_AUTH_TOKEN"),
		crmSecret: getenv("CRM_SECRET"),
		operator:  newOperator(stdin, stdout),
		report:    calls.Report{Out: stdout, Wire: true},
	}
	flags := flag.NewFlagSet("rehearse", flag.ContinueOnError)
	flags.Uint64Var(&r.seed, "seed", 1, "seed that decides every SID and latency of the simulated Twilio")
	flags.BoolVar(&r.report.JSON, "json", false, "print one JSON document instead of timelines and a table")
	flags.StringVar(&r.gateway.address, "gateway", "http://127.0.0.1:4566", "URL of the deployed HTTP APIs")
	flags.StringVar(&r.listen, "listen", "127.0.0.1:8095",
		"address to serve: Twilio's REST, the CRM below /crm, and an HTTPS proxy to the gateway")
	flags.StringVar(&r.certificate, "certificate", "", "write the proxy's certificate to this file")
	if err := program.Parse(flags, arguments, 0, stderr); err != nil {
		return err
	}
	const ring, talk, wrapUp = time.Second, 2 * time.Second, 5 * time.Second // as .ci/rehearse.py deploys the stacks
	planned := faultyCalls(ring, talk)
	for _, call := range slices.Concat(calls.Returns(ring, talk), calls.Demo(ring, talk, wrapUp)) {
		planned = append(planned, plannedCall{Call: call})
	}
	if err := r.run(ctx, openingCall(ring, talk), planned); err != nil {
		return err
	}
	return r.report.Close()
}

// openingCall is the call through the account that the operator has set up.
func openingCall(ring, talk time.Duration) calls.Call {
	opening := calls.Demo(ring, talk, account.WrapUp)[0]
	opening.Title, opening.From = "An account that was empty; twilioctl has set it up", "+14155550109"
	return opening
}
