package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/templatetest"
)

// small is a burst that takes a second of real time.
func small(workers, cps int) size {
	return size{callers: 60, workers: workers, cps: cps, reservationTimeout: account.ReservationTimeout}
}

func playSmall(t *testing.T, of size) measures {
	t.Helper()
	played, err := play(t.Context(), of, 1, func(time.Duration) {})
	if err != nil {
		t.Fatal(err)
	}
	return played.measure(1)
}

func TestSeedRepeatsBurst(t *testing.T) {
	t.Parallel()
	var documents []string
	for range 2 {
		document, err := json.Marshal(playSmall(t, small(6, 1)))
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, string(document))
	}
	if documents[0] != documents[1] {
		t.Errorf("the same seed gave\n%s\nand\n%s", documents[0], documents[1])
	}
}

// TestTwilioQueueIsNotOverrun has 150 callers meet 150 workers. Twilio places a call a second, so
// that a third of the worker calls would ring too late.
func TestTwilioQueueIsNotOverrun(t *testing.T) {
	t.Parallel()
	of := size{callers: 150, workers: 150, cps: 1, reservationTimeout: account.ReservationTimeout}
	m := playSmall(t, of)
	if m.NotDialed == 0 || m.TwilioQueue.Longest > 100 {
		t.Errorf("%d calls taken back, and the longest wait in Twilio's queue was %.1f s", m.NotDialed, m.TwilioQueue.Longest)
	}
	if m.Talked+m.HungUp != m.Callers || m.Reservations["timeout"] > 0 || len(m.Problems) > 0 || m.Talked < 100 {
		t.Errorf("of %d callers %d talked and %d hung up; reservations %v, problems %v", m.Callers, m.Talked, m.HungUp, m.Reservations, m.Problems)
	}
}

func TestBurstTable(t *testing.T) {
	t.Parallel()
	var out, progress bytes.Buffer
	if err := run(t.Context(), []string{"-callers", "20", "-workers", "3", "-cps", "1, 30"}, &out, &progress); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"CALLS A SECOND OF THE TWILIO ACCOUNT", "talked to a worker", "SSM: 40 requests a second", "Thank you for waiting", "completed"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, out.String())
		}
	}
	if err := run(t.Context(), []string{"-cps", "0"}, &out, &progress); err == nil {
		t.Error("no error for no calls a second")
	}
}

// TestREADMEHasCapacity counts what calls use, and compares the table that follows from it.
func TestREADMEHasCapacity(t *testing.T) {
	t.Parallel()
	used, err := countCalls(t.Context(), countedCalls, 1)
	if err != nil {
		t.Fatal(err)
	}
	var table bytes.Buffer
	writeCapacity(&table, used.capacity())
	const path = "../../../shared/metric/README.md"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), table.String()) {
		t.Errorf("%s has another table than go run ./functions/cmd/burst -capacity:\n%s", path, table.String())
	}
	const goal = 100 // calls a second for each stack, once Twilio places as many
	for _, each := range used.capacity() {
		if each.calls < goal && each.name != callsASecond && each.name != growth {
			t.Errorf("%s permits %.1f calls a second, want %d", each.name, each.calls, goal)
		}
	}
}

func TestLimitsAreTheTemplates(t *testing.T) {
	t.Parallel()
	template := templatetest.Read(t)
	for parameter, want := range map[string]int{"ApiRateLimit": apiRate, "ApiBurstLimit": apiBurst, "BridgeConcurrency": bridgeConcurrency} {
		if got := templatetest.At(template, "Parameters", parameter, "Default"); got != want {
			t.Errorf("%s is %v by default, and a burst has %d", parameter, got, want)
		}
	}
}
