// Command board shows the wallboard of a simulated desk of 25 workers, in a browser or as text. It
// is what twilioctl board shows of a real one.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"switchboard/functions/cmd/twilioctl/desk"
	"switchboard/functions/internal/account"
	"switchboard/functions/internal/busydesk"
	"switchboard/functions/internal/localpage"
	"switchboard/functions/internal/program"
)

func main() { program.Main(run) }

func run(ctx context.Context, arguments []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("board", flag.ContinueOnError)
	listen := flags.String("listen", "127.0.0.1:8091", "loopback address of the page")
	once := flags.Bool("once", false, "print the board as text, and end")
	asJSON := flags.Bool("json", false, "with -once, print JSON")
	seed := flags.Uint64("seed", 1, "seed that decides what everyone does")
	if err := program.Parse(flags, arguments, 0, stderr); err != nil {
		return err
	}
	if *asJSON && !*once {
		return errors.New("-json needs -once")
	}
	if *once {
		return printOnce(ctx, *seed, *asJSON, stdout)
	}
	listener, err := localpage.Listen("-listen", *listen)
	if err != nil {
		return err
	}
	busy, err := open(ctx, *seed)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	board := desk.Board(shown(busy))
	page, handler := board.Page(listener.Addr().String())
	fmt.Fprintf(stdout, "board of a simulated desk: %s (stop with ^C)\n", page.URL())
	go live(ctx, busy, board.Start)
	return program.Serve(ctx, program.Served{Listener: listener, Handler: handler})
}

// printOnce prints the board as text, or as JSON.
func printOnce(ctx context.Context, seed uint64, asJSON bool, stdout io.Writer) error {
	busy, err := open(ctx, seed)
	if err != nil {
		return err
	}
	board := desk.Board(shown(busy))
	board.Start(ctx)
	board.Wait()
	now, _ := board.Snapshot()
	if asJSON {
		return json.NewEncoder(stdout).Encode(now)
	}
	return now.WriteText(stdout)
}

// live lets the desk's time pass as the machine's does, and calls read each second.
func live(ctx context.Context, busy *busydesk.Desk, read func(context.Context)) {
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for {
		_ = busy.RunFor(ctx, time.Second) // it fails only if ctx ends
		read(ctx)
		select {
		case <-ctx.Done():
			return
		case <-second.C:
		}
	}
}

// open returns a desk that opened some time ago, so that there is something to see.
func open(ctx context.Context, seed uint64) (*busydesk.Desk, error) {
	busy, err := busydesk.Open(ctx, seed, time.Now().Add(-busydesk.Busy))
	if err != nil {
		return nil, err
	}
	if err := busy.RunFor(ctx, busydesk.Busy); err != nil {
		return nil, fmt.Errorf("run the simulated desk: %w", err)
	}
	return busy, nil
}

// shown is what the board shows of the desk.
func shown(busy *busydesk.Desk) desk.Shown {
	return desk.Shown{
		Access: desk.Access{AccountSID: account.SID, AuthToken: busy.Twilio.AuthToken(), Transport: busy.REST()},
		Name:   busydesk.Name, WorkspaceSID: account.WorkspaceSID, WorkflowSID: account.WorkflowSID, Parameters: busy.Parameters(),
		Ledger: busy.Ledger, Roster: busy.Roster, Alarms: busy, Now: busy.Now,
	}
}
