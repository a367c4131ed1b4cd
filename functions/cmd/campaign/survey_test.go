package main

import (
	"context"
	"encoding/base64"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/shared/ledger"
	"switchboard/shared/settings"
	"switchboard/shared/webhook"
)

// TestSurveysAreDrawn checks that a seed draws the same survey twice, that worlds without one stay
// as they were, and that each kind is drawn.
func TestSurveysAreDrawn(t *testing.T) {
	t.Parallel()
	const worlds = 600
	none, seen := 0, map[string]bool{}
	for seed := range uint64(worlds) {
		p, _ := drawsAlike(t, seed, (*plan).drawSurvey, func(p plan) bool { return p.survey != nil }, (*plan).drawOwnDesk, (*plan).drawRequests)
		if p.survey == nil {
			none++
			continue
		}
		desk := plainDesk(p)
		if p.own != nil {
			desk = p.own.written
			seen["an own desk"] = true
		}
		if mistakes := desk.Check(); len(mistakes) > 0 {
			t.Fatalf("seed %d: %+v", seed, mistakes)
		}
		for what, found := range map[string]bool{
			"off": p.survey.Off, "a share": p.survey.Share == 50, "speech": p.survey.Speech, "no questions": p.survey.Questions == nil,
			"a quiet number": p.own != nil && (p.own.written.Numbers[account.OurNumber].NoSurvey || p.own.written.Numbers[settings.OtherNumbers].NoSurvey),
		} {
			seen[what] = seen[what] || found
		}
		for _, q := range p.survey.Questions {
			seen[string(q.Kind)] = true
			seen["a language is missing"] = seen["a language is missing"] || len(q.Say) < 3
			seen["of some numbers"] = seen["of some numbers"] || q.Numbers != nil
		}
		for _, c := range p.callers {
			for _, step := range c.steps {
				seen[string(step.Kind)+" "+step.Text] = true
			}
		}
	}
	if none < worlds*7/10 || none > worlds*9/10 {
		t.Errorf("%d of %d worlds have no survey", none, worlds)
	}
	for _, want := range []string{
		"an own desk", "off", "a share", "speech", "no questions", "a quiet number", "score", "yes_no", "choice", "remark", "a language is missing", "of some numbers",
		"hears Alba", "hears Brio", "hears Cima", "hears Duna", "says vier", "says no idea", "presses 4", "presses 9",
	} {
		if !seen[want] {
			t.Errorf("no world has %s", want)
		}
	}
}

// asksAnyone has the survey function ask callers who have hung up, as if they were there.
func asksAnyone(sound bundle.Stop, _ bundle.Clients) bundle.Stop {
	return func(ctx context.Context, event webhook.Event) (webhook.Answer, error) {
		body, err := base64.StdEncoding.DecodeString(event.Body)
		if err != nil {
			return webhook.Answer{}, err
		}
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return webhook.Answer{}, err
		}
		if form.Get("CallStatus") == "completed" {
			form.Set("CallStatus", "in-progress")
			event.Body, event.Headers = base64.StdEncoding.EncodeToString([]byte(form.Encode())), maps.Clone(event.Headers)
			event.Headers["x-twilio-signature"] = webhook.Sign(firstToken, account.BaseURL+event.RawPath, form)
		}
		return sound(ctx, event)
	}
}

// TestPlantedSurveyDefectsAreFound breaks each rule about the survey on purpose.
func TestPlantedSurveyDefectsAreFound(t *testing.T) {
	t.Parallel()
	const question = "Brio asks: did we help you? For yes, press 1, for no, 2."
	// renames stores an answer under another name, or as another one.
	renames := func(alter func(name, value string) (string, string)) wiring {
		return altersIn("/survey", func(change *ledger.Change) bool {
			for _, field := range slices.Sorted(maps.Keys(change.Set)) {
				if name, found := strings.CutPrefix(field, "answer_"); found {
					value := change.Set[field]
					delete(change.Set, field)
					name, value = alter(name, value)
					change.Set["answer_"+name] = value
				}
			}
			return false
		})
	}
	tests := []planted{
		{
			name: "a worker is asked",
			rule: askedFew,
			text: "who is no caller",
			wiring: answersWith("/worker/", func(_, document string) string {
				return strings.Replace(document, "<Gather", "<Say>"+question+"</Say><Gather", 1)
			}),
			within: 600,
		},
		{
			name: "a caller is asked who waits",
			rule: askedFew,
			text: "who has not talked",
			wiring: answersWith("/hold", func(_, document string) string {
				return strings.Replace(document, "<Response>", "<Response><Say>"+question+"</Say>", 1)
			}),
			within: 600,
		},
		{
			name:   "a caller is asked who has hung up",
			rule:   askedFew,
			text:   "who has hung up",
			wiring: stops("/survey", asksAnyone),
			within: 600,
		},
		{
			name:   "the survey is not read",
			rule:   askedFew,
			text:   "who is not to be asked",
			wiring: unread("/survey", "survey"),
			within: 600,
		},
		{
			name: "no caller is asked",
			rule: askedAll,
			wiring: answersWith("/survey", func(path, document string) string {
				return choose(isAction(path) && strings.Contains(document, "<Gather"), "<Response><Say>Thank you. Goodbye.</Say><Hangup/></Response>", document)
			}),
			within: 600,
		},
		{
			name: "a question is asked in another language",
			rule: spokenTo,
			text: "Brio",
			wiring: answersWith("/survey", func(_, document string) string {
				return strings.ReplaceAll(document, "Brio pregunta: ¿le ayudamos? Para sí, oprima 1; para no, 2.", question)
			}),
			within: 3000,
			from:   770,
		},
		{
			name: "a plain desk asks in Spanish",
			rule: spokenTo,
			text: "whose language is en",
			wiring: answersWith("/survey", func(_, document string) string {
				return strings.ReplaceAll(document, question, "Brio pregunta: ¿le ayudamos? Para sí, oprima 1; para no, 2.")
			}),
			within: 600,
			from:   226,
		},
		{
			name:   "an answer is stored under another name",
			rule:   answersKept,
			text:   "the caller gave []",
			wiring: renames(func(name, value string) (string, string) { return choose(name == "solved", "points", "solved"), value }),
			within: 600,
		},
		{
			name:   "another answer is stored",
			rule:   answersKept,
			text:   "has the answer",
			wiring: renames(func(name, value string) (string, string) { return name, choose(value == "yes", "no", "yes") }),
			within: 600,
		},
		{
			name: "no answer is stored",
			rule: answersKept,
			text: "has no answer",
			wiring: altersIn("/survey", func(change *ledger.Change) bool {
				return slices.ContainsFunc(slices.Collect(maps.Keys(change.Set)), func(field string) bool { return strings.HasPrefix(field, "answer_") })
			}),
			within: 600,
		},
	}
	for _, test := range tests {
		test.isFound(t, false)
	}
}
