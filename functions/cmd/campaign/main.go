// Command campaign takes a great many calls through the whole bundle with a hostile simulated
// Twilio, in virtual time, and checks after each that the rules of the design were kept.
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
	"runtime/pprof"
	"syscall"
)

// failure is an error that is told apart by its text.
type failure string

func (f failure) Error() string { return string(f) }

const errBroken failure = "rules were broken"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
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
	workers int
	faults  string
	ledger  string
	profile string
	hostile bool
}

func parse(arguments []string, errors io.Writer) (options, rates, error) {
	var o options
	r := defaultRates()
	flags := flag.NewFlagSet("campaign", flag.ContinueOnError)
	flags.SetOutput(errors)
	flags.Uint64Var(&o.seed, "seed", 1, "decides everything")
	flags.IntVar(&o.calls, "calls", 1_000_000, "how many callers call")
	flags.IntVar(&o.call, "call", -1, "take only the call of this index, with those who call beside it")
	flags.BoolVar(&o.verbose, "v", false, "tell the timeline of that call")
	flags.BoolVar(&o.json, "json", false, "write the result as one JSON document")
	flags.IntVar(&o.workers, "workers", runtime.GOMAXPROCS(0), "how many worlds run at once")
	flags.StringVar(&o.faults, "faults", "", "rates that differ from the defaults: name=rate,… or none, or all=rate")
	flags.StringVar(&o.ledger, "ledger", "", "address of a DynamoDB that keeps the ledger in a table of its own; without it memory does")
	flags.StringVar(&o.profile, "profile", "", "write a CPU profile to this file")
	flags.BoolVar(&o.hostile, "hostile", true, "let operators, other programs, a CRM and scripts act against the functions")
	if err := flags.Parse(arguments); err != nil {
		return o, r, err
	}
	if flags.NArg() > 0 {
		return o, r, fmt.Errorf("unknown argument %q: see -help", flags.Arg(0))
	}
	if o.calls < 1 || o.workers < 1 {
		return o, r, fmt.Errorf("-calls %d -workers %d: want 1 or more of each", o.calls, o.workers)
	}
	return o, r, r.parse(o.faults)
}

func run(ctx context.Context, arguments []string, out, progress io.Writer) (err error) {
	o, r, err := parse(arguments, progress)
	if err != nil {
		return err
	}
	if o.profile != "" {
		file, err := os.Create(o.profile)
		if err != nil {
			return err
		}
		defer file.Close()
		if err := pprof.StartCPUProfile(file); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	// Worlds are small and gone soon: there is little to keep for the collector to look at, and
	// much that it can take at once. A few are not small.
	debug.SetGCPercent(1000)
	debug.SetMemoryLimit(1 << 30)
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
	result, err := c.run(ctx, o.calls, o.workers, progress)
	if err != nil {
		return err
	}
	err = result.report(ctx, out, c, o.json)
	if ctx.Err() != nil {
		err = errors.Join(err, fmt.Errorf("interrupted after %d of %d calls", result.Calls, o.calls))
	}
	return err
}
