package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/urfave/cli/v3"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/apply"
	"switchboard/functions/cmd/twilioctl/internal/plan"
)

func (p program) applyCommand() *cli.Command {
	return &cli.Command{
		Name:      "apply",
		Usage:     "show the changes, ask for confirmation, and make them",
		ArgsUsage: "FILE",
		Flags:     append(planFlags(), &cli.BoolFlag{Name: "yes", Usage: "make the changes without confirmation"}),
		Action:    p.apply,
	}
}

func (p program) apply(ctx context.Context, cmd *cli.Command) error {
	if cmd.Bool("json") && !cmd.Bool("yes") {
		return usage(errors.New("apply --json cannot ask for confirmation: give --yes"))
	}
	s, wish, actual, err := p.prepare(ctx, cmd)
	if err != nil {
		return err
	}
	desk, err := p.compare(ctx, cmd, s, wish.File)
	if err != nil {
		return err
	}
	made := desk.addTo(wish.Make(actual))
	outcome := outcome{Plan: documentOf(made, actual, wish, desk)}
	if !cmd.Bool("json") {
		p.printPlan(made, wish, desk)
	}
	switch changes := len(made.Changes) + desk.Lines(); {
	case len(made.Blocked) > 0:
		err = errors.New("no changes made: plan is blocked")
	case changes > 0 && !cmd.Bool("yes") && !p.agreed(ctx, "Apply "+count(changes, "change")+"?"):
		err = errors.New("no changes made: apply canceled")
	case changes > 0:
		err = p.carryOut(ctx, cmd, s, wish, actual, made, desk, &outcome)
	}
	if cmd.Bool("json") {
		outcome.tell(err)
		return errors.Join(err, p.printJSON(outcome))
	}
	return err
}

// carryOut changes Twilio first: what callers choose leads to queues that exist.
func (p program) carryOut(ctx context.Context, cmd *cli.Command, s session, wish plan.Wish, actual account.Snapshot,
	made plan.Plan, desk settingsPlan, o *outcome) error {
	applier := apply.Applier{Account: s.account, Wish: wish}
	if !cmd.Bool("json") {
		applier.Done = func(c plan.Change) {
			p.clearProgress()
			fmt.Fprintf(p.out, "done: %s\n", headline(c))
		}
	}
	done, err := applier.Run(ctx, made, actual)
	p.clearProgress()
	o.Done = changesOf(done)
	var stopped *apply.StoppedError
	if errors.As(err, &stopped) {
		if !cmd.Bool("json") {
			p.printRest(stopped)
			if len(desk.Changes) > 0 {
				fmt.Fprintln(p.out, "Settings for callers not written.")
			}
		}
		return &exitError{exitStopped, err}
	}
	if err := p.writeSettings(ctx, cmd, desk, o); err != nil || len(made.Changes) == 0 {
		return err
	}
	return p.verify(ctx, cmd, s, wish, o)
}

// agreed asks the operator. The end of the input and an interrupt mean no.
func (p program) agreed(ctx context.Context, question string) bool {
	fmt.Fprintf(p.out, "\n%s Type \"yes\" to confirm: ", question)
	answered := make(chan string, 1)
	go func() {
		answer, _ := bufio.NewReader(p.in).ReadString('\n')
		answered <- answer
	}()
	var answer string
	select {
	case answer = <-answered:
	case <-ctx.Done():
	}
	if !strings.HasSuffix(answer, "\n") {
		fmt.Fprintln(p.out) // end the line of the question
	}
	return strings.TrimSpace(answer) == "yes"
}

// verify plans again: each apply would repeat a change that Twilio does not keep.
func (p program) verify(ctx context.Context, cmd *cli.Command, s session, wish plan.Wish, o *outcome) error {
	actual, err := s.read(ctx, wish)
	p.clearProgress()
	if err != nil {
		return fmt.Errorf("applied, but cannot verify it: %w", err)
	}
	again := wish.Make(actual)
	o.Deploy = deployOf(again)
	if len(again.Changes) > 0 {
		o.Left = changesOf(again.Changes)
		if !cmd.Bool("json") {
			p.printChanges(again.Changes)
		}
		return errors.New("applied, but Twilio stored different values (listed above)")
	}
	if !cmd.Bool("json") {
		made := count(len(o.Done), "change") + " made"
		if others := len(o.Plan.Changes) - len(o.Done); others > 0 {
			made += fmt.Sprintf("; Twilio made %d others with the workspace", others)
		}
		fmt.Fprintf(p.out, "\n%s. Another apply would change nothing.\n", made)
		p.printDeploy(again, wish)
	}
	return nil
}
