// Package plan compares a workspace file with an account, and lists the changes that make the
// account match the file. It reads and writes nothing.
package plan

import (
	"fmt"
	"slices"
	"strings"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/deployment"
	"switchboard/functions/cmd/twilioctl/internal/workspacefile"
)

// Action is a kind of change.
type Action string

// Actions.
const (
	Create Action = "create"
	Update Action = "update"
	Delete Action = "delete"
)

// Change is one request that creates, updates or deletes a resource.
type Change struct {
	Action Action
	Kind   account.Kind
	Name   string
	SID    string // "" = does not exist yet
	Fields []Field
}

// Field is a change of one parameter, by Twilio's name for it.
type Field struct {
	Name string
	From string // "none" = not set
	To   Value
	// Differences are the places where two documents differ; nil for a plain value, and for a new
	// resource.
	Differences []Difference
}

// Extra is something in the account that is not in the file.
type Extra struct {
	Kind  account.Kind `json:"kind"`
	Name  string       `json:"name"`
	SID   string       `json:"sid"`
	What  string       `json:"what,omitempty"`  // the extra part; "" = the whole resource
	Prune string       `json:"prune,omitempty"` // the value of --prune that deletes it; "" = none
}

// Plan lists the changes in their order, and remarks.
type Plan struct {
	Changes  []Change
	Extras   []Extra
	Blocked  []string // problems that prevent an apply
	Warnings []string // problems that do not
	Notes    []string // what the plan leaves out, and why
	Deploy   Deploy
}

// Prune says what a plan deletes if it is not in the file.
type Prune struct{ Workers, TaskQueues, Activities, Attributes bool }

// Wish is the wanted state.
type Wish struct {
	File    *workspacefile.File
	Stack   *deployment.Stack // nil = unknown; URLs stay unchanged
	NoStack string            // why the stack is unknown
	// StackName is the name for sam deploy; "" = the one in samconfig.toml.
	StackName string
	URLs      deployment.URLs
	Prune     Prune
}

// Make returns the plan for an account.
func (w Wish) Make(actual account.Snapshot) Plan {
	p := &planner{Wish: w, actual: actual}
	p.workspace()
	p.activities()
	p.settings()
	p.taskQueues()
	p.workflow()
	p.workers()
	p.numbers()
	p.voiceQueue()
	slices.Reverse(p.deletions) // workers before the task queues and activities that they are in
	p.plan.Changes = append(p.plan.Changes, p.deletions...)
	p.judge()
	p.plan.Deploy = w.deploy(actual)
	for _, name := range p.plan.Deploy.Unwritable() {
		p.plan.Blocked = append(p.plan.Blocked, fmt.Sprintf("sam deploy cannot read this %s from a command line: "+
			"remove the backslashes before quotes, before line breaks and at the end", name))
	}
	return p.plan
}

// planner makes a plan.
type planner struct {
	Wish
	actual    account.Snapshot
	plan      Plan
	deletions []Change
}

// change adds a change that has fields.
func (p *planner) change(c Change) {
	if len(c.Fields) > 0 {
		p.plan.Changes = append(p.plan.Changes, c)
	}
}

// extra lists an extra, or deletes it if prune is set.
func (p *planner) extra(e Extra, prune bool) {
	if prune {
		p.deletions = append(p.deletions, Change{Action: Delete, Kind: e.Kind, Name: e.Name, SID: e.SID})
		return
	}
	p.plan.Extras = append(p.plan.Extras, e)
}

// fields are the parameters of one resource.
type fields []Field

// made sets a parameter of a new resource.
func (f *fields) made(name string, to Value) {
	*f = append(*f, Field{Name: name, From: "none", To: to})
}

// text sets a parameter if it differs.
func (f *fields) text(name, from, to string) {
	if from != to {
		*f = append(*f, Field{Name: name, From: Text(from).String(), To: Text(to)})
	}
}

// document sets a parameter of JSON if it differs as data.
func (f *fields) document(name string, from, to map[string]any, value Value) {
	if found := differences("", from, to); found != nil {
		*f = append(*f, Field{Name: name, From: shown(from), To: value, Differences: found})
	}
}

// index finds resources by name.
type index[T any] struct {
	kind     account.Kind
	byName   map[string]T
	twice    map[string]*account.AmbiguousError
	spelling map[string]string // name by lowercase name
}

func newIndex[T any](kind account.Kind, all []T, identify func(T) (name, sid string)) index[T] {
	x := index[T]{kind, map[string]T{}, map[string]*account.AmbiguousError{}, map[string]string{}}
	for _, each := range all {
		name, sid := identify(each)
		if first, found := x.byName[name]; found {
			_, other := identify(first)
			x.twice[name] = &account.AmbiguousError{Kind: string(kind), Name: name, SIDs: [2]string{other, sid}}
			continue
		}
		x.byName[name], x.spelling[strings.ToLower(name)] = each, name
	}
	return x
}

// find returns the resource of that name. ok is false if no change can be planned for it: several
// have the name, or one has a name that differs only in case, and Twilio rejects a second one.
func find[T any](p *planner, x index[T], name string) (found T, exists, ok bool) {
	if twice := x.twice[name]; twice != nil {
		p.plan.Blocked = append(p.plan.Blocked, twice.Error())
		return found, true, false
	}
	if found, exists = x.byName[name]; exists {
		return found, true, true
	}
	if there, similar := x.spelling[strings.ToLower(name)]; similar {
		p.plan.Blocked = append(p.plan.Blocked,
			fmt.Sprintf("%s %q is %q in the account: use that spelling in the file", x.kind, name, there))
		return found, false, false
	}
	return found, false, true
}
