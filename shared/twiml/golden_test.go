package twiml

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMain(m *testing.M) {
	flag.Bool("update", false, "rewrite the golden files in testdata")
	flag.Parse()
	os.Exit(m.Run())
}

const (
	workflowSID    = "WW0123456789abcdef0123456789abcdef"
	reservationSID = "WR0123456789abcdef0123456789abcdef"
	activitySID    = "WA0123456789abcdef0123456789abcdef"
	recordingSID   = "RE0123456789abcdef0123456789abcdef"
	base           = "https://switchboard.example"
	musicURL       = "https://music.example/hold.mp3"
	recordingURL   = "https://desk.example/prompts/closed.mp3"
	thankYou       = "Thank you for waiting."
	star           = "To leave a message instead of waiting, press star."
	hints          = "one, two, three, four, five, 1, 2, 3, 4, 5"
	// hostile is what a caller's name can hold at worst: markup, quotes, line
	// breaks, an emoji, and four things XML has no way to say.
	hostile = "O'Neil & \"Sons\" </Say><Hangup/> ]]> \t\r\n 😀 \x00\x1b\ufffe\uffff\xff end"
)

// texts are lines in the account's voice.
func texts(texts ...string) []Line {
	lines := make([]Line, len(texts))
	for i, text := range texts {
		lines[i] = Line{Text: text}
	}
	return lines
}

func message(reason string) MessageParams {
	return MessageParams{
		Lines:        texts(reason, "Please leave a message after the tone, then press pound."),
		ActionURL:    base + "/survey/voicemail",
		StatusURL:    base + "/survey/recorded/message",
		NothingHeard: Line{Text: "We did not hear a message. Goodbye."},
	}
}

// documents gives every document and option by the name of its golden file.
func documents(t *testing.T) map[string]Document {
	t.Helper()
	enqueue := func(e Enqueue) Document {
		e.WorkflowSID, e.ActionURL = workflowSID, base+"/survey"
		document, err := e.Document()
		if err != nil {
			t.Fatal(err)
		}
		return document
	}
	ours := Enqueue{WaitURL: base + "/hold"}
	full := Enqueue{
		WaitURL:    base + "/hold",
		Attributes: json.RawMessage("{\n  \"language\": \"fr\",\n  \"who\": \"O'Neil & <b>\"\n}"),
		Priority:   new(5),
		Timeout:    new(3600),
	}
	zero := Enqueue{WaitURL: base + "/hold", Priority: new(0)}
	legacy := Enqueue{WaitURL: base + "/hold", Legacy: true, Attributes: json.RawMessage(`{"language":"fr"}`)}

	return map[string]Document{
		"enqueue":               enqueue(ours),
		"enqueue-full":          enqueue(full),
		"enqueue-zero-priority": enqueue(zero),
		"enqueue-legacy":        enqueue(legacy),
		"enqueue-silent":        enqueue(Enqueue{Silent: true}),
		"enqueue-twilio-music":  enqueue(Enqueue{}),

		"hold":         Hold(HoldParams{KeyURL: base + "/hold/key", MusicURL: musicURL, Lines: texts(thankYou, "You are number 2 in line.", star)}),
		"hold-next":    Hold(HoldParams{KeyURL: base + "/hold/key", MusicURL: musicURL, Lines: texts(thankYou, "You are next in line.", star)}),
		"hold-unknown": Hold(HoldParams{KeyURL: base + "/hold/key", Lines: texts(thankYou, star)}),
		"hold-redirect": Hold(HoldParams{
			KeyURL:  base + "/hold/es/2/key",
			NextURL: base + "/hold/es/3",
			Lines: []Line{
				{Text: "Gracias por esperar.", Language: "es-US", Voice: "Polly.Lupe"},
				{},
				{Text: "Su llamada es la siguiente.", Language: "es-US", Voice: "Polly.Lupe"},
				{URL: recordingURL},
			},
		}),
		"hold-neural-voice": Hold(HoldParams{KeyURL: base + "/hold/key", Lines: []Line{{Text: "Vielen Dank.", Language: "de-DE", Voice: "Polly.Vicki-Neural"}}}),
		"hold-music-alone":  Hold(HoldParams{KeyURL: base + "/hold/key", MusicURL: musicURL}),
		"leave":             Leave(),

		"gate":                  Gate(base+"/worker/key", "A caller is waiting.", ""),
		"gate-announced":        Gate(base+"/worker/key", "A caller is waiting.", "A call about billing. From "+hostile),
		"dial-queue":            DialQueue(DialQueueParams{ReservationSID: reservationSID, PostWorkActivitySID: activitySID, ActionURL: base + "/worker/dial"}),
		"dial-queue-no-wrap-up": DialQueue(DialQueueParams{ReservationSID: reservationSID, ActionURL: base + "/worker/dial"}),
		"caller-gone":           CallerGone(),

		"duty":               Duty(DutyParams{KeyURL: base + "/duty/key", State: "You are in the activity " + hostile, Waiting: 3}),
		"duty-last":          Duty(DutyParams{KeyURL: base + "/duty/key", State: "You are signed on.", Waiting: 0, Last: true}),
		"duty-one-caller":    Duty(DutyParams{KeyURL: base + "/duty/key", State: "You are signed on.", Waiting: 1}),
		"duty-without-queue": Duty(DutyParams{KeyURL: base + "/duty/key", State: "You are signed off.", Waiting: -1}),
		"duty-close":         Duty(DutyParams{KeyURL: base + "/duty/key", State: "You are signed on.", Waiting: 1, Desk: CloseDesk}),
		"duty-open":          Duty(DutyParams{KeyURL: base + "/duty/key", State: "You are signed on.", Waiting: 1, Desk: OpenDesk, Last: true}),
		"duty-reason":        AskReason(base+"/duty/reason/0", false),
		"duty-reason-again":  AskReason(base+"/duty/reason/1", true),
		"duty-confirm":       ConfirmClosing(base+"/duty/close/x", "A storm. "+hostile),
		"duty-confirm-usual": ConfirmClosing(base+"/duty/close/usual", ""),
		"duty-confirm-open":  ConfirmOpening(base + "/duty/open/0"),
		"ask-pin":            AskPIN(base+"/duty/pin", false),
		"ask-pin-again":      AskPIN(base+"/duty/pin", true),
		"wrong-pin":          WrongPIN(),
		"for-staff":          ForStaff(),
		"duty-failed":        DutyFailed(),
		"reply":              Reply("You are signed on. " + hostile),

		"ask-score": Ask(Question{
			Lines:     texts("How would you rate this call, from 1 to 5? Press or say a number, where 5 is best."),
			ActionURL: base + "/survey/score",
			Speech:    true,
			Hints:     hints,
		}),
		"ask-score-retry": Ask(Question{
			Lines:     texts("Sorry, I did not get that. Please press or say a number from 1 to 5, where 5 is best."),
			ActionURL: base + "/survey/score",
			Speech:    true,
			Hints:     hints,
		}),
		"ask-spanish": Ask(Question{
			Lines:     []Line{{Text: "Para ventas, presione 1.", Language: "es-MX"}, {Text: "For English, press 2."}},
			ActionURL: base + "/menu",
			Speech:    true,
			Hints:     "ventas, inglés",
			Language:  "es-US",
		}),
		"ask-keys-alone": Ask(Question{Lines: []Line{{URL: recordingURL}}, ActionURL: base + "/menu", Hints: "sales", Language: "es-US"}),
		"ask-remark":     AskRemark(base+"/survey/remark", base+"/survey/recorded/remark", texts("After the tone leave a remark, then press pound. To skip, press pound or hang up.")...),
		"thanks":         SayAndHangUp(texts("Thank you. Goodbye.")...),
		"goodbye":        Goodbye(),
		"say-recording":  SayAndHangUp(Line{URL: recordingURL, Text: "not said"}, Line{Text: hostile}),

		"overflow":             TakeMessage(message("All our lines are busy.")),
		"voicemail":            TakeMessage(message("We are sorry that we could not take your call.")),
		"apology":              TakeMessage(message("We are sorry, something went wrong.")),
		"apology-no-recording": TakeMessage(MessageParams{Lines: texts("We are sorry, something went wrong.", "Please call again later. Goodbye.")}),

		"message-again": TakeMessage(MessageParams{
			Lines:     texts("Please leave a message after the tone, then press pound."),
			ActionURL: base + "/survey/voicemail/" + recordingSID, StatusURL: base + "/survey/recorded/message",
			EmptyURL: base + "/survey/voicemail/" + recordingSID + "/review",
		}),
		"review": Review(ReviewParams{Lines: texts("To send your message, press 1 or hang up."), KeyURL: base + "/survey/voicemail/" + recordingSID + "/key"}),
		"review-heard": Review(ReviewParams{
			MessageURL: "https://bucket.s3.us-east-1.amazonaws.com/" + recordingSID + ".mp3?X-Amz-Expires=600&X-Amz-Signature=0123456789abcdef",
			Lines:      texts("To send your message, press 1 or hang up."), KeyURL: base + "/survey/voicemail/" + recordingSID + "/key",
		}),
		"heard": Heard(HeardParams{
			MessageURL: "https://bucket.s3.us-east-1.amazonaws.com/" + recordingSID + ".mp3?X-Amz-Expires=600&X-Amz-Signature=0123456789abcdef",
			KeyURL:     base + "/worker/choice", CanCall: true,
		}),
		"heard-without-number": Heard(HeardParams{KeyURL: base + "/worker/choice"}),
		"message-done":         MessageDone(),
		"message-kept":         MessageKept(),
		"wait-then":            WaitThen(base + "/survey/voicemail/" + recordingSID + "/listen/1"),

		"dial-number": DialNumber(DialNumberParams{
			Lines:     texts("We are closed at the moment.", "Please hold."),
			Number:    "+14155550199",
			CallerID:  "+12065550100",
			ActionURL: base + "/menu/dialed",
		}),
		"dial-number-without-caller-id": DialNumber(DialNumberParams{Number: "+14155550199", ActionURL: base + "/menu/dialed"}),

		"empty":          Empty(),
		"hangup":         HangUp(""),
		"hangup-hostile": HangUp(hostile),
	}
}

func TestGoldenFiles(t *testing.T) {
	t.Parallel()
	got := documents(t)
	update := flag.Lookup("update").Value.String() == "true"

	for name, document := range got {
		path := filepath.Join("testdata", name+".xml")
		if update {
			if err := os.WriteFile(path, []byte(document), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Errorf("%v (go test -update writes it)", err)
			continue
		}
		if string(document) != string(want) {
			t.Errorf("%s:\n got %s\nwant %s", name, document, want)
		}
	}
	for _, path := range goldenFiles(t) {
		if _, ok := got[documentName(path)]; !ok {
			t.Errorf("%s belongs to no document", path)
		}
	}
}

func TestDocumentsAreDeterministic(t *testing.T) {
	t.Parallel()
	want := documents(t)
	for range 200 {
		for name, got := range documents(t) {
			if got != want[name] {
				t.Fatalf("%s changed:\n got %s\nwant %s", name, got, want[name])
			}
		}
	}
}

func goldenFiles(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", "*.xml"))
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func documentName(path string) string {
	return strings.TrimSuffix(filepath.Base(path), ".xml")
}
