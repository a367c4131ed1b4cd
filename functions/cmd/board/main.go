// Command board shows the wallboard of a simulated desk of 25 workers, in a browser or as text. It
// is what twilioctl board shows of a real one.
package main

import (
	"context"
	"encoding/json"
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
	// The desk opened some time ago, so that there is something to see.
	busy, err := busydesk.Open(ctx, *seed, time.Now().Add(-busydesk.Busy))
	if err != nil {
		return err
	}
	if err := busy.RunFor(ctx, busydesk.Busy); err != nil {
		return fmt.Errorf("run the simulated desk: %w", err)
	}
	board := desk.Board(desk.Shown{
		Access: desk.Access{AccountSID: account.SID, AuthToken: busy.Twilio.AuthToken(), Transport: busy.REST()},
		Name:   busydesk.Name, WorkspaceSID: account.WorkspaceSID, WorkflowSID: account.WorkflowSID, Parameters: busy.Parameters(),
		Ledger: busy.Ledger, Roster: busy.Roster, Alarms: busy, Now: busy.Now,
	})
	if *once {
		board.Start(ctx)
		board.Wait()
		shown, _ := board.Snapshot()
		if *asJSON {
			return json.NewEncoder(stdout).Encode(shown)
		}
		return shown.WriteText(stdout)
	}
	listener, err := localpage.Listen("-listen", *listen)
	if err != nil {
		return err
	}
	page, handler := board.Page(listener.Addr().String())
	fmt.Fprintf(stdout, "board of a simulated desk: %s (stop with ^C)\n", page.URL())
	second := time.NewTicker(time.Second)
	defer second.Stop()
	go func() {
		for ; ctx.Err() == nil; <-second.C {
			_ = busy.RunFor(ctx, time.Second)
			board.Start(ctx)
		}
	}()
	return program.Serve(ctx, program.Served{Listener: listener, Handler: handler})
}
