package survey

import (
	"slices"
	"strings"
	"sync"
	"unicode"
)

// The grammar of a spoken score. Each word of the utterance must have a place in the grammar; with
// any other word the utterance is no answer. So the survey asks again after "one moment please" and
// "not a five", without a list of all that people say around a number.
//
//	utterance = { phrase | answer }            with at least one answer, and all answers equal
//	answer    = score [ of five ] [ "stars" ]
//	of five   = ( "out of" | "of" | "/" ) five
//	score     = "one" … "five" | "1" … "5" | "number two" … "number five"
//
// "number one" is praise as often as it is a score.
var (
	scores = map[string]int{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5}

	ofFive = split("out of five", "out of 5", "of five", "of 5", "/ five", "/ 5")
	units  = split("stars", "star", "points")
)

// phrases do not change the score. Few callers speak theirs, and a cold start does not wait for the
// list.
var phrases = sync.OnceValue(func() [][]string {
	return slices.Concat(
		split("um", "umm", "uhm", "uh", "er", "erm", "hm", "hmm", "mm", "ah", "oh"),
		split("well", "so", "okay", "ok", "yes", "yeah", "yep", "sure"),
		split("probably", "maybe", "perhaps", "definitely", "a solid", "a perfect", "a", "an", "the"),
		split("thank you very much", "thank you so much", "thank you", "thanks a lot", "thanks", "please"),
		split("I think", "I guess", "let's say", "I'd say", "I would say", "I'll say", "I will say", "I say"),
		split("I'd go with", "I would go with", "I'll go with", "I will go with", "I'd go for", "I'll go for"),
		gifts("give", "it", "this", "this call", "the call", "you", "him", "her", "them"),
		gifts("rate", "it", "it at", "this", "this call", "the call", "it as"),
		split("I'd rate it with", "I'd like to give it", "I'd like to give"),
		split("it was", "it's", "it is", "it would be", "that's", "that is", "that would be", "make it"),
		split("my score is", "my rating is", "my answer is", "the score is", "the answer is"),
		scales(),
	)
})

// gifts are the ways to begin with a verb: "I'd give it", "I would give", "give them".
func gifts(verb string, things ...string) [][]string {
	var all []string
	for _, who := range []string{"I'd ", "I would ", "I'll ", "I will ", "I ", ""} {
		for _, thing := range things {
			all = append(all, who+verb+" "+thing)
		}
		if who != "" {
			all = append(all, who+verb)
		}
	}
	return split(all...)
}

// scales are the ways to repeat the scale: "on a scale of one to five".
func scales() [][]string {
	var all []string
	for _, scale := range []string{"on a scale of ", "on a scale from ", "on the scale of ", "on the scale from ", "on scale of ", "on scale from ", "from "} {
		for _, span := range []string{"one to five", "1 to 5", "1-5", "one to 5", "1 to five"} {
			all = append(all, scale+span)
		}
	}
	return split(append(all, "out of five", "out of 5")...)
}

// pressedScore returns the score that was pressed, 1 to 5, or 0 if it is none.
func pressedScore(digits string) int {
	if len(digits) != 1 || digits[0] < '1' || digits[0] > '5' {
		return 0
	}
	return int(digits[0] - '0')
}

// spokenScore returns the score that was said, 1 to 5, or 0 if there is none or more than one.
func spokenScore(said string) int {
	found := 0
	for words := wordsOf(said); len(words) > 0; {
		if n := longest(phrases(), words); n > 0 {
			words = words[n:]
			continue
		}
		score, n := scoreAt(words)
		if score == 0 || found > 0 && score != found {
			return 0
		}
		found, words = score, words[n:]
	}
	return found
}

// scoreAt returns the score with which words begin and how many words it has, or 0.
func scoreAt(words []string) (score, n int) {
	if words[0] == "number" && len(words) > 1 {
		if score, n = scores[words[1]], 2; score == 1 {
			return 0, 0
		}
	} else {
		score, n = scores[words[0]], 1
	}
	n += longest(ofFive, words[n:])
	return score, n + longest(units, words[n:])
}

// longest returns the number of words of the longest phrase with which words begin, or 0.
func longest(phrases [][]string, words []string) int {
	n := 0
	for _, phrase := range phrases {
		if len(phrase) > n && len(phrase) <= len(words) && slices.Equal(phrase, words[:len(phrase)]) {
			n = len(phrase)
		}
	}
	return n
}

func split(phrases ...string) [][]string {
	all := make([][]string, len(phrases))
	for i, phrase := range phrases {
		all[i] = wordsOf(phrase)
	}
	return all
}

// wordsOf splits a text into words in lower case, without apostrophes, which not every transcript
// has. White space and punctuation for a pause only separate words. Any other character is a word
// of its own, as are a period, a comma and a hyphen right before a digit: without them 4.5, 4,5 and
// -4 would look like other scores.
func wordsOf(text string) []string {
	var spaced strings.Builder
	runes := []rune(strings.ToLower(text))
	for i, r := range runes {
		beforeDigit := i+1 < len(runes) && isDigit(runes[i+1])
		switch {
		case strings.ContainsRune("'’", r):
		case unicode.IsLetter(r), isDigit(r):
			spaced.WriteRune(r)
		case unicode.IsSpace(r), strings.ContainsRune(`.,-–`, r) && !beforeDigit, strings.ContainsRune(`!;:…"“”—`, r):
			spaced.WriteByte(' ')
		default:
			spaced.WriteString(" " + string(r) + " ")
		}
	}
	return strings.Fields(spaced.String())
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
