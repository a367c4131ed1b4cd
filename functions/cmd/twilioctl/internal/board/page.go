package board

import (
	"embed"
	"io/fs"
	"net/http"
	"time"

	"switchboard/functions/internal/localpage"
)

//go:embed static
var static embed.FS

// Page returns the board's page, at a listener's address: host and port.
func (b *Board) Page(address string) (page localpage.Page, handler http.Handler) {
	files, err := fs.Sub(static, "static")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	page = localpage.Page{Address: address, Token: localpage.NewToken(), Files: files}
	return page, page.Handler(func(mux *http.ServeMux) { mux.HandleFunc("GET /{token}/events", b.events) })
}

// pulse is the time between two frames: what several sources read at about the same time comes
// together.
const pulse = 200 * time.Millisecond

// beat is the longest time without a frame. A page that gets none for longer says so.
const beat = 5 * time.Second

// events sends snapshots until the page closes.
func (b *Board) events(w http.ResponseWriter, r *http.Request) {
	localpage.Stream(w)
	for {
		shown, changed := b.Snapshot()
		if err := localpage.Send(w, "", shown); err != nil {
			return
		}
		if !localpage.Wait(r, pulse, nil, nil) || !localpage.Wait(r, beat, changed, nil) {
			return
		}
	}
}
