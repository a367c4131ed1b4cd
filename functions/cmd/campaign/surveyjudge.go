package main

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"

	"switchboard/shared/ledger"
	words "switchboard/shared/prompt"
	"switchboard/shared/settings"
	"switchboard/shared/simulator"
	"switchboard/shared/taskrouter"
)

// The rules of a survey.
const (
	askedFew    = "the survey asks only callers who talked, who are there, and whom the desk asks"
	askedAll    = "every caller who is to be asked is asked the first question"
	answersKept = "an answer is stored under its question's name, as the caller gave it"
)

// said are what callers say to a question, and what that means by language: a key, or yes. A
// language that is not named understands nothing.
func said() map[string]map[string]string {
	return map[string]map[string]string{
		"four": {"en": "4"}, "cuatro": {"es": "4"}, "vier": {"de": "4"},
		"yes": {"en": "yes"}, "sí": {"es": "yes"}, "ja": {"de": "yes"},
		"no idea": {}, "not four": {},
	}
}

func utterances() []string { return slices.Sorted(maps.Keys(said())) }

// judgeSurvey checks who was asked, and what became of the answers.
func (v verdict) judgeSurvey() {
	callers := map[string]bool{}
	for _, line := range v.lines {
		callers[line.CallSID()] = true
	}
	for _, c := range v.account.Calls {
		for _, text := range c.Heard {
			v.judgeHeard(c, callers[c.SID], text)
		}
	}
	for sid := range callers {
		v.judgeAnswers(sid)
	}
}

// judgeHeard checks that a person who hears a question is to be asked it.
func (v verdict) judgeHeard(c simulator.CallRecord, caller bool, text string) {
	for question, which := range v.questionsIn(text) {
		name := which.name
		switch {
		case !caller:
			v.breaks(askedFew, "%s, who is no caller, heard %q", c.SID, question)
		case c.Bridged.IsZero():
			v.breaks(askedFew, "caller %s, who has not talked to a worker, heard %q", c.SID, question)
		case v.own == nil && which.language != v.spokenAt(c.To)[0]:
			v.breaks(spokenTo, "caller %s of %s, whose language is %s, heard %q", c.SID, c.To, v.spokenAt(c.To)[0], question)
		case !slices.Contains(v.wanted(c.SID, c.To, v.spokenAt(c.To)...), name):
			v.breaks(askedFew, "caller %s of %s, who is not to be asked %s, heard %q", c.SID, c.To, name, question)
		}
	}
}

// spokenAt lists the languages in which callers of a number may be spoken to. What the menu decided
// the ear knows.
func (w *world) spokenAt(to string) []string {
	if w.own == nil {
		return []string{languageOf(w.deskSettings().Number(to).Language)}
	}
	var all []string
	for _, language := range words.Languages() {
		all = append(all, string(language))
	}
	return all
}

// The names of package prompt's two questions.
const (
	promptScore  = "prompt score"
	promptRemark = "prompt remark"
)

// which is a question, in a language.
type which struct{ name, language string }

// questionsIn returns the questions of a text, also those that the desk does not ask, by what is
// said.
func (w *world) questionsIn(text string) map[string]which {
	found := map[string]which{}
	for _, about := range subjects() {
		for language, line := range about.say {
			if strings.Contains(text, line) {
				found[line] = which{about.name, language}
			}
		}
	}
	for _, language := range words.Languages() {
		book := w.deskSettings().Book(string(language))
		for prompt, name := range map[words.Name]string{words.Score: promptScore, words.Remark: promptRemark} {
			if line := heard(book.Line(prompt, nil)); strings.Contains(text, line) {
				found[line] = which{name, string(language)}
			}
		}
	}
	return found
}

// wanted lists the questions that the caller of a call is to be asked, in one of the languages.
func (w *world) wanted(call, to string, languages ...string) []string {
	desk := w.deskSettings()
	if !desk.Surveyed(to) || !desk.Survey.Takes(call) {
		return nil
	}
	if len(desk.Survey.Questions) == 0 {
		return []string{promptScore, promptRemark}
	}
	var names []string
	for _, language := range languages {
		for name := ""; ; {
			q, found := desk.NextQuestion(to, language, name)
			if !found {
				break
			}
			if name = q.Name; len(q.Say) == 0 {
				names = append(names, promptRemark)
				continue
			}
			names = append(names, q.Name)
		}
	}
	return names
}

// judgeQuestions checks an answer of the survey function: a caller who has talked is asked the
// first question, and one who has hung up none.
func (w *world) judgeQuestions(i *invocation, document string) {
	if i.function != "/survey" {
		return
	}
	asked := w.questionsIn(document)
	if i.field("CallStatus") == "completed" || i.field("QueueResult") == string(taskrouter.Hangup) {
		for question := range asked {
			w.breaks(askedFew, "caller %s, who has hung up, is asked %q", i.field("CallSid"), question)
		}
		return
	}
	if !isAction(i.path) || i.field("QueueResult") != string(taskrouter.Bridged) {
		return
	}
	to, _ := url.QueryUnescape(i.field("To"))
	language := strings.TrimPrefix(strings.TrimPrefix(i.path, "/survey"), "/")
	if language == "" {
		language = languageOf(w.deskSettings().Number(to).Language)
	}
	wanted := w.wanted(i.field("CallSid"), to, language)
	if len(wanted) > 0 && !slices.Contains(slices.Collect(maps.Values(asked)), which{wanted[0], language}) {
		w.breaks(askedAll, "caller %s of %s is not asked %s in %s: %s", i.field("CallSid"), to, wanted[0], language, document)
	}
}

// judgeAnswers compares the stored answers of a call with what its caller gave.
func (v verdict) judgeAnswers(call string) {
	kept, _, err := ledger.Ledger{Store: v.store, Now: v.loop.Now}.ByCall(context.Background(), call)
	if err != nil {
		v.breaks(stored, "%v", err)
	}
	given, sure := map[string][]string{}, map[string]bool{} // by question; sure = one of them must be stored
	for _, i := range v.invocations {
		name, answer := v.answerIn(i)
		if answer == "" || i.forged || i.field("CallSid") != call {
			continue
		}
		given[name] = append(given[name], answer)
		sure[name] = sure[name] || i.clean()
	}
	for name, answer := range kept.Answers() {
		if !slices.Contains(given[name], answer) {
			v.breaks(answersKept, "call %s has the answer %q to %s; the caller gave %q", call, answer, name, given[name])
		}
	}
	for name := range given {
		if sure[name] && kept.Answers()[name] == "" {
			v.breaks(answersKept, "call %s has no answer to %s; the caller gave %q", call, name, given[name])
		}
	}
}

// answerIn returns the answer that a request has, and to which question; "" = none.
func (v verdict) answerIn(i *invocation) (name, answer string) {
	parts := strings.Split(strings.TrimPrefix(i.path, "/survey/"), "/")
	if len(parts) != 4 || parts[1] != "question" {
		return "", ""
	}
	q, found := v.survey.Question(parts[2])
	switch {
	case !found:
		return "", ""
	case q.Kind == settings.Remark:
		address, _ := url.QueryUnescape(i.field("RecordingUrl"))
		return q.Name, lastOf(address)
	case i.field("CallStatus") == "completed":
		return q.Name, "" // no one is there who has heard the question
	}
	if digits, _ := url.QueryUnescape(i.field("Digits")); digits != "" {
		return q.Name, byKeyOf(q, digits)
	}
	text, _ := url.QueryUnescape(i.field("SpeechResult"))
	meant := said()[text][parts[0]]
	if (meant == "yes") != (q.Kind == settings.YesNo) {
		return q.Name, ""
	}
	return q.Name, choose(meant == "yes", meant, byKeyOf(q, meant))
}

// byKeyOf returns the answer that is stored for a key; "" if it is none of the question's.
func byKeyOf(q settings.Question, key string) string {
	switch q.Kind {
	case settings.Score:
		if len(key) == 1 && strings.Contains("12345", key) {
			return key
		}
	case settings.YesNo:
		return map[string]string{"1": "yes", "2": "no"}[key]
	case settings.OneOf:
		for _, choice := range q.Choices {
			if choice.Key == key {
				return choice.Name
			}
		}
	}
	return ""
}
