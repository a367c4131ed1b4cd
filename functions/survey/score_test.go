package survey

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestSpokenScore(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		said string
		want int
	}{
		// Answers.
		{"five", 5},
		{"Five.", 5},
		{"1", 1},
		{"2.", 2},
		{"THREE!", 3},
		{"four!", 4},
		{"a four", 4},
		{"um, four", 4},
		{"uh 4 please", 4},
		{"Three, please.", 3},
		{"I'd say four.", 4},
		{"I’d say four", 4},
		{"Id say four", 4},
		{"I would say a five.", 5},
		{"I would give it a four", 4},
		{"I'd give him a five, thank you", 5},
		{"give them a two", 2},
		{"I'll go with three", 3},
		{"let's say three", 3},
		{"probably a four", 4},
		{"definitely five", 5},
		{"yes, five", 5},
		{"three, yes, 3", 3},
		{"five, definitely a five", 5},
		{"four out of five", 4},
		{"4 out of 5", 4},
		{"Four out of 5.", 4},
		{"one out of five", 1},
		{"five of five", 5},
		{"2 of 5", 2},
		{"4/5", 4},
		{"4 / 5", 4},
		{"5/5!", 5},
		{"four stars", 4},
		{"five-star", 5},
		{"one star", 1},
		{"3 points", 3},
		{"five out of five stars", 5},
		{"four points out of five", 4},
		{"on a scale of one to five, a four", 4},
		{"On a scale from 1 to 5 I'd say 4.", 4},
		{"on a scale of 1-5, 4", 4},
		{"out of five, I'd give it a three", 3},
		{"four on a scale of one to five", 4},
		{"from one to five, four", 4},
		{"my score is 2", 2},
		{"it was a one", 1},
		{"it's a solid four", 4},
		{"number four", 4},
		{"well, so, okay, five I think, thank you very much", 5},
		{`"five"`, 5},

		// Sentences that have a number, and no answer.
		{"one moment please", 0},
		{"just one second", 0},
		{"I've been waiting for two hours", 0},
		{"you are number one", 0},
		{"number one", 0},
		{"no one helped me", 0},
		{"I called three times", 0},
		{"I spoke to two of them", 0},
		{"the five of us", 0},
		{"I have four questions", 0},
		{"call me at five", 0},
		{"one of you", 0},
		{"five minutes ago", 0},
		{"give me one", 0},

		// Answers that are none of ours, or that are in doubt.
		{"not a five", 0},
		{"never a five", 0},
		{"it wasn't a five", 0},
		{"less than five", 0},
		{"at least a four", 0},
		{"almost five", 0},
		{"a four or a five", 0},
		{"two or three", 0},
		{"two, three, two", 0},
		{"four, no, five", 0},
		{"one to five", 0},
		{"from one to five", 0},
		{"on a scale of one to five", 0},
		{"on a scale of one to ten, a four", 0},
		{"out of five", 0},
		{"four out of ten", 0},
		{"4/10", 0},
		{"4/5/5", 0},
		{"five out of four", 0},
		{"four?", 0},
		{"four and a half", 0},
		{"four point five", 0},
		{"five point five", 0},
		{"4.5", 0},
		{"5,5", 0},
		{".5", 0},
		{"-4", 0},
		{"4½", 0},
		{"4-5", 0},
		{"zero", 0},
		{"0", 0},
		{"05", 0},
		{"six", 0},
		{"ten", 0},
		{"45", 0},
		{"55", 0},
		{"4%", 0},
		{"5th", 0},
		{"fives", 0},
		{"phone", 0},
		{"５", 0},
		{"for", 0},
		{"to", 0},
		{"it was fine, thank you", 0},
		{"please", 0},
		{"", 0},
		{"</Say><Hangup/>", 0},
		{"\xff5", 0},
	} {
		if got := spokenScore(test.said); got != test.want {
			t.Errorf("%q: %d, want %d", test.said, got, test.want)
		}
	}
}

func TestPressedScore(t *testing.T) {
	t.Parallel()
	for digits, want := range map[string]int{
		"1": 1, "2": 2, "3": 3, "4": 4, "5": 5,
		"": 0, "0": 0, "6": 0, "9": 0, "45": 0, "11": 0, "5#": 0, "#": 0, "*": 0, "five": 0, "hangup": 0, "٣": 0, " 5": 0,
	} {
		if got := pressedScore(digits); got != want {
			t.Errorf("%q: %d, want %d", digits, got, want)
		}
	}
}

// vocabulary is every word that has a place in the grammar, written down a second time: a test must
// not learn it from the code.
func vocabulary() []string {
	return strings.Fields(`1 2 3 4 5 one two three four five number / - of out stars star points
		um umm uhm uh er erm hm hmm mm ah oh well so okay ok yes yeah yep sure probably maybe perhaps definitely solid perfect a an the
		thank thanks you very much lot please i id ill think guess lets say would will go with for give rate it this call him her them at as
		like to its is was be thats that make my score rating answer on scale from`)
}

// TestForeignWordIsAskedAgain puts a word that the grammar does not have anywhere into an answer.
func TestForeignWordIsAskedAgain(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(11, 4))
	answers := []string{"four", "I'd say four", "on a scale of one to five , a four , thank you", "four out of five stars", "um , 4 please", "4 / 5"}
	foreign := strings.Fields("not no never moment minute hours times ten six zero and or half point than almost except nearly ? % < é 0 10 waiting am are")
	for range 5000 {
		words := strings.Fields(answers[random.IntN(len(answers))])
		if whole := strings.Join(words, " "); spokenScore(whole) != 4 {
			t.Fatalf("%q is no answer", whole)
		}
		said := strings.Join(slices.Insert(words, random.IntN(len(words)+1), foreign[random.IntN(len(foreign))]), " ")
		if got := spokenScore(said); got != 0 {
			t.Fatalf("%q: %d, want 0", said, got)
		}
	}
}

// FuzzSpokenScore holds any text to a score of 1 to 5 that is among its words, or to 0, and to 0 if
// one of its words has no place in the grammar.
func FuzzSpokenScore(f *testing.F) {
	for _, said := range []string{"four out of five", "on a scale of 1-5, 4", "not a five", "4.5", "number", "out of", "5 of", "\xff", "I'd give"} {
		f.Add(said)
	}
	f.Fuzz(func(t *testing.T, said string) {
		got := spokenScore(said)
		if got < 0 || got > 5 {
			t.Fatalf("%q: %d", said, got)
		}
		words := strings.FieldsFunc(strings.ToLower(strings.NewReplacer("'", "", "’", "").Replace(said)), func(r rune) bool {
			return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '/' || r == '?')
		})
		given := got == 0
		for _, word := range words {
			given = given || scores[word] == got
			if got != 0 && strings.Trim(word, "/") != "" && !slices.ContainsFunc(strings.Split(word, "/"), func(part string) bool { return part == "" || slices.Contains(vocabulary(), part) }) {
				t.Errorf("%q: %d, and %q has no place in an answer", said, got, word)
			}
		}
		if !given && !strings.Contains(said, "/") {
			t.Errorf("%q: %d, which was not said", said, got)
		}
	})
}
