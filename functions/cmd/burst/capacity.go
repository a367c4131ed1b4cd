package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/calls"
	"switchboard/functions/internal/limits"
	"switchboard/functions/internal/meter"
	"switchboard/shared/secrets"
	"switchboard/shared/simulator/script"
)

// use is what plain calls used: a caller who does not wait, a CRM step, the gate, a talk and the
// survey.
type use struct {
	calls     float64
	webhooks  int
	busy      time.Duration // of all functions
	bridging  time.Duration // of BridgeFunction
	events    time.Duration // of TaskEventsFunction
	ssm       int
	messages  int64
	units     map[string]int // write units, by table and index
	hottest   map[string]int // those of the partition key that got most of them
	requests  int            // to Twilio
	requested time.Duration  // how long they took
	placed    int
}

func (u use) per(n float64) float64 { return n / u.calls }

// countedCalls evens out the sizes of items: a write unit is a kilobyte.
const countedCalls = 20

// countCalls plays plain calls in warm environments, one after the other.
func countCalls(ctx context.Context, n int, seed uint64) (use, error) {
	b, err := newBurst(size{callers: n, workers: 1, cps: 1, reservationTimeout: account.ReservationTimeout}, seed, nil)
	if err != nil {
		return use{}, err
	}
	b.twilio.SetPhone(contactOf(0), calls.PressesOne(4*time.Second, 20*time.Second))
	warm := use{}
	for i := range n + 1 {
		b.twilio.Call("+12125550100", account.OurNumber,
			script.Until(script.Bridged), script.Hears("from 1 to 5"), script.Presses("5"), script.Hears("after the tone"), script.HangsUp())
		if err := b.network.Loop.RunFor(ctx, 2*time.Minute); err != nil {
			return use{}, err
		}
		if i == 0 {
			if err := b.closeCalls(ctx); err != nil {
				return use{}, err
			}
			warm = b.used()
		}
	}
	if err := b.closeCalls(ctx); err != nil {
		return use{}, err
	}
	if problems := b.twilio.Problems(); len(problems) > 0 || len(b.log.failures) > 0 {
		return use{}, fmt.Errorf("play plain calls: %v, %v", problems, b.log.failures)
	}
	return b.used().less(warm, n), nil
}

// closeCalls runs the sweeper, which closes calls in the ledger. Its requests to Twilio do not
// count: they are about no call.
func (b *burst) closeCalls(ctx context.Context) error {
	requests, busy := b.rest.Requests, b.rest.Busy
	var failed error
	b.network.Loop.Go(func() { _, failed = b.process.Sweeps.Sweeper.Handle(ctx) })
	err := b.network.Loop.RunFor(ctx, 2*time.Minute)
	b.rest.Requests, b.rest.Busy = requests, busy
	return errors.Join(err, failed)
}

// used returns what was used so far.
func (b *burst) used() use {
	u := use{
		ssm: b.ssm.Requests, messages: b.process.Queue.Sent.Load(), units: map[string]int{}, hottest: map[string]int{},
		requests: b.rest.Requests, requested: b.rest.Busy, bridging: b.bridges.Busy, events: b.stops["/events"].Busy, busy: b.bridges.Busy,
	}
	for _, f := range b.stops {
		u.webhooks += f.Invocations
		u.busy += f.Busy
	}
	for name, units := range b.table.WriteUnits() {
		u.units[name] = units
	}
	for name, key := range b.table.Hottest() {
		u.hottest[name] = key
	}
	for _, request := range b.twilio.Requests() {
		if strings.HasSuffix(request.Path, "/Calls.json") && request.Method == "POST" {
			u.placed++
		}
	}
	return u
}

// less returns what the last n calls used.
func (u use) less(before use, n int) use {
	u.calls = float64(n)
	u.webhooks -= before.webhooks
	u.busy, u.bridging, u.events = u.busy-before.busy, u.bridging-before.bridging, u.events-before.events
	u.ssm, u.messages, u.requests, u.requested, u.placed = u.ssm-before.ssm, u.messages-before.messages, u.requests-before.requests, u.requested-before.requested, u.placed-before.placed
	for name := range u.units {
		u.units[name] -= before.units[name]
	}
	for name := range u.hottest {
		u.hottest[name] -= before.hottest[name]
	}
	return u
}

// The rows that do not count towards the goal of 100 calls a second: what the operator sets at
// Twilio, and how fast the load may grow.
const (
	callsASecond = "Twilio: POST /Calls"
	growth       = "SSM, load that grows"
)

// resource is a row of the capacity table.
type resource struct {
	name, limit string
	use         string  // of a call
	calls       float64 // a second that the limit permits
	raise       string
}

// capacity computes how many calls a second each documented limit permits.
func (u use) capacity() []resource {
	webhooks, busy, bridging := u.per(float64(u.webhooks)), u.per(u.busy.Seconds()), u.per(u.bridging.Seconds())
	events, requested := u.per(u.events.Seconds()), u.per(u.requested.Seconds())
	table := u.per(float64(u.units[meter.OfTable]))
	// Each environment reads SSM again after three quarters of Fresh at the earliest; those of the
	// events also read and write the outlook once a minute.
	reads := busy/(secrets.Fresh.Seconds()*3/4) + 2*events/60
	rows := []resource{
		{callsASecond, "1 a second", number(u.per(float64(u.placed))), 1 / u.per(float64(u.placed)), "yes: in Twilio's console"},
		{"Twilio: REST API", "some 100 requests at a time; not published", fmt.Sprintf("%s requests, %s s", number(u.per(float64(u.requests))), number(requested)), limits.APIConcurrency / requested, "by Twilio"},
		{"HTTP API", fmt.Sprintf("`ApiRateLimit` %d requests a second", apiRate), number(webhooks) + " requests", apiRate / webhooks, "yes: to 10,000, the account's quota, and that by AWS"},
		{"BridgeFunction", fmt.Sprintf("`BridgeConcurrency` %d", bridgeConcurrency), number(bridging) + " s", bridgeConcurrency / bridging, "yes: to 1,000"},
		{"Lambda, all functions", "1,000 at a time", number(busy) + " s", limits.AccountConcurrency / busy, "by AWS; a new account may have 10"},
		{"SSM, steady load", "40 requests a second", fmt.Sprintf("%.3f requests", reads), limits.ParameterReads / reads, "yes: higher throughput, a setting of the account"},
		{growth, "40 new environments a second", number(busy) + " environments", limits.ParameterReads / busy, "the same; what is left waits some seconds"},
		{"SQS", "unlimited; 120,000 messages in flight", number(u.per(float64(u.messages))) + " messages", 120000 / bridging, "by AWS"},
		{"DynamoDB: table", "4,000 write units a second at first", number(table) + " units", limits.TableWrites / table, "doubles within 30 minutes, to 40,000; warm throughput"},
	}
	for _, index := range []string{"by-day", "by-phase"} {
		hottest := u.per(float64(u.hottest[index]))
		rows = append(rows, resource{
			"DynamoDB: one key of " + index, "1,000 write units a second", number(hottest) + " units", limits.PartitionWrites / hottest, "no: more keys",
		})
	}
	return rows
}

// number has up to two digits behind the point.
func number(n float64) string { return strconv.FormatFloat(math.Round(n*100)/100, 'f', -1, 64) }

// rounded has two digits that say something: the seconds are assumed.
func rounded(n float64) string {
	unit := math.Pow(10, max(0, math.Floor(math.Log10(n))-1))
	return strconv.FormatFloat(math.Floor(n/unit)*unit, 'f', -1, 64)
}

// writeCapacity writes the table in Markdown, and names the limiting resources.
func writeCapacity(out io.Writer, rows []resource) {
	fmt.Fprint(out, "| resource | documented limit | use of a call | calls a second | raisable |\n| --- | --- | --- | --- | --- |\n")
	for _, r := range rows {
		fmt.Fprintf(out, "| %s | %s | %s | %s | %s |\n", r.name, r.limit, r.use, rounded(r.calls), r.raise)
	}
}
