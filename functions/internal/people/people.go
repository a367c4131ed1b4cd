// Package people draws what callers and workers do from a seed.
package people

import (
	"math"
	"math/rand/v2"
	"time"

	"switchboard/functions/internal/calls"
	"switchboard/shared/simulator/script"
)

// MaxTalk is the longest talk.
const MaxTalk = 30 * time.Minute

const (
	meanTalk   = 4 * time.Minute
	talkSpread = 0.7 // sigma of a lognormal distribution

	// Shares of the calls to a worker.
	notAnswered = 0.05
	busy        = 0.03
	declined    = 0.02
)

// People are drawn one after the other.
type People struct {
	Random *rand.Rand
	NoGate bool // workers talk as soon as they answer
}

// Between returns a time from low, and before high.
func (p People) Between(low, high time.Duration) time.Duration {
	return low + time.Duration(p.Random.Int64N(int64(high-low)))
}

// Talk returns how long a person talks.
func (p People) Talk() time.Duration {
	mean := math.Log(meanTalk.Seconds()) - talkSpread*talkSpread/2
	seconds := math.Exp(mean + talkSpread*p.Random.NormFloat64())
	return min(time.Duration(seconds*float64(time.Second)), MaxTalk)
}

// Caller returns what the nth caller does from the talk on. One in four hangs up first, unless the
// worker talks for a shorter time. The others hear the survey, and two of three answer it.
func (p People) Caller(n int) []script.Step {
	steps := []script.Step{script.Until(script.Bridged)}
	switch n % 4 {
	case 0:
		steps = append(steps, script.Talks(p.Talk()))
	case 1:
		steps = append(steps, script.Hears("from 1 to 5"))
	default:
		steps = append(steps, script.Hears("from 1 to 5"), script.Presses("5"), script.Hears("after the tone"))
	}
	return append(steps, script.HangsUp())
}

// Phones returns what happens at each call to a worker.
func (p People) Phones(n int) []script.Phone {
	phones := make([]script.Phone, n)
	for i := range phones {
		ring := p.Between(2*time.Second, 9*time.Second)
		switch dice := p.Random.Float64(); {
		case dice < notAnswered:
			phones[i] = script.NeverAnswers()
		case dice < notAnswered+busy:
			phones[i] = script.Busy()
		case dice < notAnswered+busy+declined:
			phones[i] = script.AnswersAfter(ring, script.Hears("to decline"), script.Presses("2"))
		default:
			phones[i] = p.takesCall(ring, p.Talk())
		}
	}
	return phones
}

func (p People) takesCall(ring, talk time.Duration) script.Phone {
	if p.NoGate {
		return script.AnswersAfter(ring, script.Talks(talk), script.HangsUp())
	}
	return calls.PressesOne(ring, talk)
}
