package main

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"switchboard/shared/simulator"
)

// ears hear what callers hear, and their silence.
type ears struct {
	silent  map[string]time.Time       // since when a caller hears nothing, by call SID
	heard   map[string]map[string]bool // callers, by text
	callers map[string]bool            // by call SID
	silence []time.Duration
}

func newEars() *ears {
	return &ears{callers: map[string]bool{}, silent: map[string]time.Time{}, heard: map[string]map[string]bool{}}
}

// hear takes one entry of Twilio's timeline. A caller hears nothing from the request for a document
// until the document's first words; all that they hear before is over when Twilio asks.
func (e *ears) hear(entry simulator.Entry) {
	if entry.Kind == simulator.KindWebhook && strings.HasSuffix(entry.URL, "/enqueue") {
		e.callers[entry.CallSID] = true
	}
	switch {
	case !e.callers[entry.CallSID]: // a worker, or no call
	case entry.Kind == simulator.KindWebhook && isDocument(entry):
		if _, waits := e.silent[entry.CallSID]; !waits {
			e.silent[entry.CallSID] = entry.At
		}
	case entry.Kind == simulator.KindCall && strings.HasSuffix(entry.Text, "are bridged"):
		delete(e.silent, entry.CallSID) // they hear the worker
	case entry.Kind == simulator.KindHears:
		if since, silent := e.silent[entry.CallSID]; silent {
			e.silence = append(e.silence, entry.At.Sub(since))
			delete(e.silent, entry.CallSID)
		}
		text := cmp.Or(digits.ReplaceAllString(entry.Words, "#"), "(music)")
		if e.heard[text] == nil {
			e.heard[text] = map[string]bool{}
		}
		e.heard[text][entry.CallSID] = true
	}
}

var digits = regexp.MustCompile(`\d+`)

// isDocument reports whether a webhook asks for what a caller hears next.
func isDocument(entry simulator.Entry) bool {
	for _, path := range []string{"/enqueue", "/hold", "/survey"} {
		if strings.Contains(entry.URL, path) {
			return entry.Params.Get("CallStatus") == "" || !strings.Contains("completed busy failed no-answer canceled", entry.Params.Get("CallStatus"))
		}
	}
	return false
}

// said is a text and the number of callers who heard it.
type said struct {
	Text    string `json:"text"`
	Callers int    `json:"callers"`
}

// texts lists what most callers heard. Numbers in them are replaced.
func (e *ears) texts() (all []said) {
	for _, text := range slices.Sorted(maps.Keys(e.heard)) {
		all = append(all, said{text, len(e.heard[text])})
	}
	slices.SortStableFunc(all, func(a, b said) int { return b.Callers - a.Callers })
	return all
}
