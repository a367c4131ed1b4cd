// Package page serves the page with the telephones: its files, its events, and what a person does
// on it. Only this machine reaches it, and only with the token in its address.
package page

import (
	"embed"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"time"

	"switchboard/functions/cmd/phones/internal/stage"
	"switchboard/functions/internal/localpage"
	"switchboard/shared/twiml"
)

//go:embed static
var static embed.FS

// New returns the handler of a theater's page. address is the listener's, host and port.
func New(t *Theater, address string) http.Handler {
	files, err := fs.Sub(static, "static")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	page := localpage.Page{
		Address: address, Token: t.token, Files: files,
		// It plays what it records.
		Policy: "media-src 'self' blob:", Permissions: "microphone=(self), camera=(), geolocation=()",
	}
	return page.Handler(func(mux *http.ServeMux) {
		mux.HandleFunc("GET /{token}/events", t.events)
		mux.HandleFunc("GET /{token}/recordings/{run}/{line}", t.recording)
		mux.HandleFunc("POST /{token}/do", t.do)
	})
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
	localpage.Stream(w)
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
		if err := localpage.Send(w, fmt.Sprintf("%d-%d", run, seen), out); err != nil {
			return
		}
		if !localpage.Wait(r, pulse, nil, nil) || !localpage.Wait(r, beat, changed, replaced) {
			return
		}
	}
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
