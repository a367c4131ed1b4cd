package main

import (
	"context"
	"errors"

	"github.com/urfave/cli/v3"

	"switchboard/functions/cmd/twilioctl/internal/doctor"
)

func (p program) doctorCommand() *cli.Command {
	return &cli.Command{
		Name:  "doctor",
		Usage: "check the Twilio and AWS setup, and change nothing",
		Description: `Each check prints what it looked at, what it found, and the remedy. The exit code is 1 if a check found an error;
it is 0 if there are only warnings and skipped checks.`,
		Action: p.doctor,
	}
}

func (p program) doctor(ctx context.Context, cmd *cli.Command) error {
	findings, err := p.examine(ctx, cmd)
	if err != nil {
		return err
	}
	p.clearProgress()
	if cmd.Bool("json") {
		err = p.printJSON(findings)
	} else {
		err = doctor.WriteTable(p.out, findings)
	}
	if err == nil && doctor.Count(findings)[doctor.Error] > 0 {
		return &exitError{code: exitWrong}
	}
	return err
}

// examine returns missing credentials as a finding. err is an invalid command line, or an
// interrupt.
func (p program) examine(ctx context.Context, cmd *cli.Command) ([]doctor.Finding, error) {
	s, err := p.connect(ctx, cmd)
	var wrong *exitError
	switch {
	case errors.As(err, &wrong) || ctx.Err() != nil:
		return nil, err
	case err != nil:
		return []doctor.Finding{doctor.Unconnected(err)}, nil
	}
	d := doctor.Doctor{
		Account: s.account, Stack: s.stack, StackName: cmd.String("stack"), NoStack: s.noStack, Prefix: secretsPrefix(cmd, s.stack),
		Web: p.transport, Now: p.now,
	}
	if found, err := p.cloud(ctx); err != nil {
		d.NoAWS = err.Error()
	} else {
		d.AWS = &doctor.AWS{Parameters: found.Parameters, Queues: found.Queues, Alarms: found.Alarms, Functions: found.Functions,
			Roster: func(table string) doctor.Roster { return found.Roster(table) }}
	}
	return d.Examine(ctx), ctx.Err()
}
