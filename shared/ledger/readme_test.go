package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"switchboard/shared/failure"
	"switchboard/shared/reservation"
	"switchboard/shared/taskrouter"
)

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestREADMEShowsFacts(t *testing.T) {
	t.Parallel()
	names := []string{"talked", "ends the reservation", "ends the task", "cannot bridge", "names the worker", "begins"}
	table := "| fact | about the | reported by | state | proves |\n| --- | --- | --- | --- | --- |\n"
	for _, f := range facts {
		var proofs []string
		for i, name := range names {
			if f.proof&(1<<i) != 0 {
				proofs = append(proofs, name)
			}
		}
		table += fmt.Sprintf("| `%s` | %s | %s | %s | %s |\n", f.name, f.owner, f.by, f.state, strings.Join(proofs, ", "))
	}
	if !strings.Contains(readme(t), table) {
		t.Errorf("README.md does not have this table:\n%s", table)
	}
}

// TestREADMEShowsStates compares the states and where each may come from; only README has the
// causes.
func TestREADMEShowsStates(t *testing.T) {
	t.Parallel()
	_, table, _ := strings.Cut(readme(t), "| state | from | cause |\n| --- | --- | --- |\n")
	rows := strings.Split(table, "\n")
	for i, to := range reservation.States() {
		from := "nothing known"
		if states := to.From(); len(states) > 1 {
			from += " to " + string(states[len(states)-1])
		}
		want := fmt.Sprintf("| `%s` | %s | ", to, from)
		if i >= len(rows) || !strings.HasPrefix(rows[i], want) || len(rows[i]) < len(want)+10 {
			t.Errorf("README.md has no row %q with its cause in place %d", want, i)
		}
	}
}

// TestREADMEShowsItem compares README's item with that of a call in which nothing went wrong, and
// looks for every other field among README's tables.
func TestREADMEShowsItem(t *testing.T) {
	t.Parallel()
	now := noon()
	l := Ledger{Store: &Memory{}, Now: func() time.Time { now = now.Add(time.Second); return now.Truncate(time.Second) }}
	after(t, l,
		event(taskrouter.TaskCreated, ref()), event(taskrouter.ReservationCreated, ref()),
		offer(ref(), Offer{WorkerSID: alice, CRM: true, Attempt: "1b9d…", Deadline: noon().Add(115 * time.Second)}),
		dialing(ref(), noon().Add(95*time.Second)), dial(ref(), workerCall), atGate(ref(), workerCall), answer(ref(), workerCall),
		event(taskrouter.ReservationAccepted, ref()),
	)
	item, err := l.Store.Get(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.MarshalIndent(item, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	short := strings.NewReplacer(call, "CA…01", workerCall, "CA…a1", task, "WT…01", reserved, "WR…01", alice, "WK…01").Replace(string(text))
	if !strings.Contains(readme(t), short) {
		t.Errorf("README.md does not have this item:\n%s", short)
	}
	rest := []step{
		bridge(ref(), workerCall), see(ref(), workerCall, true), leave("bridged", true), callerLeft(""),
		func(ctx context.Context, l Ledger) error { return l.Scored(ctx, call, 5) },
		func(ctx context.Context, l Ledger) error { return l.Remarked(ctx, call, "RE1") },
		func(ctx context.Context, l Ledger) error { return l.LeftVoicemail(ctx, call, "RE2") },
		func(ctx context.Context, l Ledger) error { return l.Answered(ctx, call, "NAME", "yes") },
		func(ctx context.Context, l Ledger) error { return l.Overflowed(ctx, call, failure.CRMRefused) },
		func(ctx context.Context, l Ledger) error {
			_, err := l.Failed(ctx, ref(), failure.CRMRefused)
			return err
		},
		func(ctx context.Context, l Ledger) error {
			_, err := l.RecordCallerEnded(ctx, call, "completed", noon())
			return err
		},
		func(ctx context.Context, l Ledger) error { _, err := l.Close(ctx, call, "complete"); return err },
		offer(refNext(), Offer{Announcement: "billing"}),
		func(ctx context.Context, l Ledger) error {
			spanish := taskrouter.Event{SID: "EV9", Type: taskrouter.TaskCreated, TaskSID: task}
			spanish.Task.CallSID, spanish.Task.Own = call, map[string]json.RawMessage{"language": json.RawMessage(`"es"`)}
			_, _, err := l.Event(ctx, spanish)
			return err
		},
	}
	for name := range after(t, l, rest...).fields {
		if _, fact, found := strings.Cut(name, "."); found {
			name = fact
		}
		if !strings.Contains(readme(t), "`"+name+"`") {
			t.Errorf("README.md does not explain %s", name)
		}
	}
}
