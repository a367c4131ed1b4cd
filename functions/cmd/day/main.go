// Command day measures a day in virtual time: 25 workers, 8 hours, 1,500 callers, once at a
// multitasking desk and once at a single-tasking one. It fails if a caller is lost, if a worker is
// not brought back, or if Twilio's debugger has an entry. With -items it writes the ledger of
// another day instead, in which callers also hang up, leave messages and ask for call backs.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/program"
	"switchboard/functions/internal/workday"
)

func main() { program.Main(run) }

func run(ctx context.Context, arguments []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("day", flag.ContinueOnError)
	seed := flags.Uint64("seed", 1, "seed that decides every SID, latency and person")
	workers := flags.Int("workers", workday.Whole().Workers, "number of workers: fewer make callers wait longer")
	asJSON := flags.Bool("json", false, "write one JSON document instead of a table")
	items := flags.Bool("items", false, "write the ledger's items of a day for twilioctl report, in JSON lines, instead of measures")
	if err := program.Parse(flags, arguments, 0, stderr); err != nil {
		return err
	}
	if *workers < 1 {
		return fmt.Errorf("-workers %d: want 1 or more", *workers)
	}
	if *items {
		taken, err := workday.TakeMixed(ctx, workday.Mixed(), *seed)
		if err != nil {
			return fmt.Errorf("run day for a report: %w", err)
		}
		return taken.WriteItems(stdout)
	}
	of := workday.Whole()
	of.Workers = *workers
	var days []measures
	for _, desk := range []string{account.Multitasking, account.SingleTasking} {
		taken, err := workday.Take(ctx, workday.Plan{Size: of, Desk: desk, Mode: "deferred", Seed: *seed})
		if err != nil {
			return fmt.Errorf("run day at %s desk: %w", desk, err)
		}
		days = append(days, measure(taken))
	}
	return report(stdout, days, *asJSON)
}
