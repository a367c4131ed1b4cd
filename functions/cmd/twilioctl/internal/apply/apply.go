// Package apply makes the changes of a plan: one request for each, in the plan's order. It stops at
// the first that fails; the changes made before remain, and a new plan has the rest.
package apply

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/plan"
	"switchboard/shared/twilio"
)

// Applier makes the changes of plans for one wish.
type Applier struct {
	Account *account.Client
	Wish    plan.Wish
	Done    func(plan.Change) // called after each change; nil = not called
}

// StoppedError says where an apply stopped.
type StoppedError struct {
	Err       error
	Done      []plan.Change
	At        plan.Change // the change that failed
	NotDone   []plan.Change
	Uncertain bool // Twilio may have made At
}

// Error says the cause and what to do now.
func (e *StoppedError) Error() string {
	text := fmt.Sprintf("stopped: %v", e.Err)
	var failure *twilio.Error
	switch refused := errors.As(e.Err, &failure); {
	case e.Uncertain:
		text += "\nTwilio may have made this change: the next plan shows it if not"
	case refused && failure.Denied():
		text += "\nTwilio rejected the credentials: twilioctl doctor shows which ones are used"
	case refused && failure.Throttled():
		text += "\nTwilio throttles this account: wait a minute"
	}
	return text + "\nRun apply again for the rest"
}

// Unwrap returns the cause.
func (e *StoppedError) Unwrap() error { return e.Err }

// uncertain reports whether Twilio may have made a change that failed with err.
func uncertain(err error) bool {
	var failure *twilio.Error
	return errors.As(err, &failure) && failure.Unknown() ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// Run makes the changes of a plan for actual, and returns those that were made. An error is a
// *StoppedError.
//
// Twilio puts activities of its own into a new workspace. So after creating one, Run plans again:
// it does not create those activities a second time.
func (a Applier) Run(ctx context.Context, p plan.Plan, actual account.Snapshot) ([]plan.Change, error) {
	var done []plan.Change
	known := directory(actual)
	for left := p.Changes; len(left) > 0; left = left[1:] {
		change := left[0]
		sid, err := a.make(ctx, change, actual, known)
		if err != nil {
			return done, &StoppedError{err, done, change, left[1:], uncertain(err)}
		}
		change.SID = sid
		known[key{change.Kind, change.Name}] = sid
		done = append(done, change)
		if a.Done != nil {
			a.Done(change)
		}
		if change.Kind == account.KindWorkspace && change.Action == plan.Create {
			rest, now, err := a.replan(ctx, sid)
			if err != nil && len(left) > 1 {
				return done, &StoppedError{Err: err, Done: done, At: left[1], NotDone: left[2:]}
			}
			left, actual, known = append([]plan.Change{change}, rest...), now, directory(now)
		}
	}
	return done, nil
}

// replan plans the changes for a workspace that was just created.
func (a Applier) replan(ctx context.Context, sid string) ([]plan.Change, account.Snapshot, error) {
	workspace, err := a.Account.Workspace(ctx, sid)
	if err != nil {
		return nil, account.Snapshot{}, err
	}
	actual, err := a.Account.ReadWorkspace(ctx, workspace)
	if err != nil {
		return nil, account.Snapshot{}, err
	}
	rest := a.Wish.Make(actual)
	if len(rest.Blocked) > 0 {
		return nil, account.Snapshot{}, errors.New(rest.Blocked[0])
	}
	return rest.Changes, actual, nil
}

// make makes one change.
func (a Applier) make(ctx context.Context, change plan.Change, actual account.Snapshot,
	known map[key]string) (sid string, err error) {
	parameters := url.Values{}
	for _, field := range change.Fields {
		value, err := field.To.Wire(func(kind account.Kind, name string) (string, bool) {
			sid, found := known[key{kind, name}]
			return sid, found
		})
		if err != nil {
			return "", fmt.Errorf("%s %s %q, %s: %w", change.Action, change.Kind, change.Name, field.Name, err)
		}
		parameters.Set(field.Name, value)
	}
	resource := account.Resource{Kind: change.Kind, SID: change.SID, Name: change.Name}
	if actual.Workspace != nil {
		resource.Workspace = actual.Workspace.SID
	}
	switch change.Action {
	case plan.Create:
		return a.Account.Create(ctx, resource, parameters)
	case plan.Delete:
		return change.SID, a.Account.Delete(ctx, resource)
	}
	return change.SID, a.Account.Update(ctx, resource, parameters)
}

// key is a file's reference to a resource.
type key struct {
	kind account.Kind
	name string
}

// directory maps the resources that changes may refer to, to their SIDs.
func directory(actual account.Snapshot) map[key]string {
	known := map[key]string{}
	for _, each := range actual.Activities {
		known[key{account.KindActivity, each.Name}] = each.SID
	}
	for _, each := range actual.TaskQueues {
		known[key{account.KindTaskQueue, each.Name}] = each.SID
	}
	return known
}
