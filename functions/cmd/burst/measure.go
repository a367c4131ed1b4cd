package main

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"switchboard/functions/internal/limits"
	"switchboard/functions/internal/rules"
	"switchboard/functions/internal/spread"
)

// measures are the results of a burst. Times are in seconds.
type measures struct {
	CPS     int    `json:"calls_per_second"`
	Seed    uint64 `json:"seed"`
	Callers int    `json:"callers"`
	Workers int    `json:"workers"`
	Timeout int    `json:"reservation_timeout"`

	// What became of the callers: they sum up.
	Talked   int `json:"talked"`
	HungUp   int `json:"hung_up_waiting"`
	Overflow int `json:"sent_to_overflow"`
	Errors   int `json:"application_errors"` // heard "an application error has occurred"
	Others   int `json:"others"`

	Minutes float64      `json:"minutes_until_last_caller_left"`
	Wait    spread.Times `json:"wait"` // of those who talked, from dialing to talking
	GaveUp  spread.Times `json:"hung_up_after"`
	Silence spread.Times `json:"silence"` // from Twilio's request until the caller hears its answer
	Heard   []said       `json:"heard"`

	Placed       int            `json:"worker_calls_placed"`
	NotDialed    int            `json:"worker_calls_ended_in_twilios_queue"`
	TwilioQueue  spread.Times   `json:"wait_in_twilios_queue"`
	BridgeQueue  spread.Times   `json:"age_of_bridge_messages"`
	Pollers      int            `json:"pollers"` // that ran at the same time
	DeadLetters  int            `json:"dead_letters"`
	Reservations map[string]int `json:"reservations"` // by status
	Failures     map[string]int `json:"failures"`     // by step and failure
	Alerts       map[string]int `json:"debugger"`     // by code and path

	Limits  map[string]limit    `json:"limits"`
	Lambda  map[string]function `json:"lambda"`
	Busiest map[string]int      `json:"write_units_of_busiest_key"` // in a second, by table and index

	Problems []string `json:"problems"`
}

// limit is what a limit did.
type limit struct {
	Limit     string `json:"limit"`
	Peak      int    `json:"peak"` // in the unit of the limit
	Requests  int    `json:"requests"`
	Throttled int    `json:"throttled"`
	Failed    int    `json:"failed"` // after the client's retries
}

type function struct {
	Invocations  int `json:"invocations"`
	Environments int `json:"environments"`
	Throttled    int `json:"throttled"`
}

var anySID = regexp.MustCompile(`[A-Z]{2}[0-9a-f]{32}`)

func (b *burst) measure(seed uint64) measures {
	m := measures{
		CPS: b.cps, Seed: seed, Callers: b.callers, Workers: b.workers, Timeout: int(b.reservationTimeout.Seconds()),
		Silence: spread.Of(b.ears.silence), Heard: b.ears.texts(),
		BridgeQueue: spread.Of(b.process.Queue.Pollers.Waits), Pollers: b.process.Queue.Pollers.Most, DeadLetters: len(b.process.Queue.Dead),
		Failures:     b.log.failures,
		Reservations: map[string]int{}, Alerts: map[string]int{}, Lambda: map[string]function{}, Busiest: map[string]int{},
		Problems: []string{},
	}
	for _, reservation := range b.twilio.Reservations() {
		m.Reservations[reservation.Status]++
	}
	for _, alert := range b.twilio.Debugger() {
		path := strings.TrimPrefix(anySID.ReplaceAllString(alert.URL, "…"), "https://switchboard.example")
		m.Alerts[fmt.Sprintf("%d %s", alert.Code, path)]++
	}
	for _, problem := range b.twilio.Problems() {
		// Callers who hang up, and workers whose reservation ends, leave their script.
		if !strings.Contains(problem.Text, "ended before this") {
			m.Problems = append(m.Problems, problem.String())
		}
	}
	b.measureCallers(&m)
	b.measureWorkerCalls(&m)
	b.measureLimits(&m)
	return m
}

func (b *burst) measureCallers(m *measures) {
	var waits, gaveUp []time.Duration
	var last time.Time
	for _, line := range b.lines {
		call, _ := b.twilio.FindCall(line.CallSID())
		if call.Ended.After(last) {
			last = call.Ended
		}
		result := ""
		if n := len(call.QueueResults); n > 0 {
			result = call.QueueResults[n-1]
		}
		switch {
		case !call.Bridged.IsZero():
			m.Talked++
			waits = append(waits, call.Bridged.Sub(call.Created))
		case call.ApplicationError:
			m.Errors++
		case result == "hangup":
			m.HungUp++
			gaveUp = append(gaveUp, call.Ended.Sub(call.Created))
		case result != "":
			m.Overflow++
		default:
			m.Others++
		}
	}
	m.Minutes = last.Sub(b.began).Minutes()
	m.Wait, m.GaveUp = spread.Of(waits), spread.Of(gaveUp)
}

func (b *burst) measureWorkerCalls(m *measures) {
	var queued []time.Duration
	for _, call := range b.twilio.Calls() {
		switch {
		case rules.ReservationSID(call) == "":
		case call.Dialed.IsZero():
			m.Placed++
			m.NotDialed++
		default:
			m.Placed++
			queued = append(queued, call.Dialed.Sub(call.Created))
		}
	}
	m.TwilioQueue = spread.Of(queued)
}

func (b *burst) measureLimits(m *measures) {
	for name, f := range b.stops {
		m.Lambda[name] = function{f.Invocations, f.Environments, f.Throttled}
	}
	m.Lambda["bridge"] = function{b.bridges.Invocations, b.bridges.Environments, b.bridges.Throttled}
	ofLambda := limit{Limit: fmt.Sprintf("%d invocations at a time", b.account.Concurrency), Peak: b.account.Most}
	for _, each := range m.Lambda {
		ofLambda.Requests += each.Invocations + each.Throttled
		ofLambda.Throttled += each.Throttled
	}
	ofTable := limit{Limit: fmt.Sprintf("%d write units a second and key", limits.PartitionWrites), Failed: b.table.Failed}
	ofTable.Requests, _ = b.table.Writes()
	for _, n := range b.table.Throttled {
		ofTable.Throttled += n
	}
	for name, peak := range b.table.Busiest {
		m.Busiest[name] = peak.Most
		ofTable.Peak = max(ofTable.Peak, peak.Most)
	}
	requests := b.refused
	for _, f := range b.stops {
		requests += f.Invocations + f.Throttled
	}
	m.Limits = map[string]limit{
		"Lambda":   ofLambda,
		"DynamoDB": ofTable,
		"HTTP API": {fmt.Sprintf("%d requests a second", apiRate), b.requests.Most, requests, b.refused, b.refused},
		"SSM": {
			fmt.Sprintf("%d requests a second", limits.ParameterReads), b.ssm.Peak.Most, b.ssm.Requests, b.ssm.Throttled, b.ssm.Failed,
		},
		"Twilio's REST API": {
			fmt.Sprintf("%d requests at a time", limits.APIConcurrency), b.rest.Most, b.rest.Requests, b.rest.Throttled, b.log.failures["dial 429"],
		},
	}
}

// environments returns how many execution environments Lambda created.
func (m measures) environments() (n int) {
	for _, each := range m.Lambda {
		n += each.Environments
	}
	return n
}
