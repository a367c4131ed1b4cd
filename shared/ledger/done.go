package ledger

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"switchboard/shared/taskrouter"
)

// MarkDone ends a request that a person has done without its task, such as one that was given up.
// seen is the request as it was read. made is false if it has changed since, if its caller is still
// in the line, if a worker has taken it, or if it is done or withdrawn. err is as for Store.Apply;
// a retry is safe, though made may then be false.
func (l Ledger) MarkDone(ctx context.Context, seen Call, how string) (call Call, made bool, err error) {
	r := seen.Request()
	change := l.change(r.Key)
	change.Within = map[string][]string{try: {strconv.Itoa(r.Try)}}
	if seen.fields[phase] == phaseGivenUp {
		delete(change.Once, phase) // set here, and one write cannot do both
		change.Set[phase] = phaseClosed
	}
	change.Within[phase] = []string{seen.fields[phase]}
	return l.end(ctx, change, Done, how, Left, Creating, Waiting, GivenUp)
}

// RequestsAt returns the keys of the call backs that a number has or had: people ask to be called
// at another number than theirs. err is the Store's.
func (l Ledger) RequestsAt(ctx context.Context, number string) (keys []string, err error) {
	fields, err := l.Store.Get(ctx, NumberKey(number))
	if err != nil {
		return nil, fmt.Errorf("read number of call back: %w", err)
	}
	for name := range maps.Keys(fields) {
		if taskrouter.IsRequest(name) {
			keys = append(keys, name)
		}
	}
	if held := fields[heldBy]; held != "" && !slices.Contains(keys, held) {
		keys = append(keys, held)
	}
	slices.Sort(keys)
	return keys, nil
}
