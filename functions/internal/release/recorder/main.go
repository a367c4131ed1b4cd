// Command recorder prints what this release writes, or what it makes of what another one wrote.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"switchboard/functions/internal/program"
	"switchboard/functions/internal/release"
)

func main() {
	program.Main(func(ctx context.Context, arguments []string, stdout, stderr io.Writer) error {
		return run(ctx, arguments, os.Stdin, stdout, stderr)
	})
}

// run prints a JSON document: record reads none, read and start read one from stdin.
func run(ctx context.Context, arguments []string, stdin io.Reader, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("recorder", flag.ContinueOnError)
	if err := program.Parse(flags, arguments, 1, stderr); err != nil {
		return err
	}
	var answer any
	var err error
	switch flags.Arg(0) {
	case "record":
		answer, err = release.Make(ctx)
	case "read":
		var record release.Record
		if err = json.NewDecoder(stdin).Decode(&record); err == nil {
			answer = release.Read(ctx, record)
		}
	case "start":
		var environments release.Environments
		if err = json.NewDecoder(stdin).Decode(&environments); err == nil {
			answer = release.Start(environments)
		}
	default:
		err = errors.New("usage: recorder record | read <record | start <environments")
	}
	if err != nil {
		return fmt.Errorf("exchange with another release: %w", err)
	}
	encoder := json.NewEncoder(stdout)
	encoder.SetIndent("", " ")
	return encoder.Encode(answer)
}
