package staff

import (
	"context"
	"fmt"
	"strings"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/shared/cause"
	"switchboard/shared/reconciler"
	"switchboard/shared/roster"
)

const (
	errChanged = cause.Text("the worker was changed at the same time: run this again")
	errGone    = cause.Text("the worker was deleted")
)

// Sign signs a worker on or off, and returns the worker's new row. Without a workers' record it
// only sets the activity.
func (d Desk) Sign(ctx context.Context, row Row, on bool) (Row, error) {
	what := fmt.Sprintf("sign worker %q off", row.Name)
	if on {
		what = fmt.Sprintf("sign worker %q on", row.Name)
	}
	sign := d.move
	if d.Reconciler.Roster.Store != nil {
		sign = d.record
	}
	after, err := sign(ctx, row, on)
	if err != nil {
		return Row{}, fmt.Errorf("%s: %w", what, err)
	}
	return after, nil
}

// record records the wish and has the reconciler apply it.
func (d Desk) record(ctx context.Context, row Row, on bool) (Row, error) {
	r := d.Reconciler
	r.Twilio = d.Twilio
	apply := r.SignOff
	if on {
		apply = r.SignOn
	}
	state, err := apply(ctx, row.SID, roster.ByLead)
	if err != nil {
		return Row{}, err
	}
	after, err := d.read(ctx, row)
	if err != nil {
		return Row{}, err
	}
	after.add(state, r.Activities)
	if on && state.Standing != reconciler.Ready && state.Standing != reconciler.OnCall || !on && state.Standing != reconciler.SignedOff {
		return Row{}, errChanged
	}
	return after, nil
}

// move sets the worker's activity, unless the worker has changed since they were read.
func (d Desk) move(ctx context.Context, row Row, on bool) (Row, error) {
	to, err := d.activity(ctx, on)
	if err != nil {
		return Row{}, err
	}
	worker, found, err := d.Twilio.Worker(ctx, row.SID)
	switch {
	case err != nil:
		return Row{}, err
	case !found:
		return Row{}, errGone
	case worker.ActivitySID == to:
		return d.read(ctx, row)
	}
	// A ringing phone stops, as it does if the wish is recorded.
	move, err := d.Twilio.MoveWorker(ctx, worker, to, !on && worker.Available)
	switch {
	case err != nil:
		return Row{}, err
	case !move.Made:
		return Row{}, errChanged
	}
	return d.read(ctx, row)
}

// read reads the worker again.
func (d Desk) read(ctx context.Context, row Row) (Row, error) {
	worker, found, err := d.Twilio.Worker(ctx, row.SID)
	if err != nil {
		return Row{}, err
	}
	if !found {
		return Row{}, errGone
	}
	return Row{
		Name: worker.Name, SID: worker.SID, Activity: worker.ActivityName, ActivitySID: worker.ActivitySID,
		Available: worker.Available, Since: worker.Since,
	}, nil
}

// activity returns the activity for workers who are on, or off: the stack's, the only one, or the
// default one of new workers.
func (d Desk) activity(ctx context.Context, on bool) (string, error) {
	parameter, deployed := "OfflineActivitySid", d.Reconciler.Activities.Offline
	if on {
		parameter, deployed = "AvailableActivitySid", d.Reconciler.Activities.Available
	}
	if deployed != "" {
		return deployed, nil
	}
	all, err := d.Account.Activities(ctx, d.Workspace.SID)
	if err != nil {
		return "", err
	}
	var fit []account.Activity
	var names []string
	for _, each := range all {
		switch {
		case each.Available != on:
			continue
		case !on && each.SID == d.Workspace.DefaultActivitySID:
			return each.SID, nil
		}
		fit, names = append(fit, each), append(names, fmt.Sprintf("%q", each.Name))
	}
	switch {
	case len(fit) == 1:
		return fit[0].SID, nil
	case len(fit) == 0:
		return "", fmt.Errorf("workspace %q has no activity for that: twilioctl apply creates those of a workspace file", d.Workspace.Name)
	}
	return "", fmt.Errorf("several activities are possible, %s: deploy the stack with %s", strings.Join(names, ", "),
		parameter)
}
