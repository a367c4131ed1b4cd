package hours

import "time"

// What a clock on the wall shows is here the number of seconds since 1970 if it were UTC. No zone
// is farther from UTC than secsOfDay.

// shown returns the first instant at which the zone's clock shows wall or, when it is put forward
// over wall, a later time. time.Date would choose an instant before the gap.
func shown(zone *time.Location, wall int64) int64 {
	t := time.Unix(wall-secsOfDay, 0).In(zone)
	for {
		_, offset := t.Zone()
		_, end := t.ZoneBounds()
		instant := max(wall-int64(offset), t.Unix())
		if end.IsZero() || instant < end.Unix() {
			return instant
		}
		t = end
	}
}

// passed returns the end of the last second at which the zone's clock shows less than wall.
func passed(zone *time.Location, wall int64) int64 {
	t := time.Unix(wall+secsOfDay, 0).In(zone)
	end := t.Unix()
	for {
		_, offset := t.Zone()
		start, _ := t.ZoneBounds()
		instant := wall - int64(offset)
		if start.IsZero() || instant > start.Unix() {
			return min(instant, end)
		}
		end = start.Unix()
		t = start.Add(-time.Second)
	}
}
