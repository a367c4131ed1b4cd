package simulator_test

import (
	"net/http"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
)

func TestPlayRequestsRecording(t *testing.T) {
	const gather = `<Gather numDigits="1" action="/score"><Play>/song.mp3</Play></Gather>`
	tests := []struct {
		name, document, media string
		status                int
		declared              bool
		codes                 []int
		played                []string
	}{
		{name: "found", document: "<Play>/song.mp3</Play>", played: []string{"/song.mp3"}},
		{name: "found, twice", document: "<Play>/song.mp3</Play><Play>https://app.example/song.mp3</Play>", played: []string{"/song.mp3"}},
		{name: "declared", document: "<Play>/song.mp3</Play>", status: http.StatusNotFound, declared: true},
		{name: "Twilio's own", document: "<Play>https://demo.twilio.com/docs/classic.mp3</Play><Play>http://com.twilio.music.classical.s3.amazonaws.com/a.mp3</Play>"},
		{name: "not found", document: "<Play>/song.mp3</Play>", status: http.StatusNotFound, codes: []int{11200}, played: []string{"/song.mp3"}},
		{name: "server error in a gather", document: gather, status: http.StatusBadGateway, codes: []int{11200}, played: []string{"/song.mp3"}},
		{name: "no audio", document: "<Play>/song.mp3</Play>", media: "text/html", codes: []int{13420}, played: []string{"/song.mp3"}},
		{name: "audio that is not played", document: "<Play>/song.mp3</Play>", media: "audio/ogg", codes: []int{13420}, played: []string{"/song.mp3"}},
		{name: "no audio in a gather", document: gather, media: "text/html", codes: []int{13325}, played: []string{"/song.mp3"}},
	}
	for _, place := range []string{"/voice", "/hold"} {
		for _, test := range tests {
			t.Run(test.name+" at "+place, func(t *testing.T) {
				a := newAccount(t, simulator.Config{})
				if test.declared {
					a.AddRecordings("https://app.example/song.mp3")
				}
				a.app.answers[place], a.app.answers["/song.mp3"] = test.document, test.media
				if test.status != 0 {
					a.app.statuses["/song.mp3"] = test.status
				}
				a.waits(50 * time.Second)
				a.run(t)
				a.wantCodes(t, test.codes...)
				equalLists(t, "requested", a.app.played, test.played)
				if got := a.Calls()[0].ApplicationError; got != (test.codes != nil) {
					t.Errorf("application error %t, heard %q", got, a.Calls()[0].Heard)
				}
			})
		}
	}
}

// A worker takes the caller while the recording is on its way. Its arrival does not disturb them.
func TestRecordingComesTooLate(t *testing.T) {
	a := newAccount(t, simulator.Config{WebhookLatency: func() time.Duration { return 3 * time.Second }})
	a.app.answers["/voice"] = `<Gather numDigits="1" action="/score" timeout="5"><Play>/song.mp3</Play></Gather><Say>Nothing</Say>`
	a.app.statuses["/song.mp3"] = http.StatusNotFound
	a.app.answers["/score"] = "<Say>Thank you</Say>"
	a.Call(callerNumber, lineNumber, script.Waits(3500*time.Millisecond), script.Presses("1"), script.Hears("thank you"))
	a.run(t)
	a.wantCodes(t)
}
