package twiml

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
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
	base           = "https://switchboard.example"
	musicURL       = "https://music.example/hold.mp3"
	// hostile is what a caller's name can hold at worst: markup, quotes, line
	// breaks, an emoji, and four things XML has no way to say.
	hostile = "O'Neil & \"Sons\" </Say><Hangup/> ]]> \t\r\n 😀 \x00\x1b\ufffe\uffff\xff end"
)

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

		"hold":         Hold(HoldParams{KeyURL: base + "/hold/key", MusicURL: musicURL, Position: 2, AverageWait: 3 * time.Minute}),
		"hold-next":    Hold(HoldParams{KeyURL: base + "/hold/key", MusicURL: musicURL, Position: 1, AverageWait: 20 * time.Second}),
		"hold-unknown": Hold(HoldParams{KeyURL: base + "/hold/key"}),
		"leave":        Leave(),

		"gate":                  Gate(base+"/worker/key", ""),
		"gate-announced":        Gate(base+"/worker/key", "A call about billing. From "+hostile),
		"dial-queue":            DialQueue(DialQueueParams{ReservationSID: reservationSID, PostWorkActivitySID: activitySID, ActionURL: base + "/worker/dial"}),
		"dial-queue-no-wrap-up": DialQueue(DialQueueParams{ReservationSID: reservationSID, ActionURL: base + "/worker/dial"}),
		"caller-gone":           CallerGone(),

		"duty":               Duty(DutyParams{KeyURL: base + "/duty/key", State: "You are in the activity " + hostile, Waiting: 3}),
		"duty-last":          Duty(DutyParams{KeyURL: base + "/duty/key", State: "You are signed on.", Waiting: 0, Last: true}),
		"duty-one-caller":    Duty(DutyParams{KeyURL: base + "/duty/key", State: "You are signed on.", Waiting: 1}),
		"duty-without-queue": Duty(DutyParams{KeyURL: base + "/duty/key", State: "You are signed off.", Waiting: -1}),
		"ask-pin":            AskPIN(base+"/duty/pin", false),
		"ask-pin-again":      AskPIN(base+"/duty/pin", true),
		"wrong-pin":          WrongPIN(),
		"for-staff":          ForStaff(),
		"duty-failed":        DutyFailed(),
		"reply":              Reply("You are signed on. " + hostile),

		"ask-score":       AskScore(base+"/survey/score", false),
		"ask-score-retry": AskScore(base+"/survey/score", true),
		"ask-remark":      AskRemark(base + "/survey/remark"),
		"thanks":          Thanks(),
		"goodbye":         Goodbye(),

		"overflow":             Overflow(base + "/survey/message"),
		"voicemail":            Voicemail(base + "/survey/message"),
		"apology":              Apology(base + "/survey/message"),
		"apology-no-recording": Apology(""),

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
