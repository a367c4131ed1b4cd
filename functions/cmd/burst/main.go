package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/program"
	"switchboard/functions/internal/timeline"
)

func main() { program.Main(run) }

func run(ctx context.Context, arguments []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("burst", flag.ContinueOnError)
	cps := flags.Int("cps", 1, "")
	to := flags.Duration("reservation-timeout", account.ReservationTimeout, "")
	if err := program.Parse(flags, arguments, 0, stderr); err != nil {
		return err
	}
	of := size{callers: 5000, workers: 300, cps: *cps, reservationTimeout: *to}
	b, err := play(ctx, of, 1, func(d time.Duration) { fmt.Fprint(stderr, ".") })
	if err != nil {
		return err
	}
	return timeline.WriteJSON(stdout, b.measure(1))
}
