package roster

import (
	"fmt"
	"testing"
	"time"
)

// TestAbsenceCountsOnce hears of each missed call twice, of the first one after the second.
func TestAbsenceCountsOnce(t *testing.T) {
	t.Parallel()
	var record Record
	noon := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	for n, reservation := range []string{"WR1", "WR2", "WR1", "WR2"} {
		changed := record.PutAway(Absence{Cause: Missed, ReservationSID: reservation, At: noon.Add(time.Duration(n) * time.Second)}, 3)
		if changed != (n < 2) {
			t.Errorf("%d: changed = %t", n, changed)
		}
	}
	if record.Misses != 2 || !record.WantsCalls() || record.Absence.ReservationSID != "WR2" {
		t.Errorf("record = %+v, want two missed calls and a worker who wants calls", record)
	}
	for n := range 3 * remembered {
		record.PutAway(Absence{Cause: Busy, ReservationSID: fmt.Sprintf("WR%032d", n), At: noon}, 3)
	}
	if len(record.Last) > 35*remembered {
		t.Errorf("%d characters of reservations", len(record.Last))
	}
}

// TestMissesSignOff has the wish pending: a rejection may have moved the worker nowhere.
func TestMissesSignOff(t *testing.T) {
	t.Parallel()
	var record Record
	record.PutAway(Absence{Cause: Missed, ReservationSID: "WR1"}, 1)
	if record.WantsCalls() || record.WishedBy != ByMisses || !record.Pending {
		t.Errorf("record = %+v", record)
	}
}

// TestSecondMissWhileAway is of a reservation made before the worker was moved.
func TestSecondMissWhileAway(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	moved := Absence{Cause: Missed, ReservationSID: "WR1", Activity: "WA1", At: noon, Until: noon.Add(time.Minute)}
	tests := []struct {
		name     string
		first    func(*Absence)
		second   time.Duration
		wantMove bool
	}{
		{
			name:   "during the pause",
			second: 20 * time.Second,
		},
		{
			name:     "after the pause",
			second:   2 * time.Minute,
			wantMove: true,
		},
		{
			name:     "not moved yet",
			first:    func(a *Absence) { a.Move = true },
			second:   20 * time.Second,
			wantMove: true,
		},
		{
			name:     "in another activity",
			first:    func(a *Absence) { a.Activity = "WA2" },
			second:   20 * time.Second,
			wantMove: true,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			record := Record{Absence: moved}
			if test.first != nil {
				test.first(&record.Absence)
			}
			at := noon.Add(test.second)
			record.PutAway(Absence{Cause: Missed, ReservationSID: "WR2", Activity: "WA1", At: at, Until: at.Add(time.Minute), Move: true}, 3)
			wantAt := at
			if !test.wantMove {
				wantAt = noon
			}
			got := record.Absence
			if got.Move != test.wantMove || !got.At.Equal(wantAt) || !got.Until.Equal(at.Add(time.Minute)) || !record.LastAt.Equal(at) {
				t.Errorf("record = %+v", record)
			}
		})
	}
}

// TestLateReportLeavesLaterAbsence has a reservation that ended before the worker was put away for
// another one: its event comes later, and the worker comes back from where they are.
func TestLateReportLeavesLaterAbsence(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	var record Record
	later := Absence{Cause: Missed, ReservationSID: "WR2", Activity: "WA1", At: noon, Until: noon.Add(time.Minute)}
	record.PutAway(later, 3)
	if !record.PutAway(Absence{Cause: Missed, ReservationSID: "WR1", At: noon.Add(-5 * time.Second), Move: true}, 3) {
		t.Error("not recorded")
	}
	if record.Absence != later || record.Misses != 2 || !record.LastAt.Equal(noon) {
		t.Errorf("record = %+v", record)
	}
}
