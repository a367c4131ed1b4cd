// Command scenario plays scenarios: calls that YAML files describe (shared/simulator/README.md),
// against Switchboard itself. It fails if an expectation of a file is not met or a rule is broken.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"switchboard/functions/internal/program"
)

var errFailed = errors.New("scenarios failed")

func main() { program.Main(run) }

func run(ctx context.Context, arguments []string, stdout, stderr io.Writer) error {
	var base variant
	flags := flag.NewFlagSet("scenario", flag.ContinueOnError)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: scenario [flags] [YAML file or folder]")
		flags.PrintDefaults()
	}
	flags.Uint64Var(&base.seed, "seed", 1, "seed that decides every SID and latency of the simulated Twilio")
	asJSON := flags.Bool("json", false, "print one JSON document instead of timelines")
	flags.StringVar(&base.mode, "mode", "", "play every file in this bridge mode, deferred or dequeue")
	flags.Var(&base.readings, "readings",
		"readings of Twilio's documentation, such as after-bridge=completed,post-work=late; a file's own readings win")
	if err := program.Parse(flags, arguments, 1, stderr); err != nil {
		return err
	}
	if base.mode != "" && base.mode != "deferred" && base.mode != "dequeue" {
		return fmt.Errorf("-mode is %q: want deferred or dequeue", base.mode)
	}
	files, err := scenarioFiles(cmp.Or(flags.Arg(0), "functions/cmd/scenario/scenarios"))
	if err != nil {
		return err
	}
	var plays []*play
	for _, file := range files {
		for _, variant := range variantsOf(file, base) {
			p := playFile(ctx, file, variant)
			if !*asJSON {
				p.write(stdout)
			}
			plays = append(plays, p)
		}
	}
	return report(stdout, plays, *asJSON)
}

func scenarioFiles(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("find scenario: %w", err)
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	var files []string
	err = filepath.WalkDir(path, func(file string, _ fs.DirEntry, err error) error {
		if slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(file)) {
			files = append(files, file)
		}
		return err
	})
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("find scenarios: no .yaml file in %s", path)
	}
	return files, err
}
