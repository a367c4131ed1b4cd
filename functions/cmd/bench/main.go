// Command bench measures the Lambda binaries: cold start, warm invoke, memory, zip and network
// calls. It compares each with a hello-world function in the same run. It builds every binary as
// sam build does and starts it as Lambda does, without this machine's environment. A stand-in on
// loopback answers as the Runtime API, AWS and Twilio. So the times are those of the binary,
// without the start of a microVM, TLS or distance: only their ratio to hello's counts.
//
// The table marks a missed aim, and bench still succeeds. A wrong answer makes bench fail.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
)

// options are the program's flags.
type options struct {
	runs int
	warm int
	only []string // functions, none = all
	json bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, arguments []string, stdout, progress io.Writer) error {
	opts, err := parse(arguments, progress)
	if err != nil {
		return err
	}
	chosen, err := choose(targets(), opts.only)
	if err != nil {
		return err
	}
	root, err := moduleRoot(ctx)
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return fmt.Errorf("create folder for the binaries: %w", err)
	}
	defer os.RemoveAll(scratch)

	builds, err := builder{root: root, scratch: scratch, progress: progress}.buildAll(ctx, chosen)
	if err != nil {
		return err
	}
	cloud, err := startStandIn(ctx)
	if err != nil {
		return err
	}
	defer cloud.close()
	lab := laboratory{root: root, scratch: scratch, builds: builds, cloud: cloud, warm: opts.warm}
	samples, err := lab.measure(ctx, chosen, opts.runs, progress)
	if err != nil {
		return err
	}
	return report(stdout, results(chosen, samples, builds), opts)
}

func parse(arguments []string, usage io.Writer) (options, error) {
	var opts options
	var only string
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(usage)
	flags.IntVar(&opts.runs, "runs", 7, "number of processes of each function")
	flags.IntVar(&opts.warm, "warm", 200, "number of warm invokes of each process")
	flags.StringVar(&only, "only", "", "functions to measure, such as enqueue,bridge (default all)")
	flags.BoolVar(&opts.json, "json", false, "print JSON in place of the table")
	if err := flags.Parse(arguments); err != nil {
		return options{}, err
	}
	if opts.runs < 1 || opts.warm < 1 {
		return options{}, fmt.Errorf("-runs is %d and -warm %d: want 1 or more of each", opts.runs, opts.warm)
	}
	if only != "" {
		opts.only = strings.Split(only, ",")
	}
	return opts, nil
}

// choose returns the targets of the named functions; without names, all.
func choose(all []target, functions []string) ([]target, error) {
	if len(functions) == 0 {
		return all, nil
	}
	for _, name := range functions {
		if !slices.ContainsFunc(all, func(t target) bool { return t.function == name }) {
			return nil, fmt.Errorf("no function %q in the bundle", name)
		}
	}
	return slices.DeleteFunc(all, func(t target) bool { return !slices.Contains(functions, t.function) }), nil
}

func report(stdout io.Writer, measured []result, opts options) error {
	if opts.json {
		encoder := json.NewEncoder(stdout)
		encoder.SetIndent("", "  ")
		return encoder.Encode(measured)
	}
	_, err := fmt.Fprintf(stdout, "Medians over %d processes, %d warm invokes each; × is to hello.\n\n%s\n%s", opts.runs, opts.warm, tableOf(measured), aimsNote())
	return err
}
