package main

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/shared/outlook"
	words "switchboard/shared/prompt"
	"switchboard/shared/secrets"
	"switchboard/shared/settings"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
)

// Addresses of the desk's own.
const (
	secondNumber    = "+12065550102"
	elsewhereNumber = "+12065550177" // that callers of a closed desk are connected to
	demoMusicURL    = "https://demo.twilio.com/docs/classic.mp3"
	recordingsURL   = "https://desk.example/" // a language and a name follow
)

// ownDesk is what a desk decides about its callers.
type ownDesk struct {
	written settings.Settings   // in SSM, except for the topics in unread
	read    settings.Settings   // what functions can read of it
	unread  map[string]string   // by topic: a text that no function can read
	opens   time.Duration       // of the numbers with hours, since account.Morning
	closes  time.Duration       // the same
	byHand  []closing           // in order
	texts   map[string]ownTexts // by language
	phone   script.Phone        // at elsewhereNumber
	outlook outlook.Outlook     // what functions knew of waits and workers before
	late    bool                // the last caller calls when all functions know of the last change
}

// closing is that an operator closes all numbers, or opens them again.
type closing struct {
	at     time.Duration // since account.Morning; 0 = from the start
	closed settings.Closed
}

// freshness is how long a function may use the settings that it has.
const freshness = 5 * time.Minute

// drawOwnDesk gives some worlds a desk with settings of its own. It has its own random sequence, so
// that the other worlds stay the same.
func (p *plan) drawOwnDesk() {
	d := draws{rand.New(rand.NewPCG(p.seed, 60))}
	if !d.chance(0.4) {
		p.readings.NoQueueAfterWaitRedirect = false // which came with this desk
		return
	}
	o := &ownDesk{texts: ownWords(), unread: map[string]string{}}
	o.written.Numbers = map[string]settings.Number{}
	for _, number := range []string{account.OurNumber, secondNumber, settings.OtherNumbers} {
		o.written.Numbers[number] = settings.Number{
			Attributes: json.RawMessage(`{"skill":"billing"}`),
			Language:   pick(d, "", "en", "es", "es", "de"),
			Menu:       pick(d, "", "main"),
			Hours:      pick(d, "", "desk"),
		}
	}
	o.written.Menus = d.menus(o.texts)
	o.written.Waiting = d.waitingSettings(o.texts)
	d.drawHours(o)
	d.drawClosings(o)
	o.phone = pick(d, script.AnswersAfter(2*time.Second, script.Talks(5*time.Second), script.HangsUp()), script.Busy(), script.NeverAnswers(), script.Fails())
	d.drawPrompts(o)
	if d.chance(0.1) {
		topic := pick(d, "numbers", "hours", "menus", "waiting", "prompts-en", "prompts-es", "prompts-de")
		o.unread[topic] = pick(d, `{"version":1,`, `{"version":99}`, `[]`, `{"numbers":{}}`)
	}
	p.own = o
	p.drawOutlook()
	for n := range p.callers {
		d.atOwnDesk(o, &p.callers[n])
	}
	p.drawLeavers()
	changes := slices.ContainsFunc(o.byHand, func(c closing) bool { return c.at > 0 })
	if last := len(p.callers) - 1; last > 0 && changes && d.chance(0.7) {
		o.late = true
		p.callers[last].after += o.lateness()
	}
}

// lateness is how much later than in other worlds the last caller calls.
func (o *ownDesk) lateness() time.Duration {
	if o == nil || !o.late {
		return 0
	}
	return freshness + 3*time.Minute
}

// without returns settings in which the unread topics are the defaults.
func without(s settings.Settings, unread map[string]string) settings.Settings {
	for topic := range unread {
		language, isPrompts := strings.CutPrefix(topic, "prompts-")
		switch {
		case isPrompts:
			s.Prompts, s.Voices = maps.Clone(s.Prompts), maps.Clone(s.Voices)
			delete(s.Prompts, language)
			delete(s.Voices, language)
		case topic == "numbers":
			s.Numbers, s.Callbacks = nil, settings.Callbacks{}
		case topic == "hours":
			s.Hours, s.Zone, s.NoWorker = nil, "", nil
		case topic == "menus":
			s.Menus = nil
		case topic == "waiting":
			s.Waiting = settings.Waiting{}
		}
	}
	return s
}

// menus draws the menu main, which may lead to a second one. Only its key 9 changes the language.
func (d draws) menus(texts map[string]ownTexts) map[string]settings.Menu {
	language := pick(d, "en", "es", "de")
	other := map[string]string{language: texts[language].thisLanguage}
	choices := []settings.Choice{
		{
			Key:        "1",
			Say:        inAll(texts, func(t ownTexts) string { return t.first }),
			Words:      map[string][]string{"en": {texts["en"].word}, "es": {texts["es"].word}, "de": {texts["de"].word}},
			Attributes: json.RawMessage(`{"topic":"bill"}`),
		},
		{Key: "2", Say: inAll(texts, func(t ownTexts) string { return t.second }), Priority: new(7), Menu: pick(d, "", "more")},
		{Key: "9", Say: other, Language: language, Menu: pick(d, "", "", "more")},
	}
	return map[string]settings.Menu{
		"main": {
			Say:     inAll(texts, func(t ownTexts) string { return t.welcome }),
			Choices: choices,
			Tries:   d.IntN(4),
			Default: pick(d, "", "1", "2"),
			Speech:  d.chance(0.3),
		},
		"more": {
			Choices: []settings.Choice{
				{Key: "1", Say: inAll(texts, func(t ownTexts) string { return t.third }), Attributes: json.RawMessage(`{"topic":"phone"}`)},
				{Key: "2", Say: inAll(texts, func(t ownTexts) string { return t.fourth })},
			},
			Default: pick(d, "", "2"),
		},
	}
}

func inAll(texts map[string]ownTexts, of func(ownTexts) string) map[string]string {
	all := map[string]string{}
	for language, t := range texts {
		all[language] = of(t)
	}
	return all
}

func (d draws) waitingSettings(texts map[string]ownTexts) settings.Waiting {
	w := settings.Waiting{NoPosition: d.chance(0.2), KeysEvery: pick(d, 0, 0, 1, 2, 5), Longest: pick(d, 0, 0, 1, 2)}
	if d.chance(0.4) {
		w.Comfort = []settings.Comfort{{After: 1 + d.IntN(2), Say: inAll(texts, func(t ownTexts) string { return t.comfort })}}
	}
	switch d.IntN(4) {
	case 0:
		w.NoMusic = true
	case 1:
		w.Music = []string{musicURL, recordingsURL + "music.mp3"}
	case 2:
		w.Music = []string{musicURL}
	}
	return w
}

// drawHours draws hours in which the desk is open or closed in the whole world, or that begin or
// end in it.
func (d draws) drawHours(o *ownDesk) {
	const never = 10 * time.Hour
	minute := time.Duration(1+d.IntN(3)) * time.Minute
	switch d.IntN(5) {
	case 0, 1:
		o.opens, o.closes = -time.Hour, never
	case 2:
		o.opens, o.closes = never, never+time.Hour
	case 3:
		o.opens, o.closes = -time.Hour, minute
	case 4:
		o.opens, o.closes = minute, never
	}
	o.written.Zone = pick(d, "UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
	zone, err := time.LoadLocation(o.written.Zone)
	if err != nil {
		panic(err) // the machine that runs the campaign has the time zones
	}
	clock := func(d time.Duration) string { return account.Morning.Add(d).In(zone).Format("15:04") }
	span := clock(o.opens) + "-" + clock(o.closes)
	opening := settings.Hours{Week: map[string]string{"mon-sun": span}, WhenClosed: pick(d, "", settings.Message, settings.Goodbye, settings.AnotherNumber)}
	if opening.WhenClosed == settings.AnotherNumber {
		opening.Number = elsewhereNumber
	}
	if day := account.Morning.In(zone).Format(time.DateOnly); o.opens == never && d.chance(0.5) {
		opening.Dates = map[string]string{day: "closed " + holiday}
	}
	o.written.Hours = map[string]settings.Hours{"desk": opening}
}

// holiday is why a desk is closed on a date.
const holiday = "Inventory"

func (d draws) drawClosings(o *ownDesk) {
	if !d.chance(0.25) {
		return
	}
	closed := settings.Closed{Now: true}
	if d.chance(0.5) {
		closed.Reason = inAll(o.texts, func(t ownTexts) string { return t.reason })
	}
	if d.chance(0.5) {
		o.written.Closed = closed
		o.byHand = []closing{{0, closed}}
	}
	if d.chance(0.5) {
		for range pick(d, 1, 1, 1, 2) {
			after := d.span(time.Second, time.Minute)
			if n := len(o.byHand); n > 0 {
				after += o.byHand[n-1].at
				if o.byHand[n-1].closed.Now {
					o.byHand = append(o.byHand, closing{at: after})
					continue
				}
			}
			o.byHand = append(o.byHand, closing{after, closed})
		}
	}
}

// drawPrompts gives the desk words, recordings and voices of its own.
func (d draws) drawPrompts(o *ownDesk) {
	o.written.Prompts, o.written.Voices = map[string]map[words.Name]string{}, map[string]string{}
	for _, language := range slices.Sorted(maps.Keys(o.texts)) {
		t := o.texts[language]
		if d.chance(0.3) {
			o.written.Voices[language] = t.voice
		}
		for _, name := range slices.Sorted(maps.Keys(t.prompts)) {
			if !d.chance(0.2) {
				continue
			}
			if o.written.Prompts[language] == nil {
				o.written.Prompts[language] = map[words.Name]string{}
			}
			o.written.Prompts[language][words.Name(name)] = t.prompts[name]
		}
	}
}

// atOwnDesk draws what a caller does, by what they hear.
func (d draws) atOwnDesk(o *ownDesk, c *caller) {
	c.second = d.chance(0.4)
	number := o.read.Number(c.to())
	c.steps = nil
	if menu, found := o.read.Menus[number.Menu]; found {
		stays := false
		if c.steps, number.Language, stays = d.chooses(o, menu, number.Language); !stays {
			return
		}
	}
	at := account.Morning.Add(c.after)
	_, closed := o.state(number, at, at)
	if closed {
		c.steps = nil // they hear no menu
		number = o.read.Number(c.to())
	}
	said := o.cues(number.Language)
	if closed && d.chance(0.5) {
		c.steps = []script.Step{script.Hears(said.message), script.Records(d.span(time.Second, 20*time.Second)), script.Presses("#")}
		return
	}
	c.steps = append(c.steps, d.waiting(said)...)
}

// chooses draws what a caller does in a menu, and returns the language that they chose. They may
// hang up in it.
func (d draws) chooses(o *ownDesk, menu settings.Menu, language string) (steps []script.Step, chosen string, stays bool) {
	hears := func(m settings.Menu) script.Step { return script.Hears(settings.SayIn(m.Choices[0].Say, language)) }
	steps = []script.Step{hears(menu)}
	switch d.IntN(8) {
	case 0:
		return append(steps, script.HangsUpAfter(d.span(0, 3*time.Second))), language, false
	case 1: // no key: the menu is asked again, and then the caller gets its default
		return nil, language, true
	case 2:
		steps = append(steps, script.Presses(pick(d, "5", "0", "*")), hears(menu))
	}
	choice := menu.Choices[d.IntN(len(menu.Choices))]
	if said := choice.Words[languageOf(language)]; menu.Speech && len(said) > 0 && d.chance(0.7) {
		return append(steps, script.Says(said[0]+", please")), language, true
	}
	steps = append(steps, script.Presses(choice.Key))
	if choice.Language != "" {
		language = choice.Language
	}
	if second, found := o.read.Menus[choice.Menu]; found && d.chance(0.8) {
		steps = append(steps, hears(second), script.Presses(pick(d, "1", "2", "7")))
	}
	return steps, language, true
}

// state reports whether a number is certainly open, or certainly closed, from one time until
// another. In the five minutes after a change by hand neither is certain.
func (o *ownDesk) state(number settings.Number, from, until time.Time) (open, closed bool) {
	wasClosed, wasOpen := o.written.Closed.Now, !o.written.Closed.Now
	for _, c := range o.byHand {
		at := account.Morning.Add(c.at)
		switch {
		case at.After(until):
		case at.Add(freshness + time.Minute).Before(from):
			wasClosed, wasOpen = c.closed.Now, !c.closed.Now
		default:
			wasClosed, wasOpen = wasClosed || c.closed.Now, wasOpen || !c.closed.Now
		}
	}
	inside, outside := true, false
	if _, found := o.read.Hours[number.Hours]; found {
		opens, closes := account.Morning.Add(o.opens), account.Morning.Add(o.closes)
		inside = !from.Before(opens) && until.Before(closes)
		outside = until.Before(opens) || !from.Before(closes)
	}
	return inside && !wasClosed, outside || !wasOpen
}

// defaultFilter is a part of the workflow: without its attributes a task matches no other filter.
func (o *ownDesk) defaultFilter() string {
	if o == nil || o.unread["numbers"] == "" {
		return ""
	}
	return `,"default_filter":{"queue":"` + taskQueueSID + `"}`
}

// setUpOwnDesk puts the desk's settings into SSM, now and when they change.
func (w *world) setUpOwnDesk() {
	w.ear = newEar(w)
	write := func(s settings.Settings) {
		if err := w.keys.Write(account.SecretsPrefix, s); err != nil {
			panic(err) // the texts are constant, and short
		}
		for topic, text := range w.own.unread {
			w.keys[account.SecretsPrefix+"/"+secrets.Settings+topic] = text
		}
	}
	write(w.own.written)
	w.writeOutlook()
	for _, c := range w.own.byHand {
		w.loop.After(c.at, func() {
			changed := w.own.written
			changed.Closed = c.closed
			write(changed)
			w.tell("settings", choose(c.closed.Now, "an operator closes all numbers", "an operator opens all numbers"))
		})
	}
}

// addOwnDesk adds the desk's numbers and recordings to the account.
func (w *world) addOwnDesk() {
	w.twilio.AddNumber(simulator.Number{Number: secondNumber, VoiceURL: w.voiceURL()})
	w.twilio.SetPhone(elsewhereNumber, w.own.phone)
	w.twilio.AddRecordings(demoMusicURL, recordingsURL+"music.mp3")
	for _, texts := range w.own.written.Prompts {
		for _, text := range texts {
			if strings.HasPrefix(text, recordingsURL) {
				w.twilio.AddRecordings(text)
			}
		}
	}
}
