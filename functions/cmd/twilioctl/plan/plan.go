// Package plan compares what a workspace file wants with what an account has, and lists the changes that make the account so. It is pure:
// nothing is read or written here.
package plan

import (
	"fmt"
	"slices"
	"strings"

	"switchboard/functions/cmd/twilioctl/account"
	"switchboard/functions/cmd/twilioctl/deployment"
	"switchboard/functions/cmd/twilioctl/workspacefile"
)

// Action is what is done to a resource.
type Action string

// Actions.
const (
	Create Action = "create"
	Update Action = "update"
	Delete Action = "delete"
)

// Change is one request: a resource made, set or deleted.
type Change struct {
	Action Action
	Kind   account.Kind
	Name   string
	SID    string // "" for a resource to be made
	Fields []Field
}

// Field is a parameter, by Twilio's name for it, and what becomes of it.
type Field struct {
	Name string
	From string // "none" where there was nothing
	To   Value
	// Differences are the places where two documents differ; nil for a plain value, and for a new resource.
	Differences []Difference
}

// Extra is something that the account has and the file has not.
type Extra struct {
	Kind  account.Kind `json:"kind"`
	Name  string       `json:"name"`
	SID   string       `json:"sid"`
	What  string       `json:"what,omitempty"`  // the part of it that is extra; "" for all of it
	Prune string       `json:"prune,omitempty"` // the word that has it deleted; "" when nothing does
}

// Plan is what is to be done, in this order, and what there is to say about it.
type Plan struct {
	Changes  []Change
	Extras   []Extra
	Blocked  []string // what somebody has to solve first; nothing may be applied before
	Warnings []string // what works, but not as it should
	Notes    []string // what cannot be planned yet
	Deploy   Deploy
}

// Prune is what may be deleted because the file does not have it.
type Prune struct{ Workers, TaskQueues, Activities, Attributes bool }

// Wish is what should be.
type Wish struct {
	File    *workspacefile.File
	Stack   *deployment.Stack // nil when the stack's URLs are not known; URLs are then left as they are
	NoStack string            // why
	// StackName is the name to deploy under; "" = the one in samconfig.toml.
	StackName string
	URLs      deployment.URLs
	Prune     Prune
}

// Make plans.
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
		p.plan.Blocked = append(p.plan.Blocked, fmt.Sprintf("sam deploy cannot be given this %s on a command line: "+
			"take out the backslashes before quotes, before line breaks and at the end", name))
	}
	return p.plan
}

// planner is a plan in the making.
type planner struct {
	Wish
	actual    account.Snapshot
	plan      Plan
	deletions []Change
}

// change adds a change, unless no field differs.
func (p *planner) change(c Change) {
	if len(c.Fields) > 0 {
		p.plan.Changes = append(p.plan.Changes, c)
	}
}

// extra lists something, or deletes it where that was asked for.
func (p *planner) extra(e Extra, prune bool) {
	if prune {
		p.deletions = append(p.deletions, Change{Action: Delete, Kind: e.Kind, Name: e.Name, SID: e.SID})
		return
	}
	p.plan.Extras = append(p.plan.Extras, e)
}

// fields are the parameters of one resource.
type fields []Field

// made is a parameter of a new resource.
func (f *fields) made(name string, to Value) {
	*f = append(*f, Field{Name: name, From: "none", To: to})
}

// text sets a parameter that differs.
func (f *fields) text(name, from, to string) {
	if from != to {
		*f = append(*f, Field{Name: name, From: Text(from).String(), To: Text(to)})
	}
}

// document sets a parameter of JSON that differs as data.
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
	spelling map[string]string // a name by itself in lower case
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

// find returns the resource of that name. ok is false when nothing can be planned for it: several have the name, or one whose name differs
// in its case only, and Twilio takes no two of those.
func find[T any](p *planner, x index[T], name string) (found T, exists, ok bool) {
	if twice := x.twice[name]; twice != nil {
		p.plan.Blocked = append(p.plan.Blocked, twice.Error())
		return found, true, false
	}
	if found, exists = x.byName[name]; exists {
		return found, true, true
	}
	if there, similar := x.spelling[strings.ToLower(name)]; similar {
		p.plan.Blocked = append(p.plan.Blocked, fmt.Sprintf("%s %q is %q in the account: write the name as it stands there", x.kind, name, there))
		return found, false, false
	}
	return found, false, true
}
