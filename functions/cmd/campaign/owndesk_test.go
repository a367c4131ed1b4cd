package main

import (
	"reflect"
	"testing"

	"switchboard/shared/settings"
)

// TestOwnDesksAreDrawn checks that a seed's desk does not change, that half of the worlds have the
// plain one, and that each kind of desk is drawn.
func TestOwnDesksAreDrawn(t *testing.T) {
	t.Parallel()
	const worlds = 600
	plain, seen := 0, map[string]bool{}
	for seed := range uint64(worlds) {
		p, again, without := drawPlan(seed), drawPlan(seed), drawPlan(seed)
		p.drawOwnDesk()
		again.drawOwnDesk()
		if !reflect.DeepEqual(p, again) {
			t.Fatalf("seed %d draws two desks", seed)
		}
		o := p.own
		if o == nil {
			without.readings.NoQueueAfterWaitRedirect = false
			if !reflect.DeepEqual(p, without) {
				t.Fatalf("seed %d has a plain desk and another plan", seed)
			}
			plain++
			continue
		}
		if mistakes := o.written.Check(); len(mistakes) > 0 {
			t.Fatalf("seed %d: %+v", seed, mistakes)
		}
		for _, number := range o.written.Numbers {
			seen["language "+number.Language] = true
			seen["a menu"] = seen["a menu"] || number.Menu != ""
			seen["no menu"] = seen["no menu"] || number.Menu == ""
		}
		main := o.written.Menus["main"]
		seen["a default"] = seen["a default"] || main.Default != ""
		seen["a second menu"] = seen["a second menu"] || main.Choices[1].Menu != ""
		seen["always open"] = seen["always open"] || o.opens < 0 && o.closes > lastCaller
		seen["always closed"] = seen["always closed"] || o.opens > lastCaller
		seen["closes"] = seen["closes"] || o.opens < 0 && o.closes < lastCaller
		seen["opens"] = seen["opens"] || o.opens > 0 && o.opens < lastCaller
		seen["closed by hand"] = seen["closed by hand"] || len(o.byHand) > 0
		seen["a late caller"] = seen["a late caller"] || o.late
		seen[string("treatment "+o.written.Hours["desk"].WhenClosed)] = true
		seen["no position"] = seen["no position"] || o.written.Waiting.NoPosition
		seen["no music"] = seen["no music"] || o.written.Waiting.NoMusic
		seen["several recordings"] = seen["several recordings"] || len(o.written.Waiting.Music) > 1
		seen["comfort"] = seen["comfort"] || len(o.written.Waiting.Comfort) > 0
		seen["a longest wait"] = seen["a longest wait"] || o.written.Waiting.Longest > 0
		seen["a recording"] = seen["a recording"] || o.written.Prompts["de"]["still_waiting"] != ""
		seen["a voice"] = seen["a voice"] || o.written.Voices["es"] != ""
		seen["says the wait"] = seen["says the wait"] || o.read.Waiting.Wait && o.outlook.Workers == 3
		seen["no worker"] = seen["no worker"] || o.read.NoWorker != nil && !o.outlook.None.IsZero()
		for topic := range o.unread {
			seen["unread "+topic] = true
		}
	}
	if plain*2 < worlds {
		t.Errorf("%d of %d worlds have the plain desk, want half or more", plain, worlds)
	}
	for _, want := range []string{
		"language ", "language en", "language es", "language de", "a menu", "no menu", "a default", "a second menu", "always open", "always closed",
		"closes", "opens", "closed by hand", "a late caller", "treatment ", string("treatment " + settings.Message), string("treatment " + settings.Goodbye),
		string("treatment " + settings.AnotherNumber), "no position", "no music", "several recordings", "comfort", "a longest wait", "a recording", "a voice",
		"says the wait", "no worker", "unread numbers", "unread hours", "unread menus", "unread waiting", "unread prompts-en", "unread prompts-es", "unread prompts-de",
	} {
		if !seen[want] {
			t.Errorf("never drawn: %s", want)
		}
	}
}
