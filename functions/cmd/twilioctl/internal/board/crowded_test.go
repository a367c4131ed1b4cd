//go:build browser

package board

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"switchboard/functions/internal/browsertest"
	"switchboard/functions/internal/localpage"
)

// crowded is a board with the longest texts and figures.
func crowded(now time.Time, callers, workers int) Snapshot {
	level, missed := 0.999, 2
	s := Snapshot{
		At: now, Desk: "The desk of Example Services in the north of the country", Callers: []Caller{}, Workers: []Worker{}, Alarms: []Alarm{}, Sources: []SourceState{},
		Today: &Today{
			Since: now.Add(-9 * time.Hour), Calls: 12345, Answered: 11234, Abandoned: 1234, Within: 120, ServiceLevel: &level, Longest: 3999,
		},
		Requests: &Requests{Messages: 123, Callbacks: 45, GivenUp: 12, Oldest: now.Add(-50 * time.Hour)},
		Counts:   &Counts{Tasks: map[string]int{"pending": 40, "assigned": 20}, Longest: 3999, Workers: 60},
	}
	for n := range callers {
		s.Callers = append(s.Callers, Caller{
			Number: "…0123", Language: "es", Queue: "Billing", Since: now.Add(-time.Duration(callers-n) * 100 * time.Second),
		})
	}
	s.Callers[1].Queue, s.Callers[1].Rings, s.Callers[1].Priority = "Technical support for enterprises", "Alexandrina-Victoria", 5
	s.Callers[2].Number = "withheld"
	for n := range workers {
		worker := Worker{Name: fmt.Sprintf("Worker %d", n), State: states()[n%6], Since: now.Add(-time.Duration(n) * 97 * time.Second)}
		switch worker.State {
		case Ringing, Talking:
			worker.Detail = "…0123"
		case Wrapping:
			worker.Until = now.Add(20 * time.Second)
		case Away:
			worker.Detail, worker.Until, worker.Missed = "missed call", now.Add(time.Minute), &missed
		}
		s.Workers = append(s.Workers, worker)
	}
	s.Workers[10].Name, s.Workers[10].Detail = "Alexandrina-Victoria von Hohenstein", "At a meeting"
	return s
}

// TestCrowdedBoardFits on a wall of 1920×1080. At a usual desk its letters can be read from four
// meters.
func TestCrowdedBoardFits(t *testing.T) {
	for _, test := range []struct {
		name             string
		callers, workers int
		letters          float64 // at least, in pixels
	}{
		{
			name:    "usual",
			callers: 12,
			workers: 25,
			letters: 25,
		},
		{
			name:    "crowded",
			callers: 40,
			workers: 60,
			letters: 17,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := browsertest.Open(t)
			b.Command("Emulation.setDeviceMetricsOverride", map[string]any{"width": 1920, "height": 1080, "deviceScaleFactor": 1, "mobile": false})
			b.Go(serveCrowded(t, crowded(time.Now(), test.callers, test.workers)))
			b.WaitFor("document.querySelectorAll('.group').length === 6")
			if folder := os.Getenv("BOARD_PICTURES"); folder != "" {
				b.Screenshot(folder + "/board-" + test.name + ".png")
			}
			var large bool
			b.Script("const root = document.documentElement; return root.scrollWidth > innerWidth || root.scrollHeight > innerHeight", &large)
			if large {
				t.Error("the page is larger than the window")
			}
			var cut []string
			b.Script(`return [...document.querySelectorAll('td, li span, dt, dd, h1, p')].filter((e) =>
				e.scrollWidth > e.clientWidth + 1 && e.clientWidth || e.closest('section')?.getBoundingClientRect().right < e.getBoundingClientRect().right
			).map((e) => e.textContent)`, &cut)
			if len(cut) > 0 {
				t.Errorf("cut off: %q", cut)
			}
			var letters float64
			b.Script("return parseFloat(getComputedStyle(document.getElementById('waiting')).fontSize)", &letters)
			if letters < test.letters {
				t.Errorf("the letters of the lists are %g pixels high, want %g", letters, test.letters)
			}
			if complaints := b.Complaints(); len(complaints) > 0 {
				t.Errorf("the browser complains: %q", complaints)
			}
		})
	}
}

// serveCrowded serves a page that shows one snapshot, and returns its address.
func serveCrowded(t *testing.T, shown Snapshot) (address string) {
	t.Helper()
	files, err := fs.Sub(static, "static")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(nil)
	page := localpage.Page{Address: server.Listener.Addr().String(), Token: localpage.NewToken(), Files: files}
	server.Config.Handler = page.Handler(func(mux *http.ServeMux) {
		mux.HandleFunc("GET /{token}/events", func(w http.ResponseWriter, r *http.Request) {
			localpage.Stream(w)
			_ = localpage.Send(w, "", shown)
			<-r.Context().Done()
		})
	})
	server.Start()
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return page.URL()
}
