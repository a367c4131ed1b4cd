package main

import (
	"context"
	"fmt"

	"github.com/urfave/cli/v3"

	"switchboard/functions/twilioctl/doctor"
)

func (p program) doctorCommand() *cli.Command {
	return &cli.Command{
		Name:   "doctor",
		Usage:  "examine the Twilio and the AWS side, changing nothing",
		Action: p.doctor,
	}
}

func (p program) doctor(ctx context.Context, cmd *cli.Command) error {
	s, err := p.connect(ctx, cmd)
	if err != nil {
		return err
	}
	findings := doctor.Doctor{Account: s.account, Stack: s.stack}.Examine(ctx)
	p.clearProgress()
	if cmd.Bool("json") {
		err = p.printJSON(findings)
	} else {
		for _, each := range findings {
			fmt.Fprintf(p.out, "%-7s  %s: %s: %s\n", each.Level, each.Check, each.Looked, each.Found)
			if each.Remedy != "" {
				fmt.Fprintf(p.out, "         remedy: %s\n", each.Remedy)
			}
		}
	}
	if err != nil {
		return err
	}
	for _, each := range findings {
		if each.Level == doctor.Error {
			return &exitError{code: exitWrong}
		}
	}
	return nil
}
