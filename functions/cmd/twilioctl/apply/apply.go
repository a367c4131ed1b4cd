// Package apply carries out a plan: one request a change, in the plan's order. It stops at the first that fails, and what was done stays
// done: whoever plans again gets the rest.
package apply

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"switchboard/functions/cmd/twilioctl/account"
	"switchboard/functions/cmd/twilioctl/plan"
	"switchboard/shared/twilio"
)

// Applier carries out plans for one wish.
type Applier struct {
	Account *account.Client
	Wish    plan.Wish
	Done    func(plan.Change) // told of each change that was made; nil for nobody
}

// StoppedError says where a plan was left.
type StoppedError struct {
	Err       error
	Done      []plan.Change
	At        plan.Change // what it stopped before, or in
	NotDone   []plan.Change
	Uncertain bool // At may have been made
}

// Error says why, and what to do now.
func (e *StoppedError) Error() string {
	text := fmt.Sprintf("stopped: %v", e.Err)
	var failure *twilio.Error
	switch refused := errors.As(e.Err, &failure); {
	case e.Uncertain:
		text += "\nNobody knows whether Twilio did this one: the next plan finds out"
	case refused && failure.Denied():
		text += "\nThe credentials do not open this: twilioctl doctor tells which ones are used"
	case refused && failure.Throttled():
		text += "\nTwilio throttles this account: wait a minute"
	}
	return text + "\nRun apply again for the rest"
}

// Unwrap gives the cause.
func (e *StoppedError) Unwrap() error { return e.Err }

// uncertain reports that a change which failed so may have been made.
func uncertain(err error) bool {
	var failure *twilio.Error
	return errors.As(err, &failure) && failure.Unknown() || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// Run carries out a plan that was made of what actual says, and returns the changes that were made. An error is a *StoppedError.
//
// Twilio puts activities of its own into a new workspace. So once one is made, the rest is planned anew: what is there already is not made
// twice.
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
			rest, now, err := a.anew(ctx, sid)
			if err != nil && len(left) > 1 {
				return done, &StoppedError{Err: err, Done: done, At: left[1], NotDone: left[2:]}
			}
			left, actual, known = append([]plan.Change{change}, rest...), now, directory(now)
		}
	}
	return done, nil
}

// anew plans what is left to do in a workspace that was just made.
func (a Applier) anew(ctx context.Context, sid string) ([]plan.Change, account.Snapshot, error) {
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

// make carries out one change.
func (a Applier) make(ctx context.Context, change plan.Change, actual account.Snapshot, known map[key]string) (sid string, err error) {
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

// key is how a file refers to a resource.
type key struct {
	kind account.Kind
	name string
}

// directory lists the SIDs of what changes may refer to.
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
