package roster

import (
	"testing"
	"time"
)

const (
	available = "WA00000000000000000000000000000001"
	offline   = "WA00000000000000000000000000000002"
	lunch     = "WA00000000000000000000000000000003"
)

func miss(reservation string, cause Cause, after time.Duration) Absence {
	return Absence{Cause: cause, ReservationSID: reservation, At: noon().Add(after)}
}

func TestMissesSignWorkerOff(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		limit      int
		happens    func(*Record)
		wantMisses int
		wantOff    bool
	}{
		{
			name:  "three in a row",
			limit: 3,
			happens: func(r *Record) {
				r.PutAway(miss("1", Missed, 0), 3)
				r.PutAway(miss("2", Missed, time.Minute), 3)
				r.PutAway(miss("3", Missed, 2*time.Minute), 3)
			},
			wantMisses: 3,
			wantOff:    true,
		},
		{
			name: "no limit",
			happens: func(r *Record) {
				for _, reservation := range []string{"1", "2", "3", "4"} {
					r.PutAway(miss(reservation, Missed, 0), 0)
				}
			},
			wantMisses: 4,
		},
		{
			name: "the same one twice",
			happens: func(r *Record) {
				r.PutAway(miss("1", Missed, 0), 2)
				r.PutAway(miss("1", Missed, time.Second), 2)
			},
			wantMisses: 1,
		},
		{
			name: "busy, declined and faults",
			happens: func(r *Record) {
				r.PutAway(miss("1", Busy, 0), 1)
				r.PutAway(miss("2", Declined, 0), 1)
				r.PutAway(miss("3", Fault, 0), 1)
			},
		},
		{
			name: "an answered call between",
			happens: func(r *Record) {
				r.PutAway(miss("1", Missed, 0), 2)
				r.Answered(noon().Add(time.Minute))
				r.PutAway(miss("2", Missed, 2*time.Minute), 2)
			},
			wantMisses: 1,
		},
		{
			name: "a late report of a talk before the miss",
			happens: func(r *Record) {
				r.PutAway(miss("1", Missed, time.Minute), 2)
				r.Answered(noon())
				r.PutAway(miss("2", Missed, 2*time.Minute), 2)
			},
			wantMisses: 2,
			wantOff:    true,
		},
		{
			name: "a late report of a miss before signing on",
			happens: func(r *Record) {
				r.SetWish(On, ByPhone, noon().Add(time.Second))
				if r.PutAway(miss("1", Missed, 0), 1); r.Absence != (Absence{}) {
					r.Misses = -1
				}
			},
		},
		{
			name: "signed on between",
			happens: func(r *Record) {
				r.PutAway(miss("1", Missed, 0), 2)
				r.SetWish(On, ByText, noon().Add(time.Second))
				r.PutAway(miss("2", Missed, time.Minute), 2)
			},
			wantMisses: 1,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var r Record
			if test.happens(&r); r.Misses != test.wantMisses || r.WantsCalls() == test.wantOff {
				t.Errorf("misses %d, wants calls %t; want %d, %t", r.Misses, r.WantsCalls(), test.wantMisses, !test.wantOff)
			}
			if test.wantOff && (r.WishedBy != ByMisses || r.Told) {
				t.Errorf("record %+v", r)
			}
		})
	}
}

func TestLaterWishWins(t *testing.T) {
	t.Parallel()
	var r Record
	r.SetWish(Off, ByPhone, noon().Add(time.Second))
	if r.SetWish(On, ByPerson, noon()) || r.WantsCalls() {
		t.Error("an earlier wish took the place of a later one")
	}
	if !r.SetWish(On, ByText, noon().Add(2*time.Second)) || !r.WantsCalls() || !r.Pending {
		t.Error("the later wish does not hold")
	}
}

// TestLiveWishCounts has our clock behind the one of the last wish.
func TestLiveWishCounts(t *testing.T) {
	t.Parallel()
	for by, counts := range map[Source]bool{ByText: true, ByPhone: true, ByLead: true, ByGate: false, ByPerson: false, ByMisses: false} {
		var r Record
		r.SetWish(Off, ByText, noon())
		if r.SetWish(On, by, noon().Add(-time.Second)) != counts || r.WantsCalls() != counts || r.WishedAt.After(noon()) != counts {
			t.Errorf("by %s: %+v", by, r)
		}
	}
}

func TestPersonDecidesAgainstWish(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		place    Place
		wantsOn  bool
		recorded bool
	}{
		{
			name:     "made available by a supervisor",
			place:    Place{Activity: available, Before: offline, Since: noon().Add(time.Minute)},
			wantsOn:  true,
			recorded: true,
		},
		{
			name:     "the move before the wish, reported late",
			place:    Place{Activity: available, Before: offline, Since: noon().Add(-time.Second)},
			recorded: true,
		},
		{
			name:     "gone to lunch",
			place:    Place{Activity: lunch, Before: offline, Since: noon().Add(time.Minute)},
			recorded: true,
		},
		{
			name:  "an event before the last one",
			place: Place{Activity: available, Before: offline, Since: noon().Add(-time.Hour)},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := Record{Place: Place{Activity: offline, Before: available, Since: noon().Add(-time.Minute)}}
			r.SetWish(Off, ByText, noon())
			if recorded := r.Moved(test.place, offline, available); recorded != test.recorded || r.WantsCalls() != test.wantsOn {
				t.Errorf("recorded %t, wants calls %t", recorded, r.WantsCalls())
			}
		})
	}
}

func TestDigestHidesNumber(t *testing.T) {
	t.Parallel()
	const number = "+14155550191"
	if got := Digest(alice, number); len(got) != 16 || got == Digest(bob, number) || got == Digest(alice, "+14155550192") {
		t.Errorf("digest %q", got)
	}
}

// TestAtShift has a boundary at noon.
func TestAtShift(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		before func(*Record)
		on     bool
		want   Wish
		by     Source
	}{
		{
			name: "begins",
			on:   true,
			want: On,
			by:   ByShift,
		},
		{
			name: "ends",
			want: Off,
			by:   ByShift,
		},
		{
			name: "ends, after the beginning was applied late",
			before: func(r *Record) {
				r.AtShift(noon().Add(-time.Minute), true, offline, available)
				r.Place = Place{Activity: available, Before: offline, Since: noon().Add(6 * time.Second)}
			},
			want: Off,
			by:   ByShift,
		},
		{
			name:   "begins after a sign-off before it",
			before: func(r *Record) { r.SetWish(Off, ByPhone, noon().Add(-time.Hour)) },
			on:     true,
			want:   On,
			by:     ByShift,
		},
		{
			name:   "begins, reported after a sign-off within it",
			before: func(r *Record) { r.SetWish(Off, ByPhone, noon().Add(time.Minute)) },
			on:     true,
			want:   Off,
			by:     ByPhone,
		},
		{
			name:   "ends, reported after a sign-on since",
			before: func(r *Record) { r.SetWish(On, ByText, noon().Add(time.Minute)) },
			want:   On,
			by:     ByText,
		},
		{
			name: "ends, reported after a person made them available",
			before: func(r *Record) {
				r.Moved(Place{Activity: available, Before: offline, Since: noon().Add(time.Minute)}, offline, available)
			},
		},
		{
			name: "ends, reported after a return from lunch",
			before: func(r *Record) {
				r.Moved(Place{Activity: available, Before: lunch, Since: noon().Add(time.Minute)}, offline, available)
			},
			want: Off,
			by:   ByShift,
		},
		{
			name:   "the same boundary again",
			before: func(r *Record) { r.Shift = noon() },
			on:     true,
		},
		{
			name:   "an earlier boundary",
			before: func(r *Record) { r.Shift = noon().Add(time.Hour) },
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var r Record
			if test.before != nil {
				test.before(&r)
			}
			again := !r.Shift.Before(noon())
			if changed := r.AtShift(noon(), test.on, offline, available); changed == again || r.Wish != test.want || r.WishedBy != test.by {
				t.Errorf("changed %t, record %+v", changed, r)
			}
			if r.AtShift(noon(), !test.on, offline, available) {
				t.Errorf("the boundary acts twice: %+v", r)
			}
		})
	}
}

func TestShiftEndsNoPause(t *testing.T) {
	t.Parallel()
	var r Record
	r.PutAway(miss("1", Missed, -time.Second), 3)
	r.AtShift(noon(), true, offline, available)
	r.PutAway(miss("2", Busy, -time.Millisecond), 3)
	if r.Absence.ReservationSID != "2" || r.Misses != 0 {
		t.Errorf("record %+v", r)
	}
}
