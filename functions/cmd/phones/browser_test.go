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
	go func() { done <- run(ctx, append([]string{"-listen", "127.0.0.1:0", "-scenarios", "../scenario/scenarios"}, arguments...), writer, io.Discard) }()
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
