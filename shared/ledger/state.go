package ledger

import (
	"context"
	"slices"

	"switchboard/shared/reservation"
)

// move makes the change and moves the reservation to a state, which it reached at that time. If its
// present state does not allow that, move makes the change alone. made is false if the change's own
// conditions do not hold.
func (l Ledger) move(
	ctx context.Context, change Change, sid string, to reservation.State, at string,
) (call Call, made bool, err error) {
	if to == "" {
		return l.apply(ctx, change)
	}
	call, made, err = l.apply(ctx, change.moving(sid, to, at))
	now := call.fields[sid+"."+state]
	if made || err != nil || now == "" || slices.Contains(from(to), now) {
		return call, made, err
	}
	return l.apply(ctx, change)
}

// moving returns the change with the move in it.
func (c Change) moving(sid string, to reservation.State, at string) Change {
	moved := c.clone()
	moved.Set[sid+"."+state] = string(to)
	if _, reported := moved.Once[sid+"."+string(to)]; !reported {
		moved.Once[sid+"."+string(to)] = at
	}
	if moved.Within == nil {
		moved.Within = map[string][]string{}
	}
	moved.Within[sid+"."+state] = from(to)
	return moved
}

// from lists the states from which a reservation may move to this one, as they are stored.
func from(to reservation.State) []string {
	var texts []string
	for _, each := range to.From() {
		texts = append(texts, string(each))
	}
	return texts
}
