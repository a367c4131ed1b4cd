package hours

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxReason is in characters: a prompt says the reason.
const maxReason = 100

// Mistake is an error in one of the texts of a desk's hours.
type Mistake struct {
	Key  string // the key of the text, as it was given
	Text string // what is wrong and what is allowed
}

// Error returns key and text.
func (m *Mistake) Error() string { return m.Key + ": " + m.Text }

// mistake returns a *Mistake with the text of err, or nil if err is.
func mistake(key string, err error) error {
	if err == nil {
		return nil
	}
	return &Mistake{Key: key, Text: err.Error()}
}

// parseDay reads closed, always or spans, and the words behind them as the reason. The spans are in
// order.
func parseDay(text string) (Day, error) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return Day{}, errors.New("no hours: write closed, always or such as 09:00-12:30 13:30-18:00")
	}
	var day Day
	switch first := words[0]; {
	case first == "closed" || first == "always":
		if words = words[1:]; len(words) > 0 && meansHours(words[0]) {
			return Day{}, fmt.Errorf("%q behind %s: write one of them", words[0], first)
		}
		if first == "always" {
			day.Spans = []Span{{0, midnight}}
		}
	case !meansHours(first):
		return Day{}, fmt.Errorf("%q in place of hours: write closed, always or such as 09:00-12:30 13:30-18:00", first)
	}
	for len(words) > 0 && meansHours(words[0]) {
		span, err := parseSpan(words[0])
		if err != nil {
			return Day{}, err
		}
		day.Spans = append(day.Spans, span)
		words = words[1:]
	}
	slices.SortFunc(day.Spans, func(a, b Span) int { return int(a.From - b.From) })
	for i := 1; i < len(day.Spans); i++ {
		if earlier, later := day.Spans[i-1], day.Spans[i]; earlier.end() > later.From {
			return Day{}, fmt.Errorf("%v overlaps %v: each span begins when the one before it ends, or later", earlier, later)
		}
	}
	day.Reason = strings.Join(words, " ")
	return day, checkReason(day.Reason)
}

// meansHours says whether a word is meant as a span, as 9-12 and 25:00-26:00 are and 4th is not.
func meansHours(word string) bool {
	return word[0] >= '0' && word[0] <= '9' && strings.ContainsAny(word, ":-–")
}

func parseSpan(text string) (Span, error) {
	from, until, _ := strings.Cut(text, "-")
	begin, beginOK := parseClock(from)
	end, endOK := parseClock(until)
	switch {
	case !beginOK || !endOK || begin == midnight:
		return Span{}, fmt.Errorf("%q is no span: write one such as 09:00-12:30, from 00:00 to 24:00, without spaces", text)
	case begin == end:
		return Span{}, fmt.Errorf("the span %s is empty: write always for a whole day", text)
	}
	return Span{begin, end}, nil
}

// parseClock reads 9:00, 09:00 and 24:00.
func parseClock(text string) (clock Clock, ok bool) {
	hours, minutes, _ := strings.Cut(text, ":")
	h, hoursOK := parseDigits(hours)
	m, minutesOK := parseDigits(minutes)
	clock = Clock(h*60 + m)
	return clock, hoursOK && minutesOK && len(minutes) == 2 && m < 60 && clock <= midnight
}

// parseDigits reads one or two digits.
func parseDigits(text string) (n int, ok bool) {
	for _, r := range text {
		if r < '0' || r > '9' {
			return 0, false
		}
		n = 10*n + int(r-'0')
	}
	return n, len(text) == 1 || len(text) == 2
}

func checkReason(reason string) error {
	switch n := utf8.RuneCountInString(reason); {
	case n > maxReason:
		return fmt.Errorf("a reason of %d characters, at most %d are allowed", n, maxReason)
	case !utf8.ValidString(reason) || strings.ContainsFunc(reason, func(r rune) bool { return !unicode.IsPrint(r) }):
		return fmt.Errorf("the reason %q has characters that are not text", reason)
	}
	return nil
}
