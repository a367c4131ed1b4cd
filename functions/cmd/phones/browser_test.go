//go:build browser

package main

import (
	"context"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"switchboard/functions/internal/browsertest"
)

// The phones of the demo's desk. A phone's element is labelled by its name.
const (
	caller = "[aria-labelledby='phone-14155550101'] "
	alice  = "[aria-labelledby='phone-14155550191'] "
	bob    = "[aria-labelledby='phone-14155550192'] "
)

// desktop is the page in a browser.
type desktop struct {
	*browsertest.Browser
	address string
}

// open starts the program and opens its page.
func open(t *testing.T, arguments []string, features ...string) desktop {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, append([]string{"-listen", "127.0.0.1:0", "-scenarios", "../scenario/scenarios"}, arguments...), writer, io.Discard)
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	line := make([]byte, 300)
	n, _ := reader.Read(line)
	go func() { _, _ = io.Copy(io.Discard, reader) }()
	d := desktop{browsertest.Open(t, features...), regexp.MustCompile(`http://\S+`).FindString(string(line[:n]))}
	d.Go(d.address)
	d.WaitFor("document.querySelector(\"" + alice + "\")")
	t.Cleanup(func() {
		if t.Failed() {
			d.Screenshot(os.TempDir() + "/" + strings.ReplaceAll(t.Name(), "/", "-") + ".png")
		}
	})
	return d
}

// hears waits until a phone's transcript has a text.
func (d desktop) hears(phone, text string) {
	d.WaitFor("document.querySelector(\"" + phone + ".transcript\").textContent.includes(" + quote(text) + ")")
}

// is waits until a phone's status has a text.
func (d desktop) is(phone, text string) {
	d.WaitFor("document.querySelector(\"" + phone + ".status\").textContent.includes(" + quote(text) + ")")
}

// tells waits until the story has a text.
func (d desktop) tells(text string) {
	d.WaitFor("document.getElementById('story').textContent.includes(" + quote(text) + ")")
}

func quote(text string) string { return "`" + text + "`" }

// key clicks a key of a phone.
func (d desktop) key(phone, key string) {
	d.Click(phone + ".keys button:nth-child(" + map[string]string{"1": "1", "2": "2", "5": "5", "#": "12"}[key] + ")")
}

// wantNoComplaints fails the test if a script failed or the content security policy was violated.
func (d desktop) wantNoComplaints(t *testing.T) {
	t.Helper()
	complaints := slices.DeleteFunc(d.Complaints(), func(text string) bool { return strings.Contains(text, "422") })
	if len(complaints) > 0 {
		t.Errorf("the browser complains: %q", complaints)
	}
}

// TestCallFromMenuToSurvey takes both ends of a call.
func TestCallFromMenuToSurvey(t *testing.T) {
	d := open(t, nil)
	d.Click(caller + ".dial")
	d.hears(caller, "For billing, press 1")
	d.key(caller, "1")
	d.is(caller, "waits in the queue")
	d.is(alice, "rings")
	d.tells("Alice's phone rings; the reservation has")
	d.Click(alice + ".pick")
	d.hears(alice, "Press 1 to take the call")
	d.key(alice, "1")
	d.is(caller, "talks with Alice")
	d.Type(caller+".words input", "Good morning"+browsertest.Enter)
	d.hears(alice, "Good morning")
	d.Click(alice + ".hangup")
	d.hears(caller, "How would you rate this call")
	d.key(caller, "5")
	d.hears(caller, "After the tone leave a remark")
	d.hears(caller, "beep")
	d.key(caller, "#")
	d.hears(caller, "Goodbye")
	d.is(caller, "call is over")
	d.wantNoComplaints(t)
}

func TestBrokenCRMRingsSecondWorker(t *testing.T) {
	d := open(t, nil)
	d.Click("[data-of=once]")
	d.WaitFor("document.querySelector('[data-of=once]').getAttribute('aria-pressed') === 'true'")
	d.Click(caller + ".dial")
	d.hears(caller, "For billing, press 1")
	d.key(caller, "1")
	d.tells("The CRM step fails with 503")
	d.is(bob, "rings")
	d.tells("The reservation of Alice is rejected")
	d.wantNoComplaints(t)
}

// TestKeyboardAlone takes a call without a mouse: the focus is where the next key is needed, and
// the phone's keys are those of the keyboard.
func TestKeyboardAlone(t *testing.T) {
	d := open(t, nil)
	d.tabTo(caller + ".dial")
	d.Press(browsertest.Enter)
	d.hears(caller, "For billing, press 1")
	d.WaitFor("document.activeElement.closest(\"" + caller + "\")")
	d.Press("1")
	d.is(alice, "rings")
	d.tabTo(alice + ".pick")
	d.Press(browsertest.Enter)
	d.hears(alice, "Press 1 to take the call")
	d.WaitFor("document.activeElement.closest(\"" + alice + "\")")
	d.Press("1")
	d.is(alice, "talks with the caller")
	d.tabTo(alice + ".hangup")
	d.Press(browsertest.Enter)
	d.hears(caller, "How would you rate this call")
	d.tabTo(caller + ".keys button")
	d.Press("4")
	d.hears(caller, "presses 4")
	d.wantNoComplaints(t)
}

// tabTo moves the focus with the tabulator.
func (d desktop) tabTo(selector string) {
	for range 200 {
		var there bool
		if d.Script("return document.activeElement.matches(arguments[0])", &there, selector); there {
			return
		}
		d.Press(browsertest.Tab)
	}
	d.WaitFor("document.activeElement.matches(\"" + selector + "\")")
}

// TestTwoPagesShowOneCall: what a person does on one page, the other shows.
func TestTwoPagesShowOneCall(t *testing.T) {
	d := open(t, nil)
	first, second := d.Current(), d.Window()
	d.Switch(second)
	d.Go(d.address)
	d.Click(caller + ".dial")
	d.hears(caller, "For billing, press 1")
	d.Switch(first)
	d.hears(caller, "For billing, press 1")
	d.key(caller, "1")
	d.Click(alice + ".pick")
	d.Switch(second)
	d.hears(alice, "Press 1 to take the call")
	d.key(alice, "1")
	d.Switch(first)
	d.is(caller, "talks with Alice")
	d.wantNoComplaints(t)
}

// TestClosedPageLosesNothing: the call goes its way without a page, and another page shows all
// of it.
func TestClosedPageLosesNothing(t *testing.T) {
	d := open(t, nil)
	first, second := d.Current(), d.Window()
	d.Click(caller + ".dial")
	d.hears(caller, "For billing, press 1")
	d.key(caller, "1")
	d.is(caller, "waits in the queue")
	d.CloseWindow()
	d.Switch(second)
	d.Go(d.address)
	d.hears(caller, "For billing, press 1")
	d.is(alice, "rings")
	d.Click(caller + ".hangup")
	d.is(caller, "call is over")
	d.is(alice, "call is over")
	if first == second {
		t.Error("there was one window")
	}
}

// TestTimeStandsStill steps through the start of a call.
func TestTimeStandsStill(t *testing.T) {
	d := open(t, nil)
	d.Click("#pace0")
	d.WaitFor("!document.getElementById('step').hidden")
	d.Click(caller + ".dial")
	d.tells("The caller hears: “Welcome to Example Services.")
	const spanish = "The caller hears: “Para español"
	var early bool
	if d.Script("return document.getElementById('story').textContent.includes(arguments[0])", &early, spanish); early {
		t.Error("the call went on while time stood still")
	}
	d.Click("#step")
	d.tells(spanish)
}

// TestMicrophoneRecords: the browser's simulated microphone beeps, which counts as speech.
func TestMicrophoneRecords(t *testing.T) {
	d := open(t, nil, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
	d.Click(bob + ".sign")
	d.Click(alice + ".sign")
	d.WaitFor("document.querySelector(\"" + alice + ".sign\").textContent === 'Sign on'")
	d.Click(caller + ".dial")
	d.hears(caller, "For billing, press 1")
	d.key(caller, "1")
	d.hears(caller, "press star")
	d.Click(caller + ".keys button:nth-child(10)")
	d.hears(caller, "beep")
	d.tells("The caller speaks.")
	d.key(caller, "#")
	d.WaitFor("document.querySelector(\"" + caller + "audio\")")
	d.wantNoComplaints(t)
}

// TestWrongScenarioShowsLine plays a scenario with a mistake, and then a sound one.
func TestWrongScenarioShowsLine(t *testing.T) {
	d := open(t, nil)
	file := t.TempDir() + "/wrong.yaml"
	if err := os.WriteFile(file, []byte("title: A mistake\ncallers:\n  - from: +14155550101\n    stps: [hangs up]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.Type("#file", file)
	d.WaitFor("document.getElementById('notice').textContent.includes('wrong.yaml:4')")
	d.WaitFor("document.querySelector('#notice pre').textContent.includes('stps: [hangs up]')")
	d.Script("document.getElementById('scenarios').value = 'deferred.yaml'", nil)
	d.Click("#play")
	d.WaitFor("document.getElementById('title').textContent.includes('The bridge is deferred')")
	d.Click("#pace4")
	d.WaitFor("document.getElementById('story').textContent.includes('talk to each other')")
}

// TestNothingHindersPeople has axe-core look at the page, idle, in a call and in the dark, on a
// wide screen and on a narrow one.
func TestNothingHindersPeople(t *testing.T) {
	path := os.Getenv("AXE")
	if path == "" {
		t.Fatal("AXE does not name axe-core's script: run make browser")
	}
	script, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	d := open(t, nil)
	look := func(when string) {
		t.Helper()
		d.Script(string(script)+"\nwindow.axe = axe", nil)
		var found []string
		d.Script(`return axe.run().then(({violations}) => violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.target + ": " + n.failureSummary)))`, &found)
		for _, violation := range found {
			t.Errorf("%s: %s", when, violation)
		}
	}
	look("at the start")
	d.Click(caller + ".dial")
	d.hears(caller, "For billing, press 1")
	d.key(caller, "1")
	d.is(alice, "rings")
	look("while a phone rings")
	d.Click(alice + ".pick")
	d.hears(alice, "Press 1 to take the call")
	d.Click("[data-fault=lose]")
	look("in a call")
	for _, dark := range []string{"dark", "light"} {
		d.Command("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": dark}}})
		d.Resize(500, 900)
		look("in a narrow window, " + dark)
	}
	var wide bool
	if d.Script("return document.documentElement.scrollWidth > innerWidth", &wide); wide {
		t.Error("the narrow page is cut off at its right side")
	}
}
