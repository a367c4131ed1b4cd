// Command bench measures the Lambda binaries: cold start, warm invoke, memory, zip and network
// calls. It compares each with a hello-world function in the same run. It builds every binary as
// sam build does and starts it as Lambda does, without this machine's environment. A stand-in on
// loopback answers as the Runtime API, AWS and Twilio. So the times are those of the binary,
// without the start of a microVM, TLS or distance: only their ratio to hello's counts.
//
// The table marks a missed aim, and bench still succeeds. A wrong answer makes bench fail.
//
// Two functions are measured in Node, too, for which it needs npm. With -memory it prints instead
// how long each function takes with 128, 256 and 512 MB, computed from the processor time that it
// used.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"

	"switchboard/functions/internal/program"
)

func main() { program.Main(run) }

func run(ctx context.Context, arguments []string, stdout, progress io.Writer) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	runs := flags.Int("runs", 7, "number of processes of each function")
	warm := flags.Int("warm", 200, "number of warm invokes of each process")
	memory := flags.Bool("memory", false, "print times by memory size, computed from processor time")
	measured := flags.String("measured", "", "with -memory: write what was measured to a file, for functions/cmd/cost")
	if err := program.Parse(flags, arguments, 0, progress); err != nil {
		return err
	}
	if *runs < 1 || *warm < 1 {
		return fmt.Errorf("-runs is %d and -warm %d: want 1 or more of each", *runs, *warm)
	}
	root, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return fmt.Errorf("find the module with go list -m: %w", err)
	}
	scratch, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return fmt.Errorf("create folder for the binaries: %w", err)
	}
	defer os.RemoveAll(scratch)
	lab := laboratory{
		root: strings.TrimSpace(string(root)), scratch: scratch, warm: *warm, targets: slices.Concat(targets(), nodeTargets()), noZips: *memory,
	}
	if lab.cloud, err = startStandIn(ctx); err != nil {
		return err
	}
	defer lab.cloud.server.Close()
	fmt.Fprintln(progress, "install what the functions in Node need")
	if err := lab.installNode(ctx); err != nil {
		return err
	}
	samples, zips, err := lab.measure(ctx, *runs, progress)
	if err != nil {
		return err
	}
	if *memory {
		needs := needsOf(lab.targets, samples)
		if *measured != "" {
			if err := writeMeasured(*measured, needs); err != nil {
				return err
			}
		}
		fmt.Fprintf(stdout, "Over %d processes, %d warm invokes each.\n\n", *runs, *warm)
		return writeMemory(stdout, needs)
	}
	fmt.Fprintf(stdout, "Medians over %d processes, %d warm invokes each; × is to hello.\n\n", *runs, *warm)
	return writeTable(stdout, lab.targets, samples, zips)
}
