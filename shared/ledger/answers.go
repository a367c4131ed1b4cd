package ledger

import (
	"context"
	"fmt"
	"strings"
)

// answerTo stands before a question's name. It has no period, so that no name makes the field look
// like a task's or a reservation's.
const answerTo = "answer_"

// The limits of an answer: the longest is a recording's SID.
const (
	maxQuestion = 20 // bytes of a question's name
	maxAnswer   = 34
)

// Answered records the caller's answer to a question of the desk's own, a word, a number or a
// recording (RE…); the last one counts. err is as for Store.Apply, or says that question or answer
// is empty or too long; a retry is safe.
func (l Ledger) Answered(ctx context.Context, call, question, answer string) error {
	if question == "" || len(question) > maxQuestion || answer == "" || len(answer) > maxAnswer {
		return fmt.Errorf("record answer: question has %d bytes of %d, answer %d of %d", len(question), maxQuestion, len(answer), maxAnswer)
	}
	return l.set(ctx, call, answerTo+question, answer)
}

// Answers are what the caller answered to the desk's own questions, by name; nil = nothing.
func (c Call) Answers() map[string]string {
	var answers map[string]string
	for name, value := range c.fields {
		if question, found := strings.CutPrefix(name, answerTo); found {
			if answers == nil {
				answers = map[string]string{}
			}
			answers[question] = value
		}
	}
	return answers
}
