// Command campaign runs many calls through the whole bundle against a hostile simulated Twilio, in
// virtual time. After each call it checks the rules of the design.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"switchboard/functions/internal/program"
)

var errBroken = errors.New("rules were broken")

func main() {
	// Most worlds are small and short-lived, so collecting rarely is cheap. The memory limit is for
	// the few large ones.
	debug.SetGCPercent(1000)
	debug.SetMemoryLimit(1 << 30)
	program.Main(run)
}

func run(ctx context.Context, arguments []string, out, progress io.Writer) (err error) {
	r := defaultRates()
	c := campaign{rates: &r}
	flags := flag.NewFlagSet("campaign", flag.ContinueOnError)
	flags.Uint64Var(&c.seed, "seed", 1, "seed that decides every world")
	calls := flags.Int("calls", 1_000_000, "number of callers")
	call := flags.Int("call", -1, "run only the world with this index")
	verbose := flags.Bool("v", false, "print the timeline of that world")
	endpoint := flags.String("ledger", "", "URL of a DynamoDB endpoint for the ledger; empty = memory")
	flags.BoolVar(&c.hostile, "hostile", true, "let operators, other programs, a CRM and scripts act against the functions")
	requests := flags.Bool("requests", true, "let callers ask to be called back, and leave messages that become tasks")
	if err := program.Parse(flags, arguments, 0, progress); err != nil {
		return err
	}
	c.noRequests = !*requests
	if *calls < 1 {
		return fmt.Errorf("-calls %d: want 1 or more", *calls)
	}
	if *endpoint != "" {
		if c.table, err = createTable(ctx, *endpoint); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, c.table.drop(ctx)) }()
	}
	if *call >= 0 {
		return c.replay(ctx, out, uint64(*call), *verbose)
	}
	result, err := c.run(ctx, *calls, runtime.GOMAXPROCS(0), progress)
	if err != nil {
		return err
	}
	err = result.report(ctx, out, c)
	if ctx.Err() != nil {
		err = errors.Join(err, fmt.Errorf("interrupted after %d of %d calls", result.Calls, *calls))
	}
	return err
}
