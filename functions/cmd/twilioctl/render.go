package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"switchboard/functions/cmd/twilioctl/apply"
	"switchboard/functions/cmd/twilioctl/plan"
)

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// headline is a change in a line.
func headline(c plan.Change) string {
	sign := map[plan.Action]string{plan.Create: "+", plan.Update: "~", plan.Delete: "-"}[c.Action]
	line := fmt.Sprintf("%s %s %s %q", sign, c.Action, c.Kind, c.Name)
	if c.SID != "" {
		line += " (" + c.SID + ")"
	}
	return line
}

func (p program) printPlan(made plan.Plan, wish plan.Wish) {
	if len(made.Changes) == 0 {
		fmt.Fprintf(p.out, "Workspace %q: nothing to change.\n", wish.File.Workspace)
	} else {
		fmt.Fprintf(p.out, "Workspace %q: %s.\n\n", wish.File.Workspace, count(len(made.Changes), "change"))
		p.printChanges(made.Changes)
	}
	p.printExtras(made.Extras)
	p.printList("Not planned:", made.Notes)
	p.printList("Warnings:", made.Warnings)
	p.printList("Blocked. Solve first:", made.Blocked)
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

// linesOf shows a parameter: a document by the places that differ.
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
	fmt.Fprintln(p.out, "\nNot in the file, and left alone:")
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

// printDeploy says how the stack is to be deployed, unless it is so already.
func (p program) printDeploy(made plan.Plan, wish plan.Wish) {
	d := made.Deploy
	switch {
	case !d.Stale:
		return
	case !d.Complete:
		fmt.Fprintln(p.out, "\nThe stack for this workspace, once this is applied:")
	case len(d.Differs) > 0:
		fmt.Fprintf(p.out, "\nThe stack has other values of %s. For this workspace:\n", strings.Join(d.Differs, ", "))
	case wish.Stack != nil:
		fmt.Fprintln(p.out, "\nThe stack for this workspace:")
	default:
		fmt.Fprintln(p.out, "\nDeploy the stack for this workspace (make build comes first), then apply again for the URLs:")
	}
	fmt.Fprintf(p.out, "    %s\n", d.Command())
}

// printRest says what an apply that stopped has left.
func (p program) printRest(stopped *apply.StoppedError) {
	fmt.Fprintf(p.out, "\n%s made. ", count(len(stopped.Done), "change"))
	if stopped.Uncertain {
		fmt.Fprint(p.out, "Perhaps made, perhaps not:\n")
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
