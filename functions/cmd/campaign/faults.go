package main

import (
	"slices"
	"strconv"
	"time"
)

// kind is one way in which the world around the functions fails.
type kind int

const (
	webhookTwice kind = iota
	webhookLate
	webhookLost
	webhookRefused
	answerSlow
	answerLost
	environmentCold
	environmentLost
	killedBefore
	killedAfter
	ssmSlow
	ssmFails
	sqsSlow
	sqsFails
	sqsAnswerLost
	sqsTwice
	sqsLate
	tableSlow
	tableFails
	tableAnswerLost
	tableRetried
	restSlow
	restFails
	restThrottles
	restAnswerLost
	restCut
	crmSlow
	crmDown
	crmRefuses
	crmFails
	crmLies
	clockSkewed
	tokenRotated
	forgery
	kinds int = iota
)

// names returns the kinds' names in the table, and the chance that each strikes at an opportunity.
func (kind) names() [kinds]struct {
	name string
	rate float64
} {
	return [kinds]struct {
		name string
		rate float64
	}{
		webhookTwice: {"webhook-twice", 0.01}, webhookLate: {"webhook-late", 0.01}, webhookLost: {"webhook-lost", 0.005},
		webhookRefused: {"webhook-refused", 0.002}, answerSlow: {"answer-slow", 0.002}, answerLost: {"answer-lost", 0.003},
		environmentCold: {"cold-start", 0.03}, environmentLost: {"environment-lost", 0.02},
		killedBefore: {"killed-before", 0.003}, killedAfter: {"killed-after", 0.003},
		ssmSlow: {"ssm-slow", 0.02}, ssmFails: {"ssm-fails", 0.02},
		sqsSlow: {"sqs-slow", 0.01}, sqsFails: {"sqs-fails", 0.01}, sqsAnswerLost: {"sqs-answer-lost", 0.005},
		sqsTwice: {"sqs-twice", 0.05}, sqsLate: {"sqs-late", 0.03},
		tableSlow: {"table-slow", 0.01}, tableFails: {"table-fails", 0.01}, tableAnswerLost: {"table-answer-lost", 0.005}, tableRetried: {"table-retried", 0.005},
		restSlow: {"rest-slow", 0.02}, restFails: {"rest-fails", 0.01}, restThrottles: {"rest-throttles", 0.02},
		restAnswerLost: {"rest-answer-lost", 0.01}, restCut: {"rest-cut", 0.01},
		crmSlow: {"crm-slow", 0.03}, crmDown: {"crm-down", 0.02}, crmRefuses: {"crm-refuses", 0.02}, crmFails: {"crm-fails", 0.02}, crmLies: {"crm-lies", 0.01},
		clockSkewed: {"clock-skewed", 0.2}, tokenRotated: {"token-rotated", 0.1}, forgery: {"forgery", 0.3},
	}
}

func (k kind) String() string { return k.names()[k].name }

// harmless kinds excuse nothing: the functions must keep every rule in spite of them.
func (k kind) harmless() bool {
	return slices.Contains([]kind{
		webhookTwice, webhookLate, environmentCold, environmentLost, sqsTwice, crmSlow, crmDown, crmRefuses, crmFails, crmLies, clockSkewed, tokenRotated, forgery,
	}, k)
}

// rates has the chance of each kind as a 64-bit threshold.
type rates [kinds]uint64

func defaultRates() rates {
	var r rates
	for k, named := range kind(0).names() {
		r.set(kind(k), named.rate)
	}
	return r
}

func (r *rates) set(k kind, rate float64) {
	r[k] = uint64(rate * (1 << 63) * 2)
	if rate >= 1 {
		r[k] = ^uint64(0)
	}
}

// fault is the nth opportunity of its kind. Leaving one fault out leaves the decisions about all
// others as they are.
type fault struct {
	kind kind
	n    int
}

func (f fault) String() string { return f.kind.String() + "#" + strconv.Itoa(f.n) }

// faults decides which faults strike in one world.
type faults struct {
	seed    uint64
	rates   *rates
	storm   uint64 // multiplies the rates; 0 = nothing strikes
	without map[fault]bool
	chances [kinds]int
	struck  []fault
}

// drawStorm returns a world's storm. A third of the worlds is calm, so that nothing excuses a
// broken rule there; a few are stormy.
func drawStorm(seed uint64) uint64 {
	switch mix(seed, 77) % 12 {
	case 0, 1, 2, 3:
		return 0
	case 4:
		return 10
	case 5:
		return 4
	}
	return 1
}

// strikes decides whether a fault of the kind happens now. dice decides its details.
func (f *faults) strikes(k kind) (dice uint64, struck bool) {
	if f.storm == 0 || f.rates[k] == 0 {
		return 0, false
	}
	f.chances[k]++
	fault := fault{k, f.chances[k]}
	roll := mix(f.seed, uint64(k)<<32|uint64(fault.n))
	threshold := f.rates[k]
	if threshold < ^uint64(0)/f.storm {
		threshold *= f.storm
	} else {
		threshold = ^uint64(0)
	}
	if roll >= threshold || f.without[fault] {
		return 0, false
	}
	f.struck = append(f.struck, fault)
	return mix(roll, 1), true
}

// mix hashes two numbers with one step of splitmix64.
func mix(a, b uint64) uint64 {
	z := a + (b+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// between returns a duration from low to high, in milliseconds, as dice decides.
func between(dice uint64, low, high time.Duration) time.Duration {
	steps := uint64((high-low)/time.Millisecond) + 1
	return low + time.Duration(dice%steps)*time.Millisecond
}
