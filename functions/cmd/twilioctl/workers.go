package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"github.com/urfave/cli/v3"

	"switchboard/functions/cmd/twilioctl/internal/staff"
	"switchboard/shared/reconciler"
	"switchboard/shared/roster"
)

func (p program) workersCommand() *cli.Command {
	return &cli.Command{
		Name:  "workers",
		Usage: "list the workers, or sign one on or off",
		Description: `The table shows each worker's activity, its start, reason and end, and how many calls the worker missed in a row.
Reason, end and missed calls come from the stack's DynamoDB table WorkersTable; AWS credentials need GetItem, PutItem and Scan
on it. Without a stack, --on and --off only set the activity.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "on",
				Usage: "sign on the worker with this `name` or SID: TaskRouter can offer them calls"},
			&cli.StringFlag{Name: "off",
				Usage: "sign off the worker with this `name` or SID: a ringing phone stops, a conversation continues"},
			&cli.StringFlag{Name: "workspace",
				Usage: "`name` of the workspace (default: the stack's, or the only one)"},
		},
		Action: p.workers,
	}
}

// workersDocument is what workers --json prints.
type workersDocument struct {
	WorkspaceSID string      `json:"workspace_sid"`
	Workers      []staff.Row `json:"workers"` // with --on and --off only that one
	Notes        []string    `json:"notes"`   // what is unknown, and why
}

func (p program) workers(ctx context.Context, cmd *cli.Command) error {
	on, off := cmd.String("on"), cmd.String("off")
	switch {
	case cmd.Args().Present():
		return usage(fmt.Errorf("workers takes no arguments: name a worker with --on or --off, in quotes if the name has a space"))
	case cmd.IsSet("on") && cmd.IsSet("off"):
		return usage(errors.New("give one of --on and --off"))
	case cmd.IsSet("on") && on == "" || cmd.IsSet("off") && off == "":
		return usage(errors.New("--on and --off need the name of a worker"))
	}
	desk, notes, err := p.desk(ctx, cmd, on+off != "")
	if err != nil {
		return err
	}
	rows, err := desk.Rows(ctx)
	if err != nil {
		return err
	}
	if on+off != "" {
		rows, err = sign(ctx, desk, rows, on, off)
		if err != nil {
			return err
		}
	} else if err := desk.Explain(ctx, rows); err != nil {
		notes = append(notes, unknown+err.Error())
	}
	p.clearProgress()
	switch {
	case cmd.Bool("json"):
		return p.printJSON(workersDocument{desk.Workspace.SID, filled(rows), filled(notes)})
	case on+off == "":
		p.printWorkers(rows)
	default:
		fmt.Fprintln(p.out, signed(rows[0], on != ""))
	}
	for _, note := range notes {
		fmt.Fprintf(p.stderr, "%s\n", note)
	}
	return nil
}

// unknown begins the note that the workers' record was not read.
const unknown = "reasons, ends and missed calls are unknown: "

// sign signs one of the workers on or off, and returns its row.
func sign(ctx context.Context, desk staff.Desk, rows []staff.Row, on, off string) ([]staff.Row, error) {
	row, err := staff.Find(rows, on+off)
	if err != nil {
		return nil, usage(err)
	}
	row, err = desk.Sign(ctx, row, on != "")
	return []staff.Row{row}, err
}

// desk connects to the workspace and, if a stack is deployed, to its record of the workers.
func (p program) desk(ctx context.Context, cmd *cli.Command, sign bool) (desk staff.Desk, notes []string, err error) {
	s, err := p.connect(ctx, cmd)
	if err != nil {
		return staff.Desk{}, nil, err
	}
	workspace, err := s.workspace(ctx, cmd.String("workspace"))
	if err != nil {
		return staff.Desk{}, nil, err
	}
	desk = staff.Desk{
		Account:    s.account,
		Workspace:  *workspace,
		Reconciler: p.reconciler(s, workspace.SID),
		Twilio:     s.account.Twilio(workspace.SID),
	}
	store, why, err := p.roster(ctx, s, workspace.SID)
	desk.Reconciler.Roster = roster.Roster{Store: store}
	switch {
	case err != nil:
		return staff.Desk{}, nil, err
	case store == nil && sign:
		notes = []string{"only the activity was set: " + why}
	case store == nil:
		notes = []string{unknown + why}
	}
	return desk, notes, nil
}

// roster returns the stack's record of the workers. If store is nil, why says the reason.
func (p program) roster(ctx context.Context, s session, workspace string) (store roster.Store, why string, err error) {
	switch {
	case s.stack == nil:
		return nil, s.noStack, nil
	case s.stack.Outputs["WorkersTable"] == "":
		return nil, s.stack.Source + " has no output WorkersTable", nil
	case s.stack.Parameters == nil:
		return nil, s.stack.Source + " has no parameters of the stack", nil
	case s.stack.Parameters["WorkspaceSid"] != workspace:
		return nil, s.stack.Source + " belongs to another workspace", nil
	}
	found, err := p.cloud(ctx)
	if err != nil {
		return nil, "", err
	}
	return found.Roster(s.stack.Outputs["WorkersTable"]), "", nil
}

// reconciler returns a reconciler with the stack's settings, if the workspace is the stack's.
func (p program) reconciler(s session, workspace string) reconciler.Reconciler {
	if parameter(s.stack, "WorkspaceSid") != workspace {
		return staff.Reconciler(nil, p.now) // another workspace's activities
	}
	return staff.Reconciler(s.stack.Parameters, p.now)
}

func (p program) printWorkers(rows []staff.Row) {
	table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	headings := []string{"WORKER", "ACTIVITY", "SINCE", "WHY", "UNTIL", "MISSED"}
	withShifts := slices.ContainsFunc(rows, func(row staff.Row) bool { return row.Shift != "" })
	if withShifts {
		headings = append(headings, "SHIFT")
	}
	fmt.Fprintln(table, strings.Join(headings, "\t"))
	available := 0
	for _, row := range rows {
		if row.Available {
			available++
		}
		missed := "–"
		if row.MissedCalls != nil {
			missed = fmt.Sprint(*row.MissedCalls)
		}
		cells := []string{cell(row.Name), cell(row.Activity), p.since(row.Since), cell(row.Why), p.clock(row.Until),
			missed}
		if withShifts {
			cells = append(cells, cell(row.Shift))
		}
		fmt.Fprintln(table, strings.Join(cells, "\t"))
	}
	_ = table.Flush()
	fmt.Fprintf(p.out, "\n%s, %d available\n", count(len(rows), "worker"), available)
}

// cell returns a text from Twilio for one cell of a table.
func cell(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
	if text == "" {
		return "–"
	}
	return text
}

// clock returns a local time of day, with the date if it is not today.
func (p program) clock(at time.Time) string {
	if at.IsZero() {
		return "–"
	}
	now := p.now()
	at = at.In(now.Location())
	if at.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return at.Format(time.TimeOnly)
	}
	return at.Format(time.DateTime)
}

func (p program) since(at time.Time) string {
	if at.IsZero() {
		return "–"
	}
	return fmt.Sprintf("%s (%s)", p.clock(at), age(p.now().Sub(at)))
}

// age returns a duration in its largest unit.
func age(d time.Duration) string {
	switch d = max(d, 0); {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d d", int(d.Hours()/24))
}

// signed returns the sentence that --on or --off prints.
func signed(row staff.Row, on bool) string {
	switch {
	case !on:
		return fmt.Sprintf("%s is signed off: %s", cell(row.Name), cell(row.Activity))
	case row.Standing == reconciler.OnCall:
		return fmt.Sprintf("%s is signed on, after the call: %s until then", cell(row.Name), cell(row.Activity))
	}
	return fmt.Sprintf("%s is signed on: %s", cell(row.Name), cell(row.Activity))
}
