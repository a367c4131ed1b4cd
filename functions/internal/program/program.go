// Package program starts and ends the programs below functions/cmd.
package program

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// Main runs a program until it ends or is interrupted. The exit code is 1 if run returns an error.
func Main(run func(ctx context.Context, arguments []string, stdout, stderr io.Writer) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, err)
		stop()
		os.Exit(1)
	}
}

// Parse parses the flags of a program that accepts up to takes arguments.
func Parse(flags *flag.FlagSet, arguments []string, takes int, stderr io.Writer) error {
	flags.SetOutput(stderr)
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if flags.NArg() > takes {
		return fmt.Errorf("unknown argument %q: see -help", flags.Arg(takes))
	}
	return nil
}
