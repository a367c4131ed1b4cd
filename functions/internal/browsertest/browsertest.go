// Package browsertest drives a real browser in tests, over W3C WebDriver
// (https://www.w3.org/TR/webdriver2/): Debian's chromium, headless, and its chromedriver.
package browsertest

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"testing"
	"time"
)

// patience is how long WaitFor and Click wait for the page.
const patience = 20 * time.Second

// Browser is a browser with one window or several. A command that fails ends the test.
type Browser struct {
	t       *testing.T
	session string // URL
}

// Open starts a browser that ends with the test. A missing chromedriver or chromium fails the
// test. features are further command-line switches of chromium, such as --lang=es.
func Open(t *testing.T, features ...string) *Browser {
	t.Helper()
	path, err := exec.LookPath("chromedriver")
	if err != nil {
		t.Fatalf("find the browser's driver: %v: apt-get install chromium chromium-driver", err)
	}
	driver := exec.Command(path, "--port=0")
	out, err := driver.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := driver.Start(); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	t.Cleanup(func() {
		_ = driver.Process.Kill()
		_ = driver.Wait()
	})
	b := &Browser{t: t, session: fmt.Sprintf("http://127.0.0.1:%s/session", port(t, bufio.NewScanner(out)))}
	var made struct {
		SessionID string `json:"sessionId"`
	}
	// The sandbox needs privileges that a container does not give.
	switches := append([]string{
		"--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--window-size=1440,1000", "--no-first-run",
	}, features...)
	b.post("", map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{
		"browserName":        "chrome",
		"goog:chromeOptions": map[string]any{"args": switches},
		"goog:loggingPrefs":  map[string]string{"browser": "ALL"},
	}}}, &made)
	b.session += "/" + made.SessionID
	t.Cleanup(func() { b.request(http.MethodDelete, "", nil, nil) })
	return b
}

// port reads the port that the driver says it has.
func port(t *testing.T, lines *bufio.Scanner) string {
	t.Helper()
	said := regexp.MustCompile(`successfully on port (\d+)`)
	for lines.Scan() {
		if found := said.FindStringSubmatch(lines.Text()); found != nil {
			go func() {
				for lines.Scan() { // so that the driver never waits for a reader
				}
			}()
			return found[1]
		}
	}
	t.Fatal("the browser's driver does not say its port")
	return ""
}

// Go opens an address in the current window.
func (b *Browser) Go(address string) {
	b.t.Helper()
	b.post("/url", map[string]string{"url": address}, nil)
}

// Script runs JavaScript in the page and decodes what it returns; into nil drops it. A Promise is
// waited for.
func (b *Browser) Script(script string, into any, arguments ...any) {
	b.t.Helper()
	b.post("/execute/sync", map[string]any{"script": script, "args": append([]any{}, arguments...)}, into)
}

// WaitFor waits until a JavaScript expression is true in the page.
func (b *Browser) WaitFor(expression string) {
	b.t.Helper()
	var holds bool
	for end := time.Now().Add(patience); !holds; {
		b.Script("return Boolean("+expression+")", &holds)
		if time.Now().After(end) {
			b.fail("the page does not reach %s", expression)
		}
		if !holds {
			time.Sleep(50 * time.Millisecond) // the page runs in another process
		}
	}
}

// fail ends the test with what the page shows.
func (b *Browser) fail(format string, args ...any) {
	b.t.Helper()
	var text string
	b.Script("return document.body.innerText", &text)
	b.t.Fatalf(format+"\nThe page:\n%s", append(args, text)...)
}

// Click clicks the element that a CSS selector finds, once it can be clicked.
func (b *Browser) Click(selector string) {
	b.t.Helper()
	b.WaitFor(fmt.Sprintf("document.querySelector(%q)?.checkVisibility()", selector))
	b.post("/element/"+b.element(selector)+"/click", struct{}{}, nil)
}

// Type types a text into the element that a CSS selector finds.
func (b *Browser) Type(selector, text string) {
	b.t.Helper()
	b.post("/element/"+b.element(selector)+"/value", map[string]string{"text": text}, nil)
}

func (b *Browser) element(selector string) string {
	b.t.Helper()
	var found map[string]string
	b.post("/element", map[string]string{"using": "css selector", "value": selector}, &found)
	for _, id := range found {
		return id
	}
	b.t.Fatalf("no element %s", selector)
	return ""
}

// Keys of Press that are no characters (https://www.w3.org/TR/webdriver2/#keyboard-actions).
const (
	Tab   = "\ue004"
	Enter = "\ue007"
)

// Press presses one key after the other, in the element that has the focus.
func (b *Browser) Press(keys ...string) {
	b.t.Helper()
	var strokes []map[string]string
	for _, key := range keys {
		strokes = append(strokes, map[string]string{"type": "keyDown", "value": key}, map[string]string{"type": "keyUp", "value": key})
	}
	b.post("/actions", map[string]any{"actions": []any{map[string]any{"type": "key", "id": "keyboard", "actions": strokes}}}, nil)
}

// Window opens a further window and returns its handle; Switch makes a window the current one.
func (b *Browser) Window() (handle string) {
	b.t.Helper()
	var made struct{ Handle string }
	b.post("/window/new", map[string]string{"type": "tab"}, &made)
	return made.Handle
}

// Switch makes a window the current one.
func (b *Browser) Switch(handle string) {
	b.t.Helper()
	b.post("/window", map[string]string{"handle": handle}, nil)
}

// Current returns the handle of the current window.
func (b *Browser) Current() (handle string) {
	b.t.Helper()
	b.request(http.MethodGet, "/window", nil, &handle)
	return handle
}

// CloseWindow closes the current window. Switch must follow.
func (b *Browser) CloseWindow() {
	b.t.Helper()
	b.request(http.MethodDelete, "/window", nil, nil)
}

// Resize makes the current window this large, in pixels.
func (b *Browser) Resize(width, height int) {
	b.t.Helper()
	b.post("/window/rect", map[string]int{"width": width, "height": height}, nil)
}

// Command sends a command of the DevTools protocol, such as Emulation.setEmulatedMedia.
func (b *Browser) Command(name string, parameters any) {
	b.t.Helper()
	b.post("/goog/cdp/execute", map[string]any{"cmd": name, "params": parameters}, nil)
}

// Screenshot writes what the window shows to a PNG file.
func (b *Browser) Screenshot(path string) {
	b.t.Helper()
	var encoded string
	b.request(http.MethodGet, "/screenshot", nil, &encoded)
	image, err := base64.StdEncoding.DecodeString(encoded)
	if err == nil {
		err = os.WriteFile(path, image, 0o600)
	}
	if err != nil {
		b.t.Fatalf("take a screenshot: %v", err)
	}
}

// Print returns the page as a PDF, on paper of a size in centimeters, with the margins that its
// style sheet wants.
func (b *Browser) Print(width, height float64) []byte {
	b.t.Helper()
	var encoded string
	// Chromium scales a page down that is too wide for the paper, unless shrinkToFit is false.
	b.post("/print", map[string]any{"page": map[string]float64{"width": width, "height": height}, "shrinkToFit": false}, &encoded)
	paper, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		b.t.Fatalf("print the page: %v", err)
	}
	return paper
}

// Complaints returns what the browser has written to its console as errors since the last call:
// exceptions of scripts, and violations of the content security policy.
func (b *Browser) Complaints() []string {
	b.t.Helper()
	var entries []struct{ Level, Message string }
	b.post("/se/log", map[string]string{"type": "browser"}, &entries)
	var complaints []string
	for _, entry := range entries {
		if entry.Level == "SEVERE" {
			complaints = append(complaints, entry.Message)
		}
	}
	return complaints
}

func (b *Browser) post(path string, body, into any) {
	b.t.Helper()
	b.request(http.MethodPost, path, body, into)
}

func (b *Browser) request(method, path string, body, into any) {
	b.t.Helper()
	var sent bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&sent).Encode(body); err != nil {
			b.t.Fatal(err)
		}
	}
	request, err := http.NewRequest(method, b.session+path, &sent)
	if err != nil {
		b.t.Fatal(err)
	}
	response, err := (&http.Client{Timeout: time.Minute}).Do(request)
	if err != nil {
		b.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer response.Body.Close()
	var answer struct{ Value json.RawMessage }
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		b.t.Fatalf("%s %s: %v", method, path, err)
	}
	if response.StatusCode != http.StatusOK {
		var failure struct{ Error, Message string }
		_ = json.Unmarshal(answer.Value, &failure)
		b.t.Fatalf("%s %s: %s: %s", method, path, failure.Error, failure.Message)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(answer.Value, into); err != nil {
		b.t.Fatalf("%s %s: %v", method, path, err)
	}
}
