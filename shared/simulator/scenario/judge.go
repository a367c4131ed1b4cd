package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"switchboard/shared/simulator"
)

// Unmet lists the expectations that the calls did not meet, each with its place in the file. Call
// it after the loop has run.
func (p *Play) Unmet() []string {
	j := &judge{play: p, legs: map[string]simulator.CallRecord{}}
	for _, call := range p.twilio.Calls() {
		j.legs[call.SID] = call
	}
	for i := range p.lines {
		j.caller(i)
	}
	j.all()
	return j.unmet
}

// Caller returns the call of the caller with this index in the file, from 0.
func (p *Play) Caller(i int) simulator.CallRecord {
	sid := p.lines[i].CallSID()
	for _, call := range p.twilio.Calls() {
		if call.SID == sid {
			return call
		}
	}
	return simulator.CallRecord{}
}

// Over reports whether every call and every task has ended. A loop in real time can stop then.
func (p *Play) Over() bool {
	if !p.twilio.Idle() {
		return false
	}
	return !slices.ContainsFunc(p.twilio.Tasks(), func(task simulator.TaskRecord) bool { return task.Ended.IsZero() })
}

// inbound is the direction of a caller's call.
const inbound = "inbound"

type judge struct {
	play  *Play
	legs  map[string]simulator.CallRecord
	unmet []string
}

func (j *judge) want(holds bool, path, format string, values ...any) {
	if holds {
		return
	}
	s := j.play.scenario
	e := Error{File: s.file, Line: s.Line(path), Text: fmt.Sprintf(format, values...)}
	j.unmet = append(j.unmet, e.Error())
}

func (j *judge) caller(i int) {
	s := j.play.scenario
	call, expect, path := j.play.Caller(i), s.Callers[i].Expect, fmt.Sprintf("callers[%d].expect", i)
	who := s.Callers[i].name()
	if expect.TalksTo != "" {
		got := noWorker
		if peer, found := j.legs[call.PeerSID]; found {
			got = s.workerAt(reached(peer))
		}
		met := got == expect.TalksTo || expect.TalksTo == anyone && got != noWorker
		j.want(met, path+".talks_to", "caller %s talked to %s, want %s", who, got, expect.TalksTo)
	}
	if within := time.Duration(expect.TalksWithin); within > 0 {
		waited := call.Bridged.Sub(call.Created)
		j.want(!call.Bridged.IsZero() && waited <= within, path+".talks_within", "caller %s %s, want within %s", who, talked(call, waited), within)
	}
	if expect.QueueResult != nil {
		want := []string(expect.QueueResult)
		j.want(slices.Equal(call.QueueResults, want), path+".queue_result", "caller %s left the queue with QueueResult %s, want %s", who, listed(call.QueueResults), listed(want))
	}
	if expect.HungUpBy != "" {
		j.want(call.HungUpBy == expect.HungUpBy, path+".hung_up_by", "caller %s was hung up by %s, want %s", who, call.HungUpBy, expect.HungUpBy)
	}
	j.heard(i, call)
	j.task(i, call)
}

func talked(call simulator.CallRecord, waited time.Duration) string {
	if call.Bridged.IsZero() {
		return "never talked"
	}
	return fmt.Sprintf("talked after %s", waited.Round(time.Second/10))
}

// heard checks that the caller heard the expected texts in their order.
func (j *judge) heard(i int, call simulator.CallRecord) {
	expect, path := j.play.scenario.Callers[i].Expect, fmt.Sprintf("callers[%d].expect", i)
	rest := call.Heard
	for n, text := range expect.Heard {
		at := slices.IndexFunc(rest, func(heard string) bool { return within(heard, text) })
		j.want(at >= 0, fmt.Sprintf("%s.heard[%d]", path, n), "caller %s did not hear %q there, but: %s", j.play.scenario.Callers[i].name(), text, heardTexts(call.Heard))
		rest = rest[at+1:]
	}
	for n, text := range expect.NotHeard {
		j.want(!slices.ContainsFunc(call.Heard, func(heard string) bool { return within(heard, text) }),
			fmt.Sprintf("%s.not_heard[%d]", path, n), "caller %s heard %q: %s", j.play.scenario.Callers[i].name(), text, heardTexts(call.Heard))
	}
}

// all judges the expectations about all calls together.
func (j *judge) all() {
	expect, t := j.play.scenario.Expect, j.play.twilio
	if expect.Served != nil {
		got, want := j.served(), []string(expect.Served)
		j.want(slices.Equal(got, want), "expect.served", "workers served %s, want %s", listed(got), listed(want))
	}
	shown := map[string][]string{} // callers' numbers that the worker saw, by worker
	placed := 0
	for _, call := range t.Calls() {
		if call.Direction != inbound {
			placed++
			name := j.play.scenario.workerAt(reached(call))
			shown[name] = append(shown[name], call.From)
		}
	}
	if expect.WorkerCalls != nil {
		j.want(placed == *expect.WorkerCalls, "expect.worker_calls", "%d calls were placed to workers, want %d", placed, *expect.WorkerCalls)
	}
	if minimum := expect.AvailableAtLeast; minimum != nil {
		few, when := j.fewestAvailable()
		j.want(few >= *minimum, "expect.available_at_least", "%d workers are available after %s, want at least %d", few, when.Round(time.Second/10), *minimum)
	}
	groups := map[string]string{}
	for _, w := range j.play.scenario.Account.Workers {
		groups[w.Name] = w.group
	}
	for _, w := range t.Workers() {
		for _, name := range []string{w.Name, groups[w.Name]} {
			if want, found := expect.Workers[name]; found {
				j.worker("expect.workers."+name, w, want, shown[w.Name])
			}
		}
	}
	for i, other := range j.play.scenario.Others {
		j.other(fmt.Sprintf("others[%d].expect", i), other)
		j.texts(fmt.Sprintf("others[%d].expect.texts", i), other.Number, other.Number, other.Expect.Texts)
	}
	j.events()
	j.complaints()
}

// other judges the calls to a person who is no worker.
func (j *judge) other(path string, other Other) {
	var ends []string
	talked := noWorker
	for _, call := range j.play.twilio.Calls() {
		if call.Direction == inbound || call.To != other.Number {
			continue
		}
		ends, talked = append(ends, call.Status), noWorker
		if peer, found := j.legs[call.PeerSID]; found {
			talked = j.play.scenario.workerAt(reached(peer))
		}
	}
	if want := other.Expect.Calls; want != nil {
		j.want(slices.Equal(ends, want), path+".calls", "the calls to %s ended %s, want %s", other.Number, listed(ends), listed([]string(want)))
	}
	if want := other.Expect.TalksTo; want != "" {
		j.want(talked == want, path+".talks_to", "the person at %s talked to %s, want %s", other.Number, talked, want)
	}
}

func (j *judge) worker(path string, got simulator.WorkerRecord, want WorkerExpect, shown []string) {
	if want.Calls != nil {
		j.want(*want.Calls == len(shown), path+".calls", "%s was called %d times, want %d", got.Name, len(shown), *want.Calls)
	}
	for _, number := range shown {
		j.want(want.CalledFrom == "" || want.CalledFrom == number, path+".called_from", "%s was called from %s, want %s", got.Name, number, want.CalledFrom)
	}
	j.want(want.Activity == "" || want.Activity == got.ActivityName, path+".activity", "%s is %s in the end, want %s", got.Name, got.ActivityName, want.Activity)
	j.activities(path, got, want)
	if want.TalksTo != nil {
		talked, wanted := j.talkedTo(got.Name), []string(want.TalksTo)
		j.want(slices.Equal(talked, wanted), path+".talks_to", "%s talked to %s, want %s", got.Name, listed(talked), listed(wanted))
	}
	for _, w := range j.play.scenario.Account.Workers {
		if w.Name == got.Name {
			j.texts(path+".texts", got.Name, w.Contact(), want.Texts)
		}
	}
}

// activities judges the activities of a worker.
func (j *judge) activities(path string, got simulator.WorkerRecord, want WorkerExpect) {
	var went []string
	at := make([]string, len(want.ActivityAt))
	for i := range at {
		at[i] = j.play.first[got.Name]
	}
	for _, event := range j.play.twilio.Events() {
		if event.Type != "worker.activity.update" || event.WorkerSID != got.SID {
			continue
		}
		name := event.Params.Get("WorkerActivityName")
		went = append(went, name)
		for i, moment := range want.ActivityAt {
			if event.At.Sub(j.play.started) <= moment.At {
				at[i] = name
			}
		}
	}
	if want.Activities != nil {
		wanted := []string(want.Activities)
		j.want(slices.Equal(went, wanted), path+".activities", "%s went to %s, want %s", got.Name, listed(went), listed(wanted))
	}
	for i, moment := range want.ActivityAt {
		j.want(at[i] == moment.Text, path+".activity_at", "%s is %s after %s, want %s", got.Name, at[i], moment.At, moment.Text)
	}
}

// fewestAvailable returns the minimum number of available workers, and when it was first reached.
func (j *judge) fewestAvailable() (few int, when time.Duration) {
	available := map[string]bool{} // by worker SID
	for _, w := range j.play.twilio.Workers() {
		if available[w.SID] = j.play.available[j.play.first[w.Name]]; available[w.SID] {
			few++
		}
	}
	count := few
	for _, event := range j.play.twilio.Events() {
		if event.Type != "worker.activity.update" {
			continue
		}
		before, after := available[event.WorkerSID], j.play.available[event.Params.Get("WorkerActivityName")]
		available[event.WorkerSID] = after
		switch {
		case before && !after:
			count--
		case !before && after:
			count++
		}
		if count < few {
			few, when = count, event.At.Sub(j.play.started)
		}
	}
	return few, when
}

// talkedTo returns the callers whom a worker talked to, in order.
func (j *judge) talkedTo(worker string) []string {
	var talks []service
	for i, caller := range j.play.scenario.Callers {
		call := j.play.Caller(i)
		if peer, found := j.legs[call.PeerSID]; found && j.play.scenario.workerAt(reached(peer)) == worker {
			talks = append(talks, service{caller.name(), call.Bridged})
		}
	}
	return inOrder(talks)
}

// texts judges the texts that a person received.
func (j *judge) texts(path, who, number string, want Texts) {
	if want == nil {
		return
	}
	var got []string
	for _, text := range j.play.twilio.Texts() {
		if text.To == number && text.Status == "delivered" {
			got = append(got, text.Body)
		}
	}
	wanted := []string(want)
	j.want(slices.EqualFunc(got, wanted, within), path, "%s received %s, want %s", who, listed(got), listed(wanted))
}

func (j *judge) served() []string {
	var served []service
	for i, caller := range j.play.scenario.Callers {
		if call := j.play.Caller(i); !call.Bridged.IsZero() {
			served = append(served, service{caller.name(), call.Bridged})
		}
	}
	return inOrder(served)
}

// service is a worker's talk with a caller.
type service struct {
	who  string
	when time.Time
}

func inOrder(talks []service) []string {
	slices.SortStableFunc(talks, func(a, b service) int { return a.when.Compare(b.when) })
	var names []string
	for _, s := range talks {
		names = append(names, s.who)
	}
	return names
}

func (j *judge) events() {
	var got []string
	for _, event := range j.play.twilio.Events() {
		got = append(got, event.Type)
	}
	rest := got
	for n, want := range j.play.scenario.Expect.Events {
		at := slices.Index(rest, want)
		j.want(at >= 0, fmt.Sprintf("expect.events[%d]", n), "event %s did not occur there; events were %s", want, listed(got))
		rest = rest[at+1:]
	}
}

// complaints compares the debugger's entries and the simulator's problems with the expected ones.
func (j *judge) complaints() {
	expect := j.play.scenario.Expect
	var codes []int
	var details []string
	for _, alert := range j.play.twilio.Debugger() {
		codes = append(codes, alert.Code)
		details = append(details, fmt.Sprintf("%d %s", alert.Code, alert.Text))
	}
	j.want(slices.Equal(codes, expect.Debugger), "expect.debugger", "Twilio's debugger has %s, want codes %v", listed(details), expect.Debugger)
	wanted := slices.Clone(expect.Problems)
	for _, problem := range j.play.twilio.Problems() {
		at := slices.IndexFunc(wanted, func(text string) bool { return within(problem.Text, text) })
		if line := j.lineOf(problem.CallSID); at < 0 && line > 0 {
			e := Error{File: j.play.scenario.file, Line: line, Text: fmt.Sprintf("problem: %s", problem)}
			j.unmet = append(j.unmet, e.Error())
		} else {
			j.want(at >= 0, j.placeOf(problem.CallSID), "problem: %s", problem)
		}
		if at >= 0 {
			wanted = slices.Delete(wanted, at, at+1)
		}
	}
	for _, text := range wanted {
		j.want(false, "expect.problems", "there was no problem %q", text)
	}
}

// lineOf returns the line of the action that made a call, 0 for any other call.
func (j *judge) lineOf(callSID string) int {
	for call, line := range j.play.calls {
		if callSID != "" && call.CallSID() == callSID {
			return line
		}
	}
	return 0
}

// placeOf returns the place of a call's script.
func (j *judge) placeOf(callSID string) string {
	for i, line := range j.play.lines {
		if line.CallSID() == callSID {
			return fmt.Sprintf("callers[%d].steps", i)
		}
	}
	for i, w := range j.play.scenario.Account.Workers {
		if leg, found := j.legs[callSID]; found && reached(leg) == w.Contact() {
			return fmt.Sprintf("account.workers[%d].phone", i)
		}
	}
	return "expect.problems"
}

// reached returns the address of a leg's phone, with its extension.
func reached(leg simulator.CallRecord) string {
	if leg.SendDigits == "" {
		return leg.To
	}
	return leg.To + "x" + leg.SendDigits
}

// workerAt returns the worker whose phone has the address.
func (s *Scenario) workerAt(address string) string {
	for _, w := range s.Account.Workers {
		if w.Contact() == address {
			return w.Name
		}
	}
	return address
}

func within(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}

// listed returns a list in words.
func listed(list []string) string {
	if len(list) == 0 {
		return none
	}
	return strings.Join(list, " | ")
}

// heardTexts lists the texts that a person heard, each once.
func heardTexts(heard []string) string {
	var once []string
	for _, text := range heard {
		if !slices.Contains(once, text) {
			once = append(once, text)
		}
	}
	return listed(once)
}

func orNone(text string) string {
	if text == "" {
		return none
	}
	return text
}
