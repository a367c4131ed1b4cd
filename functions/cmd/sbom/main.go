// Command sbom prints a software bill of materials of Go binaries in CycloneDX's JSON
// (https://cyclonedx.org/docs/1.6/json/): each binary with its hash, and the modules that the
// linker put into it. It reads what the binaries say of themselves, so that the bill is of what is
// deployed, and not of what go.mod allows.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"

	"switchboard/functions/internal/program"
)

func main() { program.Main(run) }

func run(_ context.Context, arguments []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("sbom", flag.ContinueOnError)
	release := flags.String("release", "", "git's name of what was built")
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: sbom [-release NAME] BINARY…")
		flags.PrintDefaults()
	}
	if err := program.Parse(flags, arguments, len(arguments), stderr); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return fmt.Errorf("name the binaries, such as .aws-sam/build/*Function/bootstrap")
	}
	bill, err := read(*release, flags.Args())
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(stdout)
	encoder.SetIndent("", "  ")
	return encoder.Encode(bill)
}
