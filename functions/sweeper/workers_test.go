package sweeper_test

import (
	"slices"
	"testing"
	"time"

	"switchboard/shared/roster"
	"switchboard/shared/twilio"
)

func TestWorkersWhoShouldBeBack(t *testing.T) {
	t.Parallel()
	const alice = "WK00000000000000000000000000000001"
	tests := []struct {
		name     string
		activity string        // "" = none of ours
		ago      time.Duration // since when
		record   func(*roster.Record) bool
		want     bool
	}{
		{
			name:     "during the pause",
			activity: rejectActivity,
			ago:      time.Minute,
		},
		{
			name:     "after the pause",
			activity: rejectActivity,
			ago:      2 * time.Minute,
			want:     true,
		},
		{
			name:     "after a pause that the roster knows",
			activity: rejectActivity,
			ago:      2 * time.Minute,
			record: func(r *roster.Record) bool {
				r.Absence = roster.Absence{Cause: roster.Fault, Activity: rejectActivity, At: noon().Add(-2 * time.Minute), Until: noon().Add(time.Minute)}
				return true
			},
		},
		{
			name:     "left alone before",
			activity: rejectActivity,
			ago:      time.Hour,
			record: func(r *roster.Record) bool {
				r.Left = noon().Add(-time.Hour)
				return true
			},
		},
		{
			name:     "signed off, not offline yet",
			activity: faultActivity,
			ago:      time.Second,
			record:   func(r *roster.Record) bool { return r.SetWish(roster.Off, roster.ByGate, noon()) },
			want:     true,
		},
		{
			name:     "signed off",
			activity: rejectActivity, // OfflineActivitySid = RejectActivitySid
			ago:      time.Hour,
			record: func(r *roster.Record) bool {
				r.SetWish(roster.Off, roster.ByMisses, noon())
				r.Pending = false
				return true
			},
		},
		{
			name:   "wish not applied yet",
			record: func(r *roster.Record) bool { return r.SetWish(roster.On, roster.ByText, noon()) },
			want:   true,
		},
		{
			name: "absence in TaskRouter's own activity",
			record: func(r *roster.Record) bool {
				r.Absence = roster.Absence{Cause: roster.Missed, Until: noon().Add(-time.Minute)}
				return true
			},
			want: true,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			account := &account{}
			if test.activity != "" {
				worker := twilio.Worker{SID: alice, ActivitySID: test.activity, Since: noon().Add(-test.ago)}
				account.workers = map[string][]twilio.Worker{test.activity: {worker}}
			}
			b := newBroom(t, account)
			if test.record != nil {
				if _, _, err := (roster.Roster{Store: &b.roster}).Change(t.Context(), alice, test.record); err != nil {
					t.Fatal(err)
				}
			}
			report := b.sweep(t)
			if got := slices.Equal(b.reconciled, []string{alice}); got != test.want || len(b.reconciled) > 1 {
				t.Errorf("reconciled %v, want %t", b.reconciled, test.want)
			}
			if want := []string{rejectActivity, faultActivity}; !slices.Equal(account.listed, want) || report.Workers != len(b.reconciled) {
				t.Errorf("listed %v, report %d workers, want %v, %d", account.listed, report.Workers, want, len(b.reconciled))
			}
		})
	}
}
