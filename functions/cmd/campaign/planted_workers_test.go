package main

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"switchboard/functions/internal/account"

	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/rules"
	"switchboard/shared/roster"
)

// records is a roster's store with a defect.
type records struct {
	roster.Store
	load func(*roster.Record)
	save func(*roster.Record) (kept bool) // nil = every record is kept
}

func (r records) Load(ctx context.Context, worker string) (roster.Record, error) {
	record, err := r.Store.Load(ctx, worker)
	if r.load != nil {
		r.load(&record)
	}
	return record, err
}

func (r records) Save(ctx context.Context, record roster.Record) (bool, error) {
	if r.save != nil && !r.save(&record) {
		return true, nil
	}
	return r.Store.Save(ctx, record)
}

// misrecorded returns a wiring in which every function has a roster with a defect.
func misrecorded(load func(*roster.Record), save func(*roster.Record) bool) wiring {
	return clients(func(c *bundle.Clients) { c.Roster = records{c.Roster, load, save} })
}

// forgetful is a roster that hides from its readers that a worker has signed off.
type forgetful struct{ roster.Store }

func (f forgetful) Load(ctx context.Context, worker string) (roster.Record, error) {
	record, err := f.Store.Load(ctx, worker)
	record.Wish = roster.On
	return record, err
}

func (f forgetful) Save(ctx context.Context, record roster.Record) (bool, error) {
	kept, err := f.Store.Load(ctx, record.WorkerSID)
	if err == nil && kept.WishedAt.Equal(record.WishedAt) {
		record.Wish = kept.Wish
	}
	return f.Store.Save(ctx, record)
}

// lost returns a wiring in which SQS loses the messages whose body begins with a text.
func lost(begin string) wiring {
	return clients(func(c *bundle.Clients) {
		c.Queue = sender{c.Queue, func(body string) (string, bool) { return body, !strings.HasPrefix(body, begin) }}
	})
}

// swallowsForm is swallows for requests with a parameter.
func swallowsForm(part, name, value string) wiring {
	return over(func(r *http.Request, _ http.RoundTripper) *http.Response {
		if r.Method == http.MethodPost && strings.Contains(r.URL.Path, part) && posted(r).Get(name) == value {
			return refusal(r, http.StatusOK, `{}`)
		}
		return nil
	})
}

// TestPlantedWorkerDefectsAreFound breaks each rule about workers on purpose.
func TestPlantedWorkerDefectsAreFound(t *testing.T) {
	t.Parallel()
	tests := []planted{
		{
			name:   "workers are never made available",
			rule:   rules.BroughtBack,
			text:   "was left in Unavailable",
			wiring: swallowsForm("/Workers/", "ActivitySid", account.AvailableSID),
			within: 50,
		},
		{
			name:   "workers who wrapped up are never made available",
			rule:   rules.BroughtBack,
			text:   "was left in Wrapping up",
			wiring: swallowsForm("/Workers/", "ActivitySid", account.AvailableSID),
			within: 200,
		},
		{
			name:   "returns are lost, and only the sweeper brings workers back",
			rule:   rules.BroughtBack,
			text:   "was left in",
			wiring: lost(`{"return"`),
			within: 100,
		},
		{
			name: "every worker has just asked to be signed on",
			rule: personsChoice,
			text: "although a person had chosen Lunch",
			wiring: misrecorded(func(record *roster.Record) {
				record.Pending, record.Wish, record.WishedAt = true, roster.On, account.Morning.Add(time.Hour)
			}, func(*roster.Record) bool { return false }),
			within: 300,
		},
		{
			name:   "the roster forgets where workers are",
			rule:   personsChoice,
			text:   "a rejection by",
			wiring: misrecorded(func(record *roster.Record) { record.Place = roster.Place{} }, nil),
			within: 3000,
			from:   549,
		},
		{
			name: "lunch is taken for an activity of the task queue",
			rule: personsChoice,
			text: "although a person had chosen Lunch",
			wiring: over(answering(http.MethodGet, "/TaskQueues",
				`{"task_queues":[{"reservation_activity_sid":"`+lunchSID+`"}],"meta":{"key":"task_queues"}}`)),
			within: 1000,
		},
		{
			name:   "workers are not put back at lunch",
			rule:   personsChoice,
			text:   "was not put back",
			wiring: swallowsForm("/Workers/", "ActivitySid", lunchSID),
			within: 4000,
			from:   624,
		},
		{
			name:   "wishes are forgotten",
			rule:   signedOff,
			text:   "who is signed off, was made available",
			wiring: clients(func(c *bundle.Clients) { c.Roster = forgetful{c.Roster} }),
			within: 1500,
		},
		{
			name:   "no call is seen before a worker is made available",
			rule:   signedOff,
			text:   "who is on a call, was made available",
			wiring: over(answering(http.MethodGet, "/Reservations", `{"reservations":[],"meta":{"key":"reservations"}}`)),
			within: 3000,
		},
		{
			name:   "signed-off workers stay available",
			rule:   signedOff,
			text:   "was left available",
			wiring: swallowsForm("/Workers/", "ActivitySid", account.OfflineSID),
			within: 1500,
			from:   168,
		},
		{
			name:   "wishes are not recorded",
			rule:   signedOff,
			text:   "was not recorded",
			wiring: misrecorded(nil, func(record *roster.Record) bool { return record.WishedAt.IsZero() }),
			within: 200,
		},
		{
			name:   "each missed call counts again with its event",
			rule:   signedOff,
			text:   "and the limit is",
			wiring: misrecorded(func(record *roster.Record) { record.Last = "" }, nil),
			within: 1000,
			from:   69,
		},
		{
			name:   "each look sends another message",
			rule:   fewReturns,
			text:   "messages about",
			wiring: misrecorded(func(record *roster.Record) { record.NextReturn = time.Time{} }, nil),
			within: 6000,
			from:   524,
		},
		{
			name:   "no task is completed after the wrap-up",
			rule:   allServed,
			text:   "was kept by a task",
			wiring: swallowsForm("/Tasks/", "AssignmentStatus", "completed"),
			within: 1000,
		},
		{
			name:   "callers wait while workers are left in our activities",
			rule:   allServed,
			text:   "was kept by Unavailable",
			wiring: swallowsForm("/Workers/", "ActivitySid", account.AvailableSID),
			within: 300,
			from:   69,
		},
	}
	for _, test := range tests {
		test.isFound(t, false)
	}
}
