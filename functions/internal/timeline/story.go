package timeline

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"switchboard/functions/internal/fakecrm"
	"switchboard/shared/simulator"
)

// maxStory is the maximum number of lines of a story.
const maxStory = 15

// Story prints what people and TaskRouter do, in at most 15 lines. From a longer story it first
// leaves out who answers, then what people press, then what workers do apart from talking.
func (t *Timeline) Story(out io.Writer) {
	type line struct {
		simulator.Entry
		weight int
	}
	var lines []line
	heard := map[string]string{} // by call SID
	for _, entry := range t.Entries {
		if entry.Kind == simulator.KindHears {
			_, heard[entry.CallSID], _ = strings.Cut(entry.Text, " hears: ")
		}
		weight, told := weigh(entry)
		if !told {
			continue
		}
		if words := heard[entry.CallSID]; entry.Kind == simulator.KindDoes && words != "" {
			entry.Text += fmt.Sprintf(" after hearing %q", words)
		}
		lines = append(lines, line{entry, weight})
	}
	for weight := lightest; weight > heaviest && len(lines) > maxStory; weight-- {
		lines = slices.DeleteFunc(lines, func(l line) bool { return l.weight == weight })
	}
	if more := len(lines) - maxStory; more > 0 {
		lines = lines[:maxStory-1]
		defer fmt.Fprintf(out, "%8s  … and %d more\n", "", more+1)
	}
	for _, line := range lines {
		headline, _ := describe(line.Entry)
		t.line(out, line.At, headline)
	}
}

const (
	heaviest = iota
	moves    // a worker's activity
	calls    // of workers
	acts
	lightest
)

// weigh reports whether an entry belongs to the story. Story leaves out the entries with the
// largest weight first.
func weigh(entry simulator.Entry) (weight int, told bool) {
	_, what, _ := strings.Cut(entry.Text, " ")
	_, what, _ = strings.Cut(what, " ")
	switch entry.Kind {
	case simulator.KindDebugger, simulator.KindProblem, simulator.KindText:
		return heaviest, true
	case fakecrm.Kind:
		return heaviest, entry.Status >= http.StatusBadRequest
	case simulator.KindReservation:
		ended := []string{"reservation.rejected:", "reservation.canceled:", "reservation.timeout:"}
		return heaviest, slices.Contains(ended, strings.Fields(entry.Text)[0])
	case simulator.KindWorker:
		return moves, true
	case simulator.KindDoes:
		return acts, true
	case simulator.KindCall:
		switch {
		case strings.HasPrefix(what, "has a ringing"), strings.HasPrefix(what, "waits in"), strings.Contains(what, "<Enqueue>"):
			return 0, false
		case what == "answers":
			return lightest, true
		case what == "is called":
			return calls, true
		}
		return heaviest, true
	}
	return 0, false
}
