package doctor

import (
	"slices"
	"strings"

	"switchboard/shared/expression"
)

// name is an attribute in an expression: task.skill, or skill in an expression about one owner.
type name struct{ owner, attribute string }

type nameList []name

// qualified lists the names in a target's expression, which begin with task. or worker.
// (https://www.twilio.com/docs/taskrouter/workflow-configuration).
func qualified(expression string) nameList {
	var found nameList
	for _, word := range words(expression) {
		owner, rest, _ := strings.Cut(word, ".")
		attribute, _, _ := strings.Cut(rest, ".")
		found = append(found, name{owner, attribute})
	}
	return found
}

// unqualified lists the names in a filter's or a task queue's expression.
func unqualified(expression string) nameList {
	var found nameList
	for _, word := range words(expression) {
		attribute, _, _ := strings.Cut(word, ".")
		found = append(found, name{"", attribute})
	}
	return found
}

// words returns the words of an expression, except keywords and text in quotes.
func words(expression string) []string {
	all := strings.FieldsFunc(unquoted(expression),
		func(r rune) bool { return strings.ContainsRune(" \t\r\n()[],=!<>", r) })
	return slices.DeleteFunc(all, keyword)
}

func unquoted(expression string) string {
	var text strings.Builder
	var quote rune
	for _, r := range expression {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'':
			quote = r
		default:
			text.WriteRune(r)
		}
	}
	return text.String()
}

// changing returns the first of the owner's names whose value changes from call to call: a worker's
// activity or channels (https://www.twilio.com/docs/taskrouter/multitasking); "" if there is none.
func (l nameList) changing(owner string) string {
	for _, each := range l {
		if each.owner == owner && slices.Contains([]string{"activity_name", "activity_sid", "channel"},
			each.attribute) {
			return each.attribute
		}
	}
	return ""
}

// onlyOf reports whether every name of the owner is an attribute that all the tasks have.
func (l nameList) onlyOf(owner string, tasks []expression.Attributes) bool {
	for _, each := range l {
		if each.owner != owner {
			continue
		}
		if len(tasks) == 0 {
			return false
		}
		for _, task := range tasks {
			if _, known := task[each.attribute]; !known {
				return false
			}
		}
	}
	return true
}

// keyword reports whether a word outside quotes does not name an attribute.
func keyword(word string) bool {
	switch strings.ToUpper(word) {
	case "AND", "OR", "NOT", "IN", "HAS", "CONTAINS", "TRUE", "FALSE", "NULL":
		return true
	}
	return word[0] >= '0' && word[0] <= '9' || word[0] == '-'
}
