package main

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/rules"
	"switchboard/functions/internal/spread"
	"switchboard/functions/internal/workday"
	"switchboard/shared/simulator"
)

// measures are the results of a day.
type measures struct {
	Desk    string `json:"desk"`
	Seed    uint64 `json:"seed"`
	Workers int    `json:"workers"`
	Callers int    `json:"callers"`
	Lost    int    `json:"lost"` // callers who talked to no worker

	Occupancy float64      `json:"occupancy"` // share of workers' time signed on in which they ring, talk or wrap up
	MeanTalk  float64      `json:"mean_talk"` // in seconds
	Offers    float64      `json:"offers_per_call"`
	SignedOff int          `json:"signed_off_by_missed_calls"`
	Wait      spread.Times `json:"wait"` // from dialing to talking

	// Returns counts the talks after which the worker was offered a waiting caller; NoReturns
	// counts those after which callers waited and the worker was offered none. The times begin with
	// the end of the talk. Twilio places one call a second for an account; NextRingAlone leaves out
	// the time in its queue.
	Returns       int          `json:"returns_while_callers_wait"`
	NoReturns     int          `json:"no_returns_while_callers_wait"`
	NextOffer     spread.Times `json:"next_offer"`
	NextRing      spread.Times `json:"next_ring"`
	NextRingAlone spread.Times `json:"next_ring_without_queue"`

	REST           map[string]float64 `json:"rest_per_call"` // by kind, without the sweeper
	RESTSum        float64            `json:"rest_per_call_sum"`
	RESTForWorkers float64            `json:"rest_per_call_for_workers"` // the part of RESTSum that is about workers
	RESTPerSweep   float64            `json:"rest_per_sweep"`
	Messages       float64            `json:"sqs_messages_per_call"`
	LedgerWrites   float64            `json:"ledger_writes_per_call"`
	RosterWrites   float64            `json:"roster_writes_per_call"`
	Announced      []announced        `json:"announced"`
	Problems       []string           `json:"problems"`
}

func measure(d *workday.Day) measures {
	calls := float64(len(d.Lines))
	m := measures{
		Desk: d.Desk, Seed: d.Seed, Workers: d.Workers, Callers: len(d.Lines), REST: map[string]float64{}, Problems: []string{},
		Messages: float64(d.Process.Queue.Sent.Load()) / calls, LedgerWrites: float64(d.Ledger.Writes) / calls, RosterWrites: float64(d.Roster.Writes) / calls,
	}
	history := historyOf(d)
	for _, problem := range d.Twilio.Problems() {
		// A worker who signs off while their phone rings does not reach the end of their script.
		if !history.rejected[problem.CallSID] {
			m.Problems = append(m.Problems, problem.String())
		}
	}
	for _, alert := range d.Twilio.Debugger() {
		m.Problems = append(m.Problems, alert.Text)
	}
	for _, text := range d.Twilio.Texts() {
		if strings.Contains(text.Body, "Reply ON") {
			m.SignedOff++
		}
	}
	m.addRequests(d)
	history.measureCallers(&m)
	m.Announced = history.measureAnnounced()
	history.measureWorkers(&m, account.WrapUp)
	return m
}

var anySID = regexp.MustCompile(`[A-Z]{2}[0-9a-f]{32}`)

// kindOf returns a request's method and resource.
func kindOf(r simulator.Request) string {
	resource := anySID.ReplaceAllString(r.Path, "…")
	for _, prefix := range []string{"/v1/Workspaces/…/", "/2010-04-01/Accounts/…/"} {
		resource = strings.TrimPrefix(resource, prefix)
	}
	return r.Method + " " + resource
}

func (m *measures) addRequests(d *workday.Day) {
	requests := d.Twilio.Requests()
	for _, run := range slices.Backward(d.Sweeps) {
		m.RESTPerSweep += float64(run[1]-run[0]) / float64(len(d.Sweeps))
		requests = slices.Delete(requests, run[0], run[1])
	}
	for _, request := range requests {
		kind := kindOf(request)
		m.REST[kind] += 1 / float64(m.Callers)
		m.RESTSum += 1 / float64(m.Callers)
		if strings.Contains(kind, " Workers") || strings.Contains(kind, " Events") {
			m.RESTForWorkers += 1 / float64(m.Callers)
		}
	}
}

// interval is a time of the day.
type interval struct{ from, to time.Time }

func (i interval) duration() time.Duration { return i.to.Sub(i.from) }

// history is a day as Twilio recorded it.
type history struct {
	*workday.Day
	callers     map[string]simulator.CallRecord          // by task SID
	workerCalls map[string]simulator.CallRecord          // worker calls, by reservation SID
	tasks       map[string][]simulator.ReservationRecord // by task SID
	offers      map[string][]simulator.ReservationRecord // by worker SID
	rejected    map[string]bool                          // worker calls whose reservation was rejected
	away        map[string][]interval                    // when workers were signed off or at lunch, by worker SID
}

func historyOf(d *workday.Day) history {
	h := history{
		Day: d, callers: map[string]simulator.CallRecord{}, workerCalls: map[string]simulator.CallRecord{},
		tasks: map[string][]simulator.ReservationRecord{}, offers: map[string][]simulator.ReservationRecord{}, away: map[string][]interval{},
		rejected: map[string]bool{},
	}
	for _, call := range d.Twilio.Calls() {
		if call.TaskSID != "" {
			h.callers[call.TaskSID] = call
		} else if sid := rules.ReservationSID(call); sid != "" {
			h.workerCalls[sid] = call
		}
	}
	for _, offer := range d.Twilio.Reservations() {
		h.tasks[offer.TaskSID] = append(h.tasks[offer.TaskSID], offer)
		h.offers[offer.WorkerSID] = append(h.offers[offer.WorkerSID], offer)
		h.rejected[h.workerCalls[offer.SID].SID] = offer.Status == "rejected"
	}
	end := d.Began.Add(d.Length)
	since := map[string]time.Time{}
	for _, event := range d.Twilio.Events() {
		if event.Type != "worker.activity.update" {
			continue
		}
		activity := event.Params.Get("WorkerActivitySid")
		from, isAway := since[event.WorkerSID]
		switch goes := activity == account.OfflineSID || activity == account.LunchSID; {
		case goes && !isAway:
			since[event.WorkerSID] = event.At
		case !goes && isAway:
			h.away[event.WorkerSID] = append(h.away[event.WorkerSID], interval{from, event.At})
			delete(since, event.WorkerSID)
		}
	}
	for worker, from := range since {
		h.away[worker] = append(h.away[worker], interval{from, end})
	}
	return h
}

func (h history) measureCallers(m *measures) {
	var waits []time.Duration
	for _, line := range h.Lines {
		found := false
		for _, call := range h.callers {
			if found = call.SID == line.CallSID(); found {
				if !call.Bridged.IsZero() {
					waits = append(waits, call.Bridged.Sub(call.Created))
					m.MeanTalk += call.BridgeEnded.Sub(call.Bridged).Seconds()
				}
				break
			}
		}
	}
	m.Lost = m.Callers - len(waits)
	m.MeanTalk /= float64(max(len(waits), 1))
	m.Wait = spread.Of(waits)
}

func (h history) measureWorkers(m *measures, wrapUp time.Duration) {
	waiting := h.waiting()
	var busy, on time.Duration
	var nextOffers, rings, alone []time.Duration
	for _, worker := range h.Twilio.Workers() {
		on += h.Length
		for _, away := range h.away[worker.SID] {
			on -= away.duration()
		}
		offers := h.offers[worker.SID]
		m.Offers += float64(len(offers)) / float64(m.Callers)
		for i, offer := range offers {
			busy += offer.Settled.Sub(offer.Created)
			caller := h.callers[offer.TaskSID]
			if offer.Status != "completed" || caller.Bridged.IsZero() {
				continue
			}
			free := caller.BridgeEnded.Add(wrapUp)
			busy += free.Sub(caller.Bridged)
			next := free.Add(time.Minute)
			if i+1 < len(offers) {
				next = offers[i+1].Created
			}
			switch {
			case !waiting.all(interval{free, next}) || h.wasAway(worker.SID, interval{caller.Bridged, next}):
			case i+1 == len(offers):
				m.NoReturns++
			default:
				ring, queued := h.rang(offers[i+1])
				nextOffers = append(nextOffers, next.Sub(caller.BridgeEnded))
				rings = append(rings, ring.Sub(caller.BridgeEnded))
				alone = append(alone, ring.Sub(caller.BridgeEnded)-queued)
			}
		}
	}
	m.Occupancy = busy.Hours() / on.Hours()
	m.Returns, m.NextOffer, m.NextRing, m.NextRingAlone = len(rings), spread.Of(nextOffers), spread.Of(rings), spread.Of(alone)
}

// rang returns when the worker's phone rang, or would have rung but for another call, and how long
// Twilio had queued the call before it dialed.
func (h history) rang(offer simulator.ReservationRecord) (at time.Time, queued time.Duration) {
	workerCall := h.workerCalls[offer.SID]
	queued = workerCall.Dialed.Sub(workerCall.Created)
	if workerCall.Ringing.IsZero() {
		return workerCall.Dialed, queued
	}
	return workerCall.Ringing, queued
}

func (h history) wasAway(worker string, during interval) bool {
	return slices.ContainsFunc(h.away[worker], func(away interval) bool {
		return away.from.Before(during.to) && away.to.After(during.from)
	})
}

// intervals are sorted and do not overlap.
type intervals []interval

func (i intervals) all(during interval) bool {
	return slices.ContainsFunc(i, func(one interval) bool { return !one.from.After(during.from) && !one.to.Before(during.to) })
}

// waiting returns when at least one caller waited without a reserved worker.
func (h history) waiting() intervals {
	var waits intervals
	for task, caller := range h.callers {
		from := caller.Created
		for _, offer := range h.tasks[task] {
			waits = append(waits, interval{from, offer.Created})
			from = offer.Settled
		}
		if caller.Bridged.IsZero() {
			waits = append(waits, interval{from, caller.Ended})
		}
	}
	slices.SortFunc(waits, func(a, b interval) int { return a.from.Compare(b.from) })
	var merged intervals
	for _, wait := range waits {
		if last := len(merged) - 1; last >= 0 && !wait.from.After(merged[last].to) {
			if wait.to.After(merged[last].to) {
				merged[last].to = wait.to
			}
			continue
		}
		merged = append(merged, wait)
	}
	return merged
}
