// Package hold answers Enqueue's waitUrl while a caller waits: their place in the line, and music.
package hold

import (
	"cmp"
	"context"
	"slices"
	"time"

	"switchboard/shared/metric"
	"switchboard/shared/outlook"
	"switchboard/shared/prompt"
	"switchboard/shared/settings"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
)

// The keys of a waiting caller.
const (
	leaveKey    = "*" // leaves the queue to record a message
	callbackKey = "1" // has them called back
	numberKey   = "2" // leaves the queue for another phone number, if the desk has one for want of workers
)

// demoMusic is played if a desk has no music of its own.
const demoMusic = "https://demo.twilio.com/docs/classic.mp3"

// Settings returns the desk's settings, from memory while they are fresh.
type Settings interface {
	Get(ctx context.Context) settings.Settings
}

// Outlook returns what callers can expect, from memory while it is fresh.
type Outlook interface {
	Get(ctx context.Context) outlook.Outlook
}

// Handler answers POST /hold, Enqueue's waitUrl (https://www.twilio.com/docs/voice/twiml/enqueue),
// and the rounds below it, whose paths say what the caller has heard.
type Handler struct {
	Edge        webhook.Edge
	Settings    Settings
	Outlook     Outlook
	Prioritized bool // TaskPriority is set
	Limit       *Limit
	Metrics     *metric.Recorder
	Now         func() time.Time
}

// Handle implements the Lambda function. It makes no network call while the secrets are fresh and
// the queue has the wanted size: the request contains position, waiting time and size.
func (h Handler) Handle(ctx context.Context, event webhook.Event) (webhook.Answer, error) {
	return h.Edge.Serve(ctx, event, h.hold)
}

func (h Handler) hold(ctx context.Context, request webhook.Request) webhook.Answer {
	h.Limit.check(ctx, request)
	h.measure(request)
	if request.Form.Get("Digits") == leaveKey {
		return webhook.TwiML(twiml.Leave())
	}
	desk := h.Settings.Get(ctx)
	heard, found := parseRound(request.Segments("/hold"))
	if !found {
		return webhook.NotFound()
	}
	dialed := request.Form.Get("To")
	callsBack := desk.MayCall(request.Form.Get("From"), dialed)
	if callsBack && request.Form.Get("Digits") == callbackKey {
		return webhook.TwiML(twiml.Redirect(request.URL(heard.callbackPath())))
	}
	if desk.NumberWithoutWorker() != "" && request.Form.Get("Digits") == numberKey {
		return webhook.TwiML(twiml.Redirect(request.URL(heard.elsewherePath())))
	}
	language := heard.language
	if language == "" {
		language = desk.Number(dialed).Language
	}
	book, now := desk.Book(language), heard.state(request, h.Now())
	known := h.Outlook.Get(ctx)
	now = h.behindCallbacks(known, desk, request, now)
	now.expects = h.expects(known, desk, now)
	lines, next := heard.lines(book, desk, language, callsBack, now)
	document := twiml.HoldParams{
		Lines:    lines,
		KeyURL:   request.URL(next.path()),
		MusicURL: music(desk.Waiting, heard.count),
	}
	switch {
	case callsBack && heard.isFirst(now):
		document.NextURL = request.URL(next.listedPath())
	case !heard.asksAgain(desk.Waiting, now):
		document.NextURL = request.URL(next.path())
	}
	return webhook.TwiML(twiml.Hold(document))
}

// behindCallbacks moves the caller's place behind the open call backs ahead of them, which Twilio's
// queue does not know. Where there may be more than are known, the place is not known.
func (h Handler) behindCallbacks(known outlook.Outlook, desk settings.Settings, request webhook.Request, now state) state {
	ahead, certain := known.Ahead(h.Now(), now.entered, request.Form.Get("From"))
	now.callbacks = ahead
	switch {
	case now.position == 0, desk.Callbacks.Offered && !certain:
		now.position = 0
	default:
		now.position += ahead
	}
	return now
}

// measure records what Twilio says about the queue: how long this caller has waited, and how many
// wait.
func (h Handler) measure(request webhook.Request) {
	if !request.Form.Has("QueueTime") {
		return
	}
	h.Metrics.Record(
		metric.Seconds(metric.Wait, seconds(number(request, "QueueTime"))),
		metric.Count(metric.CallersWaiting, number(request, "CurrentQueueSize")),
	)
}

// expectation is what a caller can expect, as far as it is said.
type expectation struct {
	noWorker  bool // no worker takes calls, which the desk says
	saysWait  bool
	announces bool // the desk says waits, as far as they are known
	wait      outlook.Range
}

// expects returns what a caller can expect. Where tasks have priorities, the wait of the caller who
// was answered last says little about others.
func (h Handler) expects(known outlook.Outlook, desk settings.Settings, now state) (e expectation) {
	at := h.Now()
	e.noWorker = desk.NoWorker != nil && known.NoWorker(at, desk.NoWorker.Longer())
	if desk.Waiting.Wait && !h.Prioritized && desk.Prioritized() == "" {
		e.announces = true
		e.wait, e.saysWait = known.Wait(at, now.waited)
	}
	return e
}

// music returns the recording of a round, of which a desk may have several; "" = none.
func music(w settings.Waiting, round int) string {
	switch {
	case w.NoMusic:
		return ""
	case len(w.Music) == 0:
		return demoMusic
	}
	return w.Music[round%len(w.Music)]
}

// lines returns what the caller hears in this round, and the round after it.
func (r round) lines(book prompt.Book, desk settings.Settings, language string, callsBack bool, now state) (lines []twiml.Line, next round) {
	next = r
	w := desk.Waiting
	next.count, next.waited, next.entered = r.count+1, now.waited, now.entered
	say := func(name prompt.Name) { lines = append(lines, book.Line(name, nil)) }
	if r.count == 0 {
		say(prompt.Waiting)
	}
	if !w.NoPosition && r.mayAnnounce(now) {
		lines = append(lines, book.Position(now.position))
		next.position, next.announced = now.position, now.waited
	}
	if wait, says := r.wait(now); says && (r.count == 0 || next.announced != r.announced) {
		lines = append(lines, book.Wait(wait.From, wait.To))
	}
	i := slices.IndexFunc(w.Comfort, func(c settings.Comfort) bool { return r.reaches(now, c.After) })
	long := w.Longest > 0 && r.reaches(now, w.Longest)
	keys := long || r.count%cmp.Or(w.KeysEvery, defaultKeysEvery) == 0
	switch {
	case keys && now.expects.noWorker:
		say(prompt.NoWorkers)
	case long:
		say(prompt.LongWait)
	case i >= 0:
		lines = append(lines, book.Say(settings.SayIn(w.Comfort[i].Say, language), nil))
	case len(lines) == 0:
		say(prompt.StillWaiting)
	}
	if keys && now.expects.noWorker && desk.NumberWithoutWorker() != "" {
		say(prompt.OfferNumber)
	}
	if keys && callsBack {
		say(prompt.OfferCallback)
	}
	if keys {
		say(prompt.OfferMessage)
	}
	return lines, next
}

// defaultKeysEvery is in how many rounds the keys are said once: a caller who has heard them waits.
const defaultKeysEvery = 3
