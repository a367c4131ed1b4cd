package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"switchboard/functions/cmd/twilioctl/internal/account"
)

// program is twilioctl with its dependencies.
type program struct {
	in          io.Reader
	out, stderr io.Writer
	terminal    bool // stderr is a terminal
	getenv      func(string) string
	cloud       func(context.Context) (cloud, error)
	transport   http.RoundTripper
	pause       func(context.Context, time.Duration) error
	now         func() time.Time
}

// Exit codes.
const (
	exitOK      = 0
	exitWrong   = 1
	exitUsage   = 2
	exitStopped = 3
	exitChanges = 4
)

// exitError ends the program with a code. err nil means that the command has printed the reason.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func usage(err error) error { return &exitError{exitUsage, err} }

// run returns the exit code. With --json it always prints a document, of an error too.
func (p program) run(ctx context.Context, args []string) int {
	out := &watched{Writer: p.out}
	p.out = out
	root := p.command()
	err := root.Run(ctx, args)
	p.clearProgress()
	code := exitOK
	var exit *exitError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &exit):
		code, err = exit.code, exit.err
	default:
		code = exitWrong
	}
	if err != nil {
		text := account.WithoutPasswords(err.Error())
		fmt.Fprintf(p.stderr, "twilioctl: %s\n", text)
		if !out.written && (root.Bool("json") || slices.Contains(args,
			"--json")) { // cli does not set the flag if a later one is wrong
			_ = p.printJSON(errorDocument{text})
		}
	}
	return code
}

// errorDocument is what --json prints if a command fails before it prints anything.
type errorDocument struct {
	Error string `json:"error"`
}

// watched records whether something was written.
type watched struct {
	io.Writer
	written bool
}

// Write implements io.Writer.
func (w *watched) Write(text []byte) (int, error) {
	w.written = true
	return w.Writer.Write(text)
}

func (p program) command() *cli.Command {
	root := &cli.Command{
		Name:  "twilioctl",
		Usage: "set up the Twilio side of Switchboard from a file, and check it",
		Description: `Credentials come from TWILIO_API_KEY and TWILIO_API_SECRET, or from TWILIO_AUTH_TOKEN, or from the stack's SSM parameters.
URLs come from the outputs of the CloudFormation stack.

Exit codes:
0  success
1  the command failed, found an error, or was not confirmed
2  the command line or the file is invalid
3  apply stopped before its end; the changes that it lists as done remain
4  plan --check found changes`,
		Flags:           connectionFlags(),
		Commands:        p.commands(),
		HideHelpCommand: true,
		Suggest:         true,
		Writer:          p.out, ErrWriter: p.stderr,
		ExitErrHandler: func(context.Context, *cli.Command, error) {}, // run prints errors and chooses the exit code
		OnUsageError:   onUsageError,
		Action: func(_ context.Context, cmd *cli.Command) error {
			if cmd.Args().Present() {
				return usage(fmt.Errorf("unknown command %q; the commands are %s", cmd.Args().First(),
					names(cmd.Commands)))
			}
			return cli.ShowRootCommandHelp(cmd)
		},
	}
	for _, each := range root.Commands {
		each.OnUsageError = onUsageError
	}
	return root
}

func onUsageError(_ context.Context, _ *cli.Command, err error, _ bool) error { return usage(err) }

func names(commands []*cli.Command) string {
	var all []string
	for _, each := range commands {
		all = append(all, each.Name)
	}
	return strings.Join(all, ", ")
}

// printJSON prints a document for scripts.
func (p program) printJSON(document any) error {
	encoder := json.NewEncoder(p.out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(document)
}

// progress shows what the program does now, in a line that the next one overwrites.
func (p program) progress(what string) {
	if p.terminal {
		fmt.Fprintf(p.stderr, "\r\033[K… %s", what)
	}
}

func (p program) clearProgress() {
	if p.terminal {
		fmt.Fprint(p.stderr, "\r\033[K")
	}
}
