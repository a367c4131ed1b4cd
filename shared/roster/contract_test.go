package roster

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"switchboard/shared/dynamodbtest"
)

const (
	alice = "WK00000000000000000000000000000001"
	bob   = "WK00000000000000000000000000000002"
)

func noon() time.Time { return time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC) }

func TestMemoryKeepsContract(t *testing.T) {
	t.Parallel()
	testContract(t, func(*testing.T) Store { return &Memory{} })
}

func TestDynamoDBKeepsContract(t *testing.T) {
	t.Parallel()
	env := dynamodbtest.Emulator(t)
	testContract(t, func(t *testing.T) Store {
		create := func(ctx context.Context, client *dynamodb.Client, name string) error {
			return dynamodbtest.Create(ctx, client, name, "worker_sid")
		}
		return NewDynamoDB(env, dynamodbtest.NewTable(t, env, create))
	})
}

// testContract holds a store to what Store promises.
func testContract(t *testing.T, empty func(*testing.T) Store) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, Store){
		"unknown worker has no facts": func(t *testing.T, store Store) {
			record, err := store.Load(t.Context(), alice)
			if err != nil || record != (Record{WorkerSID: alice}) || !record.WantsCalls() {
				t.Errorf("record %+v, %v", record, err)
			}
		},
		"every field is kept": everyFieldIsKept,
		"stale record is not saved": func(t *testing.T, store Store) {
			first, second := load(t, store, alice), load(t, store, alice)
			first.Misses, second.Misses = 1, 2
			if saved, err := store.Save(t.Context(), first); !saved || err != nil {
				t.Fatalf("saved %t, %v", saved, err)
			}
			for range 2 {
				if saved, err := store.Save(t.Context(), second); saved || err != nil {
					t.Errorf("stale record saved %t, %v", saved, err)
				}
			}
			if got := load(t, store, alice); got.Misses != 1 {
				t.Errorf("misses %d, want 1", got.Misses)
			}
		},
		"all workers are listed": func(t *testing.T, store Store) {
			for _, sid := range []string{bob, alice} {
				record := load(t, store, sid)
				record.Misses = 1
				if _, err := store.Save(t.Context(), record); err != nil {
					t.Fatal(err)
				}
			}
			all, err := store.All(t.Context())
			var sids []string
			for _, record := range all {
				sids = append(sids, record.WorkerSID)
			}
			if err != nil || !slices.Equal(sids, []string{alice, bob}) {
				t.Errorf("all %v, %v", sids, err)
			}
		},
		"changes at the same time lose nothing": func(t *testing.T, store Store) {
			var group sync.WaitGroup
			for n := range 5 {
				group.Go(func() {
					// Changes that are alike are one: a write of our own whose answer was lost.
					missed := Absence{Cause: Missed, ReservationSID: strconv.Itoa(n), At: noon()}
					_, _, err := Roster{store}.Change(t.Context(), alice, func(record *Record) bool { return record.PutAway(missed, 0) })
					if err != nil {
						t.Error(err)
					}
				})
			}
			if group.Wait(); load(t, store, alice).Misses != 5 {
				t.Errorf("misses %d, want 5", load(t, store, alice).Misses)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, empty(t))
		})
	}
}

func everyFieldIsKept(t *testing.T, store Store) {
	at := noon().Add(123 * time.Millisecond)
	want := Record{
		WorkerSID: alice, Wish: Off, WishedAt: at, WishedBy: ByText, Pending: true, Misses: 2, Faults: 1,
		Absence: Absence{
			Cause: Missed, ReservationSID: "WR00000000000000000000000000000001", Activity: "WA00000000000000000000000000000001",
			At: at, Until: at.Add(time.Minute), Move: true,
		},
		Last: "WR00000000000000000000000000000001", LastAt: at, Left: at,
		Put:   Put{Activity: "WA00000000000000000000000000000003", At: at, Since: at},
		Place: Place{Activity: "WA00000000000000000000000000000001", Before: "WA00000000000000000000000000000002", Since: at},
		Shift: at,
		Told:  true, HelpTexts: 3, NoTextsTo: Digest(alice, "+14155550191"), NoTextsFor: 21610, HelpFor: "SM00000000000000000000000000000001", NextReturn: at,
	}
	if saved, err := store.Save(t.Context(), want); !saved || err != nil {
		t.Fatalf("saved %t, %v", saved, err)
	}
	got := load(t, store, alice)
	got.version = 0
	if got != want {
		t.Errorf("record %+v, want %+v", got, want)
	}
}

func load(t *testing.T, store Store, sid string) Record {
	t.Helper()
	record, err := store.Load(t.Context(), sid)
	if err != nil {
		t.Fatal(err)
	}
	return record
}

// contested is a store on which another change always comes first.
type contested struct{ Memory }

func (*contested) Save(context.Context, Record) (bool, error) { return false, nil }

func TestContestedChangeFails(t *testing.T) {
	t.Parallel()
	_, changed, err := Roster{&contested{}}.Change(t.Context(), alice, func(*Record) bool { return true })
	if changed || !errors.Is(err, errBusy) {
		t.Errorf("changed %t, %v", changed, err)
	}
}
