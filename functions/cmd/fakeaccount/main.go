// Command fakeaccount serves Twilio's REST API for a simulated account, for twilioctl or for a
// function that runs alone under `sam local invoke`.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/fakecrm"
	"switchboard/functions/internal/inprocess"
	"switchboard/functions/internal/program"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/script"
	"switchboard/shared/simulator/wire"
)

// authToken is the example of Twilio's documentation. The files in events/ are signed with it.
const authToken = "12345"

// workerSID is the SID of the worker in events/.
const workerSID = "WK00000000000000000000000000000001"

func main() { program.Main(run) }

func run(ctx context.Context, arguments []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("fakeaccount", flag.ContinueOnError)
	address := flags.String("listen", "127.0.0.1:8095", "address to serve")
	empty := flags.Bool("empty", false, "serve an account that has only a number, without a waiting caller and a worker")
	seed := flags.Uint64("seed", 1, "seed that decides every SID and latency of the simulated Twilio")
	if err := program.Parse(flags, arguments, 0, stderr); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *address)
	if err != nil {
		return fmt.Errorf("listen for REST requests, as with -listen 127.0.0.1:8095: %w", err)
	}
	config := simulator.Config{AuthToken: authToken, Seed: *seed, Loop: clock.NewReal()}
	twilio := account.NewEmpty(config)
	if !*empty {
		if twilio, err = newWaiting(config); err != nil {
			return errors.Join(err, listener.Close())
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { _ = config.Loop.Run(ctx) }()
	fmt.Fprintf(stdout, "a simulated Twilio answers REST at http://%s for account %s, auth token %s; stop it with ^C\n",
		listener.Addr(), account.SID, authToken)
	return program.Serve(ctx, program.Served{Listener: listener, Handler: twilio})
}

// newWaiting returns an account in which one caller waits, so that the workflow's queue exists. Its
// one worker lacks the skill for that caller, and exists for the functions by which workers sign on
// and off.
func newWaiting(config simulator.Config) (*simulator.Twilio, error) {
	parameters := account.Secrets(1)
	parameters[account.AuthToken] = authToken
	process := inprocess.New(config.Loop, account.Settings("deferred"), bundle.Clients{
		Parameters: parameters,
		CRM:        wire.InProcess(&fakecrm.CRM{}),
	})
	config.AccountSID, config.WorkspaceSID = account.SID, account.WorkspaceSID
	config.Web, config.Pace = wire.InProcess(process), simulator.Pace{Patience: 24 * time.Hour}
	twilio := simulator.New(config)
	process.Twilio.Set(twilio)
	if _, err := account.SetUp(twilio, account.Example, account.Desk{Skill: "billing"}); err != nil {
		return nil, err
	}
	if _, err := twilio.AddWorker(simulator.Worker{
		SID:        workerSID,
		Name:       "Alice",
		Attributes: `{"contact_uri":"+14155550199"}`,
		Activity:   account.OfflineSID,
	}); err != nil {
		return nil, err
	}
	twilio.CallAfter(time.Second, "+14155550101", account.OurNumber, script.StaysOn())
	return twilio, nil
}
