// Command day measures a day in virtual time: 25 workers, 8 hours, 1,500 callers, once at a
// multitasking desk and once at a single-tasking one. A lost caller, a worker who was not brought
// back and a complaint of Twilio's are errors.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"

	"switchboard/functions/internal/program"
)

func main() { program.Main(run) }

func run(ctx context.Context, arguments []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("day", flag.ContinueOnError)
	seed := flags.Uint64("seed", 1, "decides every SID, latency and person")
	asJSON := flags.Bool("json", false, "write one JSON document instead of a table")
	if err := program.Parse(flags, arguments, 0, stderr); err != nil {
		return err
	}
	var days []measures
	for _, desk := range []string{multitasking, singleTasking} {
		taken, err := takeDay(ctx, wholeDay, desk, *seed)
		if err != nil {
			return fmt.Errorf("take a day's calls (%s): %w", desk, err)
		}
		days = append(days, taken.measure(*seed))
	}
	return report(stdout, days, *asJSON)
}
