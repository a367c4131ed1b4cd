package ledger

import (
	"crypto/rand"
	"encoding/hex"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"switchboard/shared/dynamodbtest"
	"switchboard/shared/ledger/ledgertest"
	"switchboard/shared/reservation"
)

// noon is the time of these tests.
func noon() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

// newSID returns a random SID: the tests share a table.
func newSID(prefix string) string {
	var digits [16]byte
	_, _ = rand.Read(digits[:])
	return prefix + hex.EncodeToString(digits[:])
}

func TestMemoryKeepsContract(t *testing.T) {
	t.Parallel()
	testContract(t, &Memory{})
}

func TestDynamoDBKeepsContract(t *testing.T) {
	t.Parallel()
	env := dynamodbtest.Emulator(t)
	testContract(t, NewDynamoDB(env, dynamodbtest.NewTable(t, env, ledgertest.CreateTable), noon))
}

// testContract tests what Store and Change promise.
func testContract(t *testing.T, store Store) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, Store){
		"once keeps the first value":               onceKeeps,
		"set overwrites":                           setOverwrites,
		"absent refuses what is there":             absentRefuses,
		"within refuses another value":             withinRefuses,
		"present refuses what is missing":          presentRefuses,
		"one of many takes a request":              oneTakesRequest,
		"one of many call backs has a number":      oneHoldsNumber,
		"the furthest of concurrent moves stays":   furthestStays,
		"an event is counted once":                 eventsCountOnce,
		"fields are copies":                        fieldsAreCopies,
		"an unknown call is nil":                   unknownIsNil,
		"calls are found by day, oldest first":     foundByDay,
		"calls are found by SIDs, oldest first":    foundBySID,
		"calls of a part of a day are found":       foundBetween,
		"only the oldest calls are found":          foundMost,
		"a call is found by what an index has now": foundByNewValue,
		"one of many claims wins":                  oneClaimWins,
		"a call and a late end exclude each other": callOrEnd,
		"concurrent changes lose nothing":          nothingIsLost,
		"a change of nothing makes the call known": emptyChange,
		"any text is kept as it is":                anyText,
		"calls are open until they are closed":     openUntilClosed,
		"each call has its own events":             eventsBelongToCalls,
		"one lease of a name lasts at a time":      leasesExclude,
		"a lease is no call":                       leasesAreNoCalls,
		"an item has room for 400 KB":              itemsHaveASize,
		"a change can forget":                      forgetRemoves,
		"old offers are forgotten":                 oldOffersAreForgotten,
		"some offers are never forgotten":          someAreNeverForgotten,
		"a full item makes room":                   fullItemsMakeRoom,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, store)
		})
	}
}

// apply makes a change and compares its result; it adds the call's own SID to the wanted fields.
func apply(t *testing.T, store Store, change Change, wantMade bool, want Fields) {
	t.Helper()
	fields, made, err := store.Apply(t.Context(), change)
	if err != nil {
		t.Fatal(err)
	}
	want = maps.Clone(want)
	want["call_sid"] = change.CallSID
	if made != wantMade || !maps.Equal(fields, want) {
		t.Errorf("Apply = %v, %t, want %v, %t", fields, made, want, wantMade)
	}
	kept, err := store.Get(t.Context(), change.CallSID)
	if err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(kept, want) {
		t.Errorf("Get = %v, want %v", kept, want)
	}
}

func onceKeeps(t *testing.T, store Store) {
	call := newSID("CA")
	apply(t, store, Change{CallSID: call, Once: Fields{"a": "1", "WR1.claimed": "x"}}, true, Fields{"a": "1", "WR1.claimed": "x"})
	apply(t, store, Change{CallSID: call, Once: Fields{"a": "2", "b": "3"}}, true, Fields{"a": "1", "b": "3", "WR1.claimed": "x"})
}

func setOverwrites(t *testing.T, store Store) {
	call := newSID("CA")
	apply(t, store, Change{CallSID: call, Set: Fields{"a": "1", "b": "1"}}, true, Fields{"a": "1", "b": "1"})
	apply(t, store, Change{CallSID: call, Set: Fields{"a": "2"}, Once: Fields{"b": "2"}}, true, Fields{"a": "2", "b": "1"})
}

func absentRefuses(t *testing.T, store Store) {
	call := newSID("CA")
	claim := Change{CallSID: call, Once: Fields{"WR1.claimed": "1"}, Set: Fields{"worker": "a"}, Absent: []string{"ended", "WR1.claimed"}}
	known := Fields{"WR1.claimed": "1", "worker": "a"}
	apply(t, store, claim, true, known)
	apply(t, store, claim, false, known)
	apply(t, store, Change{CallSID: call, Set: Fields{"worker": "b"}, Once: Fields{"new": "1"}, Absent: []string{"x", "y", "worker"}, EventSID: "EV1"}, false, known)
	apply(t, store, Change{CallSID: call, Set: Fields{"worker": "b"}, Absent: []string{"x", "y"}, EventSID: "EV1"}, true, Fields{"WR1.claimed": "1", "worker": "b"})
}

func presentRefuses(t *testing.T, store Store) {
	call := newSID("CA")
	change := Change{CallSID: call, Set: Fields{"b": "1"}, Present: []string{"a"}}
	if fields, made, err := store.Apply(t.Context(), change); made || err != nil || len(fields) > 0 {
		t.Errorf("Apply = %v, %t, %v, want nothing", fields, made, err)
	}
	apply(t, store, Change{CallSID: call, Set: Fields{"a": "1"}}, true, Fields{"a": "1"})
	apply(t, store, change, true, Fields{"a": "1", "b": "1"})
}

func withinRefuses(t *testing.T, store Store) {
	call := newSID("CA")
	move := func(to string, from ...string) Change {
		return Change{CallSID: call, Set: Fields{"WR1.state": to}, Once: Fields{"WR1." + to: "1"}, Within: map[string][]string{"WR1.state": from}}
	}
	apply(t, store, move("crm", "offered"), true, Fields{"WR1.state": "crm", "WR1.crm": "1"})
	apply(t, store, move("offered", "offered"), false, Fields{"WR1.state": "crm", "WR1.crm": "1"})
	apply(t, store, move("gate", "offered", "crm", "gate"), true, Fields{"WR1.state": "gate", "WR1.crm": "1", "WR1.gate": "1"})
	known := Fields{"WR1.state": "gate", "WR1.crm": "1", "WR1.gate": "1"}
	two := move("done", "gate")
	two.Within["WR1.crm"] = []string{"2"}
	apply(t, store, two, false, known)
	two.Within["WR1.crm"], two.Within["WR2.state"] = []string{"2", "1"}, []string{"any"}
	two.Absent, two.EventSID = []string{"WR1.done"}, "EV1"
	known["WR1.state"], known["WR1.done"] = "done", "1"
	apply(t, store, two, true, known)
}

func furthestStays(t *testing.T, store Store) {
	kept := Ledger{Store: store, Now: noon}
	ref := Ref{newSID("CA"), newSID("WT"), newSID("WR")}
	var moves sync.WaitGroup
	for _, to := range []reservation.State{reservation.Gate, reservation.Offered, reservation.Ringing, reservation.Talked, reservation.Claimed, reservation.Rejected, reservation.Dialing, reservation.CRM, reservation.Expired} {
		moves.Go(func() {
			if _, made, err := kept.move(t.Context(), kept.about(ref), ref.ReservationSID, to, kept.now()); err != nil || !made {
				t.Errorf("move to %s = %t, %v, want its facts written in any case", to, made, err)
			}
		})
	}
	moves.Wait()
	call, _, err := kept.ByCall(t.Context(), ref.CallSID)
	if err != nil || !call.State(ref).Ended() || call.At(ref, call.State(ref)) != noon() {
		t.Errorf("state = %q since %s, %v, want an end", call.State(ref), call.At(ref, call.State(ref)), err)
	}
	ends := 0
	for _, end := range []reservation.State{reservation.Talked, reservation.Rejected, reservation.Expired} {
		if !call.At(ref, end).IsZero() {
			ends++
		}
	}
	if ends != 1 {
		t.Errorf("%d ends have a time, want 1: %v", ends, call.fields)
	}
}

func eventsCountOnce(t *testing.T, store Store) {
	call := newSID("CA")
	apply(t, store, Change{CallSID: call, EventSID: "EV1", Set: Fields{"a": "1"}}, true, Fields{"a": "1"})
	apply(t, store, Change{CallSID: call, EventSID: "EV1", Set: Fields{"a": "2"}, Once: Fields{"b": "2"}}, false, Fields{"a": "1"})
	apply(t, store, Change{CallSID: call, EventSID: "EV2", Set: Fields{"a": "3"}}, true, Fields{"a": "3"})
	apply(t, store, Change{CallSID: call, EventSID: "EV1", Set: Fields{"a": "4"}}, false, Fields{"a": "3"})
	apply(t, store, Change{CallSID: call, Set: Fields{"a": "5"}}, true, Fields{"a": "5"})
	apply(t, store, Change{CallSID: call, Set: Fields{"a": "6"}}, true, Fields{"a": "6"})
}

func eventsBelongToCalls(t *testing.T, store Store) {
	for range 2 {
		apply(t, store, Change{CallSID: newSID("CA"), EventSID: "EV1", Set: Fields{"a": "1"}}, true, Fields{"a": "1"})
	}
}

func fieldsAreCopies(t *testing.T, store Store) {
	call := newSID("CA")
	change := Change{CallSID: call, Set: Fields{"task_sid": call, "a": "1"}}
	fields, _, err := store.Apply(t.Context(), change)
	if err != nil {
		t.Fatal(err)
	}
	fields["a"], change.Set["a"] = "spoilt", "spoilt"
	found, err := store.Find(t.Context(), byTask, call)
	if err != nil || len(found) != 1 {
		t.Fatalf("Find = %v, %v, want the call", found, err)
	}
	found[0]["a"] = "spoilt"
	kept, err := store.Get(t.Context(), call)
	if err != nil || kept["a"] != "1" {
		t.Errorf("Get = %v, %v, want a = 1", kept, err)
	}
}

func unknownIsNil(t *testing.T, store Store) {
	if fields, err := store.Get(t.Context(), newSID("CA")); fields != nil || err != nil {
		t.Errorf("Get = %v, %v, want nil", fields, err)
	}
	for _, index := range []Index{byTask, byWorkerCall, byDay} {
		if found, err := store.Find(t.Context(), index, newSID("")); len(found) != 0 || err != nil {
			t.Errorf("Find %s = %v, %v, want none", index.Name, found, err)
		}
	}
}

func foundByDay(t *testing.T, store Store) { foundOldestFirst(t, store, byDay) }

func foundBySID(t *testing.T, store Store) {
	foundOldestFirst(t, store, byTask)
	foundOldestFirst(t, store, byWorkerCall)
}

// foundOldestFirst writes calls in another order than that of their times.
func foundOldestFirst(t *testing.T, store Store, index Index) {
	t.Helper()
	value := newSID("")
	var want []string
	for _, minute := range []int{3, 1, 5, 2, 4} {
		call, seen := newSID("CA"), noon().Add(time.Duration(minute)*time.Minute).Format(timeFormat)
		fields := Fields{index.Field: value, "first_seen": seen, "more": "1"}
		apply(t, store, Change{CallSID: call, Set: fields}, true, fields)
		want = append(want, seen+" "+call)
	}
	slices.Sort(want)
	found, err := store.Find(t.Context(), index, value)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, fields := range found {
		got = append(got, fields["first_seen"]+" "+fields["call_sid"])
		if fields["more"] != "1" || fields[index.Field] != value {
			t.Errorf("%s gives %v, want all fields", index.Name, fields)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %v\nwant %v", index.Name, got, want)
	}
}

// foundBetween looks through a day, a millisecond at its ends.
func foundBetween(t *testing.T, store Store) {
	value, ms := newSID(""), time.Millisecond
	for minute := range 3 {
		fields := Fields{"day": value, "first_seen": noon().Add(time.Duration(minute) * time.Minute).Format(timeFormat)}
		apply(t, store, Change{CallSID: newSID("CA"), Set: fields}, true, fields)
	}
	second := noon().Add(time.Minute)
	tests := []struct {
		from, until time.Time
		want        int
	}{
		{noon(), noon().Add(time.Hour), 3},
		{second, second.Add(ms), 1},
		{second.Add(-ms), second, 0},
		{second.Add(ms), noon().Add(2 * time.Minute), 0},
		{second, second, 0},
		{noon(), second, 1},
	}
	for _, test := range tests {
		if found, err := store.Find(t.Context(), byDay.between(test.from, test.until), value); err != nil || len(found) != test.want {
			t.Errorf("from %s until %s: %v, %v, want %d calls", test.from, test.until, found, err, test.want)
		}
	}
}

// foundMost asks for the oldest calls only.
func foundMost(t *testing.T, store Store) {
	value := newSID("")
	for _, minute := range []int{2, 0, 1} {
		fields := Fields{"day": value, "first_seen": noon().Add(time.Duration(minute) * time.Minute).Format(timeFormat)}
		apply(t, store, Change{CallSID: newSID("CA"), Set: fields}, true, fields)
	}
	for most, want := range map[int]int{0: 3, 1: 1, 2: 2, 3: 3, 4: 3} {
		index := byDay.between(noon(), noon().Add(time.Hour))
		index.Most = most
		found, err := store.Find(t.Context(), index, value)
		if err != nil || len(found) != want || found[0]["first_seen"] != noon().Format(timeFormat) {
			t.Errorf("at most %d: %v, %v, want the %d oldest calls", most, found, err, want)
		}
	}
}

func foundByNewValue(t *testing.T, store Store) {
	call, before, after := newSID("CA"), newSID("CA"), newSID("CA")
	for _, workerCall := range []string{before, after} {
		if _, _, err := store.Apply(t.Context(), Change{CallSID: call, Set: Fields{"worker_call_sid": workerCall}}); err != nil {
			t.Fatal(err)
		}
	}
	for workerCall, want := range map[string]int{before: 0, after: 1} {
		if found, err := store.Find(t.Context(), byWorkerCall, workerCall); err != nil || len(found) != want {
			t.Errorf("Find = %v, %v, want %d", found, err, want)
		}
	}
}

func oneClaimWins(t *testing.T, store Store) {
	kept := Ledger{Store: store, Now: noon}
	ref := Ref{newSID("CA"), newSID("WT"), newSID("WR")}
	won := make(chan string, 20)
	var claims sync.WaitGroup
	for range cap(won) {
		claims.Go(func() {
			worker := newSID("WK")
			call, made, err := kept.Claim(t.Context(), ref, Offer{WorkerSID: worker})
			if err != nil || call.Claimed(ref).IsZero() {
				t.Errorf("Claim = %v, %v, want the claimed call either way", call, err)
			}
			if made {
				won <- worker
			}
		})
	}
	claims.Wait()
	if len(won) != 1 {
		t.Fatalf("%d claims won, want 1", len(won))
	}
	call, _, err := kept.ByCall(t.Context(), ref.CallSID)
	if winner := <-won; err != nil || call.WorkerSID() != winner {
		t.Errorf("worker = %s, %v, want the winner %s", call.WorkerSID(), err, winner)
	}
}

// callOrEnd rejects a reservation that is no longer pending while its worker call is about to be
// placed.
func callOrEnd(t *testing.T, store Store) {
	kept := Ledger{Store: store, Now: noon}
	for round := range 20 {
		ref, called := Ref{newSID("CA"), newSID("WT"), newSID("WR")}, false
		if _, made, err := kept.Claim(t.Context(), ref, Offer{CRM: true, Attempt: newSID("AT")}); err != nil || !made {
			t.Fatalf("Claim = %t, %v, want it made", made, err)
		}
		call := func() {
			var err error
			if _, called, err = kept.RecordDialing(t.Context(), ref, noon()); err != nil {
				t.Error(err)
			}
		}
		reject := func() {
			if err := kept.RecordRejection(t.Context(), ref, reservation.Expired, false); err != nil {
				t.Error(err)
			}
		}
		first, second := call, reject
		if round%2 == 0 {
			first, second = reject, call
		}
		var both sync.WaitGroup
		both.Go(first)
		both.Go(second)
		both.Wait()
		known, _, err := kept.ByCall(t.Context(), ref.CallSID)
		if want := map[bool]reservation.State{true: reservation.Dialing, false: reservation.Expired}[called]; err != nil || known.State(ref) != want || !known.Resolved(ref) {
			t.Errorf("called %t, and the reservation is %s, %v, want %s and rejected", called, known.State(ref), err, want)
		}
	}
}

func nothingIsLost(t *testing.T, store Store) {
	call, want := newSID("CA"), Fields{}
	var changes sync.WaitGroup
	for range 20 {
		sid := newSID("EV")
		want[sid] = "1"
		changes.Go(func() {
			if _, made, err := store.Apply(t.Context(), Change{CallSID: call, Once: Fields{sid: "1"}, EventSID: sid}); err != nil || !made {
				t.Errorf("Apply = %t, %v, want it made", made, err)
			}
		})
	}
	changes.Wait()
	apply(t, store, Change{CallSID: call}, true, want)
}

func emptyChange(t *testing.T, store Store) {
	apply(t, store, Change{CallSID: newSID("CA")}, true, Fields{})
}

func anyText(t *testing.T, store Store) {
	fields := Fields{"a": "O'Neil & \"Sons\" 😀\n:v0 #n0", "if_not_exists(a)": "a name that looks like an expression", "WR1.x.y": "dots"}
	apply(t, store, Change{CallSID: newSID("CA"), Set: fields}, true, fields)
}
