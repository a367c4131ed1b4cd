// Package workercall has the paths of a worker call's webhooks, and ends worker calls whose caller
// cannot be bridged.
package workercall

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"switchboard/shared/ledger"
)

// A Stop is the last part of the path: what the webhook asks for.
type Stop string

// The stops of a worker call. It begins at Gate or, if the worker need not press a key, at Dial.
const (
	Gate   Stop = "gate"   // asks the worker for a key
	Key    Stop = "key"    // takes the key
	Dial   Stop = "dial"   // connects the worker to the caller
	Choice Stop = "choice" // takes the key after a message
	Dialed Stop = "dialed" // <Dial> has ended
	Status Stop = "status" // status callback of the call
)

// MaxRepeats is how often the gate is repeated. Meanwhile the caller waits and the reservation runs
// out. A message is repeated as often.
const MaxRepeats = 3

// A Route is the path of one webhook: /worker/{CallSid}/{TaskSid}/{ReservationSid}/{stop}, where
// CallSid is the caller's call, or the key of a request. /key/{n} follows the n-th repeat of the
// gate, and /choice/{n} that of a message.
type Route struct {
	Ref   ledger.Ref
	Stop  Stop
	Again int // how often the gate or the message was repeated, 0 to MaxRepeats
}

// String returns the path.
func (r Route) String() string {
	path := strings.Join([]string{"/worker", r.Ref.CallSID, r.Ref.TaskSID, r.Ref.ReservationSID, string(r.Stop)}, "/")
	if r.Again > 0 {
		path += "/" + strconv.Itoa(r.Again)
	}
	return path
}

// Parse reads a path. It checks neither the SIDs nor the stop. found is false if the path has
// another shape.
func Parse(path string) (route Route, found bool) {
	parts := strings.Split(path, "/")
	if len(parts) == 7 && (parts[5] == string(Key) || parts[5] == string(Choice)) {
		route.Again = slices.Index([]string{"", "1", "2", "3"}, parts[6])
		parts = parts[:6]
	}
	if len(parts) != 6 || parts[0] != "" || parts[1] != "worker" || route.Again < 0 {
		return Route{}, false
	}
	route.Ref = ledger.Ref{CallSID: parts[2], TaskSID: parts[3], ReservationSID: parts[4]}
	route.Stop = Stop(parts[5])
	return route, true
}

// EndAll ends each of the calls: by Twilio's EndCall if no worker can be talking, or by CancelCall,
// which leaves answered calls alone. It tries all of them and joins the errors.
func EndAll(ctx context.Context, calls []string, end func(ctx context.Context, sid string) error) error {
	var failures []error
	for _, sid := range calls {
		failures = append(failures, end(ctx, sid))
	}
	return errors.Join(failures...)
}
