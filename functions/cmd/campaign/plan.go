package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"switchboard/shared/settings"
	"switchboard/shared/simulator/reading"
	"switchboard/shared/simulator/script"
)

// plan describes one world before anything happens. A seed decides it.
type plan struct {
	seed    uint64
	storm   uint64
	callers []caller
	workers []member

	deferred, gate, crm      bool
	ring, reservationTimeout time.Duration
	wrapUp                   *time.Duration
	taskTimeout, priority    *int
	targets                  string // the workflow's, as JSON; %q is the task queue
	maxSize                  int    // of the voice queue; 0 = unchanged
	allEvents                bool   // the workspace also sends events that no function wants
	readings                 reading.Set

	skew time.Duration

	desk    desk
	errands []errand

	hostile *hostility // nil = only callers and workers act
	own     *ownDesk   // nil = the plain desk of keys
	shifts  *shifts    // nil = the workers have none

	survey *settings.Survey // nil = callers are asked package prompt's two questions

	requests *requests // nil = callers leave no requests, and recordings are dropped
}

// caller is a person who calls after a while.
type caller struct {
	after time.Duration
	from  string
	steps []script.Step

	withoutTo bool // To is empty
	second    bool // dials secondNumber
}

// member is a worker with a phone.
type member struct {
	name, contact, attributes string
	phones                    []script.Phone
	offline                   bool // until they sign on
}

// worldSeed derives a world's seed from the run's seed and the world's index.
func worldSeed(run, index uint64) uint64 { return mix(mix(run, 0x5117c4), index) }

// callersOf returns how many callers a seed's world has, without drawing the rest of it.
func callersOf(seed uint64) int {
	switch mix(seed, 11) % 16 {
	case 0, 1:
		return 3
	case 2, 3, 4:
		return 2
	case 5, 6, 7:
		return 5
	}
	return 1
}

// manyCallers is the number of callers from which on they share few workers and call over a longer
// time.
const manyCallers = 5

// lastCaller is the latest time at which one of many callers calls.
const lastCaller = 4 * time.Minute

// draws makes random decisions from one seed.
type draws struct{ *rand.Rand }

func (d draws) chance(in float64) bool { return d.Float64() < in }

func (d draws) span(low, high time.Duration) time.Duration {
	return low + time.Duration(d.Int64N(int64((high-low)/time.Millisecond)+1))*time.Millisecond
}

func pick[T any](d draws, choices ...T) T { return choices[d.IntN(len(choices))] }

func drawPlan(seed uint64) plan {
	d := draws{rand.New(rand.NewPCG(seed, 3))}
	p := plan{
		seed: seed, storm: drawStorm(seed),
		deferred: d.chance(0.75), gate: d.chance(0.8), crm: d.chance(0.6),
		ring:               pick(d, 10*time.Second, 15*time.Second, 15*time.Second, 25*time.Second),
		reservationTimeout: pick(d, 25*time.Second, 45*time.Second, 2*time.Minute, 2*time.Minute),
		targets:            `[{"queue":%[1]q}]`,
		readings:           reading.Draw(rand.New(rand.NewPCG(seed, 20))),
		allEvents:          d.chance(0.15),
	}
	if d.chance(0.9) {
		wait := pick(d, 0, 10*time.Second, 30*time.Second, 30*time.Second)
		p.wrapUp = &wait
	}
	if d.chance(0.15) {
		seconds := 10 + d.IntN(90)
		p.taskTimeout = &seconds
	}
	if d.chance(0.1) {
		priority := d.IntN(10)
		p.priority = &priority
	}
	switch {
	case d.chance(0.08):
		p.targets = `[{"queue":%[1]q,"timeout":` + fmt.Sprint(15+d.IntN(60)) + `}]`
	case d.chance(0.08):
		p.targets = `[{"queue":%[1]q,"timeout":` + fmt.Sprint(5+d.IntN(30)) + `},{"queue":%[1]q,"priority":5,"timeout":` + fmt.Sprint(20+d.IntN(60)) + `}]`
	}
	if d.chance(0.06) {
		p.maxSize = 1 + d.IntN(2)
	}
	callers, workers := callersOf(seed), 1+d.IntN(4)
	if callers >= manyCallers {
		workers = 1 + d.IntN(2)
	}
	for n := range callers {
		p.callers = append(p.callers, d.caller(n))
		if callers >= manyCallers {
			p.callers[n].after = d.span(0, lastCaller)
		}
	}
	for n := range workers {
		p.workers = append(p.workers, d.member(n, p.deferred && p.gate))
	}
	p.drawDay()
	return p
}

// caller draws what a caller does.
func (d draws) caller(n int) caller {
	c := caller{after: d.span(0, 4*time.Second), from: fmt.Sprintf("+1415555%04d", 100+n)}
	if n > 0 {
		c.after = d.span(0, 40*time.Second)
	}
	c.steps = d.waiting(cues{place: "in line", message: "message", score: "from 1 to 5", remark: "after the tone"})
	return c
}

// cues are parts of what a caller hears, by which they know where they are.
type cues struct {
	place   string // the first round of the wait
	message string // the mailbox
	score   string // the survey's questions
	remark  string
}

// waiting draws what a caller does who waits.
func (d draws) waiting(c cues) []script.Step {
	switch d.IntN(12) {
	case 0: // hangs up after a while
		return []script.Step{script.HangsUpAfter(d.span(0, 30*time.Second))}
	case 1:
		return []script.Step{script.Until(script.WorkerReserved), script.HangsUpAfter(d.span(0, 3*time.Second))}
	case 2, 3:
		return []script.Step{script.Until(script.WorkerRings), script.HangsUpAfter(d.span(0, 12*time.Second))}
	case 4:
		return []script.Step{script.Until(script.WorkerAnswers), script.HangsUpAfter(d.span(0, 8*time.Second))}
	case 5: // leaves a message instead
		return []script.Step{
			script.Hears(c.place), script.Waits(d.span(0, 40*time.Second)), script.Presses(pick(d, "*", "*", "5")),
			script.Hears(c.message), script.Records(d.span(time.Second, 20*time.Second)), script.Presses("#"),
		}
	case 6: // stays on and does nothing
		return []script.Step{script.StaysOn()}
	}
	return append([]script.Step{script.Until(script.Bridged), script.Talks(d.span(2*time.Second, 90*time.Second))}, d.survey(c)...)
}

// survey draws what a caller does after the talk, and when they hang up.
func (d draws) survey(c cues) []script.Step {
	all := []script.Step{
		script.Hears(c.score), pick(d, script.Presses("5"), script.Presses("9"), script.Says("four"), script.Says("no idea"), script.Waits(time.Second)),
		script.Hears(c.remark), pick(d, script.Records(2*time.Second), script.Waits(time.Second)), script.Presses("#"),
	}
	stays := d.IntN(len(all) + 2)
	if stays > len(all) {
		return all
	}
	return append(all[:stays:stays], script.HangsUpAfter(d.span(0, 2*time.Second)))
}

func (d draws) member(n int, gate bool) member {
	m := member{name: pick(d, "Ann", "Zoë", `Q"uote`, "<b>") + fmt.Sprint(n)}
	switch d.IntN(10) {
	case 0:
		m.contact = "client:agent" + fmt.Sprint(n)
	case 1:
		m.contact = fmt.Sprintf("sip:agent%d@example.com", n)
	case 2:
		m.contact = pick(d, "", "call me", "+0123", "tel:+14155550199")
	default:
		m.contact = fmt.Sprintf("+1415555%04d", 900+n)
	}
	attributes, err := json.Marshal(map[string]any{"contact_uri": m.contact, "skills": []string{"billing"}, "note": strings.Repeat("é<&", d.IntN(4))})
	if err != nil {
		panic(err) // cannot happen: text only
	}
	m.attributes = string(attributes)
	if m.contact == "" {
		m.attributes = `{"skills":["billing"]` + pick(d, `}`, `,"contact_uri":5}`, `,"contact_uri":null}`)
	}
	for range 1 + d.IntN(3) {
		m.phones = append(m.phones, d.phone(gate && strings.HasPrefix(m.contact, "+")))
	}
	return m
}

func (d draws) phone(gated bool) script.Phone {
	talk := []script.Step{script.Talks(d.span(time.Second, 2*time.Minute)), script.HangsUp()}
	if gated {
		key := pick(d, "1", "1", "1", "1", "1", "1", "1", "1", "2", "#", "9")
		talk = append([]script.Step{script.Hears("press 1"), script.Presses(key)}, talk...)
	}
	switch d.IntN(16) {
	case 0:
		return script.Busy()
	case 1:
		return script.Fails()
	case 2, 3:
		return script.NeverAnswers()
	case 4:
		return script.Voicemail(d.span(time.Second, 20*time.Second))
	case 5: // hangs up in the gate, or soon after
		return script.AnswersAfter(d.span(0, 12*time.Second), script.HangsUpAfter(d.span(0, 8*time.Second)))
	case 6: // presses nothing
		return script.AnswersAfter(d.span(0, 12*time.Second), script.StaysOn())
	}
	return script.AnswersAfter(d.span(500*time.Millisecond, 14*time.Second), talk...)
}
