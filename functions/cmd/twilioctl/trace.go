package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"switchboard/functions/cmd/twilioctl/internal/trace"
	"switchboard/shared/ledger"
)

func (p program) traceCommand() *cli.Command {
	return &cli.Command{
		Name:      "trace",
		Usage:     "show what happened in a call, from the ledger, the logs and Twilio, and what is missing",
		ArgsUsage: "SID",
		Description: `SID is that of a caller's call or a worker call (CA…), a task (WT…) or a reservation (WR…). AWS credentials need GetItem and BatchGetItem on the
stack's table LedgerTable and Query on its indexes by-task and by-worker-call, and logs:FilterLogEvents on both log groups.`,
		Action: p.trace,
	}
}

func (p program) trace(ctx context.Context, cmd *cli.Command) error {
	if cmd.Args().Len() != 1 {
		return usage(errors.New("give one SID: twilioctl trace CA…"))
	}
	sid := cmd.Args().First()
	if err := trace.Check(sid); err != nil {
		return usage(err)
	}
	tracer, err := p.tracer(ctx, cmd)
	if err != nil {
		return err
	}
	found, err := tracer.Trace(ctx, sid)
	p.clearProgress()
	if err != nil {
		return err
	}
	if cmd.Bool("json") {
		return p.printJSON(found)
	}
	return found.WriteText(p.out)
}

func (p program) tracer(ctx context.Context, cmd *cli.Command) (trace.Tracer, error) {
	s, err := p.connect(ctx, cmd)
	if err != nil {
		return trace.Tracer{}, err
	}
	if s.stack == nil {
		return trace.Tracer{}, fmt.Errorf("find the ledger: %s: give the stack that served the call with --stack", s.noStack)
	}
	table, workspace := s.stack.Outputs["LedgerTable"], parameter(s.stack, "WorkspaceSid")
	if table == "" || workspace == "" {
		return trace.Tracer{}, fmt.Errorf("find the ledger: %s has no output LedgerTable or no parameter WorkspaceSid: give a deployed stack with --stack", s.stack.Source)
	}
	found, err := s.aws(ctx)
	if err != nil {
		return trace.Tracer{}, err
	}
	name := cmd.String("stack")
	level, wrapUp := parameter(s.stack, "LogLevel"), -time.Second
	if seconds, err := strconv.Atoi(parameter(s.stack, "WrapUpSeconds")); err == nil {
		wrapUp = time.Duration(seconds) * time.Second
	}
	days, err := strconv.Atoi(parameter(s.stack, "LogRetentionDays"))
	if err != nil {
		days = defaultLogDays
	}
	return trace.Tracer{
		Stack: trace.Stack{
			BaseURL:      strings.TrimSuffix(s.stack.Outputs["VoiceUrl"], "/enqueue"),
			FunctionLogs: "/aws/lambda/" + name, AccessLogs: "/aws/vendedlogs/" + name, Retention: time.Duration(days) * 24 * time.Hour,
			Deferred: parameter(s.stack, "BridgeMode") != "dequeue", WrapUp: wrapUp,
			InfoLogged: level != "WARN" && level != "ERROR" && level != "FATAL",
		},
		Ledger:  ledger.Ledger{Store: found.Ledger(table, p.now), Now: p.now},
		Account: s.account, Events: s.account.Twilio(workspace), Logs: found.Logs, Now: p.now,
	}, nil
}

// defaultLogDays is the default of LogRetentionDays in template.yaml.
const defaultLogDays = 30
