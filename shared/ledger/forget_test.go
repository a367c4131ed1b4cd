package ledger

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"switchboard/shared/failure"
	"switchboard/shared/reservation"
	"switchboard/shared/taskrouter"
)

// wide is text that almost fills an item.
func wide(bytes int) string { return strings.Repeat("x", bytes) }

// itemsHaveASize fills an item to the last bytes, in two writes: DynamoDB also limits one write.
// The key and expires_at count too, a number with fewer bytes than it has digits.
func itemsHaveASize(t *testing.T, store Store) {
	call := newSID("CA")
	half := wide(maxItem / 2)
	rest := half[:maxItem/2-len("call_sid")-len(call)-len("ac")-50]
	apply(t, store, Change{CallSID: call, Set: Fields{"a": half}}, true, Fields{"a": half})
	apply(t, store, Change{CallSID: call, Set: Fields{"c": rest}}, true, Fields{"a": half, "c": rest})
	for name, change := range map[string]Change{
		"a value":     {CallSID: call, Once: Fields{"b": wide(50)}},
		"a name":      {CallSID: call, Set: Fields{wide(50): "b"}},
		"two bytes é": {CallSID: call, Set: Fields{"b": strings.Repeat("é", 25)}},
		"an event":    {CallSID: call, EventSID: newSID("EV")},
		"no call yet": {CallSID: newSID("CA"), Set: Fields{"a": wide(maxItem)}},
	} {
		before, err := store.Get(t.Context(), change.CallSID)
		if err != nil {
			t.Fatal(err)
		}
		if _, made, err := store.Apply(t.Context(), change); !errors.Is(err, ErrItemFull) || made {
			t.Errorf("%s too many: %t, %v, want ErrItemFull", name, made, err)
		}
		if after, err := store.Get(t.Context(), change.CallSID); err != nil || !maps.Equal(after, before) {
			t.Errorf("%s too many is written, %v", name, err)
		}
	}
	refused := Change{CallSID: call, Set: Fields{"b": wide(50)}, Absent: []string{"a"}}
	if _, made, err := store.Apply(t.Context(), refused); made || err != nil {
		t.Errorf("Apply = %t, %v, want it refused by its condition", made, err)
	}
	apply(t, store, Change{CallSID: call, Once: Fields{"b": wide(50)}, Forget: []string{"a"}}, true, Fields{"b": wide(50), "c": rest})
}

func forgetRemoves(t *testing.T, store Store) {
	call := newSID("CA")
	about := func(event, value string) Change {
		return Change{CallSID: call, EventSID: event, EventOf: "WR1", Once: Fields{"WR1.a": value}}
	}
	apply(t, store, about("EV1", "1"), true, Fields{"WR1.a": "1"})
	apply(t, store, about("EV1", "2"), false, Fields{"WR1.a": "1"})
	apply(t, store, Change{CallSID: call, EventSID: "EV1", Set: Fields{"b": "1"}}, true, Fields{"WR1.a": "1", "b": "1"})
	forget := Change{
		CallSID: call,
		Once:    Fields{"WR1.forgotten": "stale"},
		Forget:  []string{"WR1.a", "WR1.event_sids", "WR1.never"},
		Absent:  []string{"b"},
	}
	apply(t, store, forget, false, Fields{"WR1.a": "1", "b": "1"})
	forget.Absent = []string{"c"}
	apply(t, store, forget, true, Fields{"WR1.forgotten": "stale", "b": "1"})
	apply(t, store, about("EV1", "3"), true, Fields{"WR1.forgotten": "stale", "WR1.a": "3", "b": "1"})
	again := Change{CallSID: call, EventSID: "EV1", Set: Fields{"b": "2"}}
	apply(t, store, again, false, Fields{"WR1.forgotten": "stale", "WR1.a": "3", "b": "1"})
}

// reported is an event about a reservation, as TaskRouter sends it.
func reported(kind string, ref Ref, at time.Time) taskrouter.Event {
	event := taskrouter.Event{
		SID:            newSID("EV"),
		Type:           kind,
		Time:           at,
		TaskSID:        ref.TaskSID,
		ReservationSID: ref.ReservationSID,
		WorkerSID:      alice,
	}
	event.Task.CallSID = ref.CallSID
	return event
}

// offeredRepeatedly has TaskRouter offer a task so many times, a second apart, to a worker who does
// not answer. The facts of all but the last are in the item already: an emulator takes its time for
// each event. It returns the reservations.
func offeredRepeatedly(t *testing.T, l Ledger, call, task string, times int, from time.Time) []Ref {
	t.Helper()
	const last, together = forgetBatch + 2, 20
	var refs []Ref
	facts := Fields{}
	for n := range times {
		ref, at := Ref{call, task, newSID("WR")}, from.Add(time.Duration(n)*time.Second)
		refs = append(refs, ref)
		if n >= times-last {
			for _, kind := range []string{taskrouter.ReservationCreated, taskrouter.ReservationTimeout} {
				if _, _, err := l.Event(t.Context(), reported(kind, ref, at)); err != nil {
					t.Fatal(err)
				}
			}
			continue
		}
		maps.Copy(facts, Fields{
			ref.ReservationSID + ".task_sid":   task,
			ref.ReservationSID + ".worker_sid": alice,
			ref.ReservationSID + ".state":      string(reservation.Expired),
			ref.ReservationSID + ".created":    text(at),
			ref.ReservationSID + ".offered":    text(at),
			ref.ReservationSID + ".timeout":    text(at),
			ref.ReservationSID + ".stale":      text(at),
		})
		if len(refs)%together == 0 || n == times-last-1 {
			if _, _, err := l.Store.Apply(t.Context(), Change{CallSID: call, Set: facts}); err != nil {
				t.Fatal(err)
			}
			facts = Fields{}
		}
	}
	return refs
}

// oldOffersAreForgotten has a call that is offered more often than an item has room for details.
func oldOffersAreForgotten(t *testing.T, store Store) {
	l := Ledger{Store: store, Now: noon}
	call, task := newSID("CA"), newSID("WT")
	second := Ref{call, task, newSID("WR")}
	end := reported(taskrouter.ReservationTimeout, second, noon().Add(-time.Minute))
	first := reported(taskrouter.ReservationTimeout, Ref{call, task, newSID("WR")}, noon().Add(-time.Hour))
	for _, event := range []taskrouter.Event{first, end} {
		if _, _, err := l.Event(t.Context(), event); err != nil {
			t.Fatal(err)
		}
	}
	refs := offeredRepeatedly(t, l, call, task, keptReservations+2*forgetBatch, noon())
	known, _, err := l.ByCall(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	var kept []string
	for _, ref := range known.Reservations() {
		kept = append(kept, ref.ReservationSID)
	}
	n := len(kept)
	ends := []string{kept[0], kept[n-1]}
	wantEnds := []string{first.ReservationSID, refs[len(refs)-1].ReservationSID}
	if n < keptReservations || n > keptReservations+forgetBatch+1 || !slices.Equal(ends, wantEnds) {
		t.Errorf("%d reservations kept, want the first, and the newest %d or a few more", n, keptReservations)
	}
	gone := second
	if slices.Contains(kept, gone.ReservationSID) || !known.CannotBridge(gone) || known.MayBePending(gone) || !known.Resolved(gone) {
		t.Errorf("second reservation: over %t, pending %t, want it forgotten, and known to be over", known.CannotBridge(gone), known.MayBePending(gone))
	}
	if late := reported(taskrouter.ReservationCreated, gone, noon()); !known.Knows(late) || !known.Knows(end) {
		t.Error("the sweeper would record the events of a forgotten reservation again")
	}
	before := known.fields
	for name, late := range map[string]func() (bool, error){
		"its last event twice": func() (bool, error) { _, first, err := l.Event(t.Context(), end); return first, err },
		"another event": func() (bool, error) {
			_, first, err := l.Event(t.Context(), reported(taskrouter.ReservationCanceled, gone, noon()))
			return first, err
		},
		"a claim": func() (bool, error) {
			_, made, err := l.Claim(t.Context(), gone, Offer{WorkerSID: alice, Attempt: "late"})
			return made, err
		},
		"a call about to be": func() (bool, error) { _, made, err := l.RecordDialing(t.Context(), gone, noon()); return made, err },
		"a call":             func() (bool, error) { _, err := l.RecordPlaced(t.Context(), gone, workerCall); return false, err },
		"an answer":          func() (bool, error) { _, err := l.RecordAccepted(t.Context(), gone, workerCall); return false, err },
		"a gate":             func() (bool, error) { _, err := l.RecordAnswered(t.Context(), gone, workerCall); return false, err },
		"a call's end": func() (bool, error) {
			_, err := l.RecordWorkerCall(t.Context(), gone, workerCall, true)
			return false, err
		},
		"a rejection":       func() (bool, error) { return false, l.RecordRejection(t.Context(), gone, reservation.Rejected, true) },
		"a late rejection":  func() (bool, error) { return false, l.RecordRejection(t.Context(), gone, reservation.Expired, false) },
		"a failure":         func() (bool, error) { _, err := l.Failed(t.Context(), gone, failure.CRMUnreachable); return false, err },
		"a caller who left": func() (bool, error) { return false, l.MarkBridgesCallerLeft(t.Context(), gone) },
	} {
		if made, err := late(); made || err != nil {
			t.Errorf("%s of a forgotten reservation: %t, %v, want nothing written", name, made, err)
		}
	}
	if after, err := store.Get(t.Context(), call); err != nil || !maps.Equal(after, before) {
		t.Errorf("late news of a forgotten reservation is written, %v", err)
	}
}

// someAreNeverForgotten has a call whose first reservations still matter, however often it is
// offered after them.
func someAreNeverForgotten(t *testing.T, store Store) {
	l := Ledger{Store: store, Now: noon}
	call, task, other := newSID("CA"), newSID("WT"), newSID("WT")
	first := noon().Add(-time.Hour)
	record := func(event taskrouter.Event) {
		t.Helper()
		if _, _, err := l.Event(t.Context(), event); err != nil {
			t.Fatal(err)
		}
	}
	begun := func(task string) Ref {
		ref := Ref{call, task, newSID("WR")}
		record(reported(taskrouter.ReservationCreated, ref, first))
		first = first.Add(time.Second)
		return ref
	}
	ended := func(ref Ref) Ref { record(reported(taskrouter.ReservationTimeout, ref, first)); return ref }
	oldest := ended(begun(task))
	oldestOther := ended(begun(other))
	pending := begun(task)
	talked, atLast := begun(task), begun(task)
	record(reported(taskrouter.ReservationAccepted, talked, first))
	record(reported(taskrouter.ReservationTimeout, atLast, first))
	record(reported(taskrouter.ReservationCompleted, atLast, first))
	faulty := begun(task)
	if _, err := l.Failed(t.Context(), faulty, failure.CRMUnreachable); err != nil {
		t.Fatal(err)
	}
	ended(faulty)
	ringing := begun(task)
	if _, err := l.RecordPlaced(t.Context(), ringing, newSID("CA")); err != nil {
		t.Fatal(err)
	}
	ended(ringing)
	leftWaiting := begun(task)
	if err := l.MarkBridgesCallerLeft(t.Context(), leftWaiting); err != nil {
		t.Fatal(err)
	}
	plain := ended(begun(task))
	offeredRepeatedly(t, l, call, task, keptReservations+2*forgetBatch, noon())

	known, _, err := l.ByCall(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	listed := known.Reservations()
	for name, ref := range map[string]Ref{
		"the task's first": oldest, "the other task's first": oldestOther, "one that is pending": pending, "one that was accepted": talked,
		"one that was completed after all": atLast, "a fault of ours": faulty, "one whose phone may ring": ringing,
		"one that Twilio may have pending": leftWaiting,
	} {
		if !slices.Contains(listed, ref) {
			t.Errorf("%s is forgotten", name)
		}
	}
	if slices.Contains(listed, plain) {
		t.Error("an ordinary reservation of that time is kept")
	}
	tasks := []string{task, other}
	slices.Sort(tasks)
	if next := (Ref{call, task, newSID("WR")}); known.Faults(next) != 1 || !slices.Equal(known.Tasks(), tasks) {
		t.Errorf("%d faults, tasks %v, want 1 fault and both tasks", known.Faults(next), known.Tasks())
	}
	// The faults of a task that has ended decide nothing.
	record(reported(taskrouter.TaskCanceled, Ref{call, task, ""}, noon()))
	offeredRepeatedly(t, l, call, other, keptReservations+forgetBatch+2, noon().Add(time.Hour))
	if known, _, err = l.ByCall(t.Context(), call); err != nil || slices.Contains(known.Reservations(), faulty) || !known.CannotBridge(faulty) {
		t.Errorf("a fault of a task that ended is kept, or not over: %v", err)
	}
}

// fullItemsMakeRoom has an item that something else has filled.
func fullItemsMakeRoom(t *testing.T, store Store) {
	l := Ledger{Store: store, Now: noon}
	call, task := newSID("CA"), newSID("WT")
	refs := offeredRepeatedly(t, l, call, task, forgetBatch+2, noon()) // each by its events
	fill := func() {
		t.Helper()
		fields, err := store.Get(t.Context(), call)
		if err != nil {
			t.Fatal(err)
		}
		filled := item{fields: fields, events: map[string][]string{}}
		for name := range fields {
			if sid, fact, _ := strings.Cut(name, "."); fact == "created" || fact == "timeout" {
				set := sid + "." + eventSIDs
				filled.events[set] = append(filled.events[set], sid) // as long as the event's
			}
		}
		name := newSID("filler")
		room := maxItem - filled.size() - len(name) - 100
		for _, part := range []int{room / 2, room - room/2 - len(name)} {
			_, _, err := store.Apply(t.Context(), Change{CallSID: call, Set: Fields{name: wide(max(part, 0))}})
			if err != nil && !errors.Is(err, ErrItemFull) {
				t.Fatal(err)
			}
			name += "2"
		}
	}
	fill()
	next := Ref{call, task, newSID("WR")}
	known, _, err := l.Event(t.Context(), reported(taskrouter.ReservationCreated, next, noon().Add(time.Hour)))
	if err != nil || known.State(next) != reservation.Offered {
		t.Fatalf("Event = %v, want room for it", err)
	}
	listed := known.Reservations()
	if slices.Contains(listed, refs[1]) || !slices.Contains(listed, refs[len(refs)-1]) || !slices.Contains(listed, refs[0]) {
		t.Errorf("%d reservations kept, want the oldest forgotten, but for the first", len(listed))
	}
	for range 3 {
		fill()
		_, _, err = l.Event(t.Context(), reported(taskrouter.ReservationCreated, Ref{call, task, newSID("WR")}, noon().Add(time.Hour)))
	}
	if !errors.Is(err, ErrItemFull) {
		t.Errorf("an item of nothing to forget: %v, want ErrItemFull", err)
	}
}

// TestForgettingFitsExpression keeps to DynamoDB's 4 KB and 300 operators and functions of an
// expression (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html).
func TestForgettingFitsExpression(t *testing.T) {
	t.Parallel()
	fields := Fields{callSID: call}
	for range keptReservations + 2*forgetBatch {
		sid := newSID("WR")
		for n := range 30 {
			fields[fmt.Sprintf("%s.a_fact_with_a_long_name_%d", sid, n)] = text(noon())
		}
		maps.Copy(fields, Fields{sid + ".task_sid": task, sid + ".state": string(reservation.Expired), sid + ".stale": text(noon()), sid + ".timeout": text(noon())})
	}
	change, found := Call{fields}.forgetting(keptReservations + forgetBatch)
	if !found || len(change.Forget) < 30*forgetBatch {
		t.Fatalf("%d names to forget, want %d reservations", len(change.Forget), forgetBatch)
	}
	input := (&DynamoDB{table: "calls", now: noon}).update(change)
	update, condition := aws.ToString(input.UpdateExpression), aws.ToString(input.ConditionExpression)
	if len(update) > 4096 || len(condition) > 4096 {
		t.Errorf("expressions of %d and %d bytes, want 4,096 at most", len(update), len(condition))
	}
	if n := strings.Count(condition, "("); 2*n > 300 {
		t.Errorf("%d conditions", n)
	}
	if n := strings.Count(update, "="); 2*n > 300 {
		t.Errorf("%d values are set", n)
	}
}

// TestIsItemFull has DynamoDB's texts of PutItem and UpdateItem, and errors that are not about the
// item's size.
func TestIsItemFull(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]bool{
		"Item size to update has exceeded the maximum allowed size":                                true,
		"Item size has exceeded the maximum allowed size":                                          true,
		"ITEM SIZE exceeds 409600 bytes":                                                           true,
		"Invalid UpdateExpression: Expression size has exceeded the maximum allowed size;":         false,
		"The provided expression refers to an attribute that does not exist in the item":           false,
		"Type mismatch for attribute to update":                                                    false,
		"Collection size limit exceeded for the item collection of another kind of the same table": false,
	} {
		err := &types.ItemCollectionSizeLimitExceededException{}
		if isItemFull(err) {
			t.Error("an item collection's limit is taken for an item's")
		}
		if got := isItemFull(fmt.Errorf("update: %w", &apiError{"ValidationException", message})); got != want {
			t.Errorf("%s: %t, want %t", message, got, want)
		}
		if isItemFull(&apiError{"ThrottlingException", message}) {
			t.Errorf("%s, of a throttled table, is taken for a full item", message)
		}
	}
}

// apiError is an answer of DynamoDB's that the SDK has no type for.
type apiError struct{ code, message string }

func (e *apiError) Error() string        { return e.code + ": " + e.message }
func (e *apiError) ErrorCode() string    { return e.code }
func (e *apiError) ErrorMessage() string { return e.message }

// TestTalkReportedMeanwhileIsKept reports a talk between the read of an item and the forgetting.
func TestTalkReportedMeanwhileIsKept(t *testing.T) {
	t.Parallel()
	l := newLedger()
	refs := offeredRepeatedly(t, l, call, task, 3, noon())
	before, _, err := l.ByCall(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := l.Event(t.Context(), reported(taskrouter.ReservationAccepted, refs[1], noon())); err != nil {
		t.Fatal(err)
	}
	if forgot, err := l.forget(t.Context(), before, 1); forgot || err != nil {
		t.Errorf("forget = %t, %v, want it refused", forgot, err)
	}
	known, _, err := l.ByCall(t.Context(), call)
	if err != nil || !known.Talked(refs[1]) || known.isForgotten(refs[1].ReservationSID) {
		t.Errorf("the reservation with the talk is forgotten, %v", err)
	}
}
