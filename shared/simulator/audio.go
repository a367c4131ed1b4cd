package simulator

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"switchboard/shared/simulator/document"
)

// Statuses of a recording (https://www.twilio.com/docs/voice/api/recording).
const (
	audioProcessing = "processing"
	audioCompleted  = "completed"
	audioAbsent     = "absent"
	audioDeleted    = "deleted"
)

// processing is the time from the end of a recording until its file exists. Twilio documents none.
const processing = 2 * time.Second

// audio is the resource Recording that a <Record> leaves
// (https://www.twilio.com/docs/voice/api/recording).
type audio struct {
	sid, callSID, status    string
	began, created, updated time.Time
	seconds                 int
}

// newAudio creates the recording of a <Record> that has ended. Its file exists a moment later, or
// immediately under the reading RecordingCallbackFirst.
func (t *Twilio) newAudio(c *call, tape *recording) *audio {
	now := t.loop.Now()
	a := &audio{
		sid: t.sids.next("RE"), callSID: c.sid, status: audioProcessing, began: tape.began, created: now, updated: now,
		seconds: int(max(now.Sub(tape.began).Seconds(), 1)),
	}
	t.audios = append(t.audios, a)
	finish := func() {
		if a.status == audioProcessing {
			a.status, a.updated = audioCompleted, t.loop.Now()
			t.reportAudio(c, tape, a)
		}
	}
	if t.cfg.Readings.RecordingCallbackFirst {
		finish()
		return a
	}
	t.after(processing, finish)
	return a
}

// newAbsence creates the recording of a <Record> that has heard nothing, which only a status
// callback reports.
func (t *Twilio) newAbsence(c *call, tape *recording) {
	if tape.callback(c) == "" || !tape.reports(audioAbsent) {
		return
	}
	now := t.loop.Now()
	a := &audio{sid: t.sids.next("RE"), callSID: c.sid, status: audioAbsent, began: tape.began, created: now, updated: now}
	t.audios = append(t.audios, a)
	t.reportAudio(c, tape, a)
}

// callback returns the URL of the recording's status callback, "" for none and for one that is no
// URL.
func (r *recording) callback(c *call) string {
	given := r.verb.Attr("recordingStatusCallback", "")
	if given == "" {
		return ""
	}
	target, err := resolve(c.flow.url, given)
	if err != nil {
		return ""
	}
	return target
}

func (r *recording) reports(status string) bool {
	return has(strings.ReplaceAll(r.verb.Attr("recordingStatusCallbackEvent", audioCompleted), ",", " "), status)
}

// reportAudio sends the status callback of a recording, which has no From and no To
// (https://www.twilio.com/docs/voice/twiml/record#recordingstatuscallback).
func (t *Twilio) reportAudio(c *call, tape *recording, a *audio) {
	target := tape.callback(c)
	if target == "" || !tape.reports(a.status) {
		return
	}
	t.notify(webhook{
		what: "recording status callback", method: callbackMethod(tape.verb), url: target, limit: voiceLimit, subject: c,
		params: url.Values{
			"AccountSid": {t.cfg.AccountSID}, "CallSid": {a.callSID}, "RecordingSid": {a.sid}, "RecordingUrl": {t.audioURL(a)},
			"RecordingStatus": {a.status}, "RecordingDuration": {strconv.Itoa(a.seconds)}, "RecordingChannels": {"1"}, "RecordingSource": {"RecordVerb"},
		},
	})
}

func callbackMethod(verb *document.Node) string { return verb.Method("recordingStatusCallbackMethod") }

func (t *Twilio) audioURL(a *audio) string {
	return "https://api.twilio.com/2010-04-01/Accounts/" + t.cfg.AccountSID + "/Recordings/" + a.sid
}

// content returns the bytes of an audio file: the same for the same recording, longer for a longer
// one, and no sound.
func (a *audio) content() []byte { return []byte("ID3" + strings.Repeat(a.sid, max(a.seconds, 1))) }
