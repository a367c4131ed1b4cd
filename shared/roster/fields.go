package roster

import (
	"maps"
	"strconv"
	"time"
)

// The names of an item's fields. Zero values are left out.
const (
	workerSID       = "worker_sid"
	version         = "version"
	wish            = "wish"
	wishedAt        = "wished_at"
	wishedBy        = "wished_by"
	wishPending     = "wish_pending"
	misses          = "missed_calls"
	faults          = "faults"
	awayFor         = "away_for"
	awayReservation = "away_reservation_sid"
	awayActivity    = "away_activity_sid"
	awayAt          = "away_at"
	awayUntil       = "away_until"
	awayMove        = "away_move"
	lastReservation = "last_reservation_sid"
	lastAt          = "last_away_at"
	leftAlone       = "left_alone_since"
	nextReturn      = "next_return"
	putActivity     = "put_activity_sid"
	putAt           = "put_at"
	putSince        = "put_since"
	activity        = "activity_sid"
	activityBefore  = "activity_before"
	activitySince   = "activity_since"
	shift           = "shift_boundary"
	told            = "told"
	helpTexts       = "help_texts"
	noTextsTo       = "no_texts_to"
	noTextsFor      = "no_texts_for"
	helpFor         = "help_text_for"
)

const timeFormat = "2006-01-02T15:04:05.000Z"

// encode returns the fields of a record, apart from its key and version.
func encode(r Record) map[string]string {
	fields := map[string]string{
		wish: string(r.Wish), wishedAt: text(r.WishedAt), wishedBy: string(r.WishedBy), wishPending: yes(r.Pending),
		misses: digits(r.Misses), faults: digits(r.Faults),
		awayFor: string(r.Absence.Cause), awayReservation: r.Absence.ReservationSID, awayActivity: r.Absence.Activity,
		awayAt: text(r.Absence.At), awayUntil: text(r.Absence.Until), awayMove: yes(r.Absence.Move),
		lastReservation: r.Last, lastAt: text(r.LastAt),
		leftAlone: text(r.Left), nextReturn: text(r.NextReturn),
		putActivity: r.Put.Activity, putAt: text(r.Put.At), putSince: text(r.Put.Since),
		activity: r.Place.Activity, activityBefore: r.Place.Before, activitySince: text(r.Place.Since),
		shift: text(r.Shift), told: yes(r.Told), helpTexts: digits(r.HelpTexts), noTextsTo: r.NoTextsTo, noTextsFor: digits(r.NoTextsFor),
		helpFor: r.HelpFor,
	}
	maps.DeleteFunc(fields, func(_, value string) bool { return value == "" })
	return fields
}

// decode returns the record of an item. A field that it cannot read counts as absent: a worker
// whose item is damaged wants calls.
func decode(sid string, itemVersion int, fields map[string]string) Record {
	return Record{
		WorkerSID: sid,
		Wish:      Wish(fields[wish]), WishedAt: moment(fields[wishedAt]), WishedBy: Source(fields[wishedBy]),
		Pending: fields[wishPending] != "",
		Misses:  number(fields[misses]), Faults: number(fields[faults]),
		Absence: Absence{
			Cause: Cause(fields[awayFor]), ReservationSID: fields[awayReservation], Activity: fields[awayActivity],
			At: moment(fields[awayAt]), Until: moment(fields[awayUntil]), Move: fields[awayMove] != "",
		},
		Last: fields[lastReservation], LastAt: moment(fields[lastAt]), Left: moment(fields[leftAlone]), NextReturn: moment(fields[nextReturn]),
		Put:   Put{Activity: fields[putActivity], At: moment(fields[putAt]), Since: moment(fields[putSince])},
		Place: Place{Activity: fields[activity], Before: fields[activityBefore], Since: moment(fields[activitySince])},
		Shift: moment(fields[shift]),
		Told:  fields[told] != "", HelpTexts: number(fields[helpTexts]),
		NoTextsTo: fields[noTextsTo], NoTextsFor: number(fields[noTextsFor]),
		HelpFor: fields[helpFor],
		version: itemVersion,
	}
}

func text(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(timeFormat)
}

func moment(text string) time.Time {
	at, err := time.Parse(timeFormat, text)
	if err != nil {
		return time.Time{}
	}
	return at
}

func digits(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

func yes(fact bool) string {
	if fact {
		return "yes"
	}
	return ""
}
