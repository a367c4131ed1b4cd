// Package limits stands in for the limits of AWS and Twilio in virtual time: rates, execution
// environments, partitions, and the time that a request takes. Each limit has the documented
// default of a new account.
package limits

import (
	"time"

	"switchboard/shared/simulator/clock"
)

// Rate admits so many requests, or units, a second. Burst of them may come at the same moment.
type Rate struct {
	Loop      *clock.Loop
	PerSecond float64
	Burst     float64 // 0 = those of a second

	begun bool
	at    time.Time
	left  float64
}

// Admits reports whether the rate leaves room for a request now.
func (r *Rate) Admits() bool {
	r.refill()
	return r.left >= 1
}

// Use counts units, also those that go beyond the rate: they come off what is left later.
func (r *Rate) Use(units float64) {
	r.refill()
	r.left -= units
}

// Take counts one request if the rate admits it.
func (r *Rate) Take() bool {
	if !r.Admits() {
		return false
	}
	r.Use(1)
	return true
}

func (r *Rate) refill() {
	now, burst := r.Loop.Now(), r.Burst
	if burst == 0 {
		burst = r.PerSecond
	}
	if !r.begun {
		r.begun, r.left = true, burst
	} else {
		r.left = min(burst, r.left+now.Sub(r.at).Seconds()*r.PerSecond)
	}
	r.at = now
}

// Peak finds the busiest second.
type Peak struct {
	Most int // in the busiest second

	second int64
	n      int
}

// Count counts units at a time. Times do not go back.
func (p *Peak) Count(at time.Time, units int) {
	if at.Unix() != p.second {
		p.second, p.n = at.Unix(), 0
	}
	p.n += units
	p.Most = max(p.Most, p.n)
}
