// Command campaign runs many calls through the whole bundle against a hostile simulated Twilio, in
// virtual time. After each call it checks the rules of the design.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
)

var errBroken = errors.New("rules were broken")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// Most worlds are small and short-lived, so collecting rarely is cheap. The memory limit is for
	// the few large ones.
	debug.SetGCPercent(1000)
	debug.SetMemoryLimit(1 << 30)
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, err)
		stop()
		os.Exit(1)
	}
}

// options are the program's flags.
type options struct {
	seed    uint64
	calls   int
	call    int
	verbose bool
	json    bool
	ledger  string
	hostile bool
}

func parse(arguments []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("campaign", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Uint64Var(&o.seed, "seed", 1, "seed that decides every world")
	flags.IntVar(&o.calls, "calls", 1_000_000, "number of callers")
	flags.IntVar(&o.call, "call", -1, "run only the world with this index")
	flags.BoolVar(&o.verbose, "v", false, "print the timeline of that world")
	flags.BoolVar(&o.json, "json", false, "write the result as one JSON document")
	flags.StringVar(&o.ledger, "ledger", "", "URL of a DynamoDB endpoint for the ledger; empty = memory")
	flags.BoolVar(&o.hostile, "hostile", true, "let operators, other programs, a CRM and scripts act against the functions")
	if err := flags.Parse(arguments); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unknown argument %q: see -help", flags.Arg(0))
	}
	if o.calls < 1 {
		return o, fmt.Errorf("-calls %d: want 1 or more", o.calls)
	}
	return o, nil
}

func run(ctx context.Context, arguments []string, out, progress io.Writer) (err error) {
	o, err := parse(arguments, progress)
	if err != nil {
		return err
	}
	r := defaultRates()
	c := campaign{seed: o.seed, rates: &r, wiring: soundWiring(), hostile: o.hostile}
	if o.ledger != "" {
		if c.table, err = createTable(ctx, o.ledger); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, c.table.drop(ctx)) }()
	}
	if o.call >= 0 {
		return c.replay(ctx, out, uint64(o.call), o.verbose)
	}
	result, err := c.run(ctx, o.calls, runtime.GOMAXPROCS(0), progress)
	if err != nil {
		return err
	}
	err = result.report(ctx, out, c, o.json)
	if ctx.Err() != nil {
		err = errors.Join(err, fmt.Errorf("interrupted after %d of %d calls", result.Calls, o.calls))
	}
	return err
}
