package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/urfave/cli/v3"

	"switchboard/functions/cmd/twilioctl/internal/board"
	"switchboard/functions/cmd/twilioctl/internal/staff"
	"switchboard/functions/internal/localpage"
	served "switchboard/functions/internal/program"
	"switchboard/shared/ledger"
	"switchboard/shared/roster"
	"switchboard/shared/taskrouter"
)

func (p program) boardCommand() *cli.Command {
	return &cli.Command{
		Name:  "board",
		Usage: "show who waits, what each worker does, and how the day goes",
		Description: `It serves a page to this machine alone, at an address with a secret, and prints the address. --once prints the board as text, with
--json as JSON. AWS credentials need Query and GetItem on the stack's table LedgerTable and its indexes, Scan on WorkersTable, and
cloudwatch:DescribeAlarms. What cannot be read is missing on the board, which says so.`,
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "once", Usage: "print the board, and end"},
			&cli.StringFlag{Name: "listen", Value: "127.0.0.1:8091", Usage: "loopback `address` of the page"},
			&cli.DurationFlag{Name: "within", Value: board.Within, Usage: "how soon a call is to be answered for the service `level`"},
			&cli.StringFlag{Name: "workspace", Usage: "`name` of the workspace (default: the stack's, or the only one)"},
		},
		Action: p.board,
	}
}

func (p program) board(ctx context.Context, cmd *cli.Command) error {
	switch {
	case cmd.Args().Present():
		return usage(errors.New("board takes no arguments"))
	case cmd.Bool("json") && !cmd.Bool("once"):
		return usage(errors.New("board --json needs --once"))
	case cmd.Duration("within") <= 0 || cmd.Duration("within")%time.Second != 0:
		return usage(errors.New("--within is a time in whole seconds, such as 20s"))
	}
	shown, err := p.openBoard(ctx, cmd)
	p.clearProgress()
	switch {
	case err != nil:
		return err
	case cmd.Bool("once"):
		return p.printBoard(ctx, cmd, shown)
	}
	return p.serveBoard(ctx, cmd.String("listen"), shown)
}

// openBoard connects a board to its sources.
func (p program) openBoard(ctx context.Context, cmd *cli.Command) (*board.Board, error) {
	s, err := p.connect(ctx, cmd)
	if err != nil {
		return nil, err
	}
	workspace, err := s.workspace(ctx, cmd.String("workspace"))
	if err != nil {
		return nil, err
	}
	in := board.Inputs{
		Title: workspace.Name, Within: cmd.Duration("within"), Zone: p.now().Location(), Now: p.now, Stack: cmd.String("stack"),
		Desk: staff.Desk{Account: board.Account(*s.account), Workspace: *workspace, Reconciler: p.reconciler(s, workspace.SID)},
	}
	if parameter(s.stack, "WorkspaceSid") == workspace.SID {
		in.Workflows = taskrouter.Workflows{Current: parameter(s.stack, "WorkflowSid"), Previous: parameter(s.stack, "PreviousWorkflowSid")}
	}
	store, why, err := p.roster(ctx, s, workspace.SID)
	switch {
	case err != nil:
		return nil, err
	case store == nil:
		in.Missing = &board.Unreadable{Why: why, Remedy: "give the stack of this workspace with --stack"}
		return board.Open(in), nil
	}
	found, err := s.aws(ctx)
	if err != nil {
		return nil, err
	}
	in.Desk.Reconciler.Roster, in.Alarms = roster.Roster{Store: store}, found.Alarms
	if name := s.stack.Outputs["LedgerTable"]; name != "" {
		in.Ledger = &ledger.Ledger{Store: &renewed{program: p, table: name}, Now: p.now}
	} else {
		in.Missing = &board.Unreadable{Why: s.stack.Source + " has no output LedgerTable", Remedy: "deploy the current version"}
	}
	return board.Open(in), nil
}

// renewed is the stack's ledger for a program that runs all day: AWS credentials of a person expire
// after some hours, and the ledger's client keeps those that it got.
type renewed struct {
	program
	table string

	mu    sync.Mutex
	store ledger.Store
	until time.Time
}

// renewal is how long a client is used.
const renewal = 10 * time.Minute

// Apply implements ledger.Store.
func (*renewed) Apply(context.Context, ledger.Change) (ledger.Fields, bool, error) {
	return nil, false, errors.New("a board changes nothing")
}

// Get implements ledger.Store.
func (r *renewed) Get(ctx context.Context, key string) (ledger.Fields, error) {
	store, err := r.current(ctx)
	if err != nil {
		return nil, err
	}
	return store.Get(ctx, key)
}

// Find implements ledger.Store.
func (r *renewed) Find(ctx context.Context, index ledger.Index, value string) ([]ledger.Fields, error) {
	store, err := r.current(ctx)
	if err != nil {
		return nil, err
	}
	return store.Find(ctx, index, value)
}

func (r *renewed) current(ctx context.Context) (ledger.Store, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := r.now(); r.store == nil || now.After(r.until) {
		found, err := r.cloud(ctx)
		if err != nil {
			return nil, err
		}
		r.store, r.until = found.Ledger(r.table, r.now), now.Add(renewal)
	}
	return r.store, nil
}

// printBoard prints the board once. It fails only if nothing could be read.
func (p program) printBoard(ctx context.Context, cmd *cli.Command, shown *board.Board) error {
	p.progress("read the board")
	shown.Start(ctx)
	shown.Wait()
	p.clearProgress()
	now, _ := shown.Snapshot()
	if ctx.Err() != nil {
		return fmt.Errorf("read the board: %w", ctx.Err())
	}
	if cmd.Bool("json") {
		if err := p.printJSON(now); err != nil {
			return err
		}
	} else if err := now.WriteText(p.out); err != nil {
		return err
	}
	if !now.Known() {
		return &exitError{code: exitWrong}
	}
	return nil
}

// serveBoard serves the page until ctx ends.
func (p program) serveBoard(ctx context.Context, address string, shown *board.Board) error {
	listener, err := localpage.Listen("--listen", address)
	if err != nil {
		return usage(err)
	}
	page, handler := shown.Page(listener.Addr().String())
	fmt.Fprintf(p.out, "board: %s (stop with ^C)\nIt asks Twilio %d times a minute, for any number of pages.\n", page.URL(), board.RequestsPerMinute)
	second := time.NewTicker(time.Second)
	defer second.Stop()
	ctx, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		shown.Run(ctx, second.C)
	}()
	defer func() { <-done }()
	defer stop()
	return served.Serve(ctx, served.Served{Listener: listener, Handler: handler})
}
