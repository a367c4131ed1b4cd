package main

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"switchboard/functions/internal/workday"
	"switchboard/shared/simulator"
)

// line is one item of a bill.
type line struct {
	Item  string  `json:"item"`
	Units float64 `json:"units"` // for each call, or in a month
	Price string  `json:"price"`
	USD   float64 `json:"usd"`  // for a million calls, or for a month
	Node  float64 `json:"node"` // the same in Node
}

// bill is what the calls of a day cost, and what a stack costs in a month without calls.
type bill struct {
	Mode        string             `json:"mode"`
	Calls       int                `json:"calls"`
	Go          string             `json:"go"` // such as "Go, 256 MB"
	Node        string             `json:"node"`
	ColdStarts  float64            `json:"cold_starts_per_call"`
	AWS         []line             `json:"aws"`
	Twilio      []line             `json:"twilio"`
	Month       []line             `json:"month"`
	Invocations map[string]float64 `json:"invocations_per_call"`
	Webhooks    map[string]float64 `json:"webhooks_per_call"`
	Messages    map[string]float64 `json:"messages_per_call"`
}

const million = 1e6

// accountant writes a bill from what a day used.
type accountant struct {
	prices priceFile
	day    *workday.Day
	used   *tally
	golang runtime
	node   runtime
	err    error // the first price or measurement that is missing
}

// write writes the bill.
func (a *accountant) write() (bill, error) {
	calls := float64(len(a.day.Lines))
	b := bill{
		Mode: a.day.Mode, Calls: len(a.day.Lines), Go: a.golang.name(), Node: a.node.name(),
		Invocations: perCall(a.used.invocations, calls), Webhooks: shares(a.used.webhooks, calls), Messages: shares(a.used.messages, calls),
	}
	lambda, inNode := a.lambda(a.golang, false), a.lambda(a.node, false)
	b.ColdStarts = float64(lambda.cold) / calls
	c, assumed := a.used.calls, a.prices.Assumptions
	perMillion := func(item, key string, units float64) line {
		return a.line(item, key, units/calls, units/calls, million)
	}
	b.AWS = []line{
		perMillion("Lambda, requests", "lambda request", float64(lambda.requests)),
		a.line("Lambda, GB-seconds", "lambda GB-second", lambda.gigabyteSecs/calls, inNode.gigabyteSecs/calls, million),
		perMillion("HTTP API, requests", "api request", float64(a.used.events)),
		perMillion("SQS, requests: send, receive, delete", "sqs request", 3*float64(c.sent)),
		perMillion("DynamoDB, write units", "dynamodb write unit", c.tables.Writes),
		perMillion("DynamoDB, read units", "dynamodb read unit", c.tables.Reads),
		perMillion("DynamoDB, GB-months of 90 days' storage", "dynamodb GB-month", 3*a.kept()/1e9),
		perMillion("CloudWatch Logs, GB", "logs GB", float64(c.logBytes)/1e9),
		perMillion("KMS, requests for SSM's secrets", "kms request", float64(c.kms)),
		perMillion("Data out to Twilio and the CRM, GB", "data out GB", float64(c.bytesOut+assumed.HeaderBytes*c.outgoing)/1e9),
	}
	inbound, outbound := a.minutes()
	b.Twilio = []line{
		perMillion("Callers' minutes", "inbound minute", inbound),
		perMillion("Worker calls' minutes", "outbound minute", outbound),
		perMillion("TaskRouter, tasks", "task", float64(len(a.day.Twilio.Tasks()))),
		perMillion("Texts to and from workers", "text", float64(len(a.day.Twilio.Texts()))),
	}
	b.Month = a.month()
	return b, a.err
}

// month returns the fixed costs of 30 days.
func (a *accountant) month() []line {
	runs := float64(len(a.used.invocations["sweeper"]))
	const wanted = 30 * 24 * 12
	times := wanted / max(runs, 1)
	sweeps, inNode := a.lambda(a.golang, true), a.lambda(a.node, true)
	s := a.used.sweeps
	fixed := func(item, key string, units float64) line { return a.line(item, key, units, units, 1) }
	const polls = 30 * 24 * 60 * 3 // of 20 s
	return []line{
		fixed("SQS, empty receives of two queues", "sqs request", float64(2*a.prices.Assumptions.Pollers*polls)),
		fixed("Sweeper: requests", "lambda request", wanted),
		a.line("Sweeper: GB-seconds", "lambda GB-second", sweeps.gigabyteSecs*times, inNode.gigabyteSecs*times, 1),
		fixed("Sweeper: read units", "dynamodb read unit", s.tables.Reads*times),
		fixed("Sweeper: log GB", "logs GB", float64(s.logBytes)*times/1e9),
		fixed("Metrics", "custom metric", metrics),
		fixed("Metrics that alarms watch", "alarm metric", watched),
		fixed("Dashboard", "dashboard", 1),
	}
}

// The stack's metrics, and those that its alarms watch (shared/metric/README.md, template.yaml).
const metrics, watched = 27, 27

// line returns an item with the price of the key; factor is how often the units are bought.
func (a *accountant) line(item, key string, units, inNode, factor float64) line {
	found, err := a.prices.of(key)
	if err != nil {
		a.err = cmp.Or(a.err, err)
	}
	return line{Item: item, Units: units, Price: found.text(), USD: units * factor * found.each(), Node: inNode * factor * found.each()}
}

// lambda bills the sweeper's invocations, or those of all other functions.
func (a *accountant) lambda(r runtime, sweeper bool) (sum billed) {
	for function, invocations := range a.used.invocations {
		if (function == "sweeper") != sweeper {
			continue
		}
		each, err := r.bill(function, invocations)
		if err != nil {
			a.err = cmp.Or(a.err, err)
		}
		sum = billed{sum.requests + each.requests, sum.cold + each.cold, sum.gigabyteSecs + each.gigabyteSecs}
	}
	return sum
}

// minutes returns the minutes of callers and of worker calls. Twilio rounds each call up
// (https://support.twilio.com/hc/en-us/articles/223132307).
func (a *accountant) minutes() (inbound, outbound float64) {
	for _, call := range a.day.Twilio.Calls() {
		if call.Answered.IsZero() {
			continue
		}
		rounded := float64((call.Ended.Sub(call.Answered) + time.Minute - 1) / time.Minute)
		if call.Direction == "inbound" {
			inbound += rounded
		} else {
			outbound += rounded
		}
	}
	return inbound, outbound
}

// kept returns the bytes that the table of calls and its indexes store. DynamoDB adds 100 bytes to
// each item and each entry
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html).
func (a *accountant) kept() (bytes float64) {
	const overhead, entries, keys = 100, 3, 120
	for _, item := range a.used.ledger.Items() {
		bytes += float64(a.used.ledger.Size(item["call_sid"])) + overhead + entries*(keys+overhead)
	}
	return bytes
}

func perCall(invocations map[string][]invocation, calls float64) map[string]float64 {
	numbers := map[string]float64{}
	for function, all := range invocations {
		numbers[function] = float64(len(all)) / calls
	}
	return numbers
}

func shares(counts map[string]int, calls float64) map[string]float64 {
	numbers := map[string]float64{}
	for kind, count := range counts {
		numbers[kind] = float64(count) / calls
	}
	return numbers
}

// sum returns what lines cost together.
func sum(lines []line) (usd, node float64) {
	for _, each := range lines {
		usd, node = usd+each.USD, node+each.Node
	}
	return usd, node
}

// lost returns how many callers talked to no worker.
func lost(day *workday.Day) int {
	talked := map[string]bool{}
	for _, call := range day.Twilio.Calls() {
		talked[call.SID] = !call.Bridged.IsZero()
	}
	return len(slices.DeleteFunc(slices.Clone(day.Lines), func(l *simulator.Line) bool { return talked[l.CallSID()] }))
}

// sorted returns the keys of shares, the largest share first.
func sorted(of map[string]float64) []string {
	var keys []string
	for key := range of {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(of[b], of[a]), strings.Compare(a, b)) })
	return keys
}
