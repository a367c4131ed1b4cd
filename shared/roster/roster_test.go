package roster

import (
	"context"
	"testing"
	"time"
)

// repeated is a store whose answers to the first writes are lost: the SDK asks again, and finds its
// own write.
type repeated struct {
	*Memory
	lost int
}

func (r *repeated) Save(ctx context.Context, record Record) (bool, error) {
	saved, err := r.Memory.Save(ctx, record)
	if r.lost > 0 && saved {
		r.lost--
		return r.Memory.Save(ctx, record)
	}
	return saved, err
}

// TestChangeFindsItsOwnWrite has the answer to a write lost: the change was made all the same.
func TestChangeFindsItsOwnWrite(t *testing.T) {
	t.Parallel()
	store := &repeated{&Memory{}, 1}
	at := time.Date(2026, 11, 24, 12, 0, 0, 123456, time.UTC)
	for n, reservation := range []string{"WR1", "WR1", "WR2"} {
		record, changed, err := Roster{store}.Change(t.Context(), "WK1", func(record *Record) bool {
			return record.PutAway(Absence{Cause: Missed, ReservationSID: reservation, At: at}, 0)
		})
		if want := n != 1; err != nil || changed != want || record.Absence.ReservationSID != reservation {
			t.Errorf("%d: changed = %t, %v, %+v", n, changed, err, record.Absence)
		}
	}
}

// meddling is a store in which another change comes before the first write.
type meddling struct {
	*Memory
	others int
}

func (m *meddling) Save(ctx context.Context, record Record) (bool, error) {
	if m.others > 0 {
		m.others--
		other, _ := m.Load(ctx, record.WorkerSID)
		other.HelpTexts++
		if saved, err := m.Memory.Save(ctx, other); err != nil || !saved {
			return saved, err
		}
	}
	return m.Memory.Save(ctx, record)
}

func TestChangeKeepsOthersChanges(t *testing.T) {
	t.Parallel()
	store := &meddling{&Memory{}, 2}
	record, changed, err := Roster{store}.Change(t.Context(), "WK1", func(record *Record) bool {
		record.Misses++
		return true
	})
	if err != nil || !changed || record.Misses != 1 || record.HelpTexts != 2 {
		t.Errorf("changed = %t, %v, %+v", changed, err, record)
	}
}
