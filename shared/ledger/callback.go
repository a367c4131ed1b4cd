package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// heldBy is the field of a number's item with the key of the call back that the number has.
const heldBy = "held_by"

// HashOf names a phone number in keys and lists: 32 hexadecimal digits.
func HashOf(number string) string {
	sum := sha256.Sum256([]byte(number))
	return hex.EncodeToString(sum[:16])
}

// HoldNumber gives a number to one call back. Each number has an item of its own, which no index
// lists:
//
//	{"call_sid": "callback.1b9d…", "held_by": "CB…02", "CB…01": "2026-11-24T…", "CB…02": "2026-…"}
//
// The other fields are the call backs that ever had it, by which they are forgotten.
// holder is the call back that has the number: key, or another that has not ended. A number is not
// given back: who holds it counts only until that request has ended. err is the Store's; a retry is
// safe.
func (l Ledger) HoldNumber(ctx context.Context, number, key string) (holder Call, err error) {
	item := NumberKey(number)
	fields, err := l.Store.Get(ctx, item)
	if err != nil {
		return Call{}, fmt.Errorf("read number of call back: %w", err)
	}
	before, held := fields[heldBy]
	if held && before != key {
		holder, open, err := l.openRequest(ctx, before)
		if err != nil || open {
			return holder, err
		}
	}
	change := Change{CallSID: item, Set: Fields{heldBy: key, key: l.now()}, Absent: []string{heldBy}}
	if held {
		change.Absent, change.Within = nil, map[string][]string{heldBy: {before, key}}
	}
	fields, _, err = l.Store.Apply(ctx, change)
	if err != nil {
		return Call{}, fmt.Errorf("hold number of call back: %w", err)
	}
	return Call{Fields{callSID: fields[heldBy]}}, nil
}

// CallbackOf returns the call back of a number that has not ended. err is the Store's.
func (l Ledger) CallbackOf(ctx context.Context, number string) (call Call, open bool, err error) {
	fields, err := l.Store.Get(ctx, "callback."+HashOf(number))
	if err != nil || fields[heldBy] == "" {
		return Call{}, false, err
	}
	return l.openRequest(ctx, fields[heldBy])
}

func (l Ledger) openRequest(ctx context.Context, key string) (call Call, open bool, err error) {
	fields, err := l.Store.Get(ctx, key)
	call = Call{fields}
	state := call.Request().State
	return call, state != "" && !state.Ended(), err
}

// repeated is how late a request may arrive twice: by then the customer's own TwiML may have put
// the caller into the line again.
const repeated = time.Minute

// WantCallback records at the caller's call that they are about to leave the line to be called
// back, and the task that they wait with. It does not keep a worker from them: they may hear that
// another copy of their answer failed, and wait on. known is the call as it was read, the zero Call
// if it was not found. wanted is false if a worker is being connected, the call has ended, or it
// changed meanwhile: then the caller stays in the line. err is as for Store.Apply; a retry is safe.
func (l Ledger) WantCallback(ctx context.Context, sid string, known Call) (call Call, wanted bool, err error) {
	if known.LeavesForCallback() || known.has(callback) && l.Now().Sub(known.CallbackWanted()) < repeated {
		return known, true, nil
	}
	change := l.change(sid)
	change.Once[callback] = l.now()
	change.Set[callbackTask] = known.TaskSID()
	change.Absent = []string{ended, connected}
	change.Within = map[string][]string{}
	// A worker call that was placed since changes worker_call_sid; one that was placed before is
	// answered in a field that is named here.
	for _, name := range []string{workerCallSID, leftQueue} {
		if known.has(name) {
			change.Within[name] = []string{known.fields[name]}
		} else {
			change.Absent = append(change.Absent, name)
		}
	}
	for _, ref := range known.Reservations() {
		if !known.CannotBridge(ref) && !known.State(ref).Ended() {
			change.Absent = append(change.Absent, ref.ReservationSID+"."+answered, ref.ReservationSID+"."+accepted)
		}
	}
	return l.apply(ctx, change)
}

// PromisedCallback records at the call of a caller who is not in the line that they are called
// back. err is as for Store.Apply; a retry is safe.
func (l Ledger) PromisedCallback(ctx context.Context, call string) error {
	change := l.change(call)
	change.Once[callback] = l.now()
	_, _, err := l.apply(ctx, change)
	return err
}

// LeavesForCallback reports whether the caller wants to leave the line to be called back, or was
// promised that: it is about the task that they waited with last, since an operator can put them
// into the line again.
func (c Call) LeavesForCallback() bool {
	return c.has(callback) && (c.fields[callbackTask] == "" || c.fields[callbackTask] == c.TaskSID())
}

// CallbackWanted is when the caller wanted to leave the line to be called back, or was promised
// that while the desk was closed; zero if neither.
func (c Call) CallbackWanted() time.Time { return c.time(callback) }
