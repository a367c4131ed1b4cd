package main

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/inprocess"
	"switchboard/functions/internal/trigger"
	"switchboard/functions/sweeper"
)

// shortDay has the load of the whole day.
var shortDay = size{workers: 6, callers: 100, length: 2 * time.Hour}

func TestShortDay(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{account.Multitasking, account.SingleTasking} {
		taken, err := takeDay(t.Context(), shortDay, kind, 1)
		if err != nil {
			t.Fatal(err)
		}
		m := taken.measure(1)
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
	taken, err := takeDay(t.Context(), shortDay, account.SingleTasking, 1, func(b *inprocess.Bundle) {
		receive := b.Queue.Receive
		b.Queue.Receive = func(m *trigger.Message) bool { return strings.HasPrefix(m.Body, `{"return":`) || receive(m) }
		b.Sweeps.Sweeper = idle{}
	})
	if err != nil {
		t.Fatal(err)
	}
	if m := taken.measure(1); m.Lost == 0 {
		t.Errorf("no worker comes back, and no caller was lost: %+v", m)
	}
}

func TestDayReports(t *testing.T) {
	t.Parallel()
	m := measures{Desk: account.Multitasking, Lost: 3, REST: map[string]float64{"GET Tasks/…": 2}, Problems: []string{"something"}}
	var out bytes.Buffer
	if err := report(&out, []measures{m}, false); err == nil || !strings.Contains(err.Error(), "multitasking desk: 3 callers lost") {
		t.Errorf("error %v", err)
	}
	for _, want := range []string{"callers lost", "GET Tasks/…", "2.000", "multitasking: something"} {
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
