package settings

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"switchboard/shared/spoken"
	"switchboard/shared/taskrouter"
)

// The limits of a survey: callers do not stay for more, and the ledger stores each answer under its
// name.
const (
	maxQuestions = 5
	maxName      = 20
)

func (c *checker) survey(s Survey) {
	if s.Share < 0 || s.Share > 100 {
		c.fail("survey.share", "want 1 to 100 percent, not %d", s.Share)
	}
	if len(s.Questions) > maxQuestions {
		c.fail("survey.questions", "want at most %d questions", maxQuestions)
	}
	names := map[string]bool{}
	for i, question := range s.Questions {
		at := fmt.Sprintf("survey.questions[%d]", i)
		c.ownName(at+".name", question.Name, names)
		c.question(at, question)
	}
}

func (c *checker) question(at string, question Question) {
	if !slices.Contains([]Kind{Score, YesNo, OneOf, Remark}, question.Kind) {
		c.fail(at+".kind", "want score, yes_no, choice or remark, not %q", question.Kind)
	}
	if len(question.Say) == 0 && question.Kind != Remark {
		c.fail(at+".say", "want what callers hear, by language, such as {en: 'Did we help you? For yes, press 1, for no, 2.'}")
	}
	c.asked(at+".say", question.Say)
	switch n := len(question.Choices); {
	case question.Kind == OneOf && (n == 0 || n > maxChoices):
		c.fail(at+".choices", "want 1 to %d choices", maxChoices)
	case question.Kind != OneOf && n > 0:
		c.fail(at+".choices", "leave them out, or set kind: choice")
	}
	keys, names := map[string]bool{}, map[string]bool{}
	for i, answer := range question.Choices {
		c.answer(fmt.Sprintf("%s.choices[%d]", at, i), answer, question, keys, names)
	}
	for i, number := range question.Numbers {
		c.dialed(fmt.Sprintf("%s.numbers[%d]", at, i), number)
	}
}

func (c *checker) answer(at string, answer Answer, of Question, keys, names map[string]bool) {
	c.key(at+".key", answer.Key, keys)
	c.ownName(at+".name", answer.Name, names)
	c.asked(at+".say", answer.Say)
	if len(answer.Say) > 0 && !slices.Equal(slices.Sorted(maps.Keys(answer.Say)), slices.Sorted(maps.Keys(of.Say))) {
		c.fail(at+".say", "want the languages of the question, %s", strings.Join(slices.Sorted(maps.Keys(of.Say)), ", "))
	}
}

// asked checks texts of which each is heard whole: a caller cannot answer silence.
func (c *checker) asked(at string, texts map[string]string) {
	c.texts(at, texts)
	for language, text := range sorted(texts) {
		if strings.TrimSpace(text) == "" {
			c.fail(at+"."+language, "want a text; leave the language out if its callers are not asked")
		}
		if template, err := spoken.Parse(text); err == nil && len(template.Names()) > 0 {
			c.fail(at+"."+language, "{%s} has no value in this text", template.Names()[0])
		}
	}
}

// ownName checks a name in a list of which each has its own.
func (c *checker) ownName(at, name string, seen map[string]bool) {
	switch {
	case name == "" || len(name) > maxName || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != "":
		c.fail(at, "want 1 to %d of a-z, 0-9 and _, not %q", maxName, name)
	case seen[name]:
		c.fail(at, "%s is also the name of another", name)
	}
	seen[name] = true
}

// surveyed checks that the numbers of questions are those of the file.
func (c *checker) surveyed(s Settings) {
	for i, question := range s.Survey.Questions {
		for j, number := range question.Numbers {
			if _, found := s.Numbers[number]; !found && number != OtherNumbers && taskrouter.IsNumber(number) {
				c.fail(fmt.Sprintf("survey.questions[%d].numbers[%d]", i, j), "the file has no number %s", number)
			}
		}
	}
}
