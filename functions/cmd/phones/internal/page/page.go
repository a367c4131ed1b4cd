// Package page serves the page with the telephones: its files, its events, and what a person does
// on it. Only this machine reaches it, and only with the token in its address.
package page

import (
	"crypto/subtle"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"switchboard/functions/cmd/phones/internal/stage"
	"switchboard/shared/twiml"
)

//go:embed static
var static embed.FS

// policy lets the page load its own files, play what it records, and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// New returns the handler of a theater's page. address is the listener's, host and port.
func New(t *Theater, address string) http.Handler {
	files, err := fs.Sub(static, "static")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	mux := http.NewServeMux()
	mux.Handle("GET /{token}/", http.StripPrefix("/"+t.token, http.FileServerFS(files)))
	mux.HandleFunc("GET /{token}/events", t.events)
	mux.HandleFunc("GET /{token}/recordings/{run}/{line}", t.recording)
	mux.HandleFunc("POST /{token}/do", t.do)
	guarded := http.NewCrossOriginProtection().Handler(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range map[string]string{
			"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
			"Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "Cache-Control": "no-store",
			"Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
		} {
			w.Header().Set(name, value)
		}
		token, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		// A page of another site that points its name at this machine has another Host.
		if !sameHost(r.Host, address) || subtle.ConstantTimeCompare([]byte(token), []byte(t.token)) != 1 {
			http.NotFound(w, r)
			return
		}
		guarded.ServeHTTP(w, r)
	})
}

func sameHost(host, address string) bool {
	_, port, _ := net.SplitHostPort(address)
	return host == address || host == net.JoinHostPort("localhost", port)
}

// frame is what the page gets over its event stream. The first one of a run tells the page to
// forget what it shows.
type frame struct {
	Run       int          `json:"run"`
	First     bool         `json:"first,omitempty"`
	Lines     []stage.Line `json:"lines"`
	View      stage.View   `json:"view"`
	Scenarios []string     `json:"scenarios,omitempty"` // in a first frame
}

// pulse is the time between two frames: changes in between come together.
const pulse = 40 * time.Millisecond

// beat is the longest time without a frame, which keeps clocks right and finds pages that are
// gone.
const beat = 2 * time.Second

// events sends frames until the page closes. A page that comes back sends the ID of its last frame
// and gets what it missed.
func (t *Theater) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	var run, seen int
	_, _ = fmt.Sscanf(r.Header.Get("Last-Event-ID"), "%d-%d", &run, &seen)
	for {
		current, number, replaced := t.stage()
		out := frame{Run: number, First: number != run}
		if out.First {
			run, seen, out.Scenarios = number, 0, t.Scenarios()
		}
		lines, changed := current.Lines(seen)
		out.Lines, out.View = lines, current.View()
		if len(lines) > 0 {
			seen = lines[len(lines)-1].ID
		}
		if err := send(w, run, seen, out); err != nil {
			return
		}
		if !wait(r, pulse, nil, nil) || !wait(r, beat, changed, replaced) {
			return
		}
	}
}

// wait returns after d, or when one of the channels is closed. It reports whether the page is
// still there.
func wait(r *http.Request, d time.Duration, one, other <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-r.Context().Done():
		return false
	case <-timer.C:
	case <-one:
	case <-other:
	}
	return true
}

func send(w http.ResponseWriter, run, seen int, out frame) error {
	text, err := json.Marshal(out)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "id: %d-%d\ndata: %s\n\n", run, seen, text); err != nil {
		return err
	}
	return http.NewResponseController(w).Flush()
}

// maxRecording is the maximum size in bytes of a recording that the page plays.
const maxRecording = 16 << 20

// recording passes on a recording that a phone hears, from the application and from no other host.
func (t *Theater) recording(w http.ResponseWriter, r *http.Request) {
	current, run, _ := t.stage()
	id, err := strconv.Atoi(r.PathValue("line"))
	address, found := current.Recording(id)
	if err != nil || !found || r.PathValue("run") != strconv.Itoa(run) {
		http.NotFound(w, r)
		return
	}
	request, err := http.NewRequestWithContext(r.Context(), http.MethodGet, address, nil)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	answer, err := current.Fetch(request)
	if err != nil {
		http.Error(w, "the application does not answer", http.StatusBadGateway)
		return
	}
	defer answer.Body.Close()
	media, _, _ := strings.Cut(answer.Header.Get("Content-Type"), ";")
	if answer.StatusCode != http.StatusOK || !twiml.PlaysAudio(media) {
		http.Error(w, "the application has no such recording", http.StatusBadGateway)
		return
	}
	w.Header().Set("Content-Type", media)
	_, _ = io.Copy(w, io.LimitReader(answer.Body, maxRecording))
}
