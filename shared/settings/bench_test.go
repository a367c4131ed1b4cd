package settings

import (
	"context"
	"log/slog"
	"testing"
	"time"
)

// BenchmarkCalendar is what each call of a number with hours pays for them.
func BenchmarkCalendar(b *testing.B) {
	text, err := Settings{Zone: "America/New_York", Hours: map[string]Hours{"desk": {
		Week:  map[string]string{"mon-fri": "09:00-12:30 13:30-18:00", "sat": "22:00-02:00"},
		Dates: map[string]string{"2026-12-24": "09:00-12:00 Christmas Eve", "2026-12-25..2026-12-26": "closed Christmas"},
	}}}.Encode(OfHours)
	if err != nil {
		b.Fatal(err)
	}
	store := &Store{Source: &source{texts: map[string]string{OfHours: text}}, Logger: slog.New(slog.DiscardHandler)}
	at := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		calendar, err := store.Get(context.Background()).Calendar("desk")
		if err != nil || calendar.At(at).Open {
			b.Fatal(err)
		}
	}
}
