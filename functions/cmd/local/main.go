// Command local takes calls through the whole bundle with a simulated Twilio: in this process and in virtual time, which
// is the demo, or through a deployed stack in real time, which is the rehearsal.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	stack "switchboard/functions/internal/bundle"
	"switchboard/shared/simulator/reading"
)

// failure is an error that is told apart by its text.
type failure string

func (f failure) Error() string { return string(f) }

const errBroken failure = "rules were broken"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, err)
		stop()
		os.Exit(1)
	}
}

// options are the program's flags.
type options struct {
	seed        uint64
	json        bool
	rehearse    bool
	gateway     string
	certificate string
	listen      string
	serve       string
	empty       bool
	scenario    string
	day         bool
	mode        string
	readings    reading.Set
}

func parse(arguments []string, errors io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("local", flag.ContinueOnError)
	flags.SetOutput(errors)
	flags.Uint64Var(&o.seed, "seed", 1, "decides every SID and latency of the simulated Twilio")
	flags.BoolVar(&o.json, "json", false, "write one JSON document instead of a timeline")
	flags.BoolVar(&o.rehearse, "rehearse", false, "have an account set up, and take the calls through the deployed stacks; secrets come from TWILIO_AUTH_TOKEN and CRM_SECRET")
	flags.StringVar(&o.gateway, "gateway", "http://127.0.0.1:4566", "where the deployed HTTP APIs are reached")
	flags.StringVar(&o.listen, "listen", "127.0.0.1:8095", "where the stack reaches Twilio's REST, and the CRM below /crm; also an HTTPS proxy to the gateway")
	flags.StringVar(&o.certificate, "certificate", "", "write the proxy's certificate to this file")
	flags.StringVar(&o.serve, "serve", "", "only answer Twilio's REST at this address: the demo's account with a caller who waits, for sam local invoke")
	flags.BoolVar(&o.empty, "empty", false, "with -serve: an account with nothing but a number, for twilioctl")
	flags.StringVar(&o.scenario, "scenario", "", "play this YAML file, or every one in this folder, instead of the demo's calls")
	flags.BoolVar(&o.day, "day", false, "measure a day: 25 workers, 8 hours, 1,500 callers")
	flags.StringVar(&o.mode, "mode", "", "with -scenario: play every file in this bridge mode, deferred or dequeue")
	flags.Var(&o.readings, "readings", "with -scenario: readings of Twilio's documentation, as after-bridge=completed,post-work=late; those that a file names come first")
	if err := flags.Parse(arguments); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unknown argument %q: see -help", flags.Arg(0))
	}
	return o, o.check()
}

// check refuses flags that would have no effect.
func (o options) check() error {
	modes := 0
	for _, given := range []bool{o.serve != "", o.scenario != "", o.rehearse, o.day} {
		if given {
			modes++
		}
	}
	switch {
	case modes > 1:
		return errors.New("give one of -serve, -scenario, -day and -rehearse")
	case (o.mode != "" || o.readings != reading.Set{}) && o.scenario == "":
		return errors.New("-mode and -readings are for scenarios: give -scenario too")
	case o.mode != "" && o.mode != "deferred" && o.mode != "dequeue":
		return fmt.Errorf("-mode is %q: want deferred or dequeue", o.mode)
	case o.empty && o.serve == "":
		return errors.New("-empty is for an account that is served: give -serve 127.0.0.1:8095 too")
	}
	return nil
}

func run(ctx context.Context, arguments []string, getenv func(string) string, in io.Reader, out, errors io.Writer) error {
	o, err := parse(arguments, errors)
	if err != nil {
		return err
	}
	told := func(*take) {}
	if !o.json {
		told = func(taken *take) { tell(out, taken) }
	}
	var takes []*take
	switch {
	case o.serve != "":
		return serve(ctx, out, o.serve, o.seed, o.empty)
	case o.scenario != "":
		return playScenarios(ctx, out, o)
	case o.day:
		return measureDays(ctx, out, o.seed, o.json)
	case o.rehearse:
		const ring, talk, wrapUp = time.Second, 2 * time.Second, 5 * time.Second // as .ci/rehearse deploys it
		taken := slices.Concat(faultyCalls(ring, talk), workersCalls(ring, talk), calls(ring, talk, wrapUp))
		takes, err = o.stage(getenv).rehearse(ctx, firstCall(ring, talk), taken, o.seed, told, newOperator(in, out))
	default:
		takes, err = demo(ctx, o.seed, told)
	}
	if err != nil {
		return err
	}
	return report(out, takes, o.json)
}

func (o options) stage(getenv func(string) string) *stage {
	return &stage{
		gateway: o.gateway, listen: o.listen, certificate: o.certificate,
		keys: stack.Parameters{"/switchboard/auth-token": getenv("TWILIO_AUTH_TOKEN"), "/switchboard/crm-secret": getenv("CRM_SECRET")},
	}
}

func demo(ctx context.Context, seed uint64, told func(*take)) ([]*take, error) {
	var takes []*take
	for i, c := range calls(4*time.Second, 40*time.Second, wrapUp) {
		taken, err := inProcess(ctx, c, seed+uint64(i))
		if err != nil {
			return nil, fmt.Errorf("take call %d (%s): %w", i+1, c.Title, err)
		}
		told(taken)
		takes = append(takes, taken)
	}
	return takes, nil
}

func tell(out io.Writer, taken *take) {
	fmt.Fprintf(out, "── %s (%s)\n\n", taken.Call.Title, taken.Call.Mode)
	taken.timeline(out)
	fmt.Fprintln(out)
}

func report(out io.Writer, takes []*take, asJSON bool) error {
	broken := 0
	for _, taken := range takes {
		broken += len(taken.Broken)
	}
	if asJSON {
		if err := writeJSON(out, takes); err != nil {
			return err
		}
	} else {
		table(out, takes)
	}
	if broken > 0 {
		return fmt.Errorf("%d %w", broken, errBroken)
	}
	return nil
}
