package simulator

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/document"
	"switchboard/shared/simulator/script"
)

// conference is a room of calls that talk to each other. It starts when two calls are in it and one
// of them may start it, and ends when the last call leaves
// (https://www.twilio.com/docs/voice/twiml/conference).
type conference struct {
	sid, name string
	seats     []*seat
	started   bool
}

// seat is a call's place in a conference.
type seat struct {
	room   *conference
	call   *call
	dial   *dialing
	noun   *document.Node
	joined time.Time
	limit  *clock.Timer
}

const (
	conferenceNameLimit = 128
	conferenceSize      = 250
	conferenceMusic     = "Twilio's conference music"
)

func (s *seat) starts() bool { return s.noun.Attr("startConferenceOnEnter", "true") != "false" }

func (s *seat) ends() bool { return s.noun.Attr("endConferenceOnExit", "false") == "true" }

// joinConference executes <Dial><Conference>.
func (t *Twilio) joinConference(d *dialing, noun *document.Node) {
	c, name := d.call, noun.Words()
	if name == "" || len(name) > conferenceNameLimit {
		t.alert(13237, c, "Dial->Conference: Invalid Conference Name")
		t.afterDial(d, url.Values{"DialCallStatus": {callFailed}}, false)
		return
	}
	room := t.conferenceNamed(name)
	if maximum := noun.Attr("maxParticipants", strconv.Itoa(conferenceSize)); strconv.Itoa(len(room.seats)) == maximum {
		t.problem(c, "not simulated: joining conference %s, which has its maximum of %s participants", name, maximum)
		t.afterDial(d, url.Values{"DialCallStatus": {callFailed}}, false)
		return
	}
	s := &seat{room: room, call: c, dial: d, noun: noun, joined: t.loop.Now()}
	room.seats = append(room.seats, s)
	c.interrupt()
	c.seat = s
	if limit := seconds(d.verb.Attr("timeLimit", ""), 0); limit > 0 {
		s.limit = t.after(limit, func() { t.leaveConference(s, true) })
	}
	t.traceCall(KindCall, c, "joins conference %s", name)
	switch {
	case room.started:
		t.beginTalking(s)
	case len(room.seats) > 1 && slices.ContainsFunc(room.seats, (*seat).starts):
		room.started = true
		for _, s := range slices.Clone(room.seats) {
			t.beginTalking(s)
		}
	default:
		t.waitForConference(s)
	}
}

func (t *Twilio) conferenceNamed(name string) *conference {
	room := find(t.conferences, func(room *conference) bool { return room.name == name })
	if room != nil {
		return room
	}
	room = &conference{sid: t.sids.next("CF"), name: name}
	t.conferences = append(t.conferences, room)
	return room
}

func (t *Twilio) beginTalking(s *seat) {
	c := s.call
	c.interrupt()
	c.bridged = t.loop.Now()
	for _, other := range s.room.seats {
		if other != s {
			c.peerSID = other.call.sid
			break
		}
	}
	t.traceCall(KindCall, c, "talks in conference %s", s.room.name)
	c.notice(script.Bridged)
}

// waitForConference plays the noun's waitUrl to a participant, repeatedly, until the conference
// starts.
func (t *Twilio) waitForConference(s *seat) {
	c := s.call
	ref, given := s.noun.Attrs["waitUrl"]
	switch {
	case !given:
		t.traceCall(KindHears, c, "hears %s", conferenceMusic)
		c.hear(conferenceMusic)
	case ref == "":
		c.hear("")
	default:
		target, err := resolve(s.dial.after.url, ref)
		if err != nil {
			t.alert(13233, c, "Dial->Conference: Invalid waitUrl: %s", err)
			return
		}
		t.fetch(c, fetch{what: "conference wait document", method: s.noun.Method("waitMethod"), url: target, holding: true,
			extra: url.Values{"ConferenceSid": {s.room.sid}, "FriendlyName": {s.room.name}}})
	}
}

// leaveConference removes a participant. onward reports whether its call continues after <Dial>. If
// the participant ends the conference, the others leave, too.
func (t *Twilio) leaveConference(s *seat, onward bool) {
	c, room := s.call, s.room
	s.limit.Stop()
	c.seat = nil
	c.interrupt()
	room.seats = slices.DeleteFunc(room.seats, func(other *seat) bool { return other == s })
	if len(room.seats) == 0 {
		t.conferences = slices.DeleteFunc(t.conferences, func(other *conference) bool { return other == room })
	}
	if !c.bridged.IsZero() {
		c.bridgeEnded = t.loop.Now()
	}
	if c.person != nil {
		c.person.bridgeEnds()
	}
	// Twilio sends no DialCallSid for a conference.
	params := url.Values{"DialCallStatus": {"answered"}, "DialCallDuration": {strconv.Itoa(int(t.loop.Now().Sub(s.joined).Seconds()))}}
	switch {
	case c.over():
		t.dialerLeft(s.dial, params, room.started)
	case onward:
		t.afterDial(s.dial, params, room.started)
	}
	if s.ends() {
		for _, other := range slices.Clone(room.seats) {
			if other.call.seat == other {
				t.leaveConference(other, true)
			}
		}
	}
}

// talking reports whether the call talks with another call.
func (c *call) talking() bool { return c.bridge != nil || c.seat != nil && c.seat.room.started }
