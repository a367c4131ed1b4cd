package simulator_test

import (
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
	"switchboard/shared/simulator/wire"
)

// until runs the loop until the trace has text.
func (a *account) until(t *testing.T, text string) {
	t.Helper()
	noError(t, a.Loop().RunUntil(t.Context(), func() bool { return strings.Contains(a.trace.String(), text) }))
	if !strings.Contains(a.trace.String(), text) {
		t.Fatalf("the call ended before %q:\n%s", text, a.trace)
	}
}

// TestCallByHand takes both ends of a call through queue, gate, talk and survey.
func TestCallByHand(t *testing.T) {
	a := newAccount(t, simulator.Config{}, aliceNumber)
	a.SetPhone(aliceNumber, script.ByHand())
	line := a.Call(callerNumber, lineNumber)
	a.until(t, "Twilio sends voice webhook")
	equal(t, "waiting for the answer", a.Waiting(), true)
	a.until(t, "worker "+aliceNumber+" has a ringing phone")
	worker := a.leg(t, aliceNumber).SID
	noError(t, a.PickUp(worker))
	a.until(t, "hears: A call. Press 1")
	noError(t, a.Press(worker, "1"))
	a.until(t, "are bridged")
	noError(t, a.Say(line.CallSID(), "Hello"))
	noError(t, a.HangUp(worker))
	a.until(t, "hears: How was it?")
	noError(t, a.Say(line.CallSID(), "five"))
	a.until(t, "hears a beep")
	noError(t, a.Speak(line.CallSID()))
	a.runFor(t, 20*time.Second)
	noError(t, a.FallSilent(line.CallSID()))
	a.run(t)
	a.wantWebhooks(t, "POST /score CallStatus=in-progress SpeechResult=five", "POST /remark CallStatus=in-progress Digits=")
	if length := a.app.forms["/remark"][0].Get("RecordingDuration"); length != "23" {
		t.Errorf("the recording has %s s, want 20 s of words and 3 s of silence", length)
	}
}

// TestSilenceRecordsNothing: the caller is silent after the beep, so the next verb follows.
func TestSilenceRecordsNothing(t *testing.T) {
	a := newAccount(t, simulator.Config{})
	a.app.answers["/voice"] = `<Record action="/remark"/><Say>No remark.</Say>`
	a.Call(callerNumber, lineNumber)
	a.until(t, "hears: No remark.")
	a.run(t)
}

func TestDeclinedCallIsBusy(t *testing.T) {
	a := newAccount(t, simulator.Config{}, aliceNumber)
	a.SetPhone(aliceNumber, script.ByHand())
	line := a.Call(callerNumber, lineNumber)
	a.until(t, "has a ringing phone")
	noError(t, a.Decline(a.leg(t, aliceNumber).SID))
	a.until(t, "reservation.rejected")
	noError(t, a.HangUp(line.CallSID()))
	a.run(t)
	equal(t, "status", a.leg(t, aliceNumber).Status, "busy")
}

func TestUnansweredPhoneStopsRinging(t *testing.T) {
	a := newAccount(t, simulator.Config{}, aliceNumber)
	a.SetPhone(aliceNumber, script.ByHand())
	line := a.Call(callerNumber, lineNumber)
	a.until(t, "ends: no-answer")
	noError(t, a.HangUp(line.CallSID()))
	a.run(t)
}

// TestHandNeedsLiveCall does everything at a wrong moment, which changes nothing.
func TestHandNeedsLiveCall(t *testing.T) {
	a := newAccount(t, simulator.Config{}, aliceNumber)
	a.SetPhone(aliceNumber, script.ByHand())
	line := a.Call(callerNumber, lineNumber)
	a.until(t, "has a ringing phone")
	ringing, sid := a.leg(t, aliceNumber).SID, line.CallSID()
	for name, err := range map[string]error{
		"press on an unknown call":  a.Press("CA1", "1"),
		"press on a ringing call":   a.Press(ringing, "1"),
		"hang up a ringing call":    a.HangUp(ringing),
		"press two keys":            a.Press(sid, "12"),
		"press no key":              a.Press(sid, "a"),
		"say nothing":               a.Say(sid, ""),
		"say too much":              a.Say(sid, strings.Repeat("a", 1001)),
		"speak without a recording": a.Speak(sid),
		"fall silent without one":   a.FallSilent(sid),
		"pick up a caller's call":   a.PickUp(sid),
		"decline a caller's call":   a.Decline(sid),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	noError(t, a.HangUp(sid))
	a.run(t)
	if err := a.HangUp(sid); err == nil {
		t.Error("hang up twice: no error")
	}
}

// TestTraceHasWordsAndLanguage: a program that speaks needs more than the timeline's text.
func TestTraceHasWordsAndLanguage(t *testing.T) {
	var heard []simulator.Entry
	a := bareAccount(t, simulator.Config{})
	a.app.answers["/voice"] = `<Say language="es-MX">Hola</Say><Play>music.mp3</Play><Say>Bye</Say>`
	traced := simulator.New(simulator.Config{Web: wire.InProcess(a.app), Trace: func(e simulator.Entry) {
		if e.Kind == simulator.KindHears {
			heard = append(heard, simulator.Entry{Words: e.Words, Language: e.Language, Recording: e.Recording})
		}
	}})
	a.app.twilio = traced
	traced.AddNumber(simulator.Number{Number: lineNumber, VoiceURL: a.app.base + "/voice"})
	traced.AddRecordings(a.app.base + "/music.mp3")
	traced.Call(callerNumber, lineNumber)
	noError(t, traced.Loop().Run(t.Context()))
	want := []simulator.Entry{{Words: "Hola", Language: "es-MX"}, {Recording: a.app.base + "/music.mp3"}, {Words: "Bye"}}
	if len(heard) != len(want) {
		t.Fatalf("heard %+v, want %+v", heard, want)
	}
	for i := range want {
		if heard[i].Words != want[i].Words || heard[i].Language != want[i].Language || heard[i].Recording != want[i].Recording {
			t.Errorf("heard %+v, want %+v", heard[i], want[i])
		}
	}
}
