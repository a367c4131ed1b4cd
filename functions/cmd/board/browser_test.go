//go:build browser

package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/smithy-go"

	"switchboard/functions/cmd/twilioctl/desk"
	"switchboard/functions/internal/browsertest"
	"switchboard/shared/roster"
)

// wall is the board in a browser on a screen that hangs on a wall.
type wall struct {
	*browsertest.Browser
	t       *testing.T
	address string
}

// start starts the program and opens its page.
func start(t *testing.T) wall {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- run(ctx, []string{"-listen", "127.0.0.1:0"}, writer, io.Discard) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	line := make([]byte, 300)
	n, _ := reader.Read(line)
	go func() { _, _ = io.Copy(io.Discard, reader) }()
	return look(t, regexp.MustCompile(`http://\S+`).FindString(string(line[:n])))
}

// look opens a board's page on a wall.
func look(t *testing.T, address string) wall {
	t.Helper()
	w := wall{browsertest.Open(t), t, address}
	w.resize(1920, 1080)
	w.Go(w.address)
	w.WaitFor("document.querySelectorAll('#callers tr').length && document.querySelectorAll('.group').length")
	return w
}

func (w wall) resize(width, height int) {
	w.Command("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false})
}

func (w wall) colors(scheme string) {
	w.Command("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}})
}

// TestBoardIsLegible looks at the board on a wall and in a narrow window, light and dark. Nothing
// is cut off, and axe-core finds nothing that hinders people. BOARD_PICTURES names a folder for
// pictures.
func TestBoardIsLegible(t *testing.T) {
	path := os.Getenv("AXE")
	if path == "" {
		t.Fatal("AXE does not name axe-core's script: run make browser")
	}
	script, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	w := start(t)
	for _, scheme := range []string{"light", "dark"} {
		w.colors(scheme)
		for _, size := range []struct {
			name          string
			width, height int
		}{{"wall", 1920, 1080}, {"narrow", 500, 900}} {
			w.resize(size.width, size.height)
			w.WaitFor("document.getElementById('fresh').textContent === 'live'")
			if folder := os.Getenv("BOARD_PICTURES"); folder != "" {
				w.Screenshot(folder + "/board-" + size.name + "-" + scheme + ".png")
			}
			w.judge(string(script), size.name+", "+scheme)
			w.wantNothingCutOff(size.name, size.name == "wall")
		}
	}
	if complaints := w.Complaints(); len(complaints) > 0 {
		t.Errorf("the browser complains: %q", complaints)
	}
}

// judge has axe-core look at the page.
func (w wall) judge(script, when string) {
	w.t.Helper()
	w.Script(script+"\nwindow.axe = axe", nil)
	var found []string
	w.Script(`return axe.run().then(({violations}) => violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.target + ": " + n.failureSummary)))`, &found)
	for _, violation := range found {
		w.t.Errorf("%s: %s", when, violation)
	}
}

// wantNothingCutOff finds elements whose text does not fit, and a page that is wider than its
// window or, on a wall, higher.
func (w wall) wantNothingCutOff(when string, onWall bool) {
	w.t.Helper()
	var cut []string
	w.Script(`return [...document.querySelectorAll('td, li span, dt, dd, h1, h2, h3, p')].filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 && getComputedStyle(e).display !== 'inline').map((e) => e.className + ': ' + e.textContent)`, &cut)
	for _, each := range cut {
		w.t.Errorf("%s: cut off: %s", when, each)
	}
	var wide, high bool
	w.Script("return document.documentElement.scrollWidth > innerWidth", &wide)
	w.Script("return document.documentElement.scrollHeight > innerHeight", &high)
	if wide || high && onWall {
		w.t.Errorf("%s: the page is larger than the window", when)
	}
}

// throttled is Twilio for a board that worked for a while: it lists no more tasks.
type throttled struct {
	next http.RoundTripper
	on   atomic.Bool
}

// RoundTrip implements http.RoundTripper.
func (t *throttled) RoundTrip(r *http.Request) (*http.Response, error) {
	if !t.on.Load() || !strings.HasSuffix(r.URL.Path, "/Tasks") {
		return t.next.RoundTrip(r)
	}
	answer := httptest.NewRecorder()
	answer.WriteHeader(http.StatusTooManyRequests)
	_, _ = answer.WriteString(`{"status":429,"code":20429,"message":"Too many requests"}`)
	return answer.Result(), nil
}

// TestBoardSaysWhatIsWrong has an alarm, a right that is missing, a list that Twilio throttles, two
// pages at a time, and a program that ends.
func TestBoardSaysWhatIsWrong(t *testing.T) {
	busy, err := open(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	busy.Alarm = "BridgeQueueAlarm"
	of := shown(busy)
	twilio := &throttled{next: of.Transport}
	of.Transport, of.Roster = twilio, denied{of.Roster}
	board := desk.Board(of)
	board.Start(t.Context())
	board.Wait()
	server := httptest.NewUnstartedServer(nil)
	page, handler := board.Page(server.Listener.Addr().String())
	server.Config.Handler = handler
	server.Start()
	t.Cleanup(server.Close)

	w := look(t, page.URL())
	other := w.Window()
	w.Switch(other)
	w.Go(w.address)
	w.says("ALARM since")
	w.says("workers' record: not readable: missing right dynamodb:Scan (allow it in the IAM policy of your AWS credentials)")
	twilio.on.Store(true)
	for range 10 {
		if err := busy.RunFor(t.Context(), time.Second); err != nil {
			t.Fatal(err)
		}
		board.Start(t.Context())
		board.Wait()
	}
	w.says("Twilio throttles")
	w.WaitFor("document.getElementById('waiting-title').textContent.includes('as of')")
	if folder := os.Getenv("BOARD_PICTURES"); folder != "" {
		w.resize(1920, 1080)
		w.Screenshot(folder + "/board-wrong.png")
	}
	w.wantNothingCutOff("with warnings", false)
	server.CloseClientConnections()
	server.Close()
	w.WaitFor("document.getElementById('fresh').textContent.includes('no news since')")
	if folder := os.Getenv("BOARD_PICTURES"); folder != "" {
		w.Screenshot(folder + "/board-gone.png")
	}
}

func (w wall) says(text string) {
	w.t.Helper()
	w.WaitFor("document.getElementById('warnings').textContent.includes(`" + text + "`)")
}

// denied is the workers' record for credentials without the right to read it.
type denied struct{ roster.Store }

// All implements roster.Store.
func (denied) All(context.Context) ([]roster.Record, error) {
	return nil, &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "User: lead is not authorized to perform: dynamodb:Scan on resource: Workers"}
}
