package script

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
)

const keys = "0123456789*#"

// outcomeVoicemail marks a mailbox while ParsePhone reads its steps. The result has OutcomeAnswers.
const outcomeVoicemail Outcome = -1

const (
	wantOutcome = `a phone begins with one of: answers after 4 s, voicemail answers after 10 s, never answers, is busy, fails`
	wantQuotes  = `words need double quotes, as in hears "position 2"; in YAML, words with ": " or " #" in them need ` +
		`single quotes around the whole step`
	wantKeys     = `keys are 0 to 9, * and #, as in presses 1; in YAML, # needs quotes: presses "#"`
	wantDuration = `a time is a number and ms, s, min or h, as in 40 s or 1 min 30 s`
)

// moments are the moments that until can wait for.
func moments() []Moment {
	return []Moment{Enqueued, WorkerReserved, WorkerRings, WorkerAnswers, Bridged, TaskCanceled}
}

// stepForm is the spelling of a step that an error suggests.
type stepForm struct{ verb, operand string }

func (f stepForm) String() string { return strings.TrimSpace(f.verb + " " + f.operand) }

func stepForms() []stepForm {
	return []stepForm{
		{"hears", `"words"`}, {"presses", "1"}, {"presses nothing", ""}, {"says", `"words"`}, {"records for", "4 s"}, {"waits", "3 s"},
		{"until", "bridged"}, {"talks", "40 s"}, {"hangs up", ""}, {"hangs up after", "40 s"}, {"stays on", ""},
	}
}

func stepList() string {
	var forms []string
	for _, form := range stepForms() {
		forms = append(forms, form.String())
	}
	return strings.Join(forms, ", ")
}

// scriptLines yields the lines that are neither empty nor comments, with their numbers.
func scriptLines(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		number := 0
		for line := range strings.SplitSeq(text, "\n") {
			number++
			line = strings.TrimSpace(line)
			if line != "" && line[0] != '#' && !yield(number, line) {
				return
			}
		}
	}
}

// parseStep reads a step. want is the expected form if the line is no step, else "".
func parseStep(line string) (step Step, want string) {
	verb, rest := cutVerb(line, "hangs up after", "hangs up", "presses nothing", "stays on", "hears", "presses", "says",
		"records for", "records", "waits for", "waits", "until", "talks for", "talks")
	switch verb {
	case "hears", "says":
		words, ok := unquote(rest)
		if !ok {
			return Step{}, wantQuotes
		}
		return Step{Kind: Kind(verb), Text: words}, ""
	case "presses":
		pressed, quoted := unquote(rest)
		if !quoted {
			pressed = rest
		}
		if pressed == "" || strings.Trim(pressed, keys) != "" {
			return Step{}, wantKeys
		}
		return Presses(pressed), ""
	case "until":
		return parseMoment(rest)
	case "records for", "records", "waits for", "waits", "talks for", "talks", "hangs up after":
		d, ok := parseSpan(rest)
		if !ok {
			return Step{}, wantDuration
		}
		kind := strings.TrimSuffix(strings.TrimSuffix(verb, " after"), " for")
		return Step{Kind: Kind(kind), Span: d}, ""
	case "hangs up", "stays on", "presses nothing":
		if rest != "" {
			return Step{}, "nothing follows " + verb + remedyFor(line)
		}
		return Step{Kind: Kind(verb)}, ""
	}
	return Step{}, "a step is one of: " + stepList() + remedyFor(line)
}

func parseMoment(text string) (Step, string) {
	text = strings.TrimPrefix(strings.ToLower(text), "the ")
	if slices.Contains(moments(), Moment(text)) {
		return Until(Moment(text)), ""
	}
	var known []string
	for _, m := range moments() {
		known = append(known, "until "+string(m))
	}
	return Step{}, "one can wait for: " + strings.Join(known, ", ")
}

// parseOutcome reads the first line of a phone.
func parseOutcome(line string) (phone Phone, want string) {
	verb, rest := cutVerb(line, "answers after", "voicemail answers after", "never answers", "is busy", "fails")
	switch verb {
	case "answers after", "voicemail answers after":
		d, ok := parseSpan(rest)
		if !ok {
			return Phone{}, wantDuration
		}
		phone = AnswersAfter(d)
		if verb != "answers after" {
			phone.Outcome = outcomeVoicemail
		}
		return phone, ""
	case "never answers":
		phone = NeverAnswers()
	case "is busy":
		phone = Busy()
	case "fails":
		phone = Fails()
	default:
		return Phone{}, wantOutcome
	}
	if rest != "" {
		return Phone{}, "nothing follows " + verb
	}
	return phone, ""
}

// cutVerb returns the first of verbs that is a prefix of the line, in any case, and the rest. A
// verb must be listed before its own prefixes.
func cutVerb(line string, verbs ...string) (verb, rest string) {
	for _, verb := range verbs {
		if len(line) >= len(verb) && strings.EqualFold(line[:len(verb)], verb) && (len(line) == len(verb) || line[len(verb)] == ' ') {
			return verb, strings.TrimSpace(line[len(verb):])
		}
	}
	return "", line
}

func unquote(text string) (string, bool) {
	if !strings.HasPrefix(text, `"`) {
		return "", false
	}
	words, err := strconv.Unquote(text)
	return words, err == nil
}

// span formats a duration in the largest unit in which it is a whole number.
func span(d time.Duration) string {
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{time.Hour, " h"}, {time.Minute, " min"}, {time.Second, " s"}, {time.Millisecond, " ms"}} {
		if d != 0 && d%unit.size == 0 {
			return strconv.FormatInt(int64(d/unit.size), 10) + unit.name
		}
	}
	if d == 0 {
		return "0 s"
	}
	return d.String()
}

// parseSpan reads what span writes, and sequences of it such as 1 min 30 s.
func parseSpan(text string) (total time.Duration, ok bool) {
	joined := strings.ToLower(strings.ReplaceAll(text, " ", ""))
	for _, unit := range []struct{ long, short string }{
		{"milliseconds", "ms"}, {"seconds", "s"}, {"second", "s"}, {"sec", "s"}, {"minutes", "m"}, {"minute", "m"}, {"min", "m"}, {"hours", "h"}, {"hour", "h"},
	} {
		joined = strings.ReplaceAll(joined, unit.long, unit.short)
	}
	total, err := time.ParseDuration(joined)
	return total, err == nil && total >= 0
}

// remedyFor suggests the form whose verb is closest to the line's first words.
func remedyFor(line string) string {
	words := strings.Fields(strings.ToLower(line))
	best, closest := "", 3
	for _, form := range stepForms() {
		for n := range min(len(words), 2) {
			if d := distance(strings.Join(words[:n+1], " "), form.verb); d < closest {
				best, closest = form.String(), d
			}
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// distance is the number of letters to change, insert or delete to turn a into b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
