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

	"switchboard/functions/cmd/twilioctl/account"
)

// program is twilioctl with what it needs of the world.
type program struct {
	in          io.Reader
	out, errors io.Writer
	terminal    bool // somebody watches errors
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

// exitError ends the program with a code. Without a cause, what there is to say has been said.
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

// run returns the exit code. With --json there is a document on standard output whatever happens.
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
		fmt.Fprintf(p.errors, "twilioctl: %s\n", text)
		if !out.written && (root.Bool("json") || slices.Contains(args, "--json")) { // root does not have it when a flag after it is wrong
			_ = p.printJSON(failure{text})
		}
	}
	return code
}

// failure is what --json prints when there is nothing else to print.
type failure struct {
	Error string `json:"error"`
}

// watched tells whether something was written.
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
		Description: `Credentials are TWILIO_API_KEY with TWILIO_API_SECRET, or TWILIO_AUTH_TOKEN, or else the SSM parameters of the stack.
URLs are the outputs of the CloudFormation stack.

Exit codes: 0 all is well; 1 something is wrong, or was not confirmed; 2 the command line or the file is wrong;
3 apply stopped in the middle, and what was done stays done; 4 plan --check found changes to make.`,
		Flags:           connectionFlags(),
		Commands:        p.commands(),
		HideHelpCommand: true,
		Suggest:         true,
		Writer:          p.out, ErrWriter: p.errors,
		ExitErrHandler: func(context.Context, *cli.Command, error) {}, // run decides
		OnUsageError:   onUsageError,
		Action: func(_ context.Context, cmd *cli.Command) error {
			if cmd.Args().Present() {
				return usage(fmt.Errorf("there is no command %q; the commands are %s", cmd.Args().First(), names(cmd.Commands)))
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

// progress shows what is going on in a line that the next one overwrites.
func (p program) progress(what string) {
	if p.terminal {
		fmt.Fprintf(p.errors, "\r\033[K… %s", what)
	}
}

func (p program) clearProgress() {
	if p.terminal {
		fmt.Fprint(p.errors, "\r\033[K")
	}
}
