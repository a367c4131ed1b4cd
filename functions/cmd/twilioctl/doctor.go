package main

import (
	"context"
	"errors"

	"github.com/urfave/cli/v3"

	"switchboard/functions/cmd/twilioctl/doctor"
)

func (p program) doctorCommand() *cli.Command {
	return &cli.Command{
		Name:  "doctor",
		Usage: "examine the Twilio and the AWS side, changing nothing",
		Description: `Each check says what it looked at, what it found, and what to do about it. Exit code 1 when there is an error;
warnings alone, and checks that could not be made, leave it 0.`,
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

// examine makes a finding of credentials that are not there, too: the command line is all that can be wrong otherwise.
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
		d.AWS = &doctor.AWS{Parameters: found.Parameters, Queues: found.Queues, Alarms: found.Alarms,
			Roster: func(table string) doctor.Roster { return found.Roster(table) }}
	}
	return d.Examine(ctx), ctx.Err()
}
