package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/urfave/cli/v3"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/deployment"
	"switchboard/functions/cmd/twilioctl/internal/describe"
	"switchboard/functions/cmd/twilioctl/internal/plan"
	"switchboard/functions/cmd/twilioctl/internal/workspacefile"
)

func (p program) importCommand() *cli.Command {
	return &cli.Command{
		Name:  "import",
		Usage: "write the file of an existing workspace",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "workspace",
				Usage: "`name` of the workspace (default: the stack's, or the only one)"},
			&cli.StringFlag{Name: "workflow",
				Usage: "`name` of the workflow that calls enter (default: the stack's, or the only one)"},
			&cli.StringSliceFlag{Name: "number",
				Usage: "a `number` to include besides those that lead to the stack; separate several with commas"},
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write to a new `file` instead of printing"},
		},
		Action: p.importFile,
	}
}

func (p program) importFile(ctx context.Context, cmd *cli.Command) error {
	if cmd.Args().Present() {
		return usage(errors.New("import takes no arguments: name the file with --output"))
	}
	if cmd.Bool("json") {
		return usage(errors.New("import prints YAML: leave out --json"))
	}
	s, err := p.connect(ctx, cmd)
	if err != nil {
		return err
	}
	workspace, err := s.workspace(ctx, cmd.String("workspace"))
	if err != nil {
		return err
	}
	actual, err := s.account.ReadWorkspace(ctx, workspace)
	p.clearProgress()
	if err != nil {
		return err
	}
	choice := describe.Choice{Workflow: cmd.String("workflow"), Numbers: cmd.StringSlice("number"), Stack: s.stack}
	if s.stack != nil {
		if choice.URLs, err = s.stack.URLs(); err != nil {
			return err
		}
	}
	file, doubts, err := choice.File(actual)
	if err != nil {
		return err
	}
	text, err := file.Marshal()
	if err != nil {
		return err
	}
	for _, doubt := range doubts {
		fmt.Fprintf(p.stderr, "check this: %s\n", doubt)
	}
	if err := p.write(cmd.String("output"), text); err != nil {
		return err
	}
	return s.changesNothing(text, actual, choice.URLs)
}

func (p program) write(path string, text []byte) (err error) {
	var to io.Writer = p.out
	if path != "" {
		created, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err != nil {
			return fmt.Errorf("write workspace file: %w", err)
		}
		defer func() { err = errors.Join(err, created.Close()) }()
		to = created
	}
	_, err = to.Write(text)
	return err
}

// workspace finds a workspace by its name. name "" means the stack's, or the only one.
func (s session) workspace(ctx context.Context, name string) (*account.Workspace, error) {
	all, err := s.account.Workspaces(ctx)
	if err != nil {
		return nil, err
	}
	var found []account.Workspace
	var names []string
	for _, each := range all {
		names = append(names, fmt.Sprintf("%q", each.Name))
		if name == "" && each.SID == parameter(s.stack, "WorkspaceSid") {
			return &each, nil
		}
		if name == "" || each.Name == name {
			found = append(found, each)
		}
	}
	switch {
	case len(all) == 0:
		return nil, errors.New("the account has no workspace: write a file and run apply")
	case len(found) == 0:
		return nil, fmt.Errorf("the account has no workspace %q; it has %s", name, strings.Join(names, ", "))
	case len(found) > 1 && name == "":
		return nil, usage(fmt.Errorf("the account has several workspaces: give --workspace with one of %s",
			strings.Join(names, ", ")))
	case len(found) > 1:
		return nil, &account.AmbiguousError{Kind: "workspace", Name: name, SIDs: [2]string{found[0].SID, found[1].SID}}
	}
	return &found[0], nil
}

// changesNothing checks that a plan with the imported file has no changes. Each change is something
// that a file cannot express.
func (s session) changesNothing(text []byte, actual account.Snapshot, urls deployment.URLs) error {
	file, err := workspacefile.Parse("the file", text)
	if err != nil {
		return fmt.Errorf("the file was written, but it is not valid:\n%w", err)
	}
	made := plan.Wish{File: file, Stack: s.stack, NoStack: s.noStack, URLs: urls}.Make(actual)
	var lines []string
	lines = append(lines, made.Blocked...)
	for _, c := range made.Changes {
		lines = append(lines, headline(c))
		for _, f := range c.Fields {
			for _, line := range linesOf(c, f) {
				lines = append(lines, "    "+line[0]+"  "+line[1])
			}
		}
	}
	if len(lines) > 0 {
		return errors.New("the file was written, but cannot express all of the workspace; its plan has changes:\n" + strings.Join(lines, "\n"))
	}
	return nil
}
