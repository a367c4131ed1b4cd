package settings

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// Survey is what callers are asked after a talk. The zero Survey asks all of them the two questions
// of package prompt, a score and a remark, by key or voice.
type Survey struct {
	Off       bool       `json:"off,omitempty"`       // no caller is asked
	Share     int        `json:"share,omitempty"`     // percent of the callers who are asked; 0 = 100
	Speech    bool       `json:"speech,omitempty"`    // callers may also say an answer to Questions; Twilio charges for it
	Questions []Question `json:"questions,omitempty"` // in this order; nil = the two of package prompt
}

// Question is one question of a survey.
type Question struct {
	Name string `json:"name"` // under which the answer is stored: 1 to 20 of a-z, 0-9 and _
	Kind Kind   `json:"kind"`

	// Say is the question, with its keys, by language. Callers of another language are not asked.
	// A Remark may have none: callers of all languages then hear package prompt's.
	Say map[string]string `json:"say,omitempty"`

	Choices []Answer `json:"choices,omitempty"` // of a OneOf
	Numbers []string `json:"numbers,omitempty"` // keys of Settings.Numbers whose callers are asked; nil = all
}

// Kind is how a question is answered.
type Kind string

// The kinds, and what is stored as the answer.
const (
	Score  Kind = "score"  // keys 1 to 5, which are stored
	YesNo  Kind = "yes_no" // key 1, yes, and key 2, no
	OneOf  Kind = "choice" // the key of an Answer, whose name is stored
	Remark Kind = "remark" // a recording, whose SID is stored
)

// Answer is one answer to a OneOf.
type Answer struct {
	Key  string            `json:"key"`           // 0 to 9
	Name string            `json:"name"`          // that is stored: 1 to 20 of a-z, 0-9 and _
	Say  map[string]string `json:"say,omitempty"` // behind the question's Say, by language; nil = the question says it
}

// Takes reports whether the caller of a call is among those who are asked. Of one call it always
// reports the same, so that a request that arrives twice gets the same answer.
func (s Survey) Takes(call string) bool {
	if s.Share == 0 {
		return true
	}
	sum := sha256.Sum256([]byte(call))
	return binary.BigEndian.Uint64(sum[:])%100 < uint64(s.Share)
}

// Surveyed reports whether callers of a dialed number are asked anything.
func (s Settings) Surveyed(dialed string) bool { return !s.Survey.Off && !s.Number(dialed).NoSurvey }

// NextQuestion returns the question after the named one, "" = the first, that callers of a dialed
// number hear in a language. found is false if none is left or the survey has no such name.
func (s Settings) NextQuestion(dialed, language, name string) (next Question, found bool) {
	all := s.Survey.Questions
	at := slices.IndexFunc(all, func(q Question) bool { return q.Name == name })
	if at < 0 && name != "" || !s.Surveyed(dialed) {
		return Question{}, false
	}
	for _, question := range all[at+1:] {
		if question.isFor(s.entry(dialed), language) {
			return question, true
		}
	}
	return Question{}, false
}

// Question returns the question of that name.
func (s Survey) Question(name string) (question Question, found bool) {
	at := slices.IndexFunc(s.Questions, func(q Question) bool { return q.Name == name })
	if at < 0 {
		return Question{}, false
	}
	return s.Questions[at], true
}

func (q Question) isFor(number, language string) bool {
	_, said := q.Say[language]
	return (said || len(q.Say) == 0) && (q.Numbers == nil || slices.Contains(q.Numbers, number))
}

// entry is the key of a dialed number in Numbers.
func (s Settings) entry(dialed string) string {
	if _, found := s.Numbers[dialed]; found {
		return dialed
	}
	return OtherNumbers
}
