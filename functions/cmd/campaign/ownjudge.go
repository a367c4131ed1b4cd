package main

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/rules"
	"switchboard/functions/internal/timeline"
	"switchboard/shared/failure"
	words "switchboard/shared/prompt"
	"switchboard/shared/simulator"
)

// ear hears what callers hear at a desk of its own, in the order of the simulator's timeline.
type ear struct {
	world *world
	said  map[string]func() *regexp.Regexp // by language: all that the desk says in it
	next  map[string]string                // by language: that the caller is next in line
	place map[string]*regexp.Regexp        // by language: the caller's place
	calls map[string]*listener             // by call SID

	expects  map[string]expectations // by language
	absences []absence
}

// listener is a caller, and what the wait has said so far.
type listener struct {
	number   string
	language string // that they are spoken to in
	before   string // that they had chosen before they were sent back to the menu; "" = none
	position int    // as Twilio sent it last; 0 = it did not
	waited   time.Duration
	heard    int           // the last place that was said; 0 = none
	heardAt  time.Duration // how long the caller had waited then
	again    bool          // the wait URL was requested again, by which we cannot know that
}

func newEar(w *world) *ear {
	e := &ear{
		world: w, said: map[string]func() *regexp.Regexp{}, next: map[string]string{}, place: map[string]*regexp.Regexp{},
		calls: map[string]*listener{}, expects: map[string]expectations{},
	}
	for language := range w.own.texts {
		e.said[language] = sync.OnceValue(func() *regexp.Regexp { return w.own.anyText(language) }) // most worlds hear one language
		book := w.own.read.Book(language)
		e.expects[language] = expectationsOf(book)
		e.next[language] = heard(book.Line(words.NextInLine, nil))
		e.place[language] = regexp.MustCompile(strings.ReplaceAll(anyPlace(heard(book.Position(place))), `\d+`, `(\d+)`))
	}
	return e
}

// anyText is the pattern of all that the desk says in a language: its lines, in any order.
func (d *ownDesk) anyText(language string) *regexp.Regexp {
	number := d.read.Book(language).Line(words.CallbackNumber, map[string]string{"number": someNumber})
	lines := []string{anyNumber(heard(number))}
	for _, line := range d.lines(language) {
		if line != "" && !strings.HasPrefix(line, "https://") {
			lines = append(lines, anyPlace(line))
		}
	}
	return regexp.MustCompile("^(?:(?:" + strings.Join(lines, "|") + ")(?: |$))+$")
}

// anyPlace is a pattern for a line with any number in the place of place.
func anyPlace(line string) string {
	return strings.ReplaceAll(regexp.QuoteMeta(line), strconv.Itoa(place), `\d+`)
}

// anyNumber is a pattern for a line with another phone number of the same length.
func anyNumber(line string) string {
	return regexp.MustCompile(`\d`).ReplaceAllString(regexp.QuoteMeta(line), `\d`)
}

// trace returns the function that receives the timeline; nil = none does.
func (w *world) trace() func(simulator.Entry) {
	if w.ear == nil {
		return w.timeline
	}
	return func(e simulator.Entry) {
		if w.timeline != nil {
			w.timeline(e)
		}
		w.ear.listen(e)
	}
}

func (e *ear) listen(entry simulator.Entry) {
	path := timeline.Path(entry.URL)
	switch entry.Kind {
	case simulator.KindWebhook:
		if isCallersStop(path) && strings.HasPrefix(entry.URL, account.BaseURL) {
			e.requested(entry, path)
		}
	case simulator.KindAnswer:
		if isCallersStop(path) && strings.HasPrefix(entry.URL, account.BaseURL) && entry.Status == http.StatusOK {
			e.answered(path, entry.Body)
		}
	case simulator.KindHears:
		l := e.calls[entry.CallSID]
		if l == nil {
			return // a worker, or a caller who has only heard the customer's own document
		}
		if _, text, found := strings.Cut(entry.Text, " hears: "); found {
			e.hears(entry.CallSID, l, text, entry.At)
		} else if _, address, found := strings.Cut(entry.Text, " hears a recording: "); found {
			e.hearsRecording(entry.CallSID, l, address)
		}
	}
}

// isCallersStop reports whether a caller hears the answers at a path.
func isCallersStop(path string) bool {
	return slices.Contains([]string{"/enqueue", "/hold", "/survey"}, function(path))
}

// requested notes what a caller chose, and what Twilio says about the wait. A caller who arrives
// again, because an operator sent them back, has chosen no language; unless a redirect to overflow
// was on its way, because of the task with which they waited before. One whom the sweeper or the
// end of a worker's call sends to overflow may be spoken to in the number's: those functions know
// of a choice only from events, which get lost.
func (e *ear) requested(entry simulator.Entry, path string) {
	to := entry.Params.Get("To")
	number := e.world.own.read.Number(to)
	l := e.calls[entry.CallSID]
	if l == nil {
		l = &listener{number: to, language: number.Language}
		e.calls[entry.CallSID] = l
	}
	switch {
	case path == "/enqueue", strings.HasPrefix(path, "/survey/overflow"):
		if l.language != number.Language {
			l.before = l.language
		}
		l.language = number.Language
	case l.before != "" && strings.HasPrefix(path, failure.OverflowPath(l.before)):
		l.language = l.before
	case strings.HasPrefix(path, "/enqueue/menu"):
		if chosen := e.world.own.chosenBy(number, entry.Params.Get("Digits")); chosen != "" {
			l.language = chosen
		}
	}
	if strings.Contains(path, "/callback/") {
		return // the caller may return to the wait, with what they have heard
	}
	if function(path) != "/hold" {
		l.heard, l.again = 0, false
		return
	}
	l.position, _ = strconv.Atoi(entry.Params.Get("QueuePosition"))
	if seconds, err := strconv.Atoi(entry.Params.Get("QueueTime")); err == nil {
		l.waited = time.Duration(seconds) * time.Second
	}
	if isWaitURL(path) {
		l.again = l.heard > 0
		if l.waited == 0 {
			l.heard, l.again = 0, false // the customer's own document put them into another queue
		}
	}
}

func (e *ear) hears(call string, l *listener, text string, at time.Time) {
	language := languageOf(l.language)
	if !e.said[language]().MatchString(text) && e.isDesks(text) && !e.offersLanguage(text) {
		e.world.breaks(spokenTo, "caller %s of %s, whose language is %s, heard %q", call, l.number, language, text)
	}
	e.hearsExpectations(call, l, text, at)
	for other, next := range e.next {
		if next != "" && strings.Contains(text, next) {
			e.hearsPlace(call, l, 1)
		} else if at := e.place[other].FindStringSubmatch(text); at != nil {
			said, _ := strconv.Atoi(at[1])
			e.hearsPlace(call, l, said)
		}
	}
}

// isDesks reports whether the desk says a text, in any language, or should: what Twilio and the
// customer's own document say it does not.
func (e *ear) isDesks(text string) bool {
	return !strings.HasPrefix(text, "We are sorry, an application error") && text != "One moment, please."
}

// offersLanguage reports whether a text offers a language, in that language.
func (e *ear) offersLanguage(text string) bool {
	for _, texts := range e.world.own.texts {
		if text == texts.thisLanguage {
			return true
		}
	}
	return false
}

func (e *ear) hearsRecording(call string, l *listener, address string) {
	rest, found := strings.CutPrefix(address, recordingsURL)
	language, _, spoken := strings.Cut(rest, "/")
	if found && spoken && language != languageOf(l.language) {
		e.world.breaks(spokenTo, "caller %s of %s, whose language is %s, heard %s", call, l.number, languageOf(l.language), address)
	}
}

// hearsPlace judges a place that a caller hears. If Twilio sends a place only with its request for
// the wait URL, which says nothing of what the caller has heard, the place may be said again.
func (e *ear) hearsPlace(call string, l *listener, said int) {
	if said < l.position || l.position == 0 {
		e.world.breaks(trueNext, "caller %s heard place %d; Twilio's QueuePosition was %d", call, said, l.position)
	}
	again := l.again && e.world.readings.NoQueueAfterWaitRedirect
	if l.heard > 0 && (said >= l.heard && !again || l.waited-l.heardAt < time.Minute) {
		e.world.breaks(sparing, "caller %s heard place %d after %s, and place %d after %s", call, l.heard, l.heardAt, said, l.waited)
	}
	l.heard, l.heardAt, l.again = said, l.waited, false
}

// spokenTexts matches what a document says.
var spokenTexts = regexp.MustCompile(`<Say([^>]*)>([^<]*)</Say>`)

var languageAttribute = regexp.MustCompile(` language="([^"]*)"`)

// speechQuestions matches what a document asks by voice, with what it says first.
var speechQuestions = regexp.MustCompile(`<Gather([^>]* input="dtmf speech"[^>]*)><Say([^>]*)>`)

// answered checks that a voice speaks the language of its text, and that the caller is expected to
// answer in it.
func (e *ear) answered(path, document string) {
	for _, asked := range speechQuestions.FindAllStringSubmatch(document, -1) {
		if expects, asks := languageIn(asked[1]), languageIn(asked[2]); expects != asks {
			e.world.breaks(spokenTo, "%s asks in %s and expects the answer in %s", path, asks, expects)
		}
	}
	for _, say := range spokenTexts.FindAllStringSubmatch(document, -1) {
		language := languageIn(say[1])
		if text := html.UnescapeString(say[2]); e.said[language] == nil || !e.said[language]().MatchString(text) {
			e.world.breaks(spokenTo, "%s has %q read as %s", path, text, language)
		}
	}
}

// languageIn returns the language that a verb's attributes name; Twilio's default is English.
func languageIn(attributes string) string {
	named := languageAttribute.FindStringSubmatch(attributes)
	if named == nil {
		return "en"
	}
	language, _, _ := strings.Cut(named[1], "-")
	return language
}

func languageOf(language string) string { return choose(language == "", "en", language) }

// judgeArrival checks what a caller gets who is not in the queue yet.
func (w *world) judgeArrival(i *invocation, document string) {
	admitted := strings.Contains(document, "<Enqueue") || strings.Contains(document, "<Gather")
	if strings.HasPrefix(i.path, "/enqueue/menu") && !admitted {
		w.breaks(menuAnswered, "%s was answered %s", i.path, document)
	}
	if i.path != "/enqueue" || w.ssmFailed() && len(w.own.byHand) > 0 {
		return
	}
	// Hours count by the functions' clock, and a change by ours.
	early, late := min(w.skew, 0)-time.Second, max(w.skew, 0)+time.Second
	to, _ := url.QueryUnescape(i.field("To"))
	open, closed := w.own.state(w.own.read.Number(to), i.came.Add(early), i.ended.Add(late))
	if open && !admitted && !w.own.toldOfAbsence(document) && !strings.Contains(document, "/survey/callback/again") {
		w.breaks(keptHours, "a caller of the open number %s was answered %s", to, document)
	}
	if closed && admitted {
		w.breaks(keptHours, "a caller of the closed number %s was answered %s", to, document)
	}
}

// ssmFailed reports whether the function that callers reach first may have older settings than it
// should.
func (w *world) ssmFailed() bool {
	return slices.ContainsFunc(w.invocations, func(i *invocation) bool {
		return i.function == "/enqueue" && slices.ContainsFunc(i.faults, func(f fault) bool { return f.kind == ssmFails || f.kind == ssmSlow })
	})
}

// judgeFarewell checks that a call which we end does not end in a dead end: the caller talked to
// someone elsewhere, or hears a goodbye, after a message or instead of one.
func (v verdict) judgeFarewell(c simulator.CallRecord) {
	if c.HungUpBy != "twilio" || c.ApplicationError || v.damaged(c.SID, undelivered, "/enqueue", "/hold", "/survey") || len(c.Heard) == 0 {
		return
	}
	last := c.Heard[len(c.Heard)-1]
	connected := last == "ringing" && !c.Bridged.IsZero()
	if !connected && !slices.ContainsFunc(v.own.farewells(), func(line string) bool { return strings.HasSuffix(last, line) }) {
		v.breaks(rules.Cared, "caller %s was cut off without a goodbye; the last they heard was %q", c.SID, last)
	}
}
