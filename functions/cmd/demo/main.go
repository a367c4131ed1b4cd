// Command demo runs seven calls through the whole bundle, with a simulated Twilio, in this process
// and in virtual time.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/calls"
	"switchboard/functions/internal/program"
)

func main() { program.Main(run) }

func run(ctx context.Context, arguments []string, stdout, stderr io.Writer) error {
	report := calls.Report{Out: stdout}
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	seed := flags.Uint64("seed", 1, "seed that decides every SID and latency of the simulated Twilio")
	flags.BoolVar(&report.JSON, "json", false, "print one JSON document instead of stories and a table")
	flags.BoolVar(&report.Wire, "v", false, "print what went over the wire instead of each call's story")
	if err := program.Parse(flags, arguments, 0, stderr); err != nil {
		return err
	}
	for i, call := range calls.Demo(4*time.Second, 40*time.Second, account.WrapUp) {
		result, err := calls.InProcess(ctx, call, *seed+uint64(i))
		if err != nil {
			return fmt.Errorf("run call %d (%s): %w", i+1, call.Title, err)
		}
		report.Add(result)
	}
	return report.Close()
}
