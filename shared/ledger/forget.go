package ledger

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"switchboard/shared/failure"
)

// maxItem is the size of DynamoDB's largest item, in bytes: names and values, in UTF-8
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-items).
const maxItem = 400 << 10

const (
	// keptReservations is how many ended reservations of a call keep their facts: TaskRouter offers
	// a task up to 1,000 times, an item has 400 KB, and DynamoDB charges each write by the size of
	// the whole item. A reservation has 0.6 kB of facts, at most 2.8 kB.
	keptReservations = 100

	// forgetBatch is how many reservations one write forgets: few enough for the 4 KB that DynamoDB
	// allows for an expression.
	forgetBatch = 10
)

// applyToFull makes a change for which the item had no room: it forgets ended reservations, the
// oldest first, until there is. It returns ErrItemFull if none is left to forget.
func (l Ledger) applyToFull(ctx context.Context, change Change) (fields Fields, made bool, err error) {
	for {
		fields, err := l.Store.Get(ctx, change.CallSID)
		if err != nil {
			return nil, false, err
		}
		forgot, err := l.forget(ctx, Call{fields}, 1)
		if err != nil {
			return nil, false, err
		}
		if !forgot {
			return nil, false, fmt.Errorf("make room in ledger item %s: %w", change.CallSID, ErrItemFull)
		}
		fields, made, err := l.Store.Apply(ctx, change)
		if !errors.Is(err, ErrItemFull) {
			return fields, made, err
		}
	}
}

// forget removes the facts of a call's oldest ended reservations, up to forgetBatch of them, if at
// least minimum can be forgotten. forgot is false if fewer can, or a talk was reported meanwhile.
func (l Ledger) forget(ctx context.Context, call Call, minimum int) (forgot bool, err error) {
	change, found := call.forgetting(minimum)
	if !found {
		return false, nil
	}
	_, forgot, err = l.Store.Apply(ctx, change)
	return forgot, err
}

// forgetting returns the change that forgets the call's oldest ended reservations; found is false
// if fewer than minimum can be forgotten.
func (c Call) forgetting(minimum int) (change Change, found bool) {
	// An ended reservation has four fields or more: most calls need no closer look.
	if len(c.fields) < 4*minimum {
		return Change{}, false
	}
	refs := c.forgettable()
	if len(refs) < minimum {
		return Change{}, false
	}
	change = Change{CallSID: c.CallSID(), Once: Fields{}}
	for _, ref := range refs[:min(forgetBatch, len(refs))] {
		change.Once[ref.ReservationSID+"."+forgotten] = string(c.State(ref))
		change.Forget = append(change.Forget, ref.ReservationSID+"."+eventSIDs)
		change.Absent = append(change.Absent, ref.fields(talked)...) // an event may have reported a talk meanwhile
	}
	for _, name := range slices.Sorted(maps.Keys(c.fields)) {
		sid, _, _ := strings.Cut(name, ".")
		if _, forgets := change.Once[sid+"."+forgotten]; forgets {
			change.Forget = append(change.Forget, name)
		}
	}
	return change, true
}

// forgettable lists the ended reservations that no decision needs, oldest first: those that ended
// without a talk, at TaskRouter and here, and whose worker call ended. A fault of ours counts until
// its task ends. The first reservation of each task tells when the task began.
func (c Call) forgettable() []Ref {
	var refs []Ref
	begun := map[string]bool{}
	for _, ref := range c.Reservations() {
		_, charged := c.Failure(ref)
		counts := charged == string(failure.ToUs) && !c.taskEnded(ref.TaskSID)
		ended := c.State(ref).Ended() && !c.Talked(ref) && !c.MayBePending(ref)
		ringing := len(c.UnansweredCallsOf(ref.ReservationSID)) > 0
		if ended && !ringing && !counts && begun[ref.TaskSID] {
			refs = append(refs, ref)
		}
		begun[ref.TaskSID] = true
	}
	return refs
}
