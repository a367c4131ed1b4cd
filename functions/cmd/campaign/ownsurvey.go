package main

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"switchboard/functions/internal/account"
	words "switchboard/shared/prompt"
	"switchboard/shared/settings"
	"switchboard/shared/simulator/script"
)

// subject is a question that a desk may ask. Each text has the mark, by which callers know the
// question in any language. No text is part of another one.
type subject struct {
	name string
	kind settings.Kind
	mark string
	say  map[string]string // by language
}

func subjects() []subject {
	return []subject{
		{"points", settings.Score, "Alba", map[string]string{
			"en": "Alba asks: how was this call? Press 1 to 5.", "es": "Alba pregunta: ¿cómo fue esta llamada? Oprima del 1 al 5.", "de": "Alba fragt: Wie war dieser Anruf? Drücken Sie 1 bis 5.",
		}},
		{"solved", settings.YesNo, "Brio", map[string]string{
			"en": "Brio asks: did we help you? For yes, press 1, for no, 2.", "es": "Brio pregunta: ¿le ayudamos? Para sí, oprima 1; para no, 2.", "de": "Brio fragt: Haben wir geholfen? Für Ja die 1, für Nein die 2.",
		}},
		{"topic", settings.OneOf, "Cima", map[string]string{
			"en": "Cima asks: what was it about?", "es": "Cima pregunta: ¿de qué se trataba?", "de": "Cima fragt: Worum ging es?",
		}},
		{"words", settings.Remark, "Duna", map[string]string{
			"en": "Duna asks: say it in your own words.", "es": "Duna pide: dígalo con sus palabras.", "de": "Duna bittet: Sagen Sie es in Ihren Worten.",
		}},
	}
}

// topics are the choices of the subject topic.
func topics() []settings.Answer {
	return []settings.Answer{
		{Key: "1", Name: "bill", Say: map[string]string{"en": "A bill is on 1.", "es": "Una factura, en el 1.", "de": "Eine Rechnung auf der 1."}},
		{Key: "4", Name: "other", Say: map[string]string{"en": "The rest is on 4.", "es": "Lo demás, en el 4.", "de": "Der Rest auf der 4."}},
	}
}

// drawSurvey gives some worlds a survey of their own. It has its own random sequence, so that the
// other worlds stay the same. It comes last, since callers answer who were drawn before.
func (p *plan) drawSurvey() {
	d := draws{rand.New(rand.NewPCG(p.seed, 90))}
	if !d.chance(0.2) {
		return
	}
	s := settings.Survey{Off: d.chance(0.1), Share: pick(d, 0, 0, 50, 100), Speech: d.chance(0.5)}
	all := subjects()
	d.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, each := range all[:d.IntN(len(all)+1)] {
		s.Questions = append(s.Questions, d.question(each, p.own != nil))
	}
	p.survey = &s
	if o := p.own; o != nil {
		o.written.Survey, o.read.Survey = s, s
		quiet := pick(d, "", "", account.OurNumber, settings.OtherNumbers)
		for _, numbers := range []map[string]settings.Number{o.written.Numbers, o.read.Numbers} {
			if of, found := numbers[quiet]; found {
				of.NoSurvey = true
				numbers[quiet] = of
			}
		}
	}
	for n := range p.callers {
		d.answers(p, &p.callers[n])
	}
}

// question draws how a desk asks one; a desk of its own has several numbers and languages.
func (d draws) question(about subject, own bool) settings.Question {
	q := settings.Question{Name: about.name, Kind: about.kind, Say: map[string]string{}}
	for _, language := range words.Languages() {
		if d.chance(0.75) {
			q.Say[string(language)] = about.say[string(language)]
		}
	}
	if len(q.Say) == 0 {
		q.Say["en"] = about.say["en"]
	}
	if about.kind == settings.Remark && d.chance(0.3) {
		q.Say = nil
	}
	if about.kind == settings.OneOf {
		for _, choice := range topics() {
			said := map[string]string{}
			for language := range q.Say {
				said[language] = choice.Say[language]
			}
			q.Choices = append(q.Choices, settings.Answer{Key: choice.Key, Name: choice.Name, Say: said})
		}
	}
	if own {
		q.Numbers = pick(d, nil, nil, []string{account.OurNumber}, []string{secondNumber, settings.OtherNumbers})
	}
	return q
}

// answers draws what a caller answers after the talk, and when they hang up.
func (d draws) answers(p *plan, c *caller) {
	talk := slices.IndexFunc(c.steps, func(s script.Step) bool { return s.Kind == script.KindTalks })
	if talk < 0 || len(p.survey.Questions) == 0 {
		return
	}
	c.steps = c.steps[: talk+1 : talk+1]
	desk, name := p.deskSettings(), ""
	for {
		q, found := desk.NextQuestion(c.to(), languageOf(desk.Number(c.to()).Language), name)
		if !found {
			break
		}
		name = q.Name
		c.steps = append(c.steps, d.answer(q, p.markOf(*c, q))...)
	}
	if d.chance(0.3) {
		left := talk + 1 + d.IntN(len(c.steps)-talk)
		c.steps = append(c.steps[:left:left], script.HangsUpAfter(d.span(0, 3*time.Second)))
	}
}

// answer draws what a caller does who is asked a question.
func (d draws) answer(q settings.Question, mark string) []script.Step {
	hears := script.Hears(mark)
	if q.Kind == settings.Remark {
		return []script.Step{hears, pick(d, script.Records(2*time.Second), script.Waits(time.Second)), script.Presses("#")}
	}
	right := script.Presses(strconv.Itoa(1 + d.IntN(5)))
	switch d.IntN(5) {
	case 0:
		return []script.Step{hears, script.Presses(pick(d, "9", "0", "*")), hears, right}
	case 1:
		return []script.Step{hears, script.Waits(time.Second), hears, right}
	case 2:
		return []script.Step{hears, script.Says(pick(d, utterances()...))}
	}
	return []script.Step{hears, right}
}

// markOf is what a caller hears of a question: in any language, but for a remark without words.
func (p plan) markOf(c caller, q settings.Question) string {
	if len(q.Say) == 0 {
		return p.cue(c, words.Remark)
	}
	all := subjects()
	return all[slices.IndexFunc(all, func(s subject) bool { return s.name == q.Name })].mark
}
