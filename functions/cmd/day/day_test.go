package main

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/inprocess"
	"switchboard/functions/internal/trigger"
	"switchboard/functions/internal/workday"
	"switchboard/functions/sweeper"
	"switchboard/shared/outlook"
	"switchboard/shared/simulator"
)

// shortDay has the load of the whole day.
func shortDay(desk string) workday.Plan {
	return workday.Plan{Size: workday.Size{Workers: 6, Callers: 100, Length: 2 * time.Hour}, Desk: desk, Mode: "deferred", Seed: 1}
}

func TestShortDay(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{account.Multitasking, account.SingleTasking} {
		taken, err := workday.Take(t.Context(), shortDay(kind))
		if err != nil {
			t.Fatal(err)
		}
		m := measure(taken)
		goal := (account.WrapUp + time.Second).Seconds()
		if m.Lost > 0 || m.NoReturns > 0 || len(m.Problems) > 0 || m.Returns == 0 || m.NextRingAlone.P99 > goal {
			t.Errorf("%s: %+v", kind, m)
		}
		if kind == account.Multitasking && (m.RESTForWorkers > 2 || m.RESTSum > 9) {
			t.Errorf("REST requests per call: %+v", m.REST)
		}
	}
}

// idle is a sweeper that repairs nothing.
type idle struct{}

func (idle) Handle(context.Context) (sweeper.Report, error) { return sweeper.Report{}, nil }

func TestDayWithoutReturns(t *testing.T) {
	t.Parallel()
	plan := shortDay(account.SingleTasking)
	plan.Alter = func(b *inprocess.Bundle) {
		receive := b.Queue.Receive
		b.Queue.Receive = func(m *trigger.Message) bool { return strings.HasPrefix(m.Body, `{"return":`) || receive(m) }
		b.Sweeps.Sweeper = idle{}
	}
	taken, err := workday.Take(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	if m := measure(taken); m.Lost == 0 {
		t.Errorf("no worker comes back, and no caller was lost: %+v", m)
	}
}

func TestDayReports(t *testing.T) {
	t.Parallel()
	m := measures{Desk: account.Multitasking, Lost: 3, REST: map[string]float64{"GET Tasks/…": 2}, Problems: []string{"something"}}
	m.Announced = []announced{{Range: together, Callers: 1}}
	var out bytes.Buffer
	if err := report(&out, []measures{m}, false); err == nil || !strings.Contains(err.Error(), "multitasking desk: 3 callers lost") {
		t.Errorf("error %v", err)
	}
	for _, want := range []string{"callers lost", "MULTITASKING DESK: WAIT ANNOUNCED", "any range", "GET Tasks/…", "2.000", "multitasking: something"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, out.String())
		}
	}
	out.Reset()
	if err := report(&out, []measures{{Desk: account.SingleTasking}}, true); err != nil {
		t.Error(err)
	}
	var read []measures
	if err := json.Unmarshal(out.Bytes(), &read); err != nil || len(read) != 1 || read[0].Desk != account.SingleTasking {
		t.Errorf("%v: %s", err, out.String())
	}
}

func TestAnnouncedWaitsAreCompared(t *testing.T) {
	t.Parallel()
	call := func(wait time.Duration, heard ...string) simulator.CallRecord {
		return simulator.CallRecord{Created: account.Morning, Bridged: account.Morning.Add(wait), Heard: heard}
	}
	const said = "You are number 3 in line. The caller who was answered last waited between 5 and 10 minutes."
	h := history{callers: map[string]simulator.CallRecord{
		"1": call(4*time.Minute, "Thank you for waiting.", said),
		"2": call(6*time.Minute, said, "The caller who was answered last waited between 2 and 3 minutes."),
		"3": call(10*time.Minute, said),
		"4": call(11*time.Minute, said),
		"5": call(20*time.Second, "The caller who was answered last waited a minute or less."),
		"6": call(30*time.Second, "You are next in line."),
		"7": {Created: account.Morning, Heard: []string{said}}, // hung up
	}}
	want := []announced{
		{Range: outlook.Range{To: 1}, Callers: 1, Within: 1, Median: 20},
		{Range: outlook.Range{From: 5, To: 10}, Callers: 4, Sooner: 0.25, Within: 0.5, Median: 360},
		{Range: together, Callers: 5, Sooner: 0.2, Within: 0.6, Median: 360},
		{Range: silence, Callers: 1, Median: 30},
	}
	if got := h.measureAnnounced(); !slices.Equal(got, want) {
		t.Errorf("compared\n%+v, want\n%+v", got, want)
	}
}

// TestMixedDayHasEverything takes a short day of the load that a report shows.
func TestMixedDayHasEverything(t *testing.T) {
	t.Parallel()
	taken, err := workday.TakeMixed(t.Context(), workday.Size{Workers: 5, Callers: 150, Length: 2 * time.Hour}, 1)
	if err != nil {
		t.Fatal(err)
	}
	var items bytes.Buffer
	if err := taken.WriteItems(&items); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"queue_result":"hangup"`, `"queue_result":"bridged"`, `"voicemail":"RE`, `"callback":"`, `"score":"`, `"dialed_number":"` + account.ShutNumber,
		`.queue":"Billing"`, `.language":"es"`, `.worker_name":"Alma"`, `.expected_wait":"`, `.charged_to":"worker"`,
	} {
		if !strings.Contains(items.String(), want) {
			t.Errorf("no item has %s", want)
		}
	}
}
