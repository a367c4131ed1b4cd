// Command cost computes what a million calls cost: AWS by what a simulated day of 1,500 calls uses,
// request by request, and Twilio's own, from a file of list prices. Next to it is the same bundle
// in Node. The times that Lambda bills are computed from processor times, which bench measured.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/memorysize"
	"switchboard/functions/internal/program"
	"switchboard/functions/internal/timeline"
	"switchboard/functions/internal/workday"
)

func main() { program.Main(run) }

// measured is what `go run ./functions/cmd/bench -memory -measured` wrote.
//
//go:embed measured.json
var measured []byte

func run(ctx context.Context, arguments []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("cost", flag.ContinueOnError)
	path := flags.String("prices", "functions/cmd/cost/prices.yaml", "file of list prices")
	seed := flags.Uint64("seed", 1, "seed of the day")
	mode := flags.String("mode", "deferred", "BridgeMode: deferred or dequeue")
	megabytes := flags.Int("memory", memorysize.Megabytes, "memory size of the functions in Go, in MB")
	counted := flags.Bool("counts", false, "print webhooks, messages and invocations by kind instead")
	asJSON := flags.Bool("json", false, "write one JSON document")
	if err := program.Parse(flags, arguments, 0, stderr); err != nil {
		return err
	}
	if (*mode != "deferred" && *mode != "dequeue") || *megabytes < 128 {
		return fmt.Errorf("-mode %s, -memory %d: want deferred or dequeue, and 128 or more", *mode, *megabytes)
	}
	prices, err := readPrices(*path)
	if err != nil {
		return err
	}
	plan := workday.Plan{Size: workday.Whole(), Desk: account.Multitasking, Mode: *mode, Seed: *seed}
	day, used, err := take(ctx, plan)
	if err != nil {
		return err
	}
	b, err := write(day, used, prices, *megabytes)
	switch {
	case err != nil:
		return err
	case *asJSON:
		return timeline.WriteJSON(stdout, b)
	case *counted:
		return writeCounts(stdout, b)
	}
	return writeTables(stdout, b, prices.Assumptions.Days)
}

// take takes the day, and returns what it used.
func take(ctx context.Context, plan workday.Plan) (*workday.Day, *tally, error) {
	used := newTally()
	plan.Watch, plan.Alter = used.watch, used.alter
	day, err := workday.Take(ctx, plan)
	if err != nil {
		return nil, nil, fmt.Errorf("take the day: %w", err)
	}
	if n := lost(day); n > 0 {
		return nil, nil, fmt.Errorf("take the day: %d callers talked to no worker", n)
	}
	return day, used, nil
}

// write writes the bill for a day.
func write(day *workday.Day, used *tally, prices priceFile, megabytes int) (bill, error) {
	var needs []memorysize.Need
	if err := json.Unmarshal(measured, &needs); err != nil {
		return bill{}, fmt.Errorf("decode measurements: %w", err)
	}
	idle := time.Duration(prices.Assumptions.IdleMinutes) * time.Minute
	a := accountant{
		prices: prices, day: day, used: used,
		golang: runtime{megabytes: megabytes, idle: idle, needs: needs},
		node:   runtime{node: true, megabytes: prices.Assumptions.NodeMegabytes, idle: idle, needs: needs},
	}
	return a.write()
}
