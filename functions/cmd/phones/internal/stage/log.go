package stage

import (
	"sync"

	"switchboard/shared/simulator"
)

// journal holds the simulator's trace until the narrator has read it. add runs under the
// simulator's lock, so it calls nothing.
type journal struct {
	mu      sync.Mutex
	entries []simulator.Entry
	taken   bool // by the narrator, who has not posted their lines yet
	wake    chan struct{}
}

func newJournal() *journal { return &journal{wake: make(chan struct{}, 1)} }

func (j *journal) add(entry simulator.Entry) {
	j.mu.Lock()
	j.entries = append(j.entries, entry)
	j.mu.Unlock()
	j.rouse()
}

// rouse has the narrator look again, also at what no entry reports.
func (j *journal) rouse() {
	select {
	case j.wake <- struct{}{}:
	default:
	}
}

func (j *journal) take() []simulator.Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	taken := j.entries
	j.entries, j.taken = nil, true
	return taken
}

// posted reports that the lines of what was taken are posted.
func (j *journal) posted() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.taken = false
}

// told reports whether every entry is told.
func (j *journal) told() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.entries) == 0 && !j.taken
}

// maxLines is the number of lines that a stage keeps for pages that open later.
const maxLines = 5000

// board holds the lines that pages show, and the latest view.
type board struct {
	mu      sync.Mutex
	lines   []Line
	next    int // ID of the next line
	changed chan struct{}
}

func newBoard() *board { return &board{next: 1, changed: make(chan struct{})} }

// number gives a line its ID.
func (b *board) number(line *Line) {
	line.ID = b.next
	b.next++
}

// post shows lines and tells those who wait; none tell them that the view has changed.
func (b *board) post(lines []Line) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines = append(b.lines, lines...)
	if extra := len(b.lines) - maxLines; extra > 0 {
		b.lines = b.lines[extra:]
	}
	close(b.changed)
	b.changed = make(chan struct{})
}

// Lines returns the lines with an ID above after, and a channel that is closed once there is
// more to show: lines, or another View.
func (s *Stage) Lines(after int) (lines []Line, changed <-chan struct{}) {
	b := s.board
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := len(b.lines); i > 0 && b.lines[i-1].ID > after; i-- {
		lines = b.lines[i-1:]
	}
	return append([]Line{}, lines...), b.changed
}
