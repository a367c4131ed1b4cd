// Package describe makes a workspace file from an existing workspace.
package describe

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/deployment"
	"switchboard/functions/cmd/twilioctl/internal/workflow"
	"switchboard/functions/cmd/twilioctl/internal/workspacefile"
	"switchboard/shared/taskrouter"
)

// Choice says which part of an account to describe.
type Choice struct {
	Workflow string            // its name; "" = the stack's, or the only one
	Numbers  []string          // besides those that lead to the stack
	Stack    *deployment.Stack // nil = unknown
	URLs     deployment.URLs   // of the stack
}

// describer makes a file.
type describer struct {
	Choice
	actual account.Snapshot
	file   *workspacefile.File
	doubts []string
}

// File describes a workspace. doubts are guesses that the operator should check. err says what a
// file cannot express.
func (c Choice) File(actual account.Snapshot) (file *workspacefile.File, doubts []string, err error) {
	d := &describer{Choice: c, actual: actual, file: &workspacefile.File{Workspace: actual.Workspace.Name}}
	workflow, err := d.chosen()
	if err != nil {
		return nil, nil, err
	}
	d.activities()
	d.taskQueues()
	if err := d.workflow(workflow); err != nil {
		return nil, nil, err
	}
	if err := d.workers(); err != nil {
		return nil, nil, err
	}
	if err := d.numbers(); err != nil {
		return nil, nil, err
	}
	d.events()
	for _, q := range d.actual.Queues {
		if q.Name == workflow.SID {
			d.file.QueueMaxSize = new(q.MaxSize)
		}
	}
	return d.file, d.doubts, nil
}

func (d *describer) doubt(format string, values ...any) {
	d.doubts = append(d.doubts, fmt.Sprintf(format, values...))
}

// parameter returns a parameter of the stack; "" = unknown.
func (d *describer) parameter(name string) string {
	if d.Stack == nil {
		return ""
	}
	return d.Stack.Parameters[name]
}

// chosen returns the workflow that calls enter.
func (d *describer) chosen() (account.Workflow, error) {
	var names []string
	for _, w := range d.actual.Workflows {
		if d.Workflow == "" && w.SID == d.parameter("WorkflowSid") || d.Workflow != "" && w.Name == d.Workflow {
			return w, nil
		}
		names = append(names, fmt.Sprintf("%q", w.Name))
	}
	switch {
	case len(names) == 0:
		return account.Workflow{}, fmt.Errorf("workspace %q has no workflow", d.actual.Workspace.Name)
	case d.Workflow != "":
		return account.Workflow{}, fmt.Errorf("workspace %q has no workflow %q; it has %s", d.actual.Workspace.Name,
			d.Workflow, strings.Join(names, ", "))
	case len(names) > 1:
		return account.Workflow{}, fmt.Errorf("workspace %q has several workflows: give --workflow with one of %s",
			d.actual.Workspace.Name, strings.Join(names, ", "))
	}
	return d.actual.Workflows[0], nil
}

func (d *describer) activities() {
	a := &d.file.Activities
	for _, each := range d.actual.Activities {
		if each.Available {
			a.Available = append(a.Available, each.Name)
		} else {
			a.Unavailable = append(a.Unavailable, each.Name)
		}
	}
	a.NewWorkers = d.activityNamed(d.actual.Workspace.DefaultActivitySID)
	a.TimedOut = d.activityNamed(d.actual.Workspace.TimeoutActivitySID)
	if a.TimedOut == "" {
		a.TimedOut = d.guess("reservation_timeout", "offline", "timeout")
	}
	a.AfterCall = d.activityNamed(d.parameter("PostWorkActivitySid"))
	if a.AfterCall == "" && !d.actual.Workspace.MultiTask {
		a.AfterCall = d.guess("after_call", "wrap", "after", "acw")
	}
	a.Rejected = d.activityNamed(d.parameter("RejectActivitySid"))
	if a.Rejected == "" {
		a.Rejected = d.guess("rejected", "unavailable", "reject", "offline")
	}
	a.Fault = d.activityNamed(d.parameter("FaultActivitySid"))
	a.SignedOff = d.activityNamed(d.parameter("OfflineActivitySid"))
	if d.Stack == nil || d.Stack.Parameters == nil {
		d.guessSignedOff()
	}
	a.SignedOn = d.activityNamed(d.parameter("AvailableActivitySid"))
	if a.SignedOn == "" && len(a.Available) > 1 {
		a.SignedOn = a.Available[0]
		d.doubt("activities.signed_on is a guess: %q", a.SignedOn)
	}
}

func (d *describer) activityNamed(sid string) string {
	for _, each := range d.actual.Activities {
		if each.SID == sid {
			return each.Name
		}
	}
	return ""
}

// guess returns the first unavailable activity with one of the words in its name, or the first one.
func (d *describer) guess(role string, words ...string) (name string) {
	unavailable := d.file.Activities.Unavailable
	for _, word := range words {
		i := slices.IndexFunc(unavailable,
			func(each string) bool { return strings.Contains(strings.ToLower(each), word) })
		if i >= 0 {
			d.doubt("activities.%s is a guess: %q", role, unavailable[i])
			return unavailable[i]
		}
	}
	if len(unavailable) > 0 {
		d.doubt("activities.%s is a guess: %q", role, unavailable[0])
		return unavailable[0]
	}
	d.doubt("activities.%s needs an unavailable activity, but the workspace has none", role)
	return ""
}

// guessSignedOff chooses an unavailable activity with offline in its name, unless it is the one for
// rejected workers, which is the default.
func (d *describer) guessSignedOff() {
	a := &d.file.Activities
	i := slices.IndexFunc(a.Unavailable, func(each string) bool {
		return strings.Contains(strings.ToLower(each), "offline")
	})
	if i >= 0 && a.Unavailable[i] != a.Rejected {
		a.SignedOff = a.Unavailable[i]
		d.doubt("activities.signed_off is a guess: %q", a.SignedOff)
	}
}

func (d *describer) taskQueues() {
	for _, q := range d.actual.TaskQueues {
		described := workspacefile.TaskQueue{Name: q.Name}
		if q.TargetWorkers != "1==1" {
			described.Workers = &q.TargetWorkers
		}
		if q.TaskOrder != "FIFO" {
			described.Order = q.TaskOrder
		}
		if q.MaxReservedWorkers != 1 {
			described.MaxReservedWorkers = new(q.MaxReservedWorkers)
		}
		d.file.TaskQueues = append(d.file.TaskQueues, described)
	}
}

func (d *describer) workflow(w account.Workflow) error {
	described := workspacefile.Workflow{Name: w.Name, ReservationTimeout: new(int(w.ReservationTimeout / time.Second))}
	read, whole, err := workflow.Parse(w.Configuration, d.queueNamed)
	if err != nil {
		return fmt.Errorf("workflow %q (%s): %w", w.Name, w.SID, err)
	}
	if err := whole.Check(); err != nil {
		return fmt.Errorf("workflow %q (%s): a file cannot express its configuration: %w", w.Name, w.SID, err)
	}
	described.Filters, described.Default, described.NoDefault = read.Filters, read.Default, read.Default == nil
	if d.URLs != (deployment.URLs{}) {
		if w.AssignmentCallbackURL != d.URLs.AssignmentCallbackURL {
			described.AssignmentCallbackURL = w.AssignmentCallbackURL
		}
		if w.FallbackAssignmentCallbackURL != d.URLs.FallbackAssignmentCallbackURL {
			described.FallbackAssignmentCallbackURL = w.FallbackAssignmentCallbackURL
		}
	}
	d.file.Workflow = described
	return nil
}

func (d *describer) queueNamed(sid string) string {
	for _, q := range d.actual.TaskQueues {
		if q.SID == sid {
			return q.Name
		}
	}
	return sid
}

func (d *describer) workers() error {
	for _, w := range d.actual.Workers {
		described := workspacefile.Worker{Name: w.Name}
		attributes, err := plain(w.Attributes)
		if err != nil {
			return fmt.Errorf("worker %q (%s): read attributes: %w", w.Name, w.SID, err)
		}
		if contact, ok := attributes["contact_uri"].(string); ok {
			if _, err := taskrouter.ParseContact(contact); err == nil {
				described.ContactURI = contact
				delete(attributes, "contact_uri")
			}
		}
		if skills, ok := texts(attributes["skills"]); ok {
			described.Skills = skills
			delete(attributes, "skills")
		}
		if taskrouter.IsLead(w.Attributes) {
			described.Lead = true
			delete(attributes, "lead")
		}
		if len(attributes) > 0 {
			described.Attributes = attributes
		}
		d.file.Workers = append(d.file.Workers, described)
	}
	return nil
}

// texts reads a list of texts that is not empty.
func texts(value any) ([]string, bool) {
	list, ok := value.([]any)
	var all []string
	for _, each := range list {
		text, isText := each.(string)
		if !isText {
			return nil, false
		}
		all = append(all, text)
	}
	return all, ok && len(all) > 0
}

// plain reads attributes for a YAML file, numbers as they were written.
func plain(text string) (map[string]any, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var object map[string]any
	err := decoder.Decode(&object)
	return object, err
}
