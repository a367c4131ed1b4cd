// Command burst plays 5,000 callers in a minute onto 300 workers, in virtual time and behind the
// limits that AWS and Twilio document, for accounts whose Twilio places 1, 5 and 30 calls a second.
// It prints who waits where, what is throttled, and what callers hear. The same seed gives the same
// burst.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/program"
	"switchboard/functions/internal/timeline"
)

func main() { program.Main(run) }

func run(ctx context.Context, arguments []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("burst", flag.ContinueOnError)
	seed := flags.Uint64("seed", 1, "seed that decides every SID, latency and person")
	callers := flags.Int("callers", 5000, "number of callers who dial within a minute")
	workers := flags.Int("workers", 300, "number of workers")
	rates := flags.String("cps", "1,5,30", "worker calls that Twilio places in a second: a burst for each")
	timeout := flags.Duration("reservation-timeout", account.ReservationTimeout, "of the workflow")
	capacity := flags.Bool("capacity", false, "instead write how many calls a second each limit permits, as Markdown")
	asJSON := flags.Bool("json", false, "write one JSON document instead of a table")
	if err := program.Parse(flags, arguments, 0, stderr); err != nil {
		return err
	}
	if *capacity {
		used, err := countCalls(ctx, countedCalls, *seed)
		if err != nil {
			return err
		}
		writeCapacity(stdout, used.capacity())
		return nil
	}
	perSecond, err := parseRates(*rates)
	if err != nil || *callers < 1 || *workers < 1 || *timeout < time.Minute {
		return errors.Join(err, errors.New("want callers, workers, and a reservation timeout of a minute or more: see -help"))
	}
	var bursts []measures
	for _, rate := range perSecond {
		of := size{callers: *callers, workers: *workers, cps: rate, reservationTimeout: *timeout}
		played, err := play(ctx, of, *seed, showProgress(stderr, rate))
		if err != nil {
			return fmt.Errorf("play burst at %d calls a second: %w", rate, err)
		}
		bursts = append(bursts, played.measure(*seed))
	}
	fmt.Fprint(stderr, "\r\x1b[K")
	if *asJSON {
		return timeline.WriteJSON(stdout, bursts)
	}
	return writeTable(stdout, bursts)
}

func parseRates(text string) (rates []int, err error) {
	for part := range strings.SplitSeq(text, ",") {
		rate, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || rate < 1 || rate > 1000 {
			return nil, fmt.Errorf("-cps %s: want whole numbers from 1 to 1000, such as 1,5,30", text)
		}
		rates = append(rates, rate)
	}
	return rates, nil
}

// showProgress returns a function that shows how far a burst is, once a second.
func showProgress(out io.Writer, rate int) func(time.Duration) {
	shown := time.Now()
	return func(since time.Duration) {
		if now := time.Now(); now.Sub(shown) >= time.Second {
			shown = now
			fmt.Fprintf(out, "\r\x1b[K%d calls a second: %s after the first caller", rate, since)
		}
	}
}
