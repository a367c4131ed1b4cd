// Package roster keeps a record of each worker: what the worker wants, which calls they missed, and
// where we put them until when. A worker without an item wants calls and has missed none. Twilio
// knows in which activity a worker is; the roster knows why. It contains no phone number.
package roster

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// Wish is whether a worker wants calls; "" = On.
type Wish string

// The wishes.
const (
	On  Wish = "on"
	Off Wish = "off"
)

// Source is how a wish was made.
type Source string

// The sources of a wish.
const (
	ByGate   Source = "gate"   // a key at the gate
	ByPhone  Source = "phone"  // a call to the desk's number for workers
	ByText   Source = "text"   // a text message
	ByLead   Source = "lead"   // twilioctl workers
	ByPerson Source = "person" // a change of activity in Twilio's console, Flex or another program
	ByMisses Source = "missed" // as many missed calls in a row as are allowed
	ByShift  Source = "shift"  // a shift of the worker began or ended
)

// Cause is why we put a worker into an unavailable activity; "" = we did not.
type Cause string

// The causes.
const (
	Call     Cause = "call"        // a call ended: wrap-up
	Missed   Cause = "missed call" // no answer, no key, or the phone could not be called: counted
	Busy     Cause = "busy"        // not counted
	Declined Cause = "declined"    // not counted, half the pause
	Fault    Cause = "fault"       // ours, not the worker's
)

// Absence is one time that we put a worker into an unavailable activity.
type Absence struct {
	Cause          Cause
	ReservationSID string
	Activity       string    // where the worker is put, WA…
	At             time.Time // when
	Until          time.Time // when the worker is brought back
	Move           bool      // whether the worker is still to be put there: Twilio leaves them available
}

// isAt reports whether we put the worker into that activity, and have not brought them back.
func (a Absence) isAt(activity string) bool {
	return activity != "" && a.Activity == activity && !a.Move
}

// Put is the last time that we moved a worker away by a request of its own. Unlike an absence it
// outlasts another missed call; it ends when we move the worker out of that activity.
type Put struct {
	Activity string    // WA…; "" = never
	At       time.Time // when we asked Twilio
	Since    time.Time // when Twilio moved the worker, in whole seconds; zero = neither answer nor event came
}

// Place is where Twilio's last event of a worker's activity put the worker.
type Place struct {
	Activity string // WA…; "" = no event was received
	Before   string // the activity until then
	Since    time.Time
}

// Record is what we know of one worker.
type Record struct {
	WorkerSID string

	Wish     Wish
	WishedAt time.Time // zero = no wish was expressed
	WishedBy Source
	Pending  bool // the wish has still to be applied at Twilio

	Misses int // counted missed calls in a row
	Faults int // faults of ours in a row

	Absence Absence   // zero = none
	Last    string    // the reservations of the last absences, the latest first, also after they are over
	LastAt  time.Time // when that absence began

	// Left is since when the worker is in an activity that a person put them into; zero
	// = not known. It spares the sweeper from asking Twilio again.
	Left time.Time

	// NextReturn is the end of an absence for which a message is on its way: it needs no second
	// one.
	NextReturn time.Time

	Put   Put
	Place Place

	// Shift is the last boundary of the worker's shifts that we have applied: each acts once.
	Shift time.Time

	Told       bool   // the worker got a text about being signed off after missed calls
	HelpTexts  int    // help texts in a row
	HelpFor    string // the message that the last of them answers, SM… or MM…
	NoTextsTo  string // Digest of the number to which Twilio refuses texts for good; "" = none
	NoTextsFor int    // Twilio's error code for that

	version int // of the item, for conditional writes; 0 = there is none
}

// WantsCalls reports whether the worker wants calls.
func (r Record) WantsCalls() bool { return r.Wish != Off }

// SetWish records a wish, unless a later one is known. A worker who calls or texts, or a team lead,
// does so now, even if the clock of this machine is behind the one of the last wish. Signing on
// ends every pause. The wish is pending unless a person has moved the worker accordingly: a
// rejection may have moved them nowhere, or Twilio elsewhere.
func (r *Record) SetWish(wish Wish, by Source, at time.Time) (changed bool) {
	isLive := by == ByPhone || by == ByText || by == ByLead
	switch {
	case isLive && !at.After(r.WishedAt):
		at = r.WishedAt.Add(time.Millisecond)
	case at.Before(r.WishedAt):
		return false
	}
	r.Wish, r.WishedAt, r.WishedBy, r.Told = wish, at, by, false
	r.Pending = by != ByPerson
	if wish == On {
		r.Misses, r.Faults = 0, 0
		if by != ByShift { // a shift that begins ends no pause
			r.Absence = Absence{}
		}
	}
	return true
}

// AtShift records that a shift of the worker began, if on, or ended, once for each such boundary,
// and never an earlier one after a later one. A wish that was made since the boundary holds until
// the next one. If none was ever made, so does that of a person who has made the worker available
// from the activity offline; offline "" = nothing tells that from the end of a pause. If one was,
// the move may have been ours, and the record has the person's wish.
func (r *Record) AtShift(boundary time.Time, on bool, offline, available string) (changed bool) {
	boundary = boundary.UTC().Truncate(time.Millisecond)
	if !boundary.After(r.Shift) {
		return false
	}
	r.Shift = boundary
	place := r.Place
	unknown := r.WishedAt.IsZero() && offline != ""
	switch overtime := unknown && place.Activity == available && place.Before == offline && place.Since.After(boundary.Add(decided)); {
	case on:
		r.SetWish(On, ByShift, boundary)
	case !overtime:
		r.SetWish(Off, ByShift, boundary)
	}
	return true
}

// AskReturn records that a message will ask for the worker's return at the given time. asked is
// false if one does already.
func (r *Record) AskReturn(due time.Time) (asked bool) {
	due = due.UTC().Truncate(time.Millisecond)
	if due.Equal(r.NextReturn) {
		return false
	}
	r.NextReturn = due
	return true
}

// remembered is the maximum number of reservations in Last: events report absences that we have
// recorded, and a worker whose line is busy may have missed other calls since.
const remembered = 10

// PutAway records an absence, once for each reservation. The limit-th missed call in a row signs
// the worker off; 0 = no limit. A fault of ours never does.
func (r *Record) PutAway(absence Absence, limit int) (changed bool) {
	known := strings.Fields(r.Last)
	if slices.Contains(known, absence.ReservationSID) {
		return false
	}
	known = append([]string{absence.ReservationSID}, known...)
	r.Last = strings.Join(known[:min(len(known), remembered)], " ")
	if r.WantsCalls() && r.WishedBy != ByShift && r.WishedAt.After(absence.At) {
		return true // the worker has signed on since, which ends every pause
	}
	if !absence.At.Before(r.LastAt) { // or else it is reported late, and where the worker is follows from the later one
		r.LastAt = absence.At
		if before := r.Absence; absence.Move && before.isAt(absence.Activity) && before.Until.After(absence.At) {
			// The reservation was made before we moved the worker.
			absence.Move, absence.At = false, before.At
		}
		r.Absence = absence
	}
	switch absence.Cause {
	case Missed:
		r.Misses++
	case Fault:
		r.Faults++
	}
	if limit > 0 && r.Misses >= limit && r.WantsCalls() && absence.Cause == Missed {
		r.SetWish(Off, ByMisses, absence.At)
	}
	return true
}

// Answered records that the worker talked to a caller until the given time: that resets both
// counts, unless a later call was missed.
func (r *Record) Answered(ended time.Time) (changed bool) {
	if r.Misses == 0 && r.Faults == 0 || r.LastAt.After(ended) {
		return false
	}
	r.Misses, r.Faults = 0, 0
	return true
}

// decided is how much later than a wish a person's change of activity has to be to count as the
// later decision: two clocks differ by so much.
const decided = 5 * time.Second

// Moved records Twilio's event of a change of activity, unless a later one is known: it may be the
// answer to our own request that was lost. A person who makes a signed-off worker available decides
// against the wish: offline is where signed-off workers are, available where workers take calls.
func (r *Record) Moved(place Place, offline, available string) (changed bool) {
	if !place.Since.After(r.Place.Since) {
		return false
	}
	r.Place = place
	if put := r.Put; put.Since.IsZero() && put.Activity == place.Activity && !place.Since.Before(put.At.Add(-decided)) {
		r.Put.Since = place.Since.Truncate(time.Second)
	}
	signsOn := place.Activity == available && place.Before == offline
	if signsOn && !r.WantsCalls() && place.Since.After(r.WishedAt.Add(decided)) {
		r.SetWish(On, ByPerson, place.Since)
	}
	return true
}

// Digest returns what stands for a phone number in a worker's record.
func Digest(workerSID, number string) string {
	sum := sha256.Sum256([]byte(workerSID + " " + number))
	return hex.EncodeToString(sum[:8])
}
