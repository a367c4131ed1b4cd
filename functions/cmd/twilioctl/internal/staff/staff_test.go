package staff

import (
	"errors"
	"strings"
	"testing"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/shared/reconciler"
	"switchboard/shared/roster"
	"switchboard/shared/secrets"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/wire"
	"switchboard/shared/twilio"
)

func TestFind(t *testing.T) {
	t.Parallel()
	const sid = "WK00000000000000000000000000000001"
	rows := []Row{{Name: "Bob", SID: sid}, {Name: "bob", SID: "WK2"}, {Name: "Alice", SID: "WK3"}}
	for name, want := range map[string]string{"Bob": sid, "bob": "WK2", "ALICE": "WK3", sid: sid} {
		if got, err := Find(rows, name); err != nil || got.SID != want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for name, want := range map[string]string{
		"BOB":   `several workers are called "BOB": give the SID of one, ` + sid + ` ("Bob"), WK2 ("bob")`,
		"Carol": `there is no worker "Carol"; the workers are "Bob", "bob", "Alice"`,
		"WK3":   `there is no worker "WK3"; the workers are`,
	} {
		var unknown *UnknownError
		if _, err := Find(rows, name); !errors.As(err, &unknown) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	many := make([]Row, maxNames+2)
	if _, err := Find(many, "x"); err == nil || !strings.HasSuffix(err.Error(), " and 2 more") {
		t.Errorf("err = %v", err)
	}
	if _, err := Find(nil, "x"); err == nil || !strings.Contains(err.Error(), "twilioctl apply") {
		t.Errorf("err = %v", err)
	}
}

func TestWhy(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	wrapUp := 30 * time.Second
	r := reconciler.Reconciler{WrapUp: &wrapUp, Activities: reconciler.Activities{Available: "WA1", PostWork: "WA2", Reject: "WA3", Fault: "WA4", Offline: "WA5"}}
	away := func(cause roster.Cause, activity string) roster.Record {
		return roster.Record{Misses: 2, Absence: roster.Absence{Cause: cause, Activity: activity, At: now, Until: now.Add(time.Minute)}}
	}
	wish := func(wish roster.Wish, by roster.Source, pending bool) roster.Record {
		return roster.Record{Wish: wish, WishedBy: by, WishedAt: now, Pending: pending, Misses: 3}
	}
	tests := []struct {
		name     string
		record   roster.Record
		activity string
		want     string
		until    time.Duration // after now; 0 = none
	}{
		{name: "never said anything", activity: "WA1", want: "on "},
		{name: "signed on", record: wish(roster.On, roster.ByText, false), activity: "WA1", want: "on signed on by the worker, by text"},
		{name: "after a call", activity: "WA2", want: "wrapping up call", until: wrapUp},
		{name: "after a missed call", record: away(roster.Missed, "WA3"), activity: "WA3", want: "paused missed call", until: time.Minute},
		{name: "after a fault", record: away(roster.Fault, "WA4"), activity: "WA4", want: "paused fault", until: time.Minute},
		{
			name:     "missed calls",
			record:   wish(roster.Off, roster.ByMisses, false),
			activity: "WA5",
			want:     "off signed off after 3 missed calls in a row",
		},
		{name: "own wish", record: wish(roster.Off, roster.ByGate, false), activity: "WA5", want: "off signed off by the worker, at the gate"},
		{
			name:     "own wish on the phone",
			record:   wish(roster.Off, roster.ByPhone, true),
			activity: "WA1",
			want:     "off signed off by the worker, by phone, not yet in effect",
		},
		{
			name:     "on a call",
			record:   wish(roster.On, roster.ByLead, true),
			activity: "WA6",
			want:     "on a call signed on by the team lead, after the call",
		},
		{name: "lunch", activity: "WA6", want: "elsewhere a person's choice"},
		{name: "a new worker", activity: "WA5", want: "elsewhere not signed on"},
		{name: "a lost record", activity: "WA3", want: "elsewhere not recorded: a person's choice, or the next sweep explains it"},
		{
			name:     "a person's wish",
			record:   wish(roster.On, roster.ByPerson, false),
			activity: "WA1",
			want:     "on signed on by a person, in Twilio",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			row := Row{ActivitySID: test.activity, Available: test.activity == "WA1", Since: now}
			row.add(r.Describe(test.record, twilio.Worker{ActivitySID: test.activity, Available: row.Available, Since: now}), r.Activities)
			if got := string(row.Standing) + " " + row.Why; got != test.want {
				t.Errorf("it is %q, want %q", got, test.want)
			}
			if got := row.Until; test.until == 0 != got.IsZero() || test.until != 0 && !got.Equal(now.Add(test.until)) {
				t.Errorf("until %s, want %s after %s", got, test.until, now)
			}
			if *row.MissedCalls != test.record.Misses {
				t.Errorf("%d missed calls, want %d", *row.MissedCalls, test.record.Misses)
			}
		})
	}
}

// TestActivityWithoutStack: without a stack, nothing names the activities for workers who are on
// and off.
func TestActivityWithoutStack(t *testing.T) {
	t.Parallel()
	const accountSID, token = "AC00000000000000000000000000000001", "token"
	tests := []struct {
		name       string
		activities []simulator.Activity
		standard   string // the activity of new workers
		on         bool
		want       string // its name, or what the error says
	}{
		{name: "the only available one", activities: []simulator.Activity{{Name: "A", Available: true}, {Name: "B"}}, on: true, want: "A"},
		{
			name:       "the only unavailable one",
			activities: []simulator.Activity{{Name: "A", Available: true}, {Name: "B"}},
			standard:   "A",
			want:       "B",
		},
		{name: "the one of new workers", activities: []simulator.Activity{{Name: "A"}, {Name: "B"}}, standard: "B", want: "B"},
		{
			name: "one of two available ones", activities: []simulator.Activity{{Name: "A", Available: true}, {Name: "B", Available: true}},
			on: true, want: `several activities are possible, "A", "B": deploy the stack with AvailableActivitySid`,
		},
		{
			name: "one of two unavailable ones", activities: []simulator.Activity{{Name: "A"}, {Name: "B"}, {Name: "C", Available: true}}, standard: "C",
			want: `several activities are possible, "A", "B": deploy the stack with OfflineActivitySid`,
		},
		{
			name:       "none",
			activities: []simulator.Activity{{Name: "A"}},
			standard:   "A",
			on:         true,
			want:       `workspace "Desk" has no activity for that`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			simulated := simulator.New(simulator.Config{AccountSID: accountSID, AuthToken: token})
			sids := map[string]string{}
			for _, each := range test.activities {
				sid, err := simulated.AddActivity(each)
				if err != nil {
					t.Fatal(err)
				}
				sids[each.Name] = sid
			}
			d := Desk{
				Workspace: account.Workspace{SID: simulated.WorkspaceSID(), Name: "Desk", DefaultActivitySID: sids[test.standard]},
				Account: &account.Client{
					AccountSID: accountSID, Transport: wire.InProcess(simulated),
					Credentials: account.Credentials{User: accountSID, Password: secrets.New(token)},
				},
			}
			got, err := d.activity(t.Context(), test.on)
			if err != nil {
				got = err.Error()
			} else {
				for name, sid := range sids {
					if sid == got {
						got = name
					}
				}
			}
			if !strings.HasPrefix(got, test.want) {
				t.Errorf("it is %s, want %s", got, test.want)
			}
		})
	}
}
