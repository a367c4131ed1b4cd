package survey

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"switchboard/shared/prompt"
	"switchboard/shared/settings"
	"switchboard/shared/twiml"
)

// questionStop is where Twilio posts the answer to one of the desk's own questions:
// question/{name}/{try}, behind the language in which it was asked.
const (
	questionStop = "question"
	firstTry     = "0"
	lastTry      = "1"
)

// next asks the question after the named one, "" = the first, or ends the survey.
func (c callerRequest) next(name string) twiml.Document {
	question, found := c.desk.NextQuestion(c.dialed, string(c.book.Language()), name)
	if !found {
		return c.book.Thanks()
	}
	return c.ask(question, firstTry)
}

func (c callerRequest) ask(question settings.Question, try string) twiml.Document {
	language := string(c.book.Language())
	address := c.request.URL(strings.Join([]string{"/survey", language, questionStop, question.Name, try}, "/"))
	lines := []twiml.Line{c.book.Say(question.Say[language], nil)}
	if question.Kind == settings.Remark {
		if len(question.Say) == 0 {
			lines = []twiml.Line{c.book.Line(prompt.Remark, nil)}
		}
		return twiml.AskRemark(address, append([]twiml.Line{c.book.Line(prompt.RecordingNotice, nil)}, lines...)...)
	}
	for _, choice := range question.Choices {
		lines = append(lines, c.book.Say(choice.Say[language], nil))
	}
	if try == lastTry {
		lines = append([]twiml.Line{c.book.Line(prompt.MenuAgain, nil)}, lines...)
	}
	var words []string
	for _, answer := range c.answersTo(question) {
		words = append(words, answer.said...)
	}
	return twiml.Ask(twiml.Question{
		Lines:     lines,
		ActionURL: address,
		Speech:    c.desk.Survey.Speech,
		Hints:     strings.Join(words, ", "),
		Language:  c.book.Locale(),
	})
}

// answered records the answer to a question, which is asked again if the caller gave none. What a
// caller recorded counts even if they hung up then; they are asked nothing more. So are those who
// were asked a question that the desk has removed meanwhile.
func (c callerRequest) answered(ctx context.Context, name string, again bool) twiml.Document {
	question, known := c.desk.Survey.Question(name)
	answer := ""
	switch {
	case !known:
	case question.Kind == settings.Remark:
		answer = c.recording()
	case c.inProgress():
		answer = c.answerTo(question)
	}
	if answer != "" {
		if err := c.handler.Ledger.Answered(ctx, c.call, name, answer); err != nil {
			c.log.ErrorContext(ctx, "failed to record answer", "question", name, "error", err)
		}
	}
	switch {
	case !c.inProgress():
		return twiml.Empty()
	case known && answer == "" && question.Kind != settings.Remark && !again && c.desk.Surveyed(c.dialed):
		return c.ask(question, lastTry)
	}
	return c.next(name)
}

// meaning is an answer that a question has, and how callers give it.
type meaning struct {
	name string // that is stored
	key  string
	said []string
}

// answersTo lists the answers that a question has.
func (c callerRequest) answersTo(question settings.Question) []meaning {
	var answers []meaning
	switch question.Kind {
	case settings.Score:
		for score := 1; score <= 5; score++ {
			key := strconv.Itoa(score)
			answers = append(answers, meaning{key, key, c.book.Digit(score)})
		}
	case settings.YesNo:
		answers = append(answers,
			meaning{"yes", "1", append(c.book.Yes(), c.book.Digit(1)...)},
			meaning{"no", "2", append(c.book.No(), c.book.Digit(2)...)},
		)
	case settings.OneOf:
		for _, choice := range question.Choices {
			if key, err := strconv.Atoi(choice.Key); err == nil {
				answers = append(answers, meaning{choice.Name, choice.Key, c.book.Digit(key)})
			}
		}
	}
	return answers
}

// answerTo returns the answer that the caller gave by key or, if the desk takes speech, by voice;
// "" if it is none of the question's.
func (c callerRequest) answerTo(question settings.Question) string {
	answers := c.answersTo(question)
	if digits := c.request.Form.Get("Digits"); digits != "" {
		at := slices.IndexFunc(answers, func(m meaning) bool { return m.key == digits })
		if at < 0 {
			return ""
		}
		return answers[at].name
	}
	text := c.request.Form.Get("SpeechResult")
	switch {
	case !c.desk.Survey.Speech:
		return ""
	case question.Kind == settings.Score:
		return c.scoreSaid(text)
	}
	return spokenAnswer(text, answers, c.book.Fillers())
}

// scoreSaid returns the score that was said, "1" to "5", or "" if there is none or more than one.
// Of an English score, more is understood than of other answers.
func (c callerRequest) scoreSaid(text string) string {
	if c.book.Language() != prompt.English {
		return spokenAnswer(text, c.answersTo(settings.Question{Kind: settings.Score}), c.book.Fillers())
	}
	if points := spokenScore(text); points > 0 {
		return strconv.Itoa(points)
	}
	return ""
}

// spokenAnswer returns the name of the answer that was said, or "" if there is none or more than
// one. As for a score, each word must belong to an answer or a filler: "not five" is no answer.
func spokenAnswer(text string, answers []meaning, fillers []string) string {
	around, found := split(fillers...), ""
	for words := wordsOf(text); len(words) > 0; {
		name, n := "", 0
		for _, answer := range answers {
			if length := longest(split(answer.said...), words); length > n {
				name, n = answer.name, length
			}
		}
		if filler := longest(around, words); filler > n {
			words = words[filler:]
			continue
		}
		if n == 0 || found != "" && name != found {
			return ""
		}
		found, words = name, words[n:]
	}
	return found
}
