package hours_test

import (
	"fmt"
	"time"

	"switchboard/shared/hours"
)

func Example() {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	week, err := hours.ParseWeek(map[string]string{
		"mon-fri": "9:00-12:30 13:30-18:00",
		"sat":     "22:00-02:00",
	})
	if err != nil {
		panic(err)
	}
	dates, err := hours.ParseDates(map[string]string{
		"2026-12-24":             "09:00-12:00 Christmas Eve",
		"2026-12-25..2026-12-26": "closed Christmas",
	})
	if err != nil {
		panic(err)
	}
	calendar := hours.Calendar{Zone: berlin, Week: week, Dates: dates}
	now := time.Date(2026, time.December, 25, 15, 0, 0, 0, berlin)
	opens, _ := calendar.Next(now)
	fmt.Println(week)
	fmt.Printf("%+v until %v", calendar.At(now), opens)
	// Output:
	// mon-fri 09:00-12:30 13:30-18:00, sat 22:00-02:00, sun closed
	// {Open:false Reason:Christmas} until 2026-12-28 09:00:00 +0100 CET
}
