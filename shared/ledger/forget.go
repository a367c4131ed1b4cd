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
	// keptReservations is how many resolved reservations of a call keep their facts: TaskRouter
	// offers a task up to 1,000 times. A reservation has 0.6 kB of facts, 2.8 kB at most: these are
	// a part of an item's 400 KB, and every write is charged by the size of the whole item.
	keptReservations = 100

	// forgetBatch is how many reservations one write forgets: few enough for DynamoDB's 4 KB of an
	// expression.
	forgetBatch = 10
)

// forgotten is behind the SID of a reservation whose facts are forgotten; its value is the State in
// which the reservation was. Nothing more is written about such a reservation.
const forgotten = "forgotten"

// applyToFull makes a change to an item that had no room for it: it forgets resolved reservations,
// the oldest first, until the item has. ErrItemFull is returned if none is left to forget.
func (l Ledger) applyToFull(ctx context.Context, change Change) (Fields, bool, error) {
	for {
		fields, err := l.Store.Get(ctx, change.CallSID)
		if err != nil {
			return nil, false, err
		}
		made, err := l.forget(ctx, Call{fields}, 1)
		if err != nil {
			return nil, false, err
		}
		if !made {
			return nil, false, fmt.Errorf("make room in ledger item %s: %w", change.CallSID, ErrItemFull)
		}
		fields, made, err = l.Store.Apply(ctx, change)
		if !errors.Is(err, ErrItemFull) {
			return fields, made, err
		}
	}
}

// forget removes the facts of a call's oldest resolved reservations, up to forgetBatch of them, if
// at least so many can be forgotten. made is false if fewer can, or a talk was reported meanwhile.
func (l Ledger) forget(ctx context.Context, call Call, least int) (made bool, err error) {
	change, found := call.forgetting(least)
	if !found {
		return false, nil
	}
	_, made, err = l.Store.Apply(ctx, change)
	return made, err
}

// forgetting returns the change by which the call's oldest resolved reservations are forgotten;
// false if fewer than least can be.
func (c Call) forgetting(least int) (Change, bool) {
	// A resolved reservation has four fields or more: most calls need no closer look.
	if len(c.fields) < 4*least {
		return Change{}, false
	}
	refs := c.forgettable()
	if len(refs) < least {
		return Change{}, false
	}
	change := Change{CallSID: c.CallSID(), Once: Fields{}}
	for _, ref := range refs[:min(forgetBatch, len(refs))] {
		sid := ref.ReservationSID
		change.Once[sid+"."+forgotten] = string(c.State(ref))
		change.Forget = append(change.Forget, sid+"."+eventSIDs)
		for _, fact := range connections() {
			change.Absent = append(change.Absent, sid+"."+fact) // it may have been reported meanwhile
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.fields)) {
		sid, _, _ := strings.Cut(name, ".")
		if _, goes := change.Once[sid+"."+forgotten]; goes {
			change.Forget = append(change.Forget, name)
		}
	}
	return change, true
}

// forgettable lists the resolved reservations that no decision needs, oldest first: those that ended
// without a talk, at TaskRouter and here, and whose worker call ended. A fault of ours counts while
// its task lives. The first reservation of each task dates the task.
func (c Call) forgettable() []Ref {
	var refs []Ref
	begun := map[string]bool{}
	for _, ref := range c.Reservations() {
		_, charged := c.Failure(ref)
		counts := charged == string(failure.ToUs) && !c.any(ref.TaskSID, taskDeaths())
		over := c.State(ref).Ended() && !c.Connected(ref) && !c.Pending(ref) && len(c.OpenLegsOf(ref.ReservationSID)) == 0
		if over && !counts && begun[ref.TaskSID] {
			refs = append(refs, ref)
		}
		begun[ref.TaskSID] = true
	}
	return refs
}

// isForgotten reports whether the reservation's facts are forgotten.
func (c Call) isForgotten(reservation string) bool { return c.has(reservation + "." + forgotten) }
