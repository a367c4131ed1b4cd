package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/urfave/cli/v3"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/deployment"
	"switchboard/functions/cmd/twilioctl/internal/plan"
	"switchboard/functions/cmd/twilioctl/internal/workspacefile"
)

// planFlags are the flags of plan and apply.
func planFlags() []cli.Flag {
	return []cli.Flag{&cli.StringSliceFlag{
		Name:  "prune",
		Usage: "delete what is not in the file, of this `kind`: workers, task-queues, activities, attributes (of workers); separate several with commas",
	}}
}

func (p program) planCommand() *cli.Command {
	return &cli.Command{
		Name:      "plan",
		Usage:     "show what apply would change",
		ArgsUsage: "FILE",
		Flags:     append(planFlags(), &cli.BoolFlag{Name: "check", Usage: "exit with code 4 if there are changes"}),
		Action:    p.plan,
	}
}

func (p program) plan(ctx context.Context, cmd *cli.Command) error {
	s, wish, actual, err := p.prepare(ctx, cmd)
	if err != nil {
		return err
	}
	desk, err := p.compare(ctx, cmd, s, wish.File)
	if err != nil {
		return err
	}
	made := desk.addTo(wish.Make(actual))
	if cmd.Bool("json") {
		err = p.printJSON(documentOf(made, actual, wish, desk))
	} else {
		p.printPlan(made, wish, desk)
	}
	switch {
	case err != nil:
		return err
	case len(made.Blocked) > 0:
		return &exitError{code: exitWrong}
	case cmd.Bool("check") && len(made.Changes)+desk.Lines() > 0:
		return &exitError{code: exitChanges}
	}
	return nil
}

// prepare reads the file first, so that errors in it need no credentials.
func (p program) prepare(ctx context.Context, cmd *cli.Command) (s session, wish plan.Wish, actual account.Snapshot,
	err error) {
	path, err := onlyArgument(cmd)
	if err != nil {
		return s, wish, actual, err
	}
	prune, err := pruneOf(cmd.StringSlice("prune"))
	if err != nil {
		return s, wish, actual, err
	}
	file, err := workspacefile.Read(path)
	if err != nil {
		return s, wish, actual, usage(err)
	}
	if s, err = p.connect(ctx, cmd); err != nil {
		return s, wish, actual, err
	}
	if wish, err = s.wish(file, prune); err != nil {
		return s, wish, actual, err
	}
	if name := cmd.String("stack"); name != deployment.DefaultStack {
		wish.StackName = name
	}
	actual, err = s.read(ctx, wish)
	p.clearProgress()
	return s, wish, actual, err
}

// read reads the workspace, and how many tasks are open in the workflows that the stack serves, if
// they are not the file's.
func (s session) read(ctx context.Context, wish plan.Wish) (account.Snapshot, error) {
	actual, err := s.account.Read(ctx, wish.File.Workspace)
	if err != nil {
		return actual, err
	}
	actual.OpenTasks = map[string]int{}
	for _, workflow := range wish.OtherWorkflows(actual) {
		if actual.OpenTasks[workflow.SID], err = s.account.OpenTasks(ctx, actual.Workspace.SID, workflow.SID); err != nil {
			return actual, err
		}
	}
	return actual, nil
}

func onlyArgument(cmd *cli.Command) (string, error) {
	if cmd.Args().Len() != 1 {
		return "", usage(fmt.Errorf("%s needs one file: twilioctl %s %s, or make %s FILE=…", cmd.Name, cmd.Name,
			cmd.ArgsUsage, cmd.Name))
	}
	return cmd.Args().First(), nil
}

func pruneOf(kinds []string) (plan.Prune, error) {
	var prune plan.Prune
	known := map[string]*bool{
		"workers": &prune.Workers, "task-queues": &prune.TaskQueues, "activities": &prune.Activities, "attributes": &prune.Attributes,
	}
	for _, kind := range kinds {
		flag := known[kind]
		if flag == nil {
			return prune, usage(fmt.Errorf("--prune takes workers, task-queues, activities and attributes, not %q",
				kind))
		}
		*flag = true
	}
	return prune, nil
}

// wish combines a file and the stack.
func (s session) wish(file *workspacefile.File, prune plan.Prune) (plan.Wish, error) {
	wish := plan.Wish{File: file, Stack: s.stack, NoStack: s.noStack, Prune: prune}
	if s.stack == nil {
		return wish, nil
	}
	var err error
	if wish.URLs, err = s.stack.URLs(); err != nil {
		return wish, errors.Join(err, errors.New("give --no-stack to leave URLs unchanged"))
	}
	return wish, nil
}
