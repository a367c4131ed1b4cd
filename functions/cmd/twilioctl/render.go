package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"switchboard/functions/cmd/twilioctl/internal/apply"
	"switchboard/functions/cmd/twilioctl/internal/plan"
)

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

var signs = map[plan.Action]string{plan.Create: "+", plan.Update: "~", plan.Delete: "-"}

// headline returns a change in one line.
func headline(c plan.Change) string {
	line := fmt.Sprintf("%s %s %s %q", signs[c.Action], c.Action, c.Kind, c.Name)
	if c.SID != "" {
		line += " (" + c.SID + ")"
	}
	return line
}

func (p program) printPlan(made plan.Plan, wish plan.Wish, desk settingsPlan) {
	if len(made.Changes) == 0 {
		fmt.Fprintf(p.out, "Workspace %q: nothing to change.\n", wish.File.Workspace)
	} else {
		fmt.Fprintf(p.out, "Workspace %q: %s.\n\n", wish.File.Workspace, count(len(made.Changes), "change"))
		p.printChanges(made.Changes)
	}
	p.printSettings(desk)
	p.printExtras(made.Extras)
	p.printList("Skipped:", made.Notes)
	p.printList("Warnings:", made.Warnings)
	p.printList("Blocked by:", made.Blocked)
	p.printDeploy(made, wish)
}

func (p program) printChanges(changes []plan.Change) {
	for _, c := range changes {
		fmt.Fprintln(p.out, headline(c))
		table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
		for _, f := range c.Fields {
			for _, line := range linesOf(c, f) {
				fmt.Fprintf(table, "    %s\t%s\n", line[0], line[1])
			}
		}
		_ = table.Flush()
	}
}

// linesOf returns the lines that show a parameter. A document has one for each place that differs.
func linesOf(c plan.Change, f plan.Field) [][2]string {
	if f.Differences == nil {
		if c.Action == plan.Create {
			return [][2]string{{f.Name, f.To.String()}}
		}
		return [][2]string{{f.Name, f.From + " → " + f.To.String()}}
	}
	var lines [][2]string
	for _, d := range f.Differences {
		lines = append(lines, [2]string{f.Name + "." + d.Path, d.From + " → " + d.To})
	}
	return lines
}

func (p program) printExtras(extras []plan.Extra) {
	if len(extras) == 0 {
		return
	}
	fmt.Fprintln(p.out, "\nNot in the file, left unchanged:")
	table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	for _, e := range extras {
		line := fmt.Sprintf("%s %q (%s)", e.Kind, e.Name, e.SID)
		if e.What != "" {
			line += ", " + e.What
		}
		remedy := ""
		if e.Prune != "" {
			remedy = "deleted with --prune " + e.Prune
		}
		fmt.Fprintf(table, "    %s\t%s\n", line, remedy)
	}
	_ = table.Flush()
}

func (p program) printList(title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(p.out, "\n%s\n", title)
	for _, line := range lines {
		fmt.Fprintf(p.out, "    %s\n", line)
	}
}

// printDeploy prints the command that deploys the stack, unless the stack is up to date.
func (p program) printDeploy(made plan.Plan, wish plan.Wish) {
	d := made.Deploy
	switch {
	case !d.Stale:
		return
	case !d.Complete:
		fmt.Fprintln(p.out, "\nAfter apply, deploy the stack for this workspace:")
	case len(d.Differs) > 0:
		fmt.Fprintf(p.out, "\nThe stack has other values for %s. Deploy it for this workspace:\n",
			strings.Join(d.Differs, ", "))
	case wish.Stack != nil:
		fmt.Fprintln(p.out, "\nDeploy the stack for this workspace:")
	default:
		fmt.Fprintln(p.out, "\nRun make build, deploy the stack for this workspace, then apply again to set the URLs:")
	}
	fmt.Fprintf(p.out, "    %s\n", d.Command())
}

// printRest prints the changes that an apply did not make before it stopped.
func (p program) printRest(stopped *apply.StoppedError) {
	fmt.Fprintf(p.out, "\n%s made. ", count(len(stopped.Done), "change"))
	if stopped.Uncertain {
		fmt.Fprint(p.out, "Unknown whether made:\n")
	} else {
		fmt.Fprint(p.out, "Not made:\n")
	}
	fmt.Fprintf(p.out, "    %s\n", headline(stopped.At))
	if stopped.Uncertain && len(stopped.NotDone) > 0 {
		fmt.Fprintln(p.out, "Not made:")
	}
	for _, c := range stopped.NotDone {
		fmt.Fprintf(p.out, "    %s\n", headline(c))
	}
}
