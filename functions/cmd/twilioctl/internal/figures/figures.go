// Package figures computes what a desk's calls of a day, or of several, add up to: counts by half
// hour, waits, service level, and the same by number, queue, language and worker. It reads what the
// ledger has, and makes no request of its own but those of Read.
package figures

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"switchboard/shared/failure"
	"switchboard/shared/ledger"
	"switchboard/shared/outlook"
	"switchboard/shared/reservation"
	"switchboard/shared/taskrouter"
)

// Options say of what, and how, figures are computed.
type Options struct {
	Period Period
	// Within is how soon a call is to be answered for the service level.
	Within time.Duration
	// Now is until when callers who wait have waited; zero = they are left out.
	Now time.Time
}

// Figures are what calls add up to. The calls of ByNumber, ByQueue, ByLanguage, ByWorker, Days and
// Slots each add up to those of Total.
type Figures struct {
	Options
	Total    Group
	Slots    []Slot  // of a day, or by the clock if there are several
	Days     []Group // by date
	ByNumber []Group // most calls first, as the next three; Name "" = not recorded
	ByQueue  []Group
	ByLang   []Group
	ByWorker []Group // by SID; Name "" = no worker talked to the caller
	// Workers are the names of workers, by SID, as far as they are recorded; the last one counts.
	Workers   map[string]string
	Histogram []Bin

	Offers    []Reason // of all calls, by state, reason and who bears it
	Faults    []Reason // those that failed, by who bears it
	Overflows []Counted
	Callbacks []RequestCount
	Messages  []RequestCount
	Scores    Scores
	Questions []Question
	Expected  []Expected
}

// Group is what some of the calls add up to.
type Group struct {
	Name     string
	Calls    int
	Outcomes map[Outcome]int
	Level    Level
	Waits    Spread // of calls that were answered
	Gone     Spread // of callers who were not
	Talks    Spread
	WrapUps  Spread // from the end of the talk until the task was completed
	Offers   int    // of the worker, for calls and requests
	Missed   int    // offers that failed, and that the worker bears
}

// Level is a service level: of the calls whose wait counts, how many were answered in time. A
// caller who waits counts from the moment when it is too late.
type Level struct{ InTime, Of int }

// Share is 0 to 1; known is false if no call counts.
func (l Level) Share() (share float64, known bool) {
	if l.Of == 0 {
		return 0, false
	}
	return float64(l.InTime) / float64(l.Of), true
}

// Slot is a half hour.
type Slot struct {
	Clock string // when it begins, such as 09:30
	Zone  string // such as CET, if a clock that is put back shows the time twice
	Group
}

// Bin counts the waits that were longer than From, up to Until; Until 0 = any longer one.
type Bin struct {
	From, Until         time.Duration
	Answered, NotServed int
}

// Reason counts offers to workers with the same end.
type Reason struct {
	State   reservation.State
	Failure string // "" = it did not fail
	Charged string
	Count   int
}

// Counted is how often something was.
type Counted struct {
	Name  string
	Count int
}

// RequestCount counts call backs or messages with the same end; Outcome is "" for those that have
// not ended.
type RequestCount struct {
	State   ledger.RequestState
	Outcome string
	Count   int
}

// Scores are the answers to the survey's first question, by points less 1.
type Scores struct {
	Counts  [5]int
	Answers int
	Mean    float64 // 0 without an answer
}

// Question has the answers to one of the desk's own questions, most frequent first.
type Question struct {
	Name    string
	Answers []Counted
}

// Expected compares the wait that was expected when callers entered the queue, and that they hear
// at a desk that announces it, with their own.
type Expected struct {
	outlook.Range
	Answered              int // callers
	Sooner, Within, Later int
	Median                time.Duration // of their waits
}

// Of returns what the calls add up to. Those outside the period are left out.
func Of(calls []Call, options Options) Figures {
	f := Figures{Options: options, Slots: options.Period.slots(), Total: newGroup(""), Workers: map[string]string{}, Histogram: bins(options.Within)}
	for i := range f.Slots {
		f.Slots[i].Group = newGroup("")
	}
	for _, day := range options.Period.Days {
		f.Days = append(f.Days, newGroup(day.Date))
	}
	numbers, queues, languages, workers := groups{}, groups{}, groups{}, groups{}
	heard := map[outlook.Range][]time.Duration{}
	for _, call := range calls {
		day := options.Period.day(call.Began)
		if day < 0 {
			continue
		}
		counted := count{call: call, options: options}
		for _, each := range []*Group{
			&f.Total, &f.Days[day], &f.Slots[options.Period.slot(call.Began)].Group,
			numbers.of(call.Number), queues.of(call.Queue), languages.of(call.Language), workers.of(call.Worker),
		} {
			counted.into(each)
		}
		f.countRest(call, workers)
		if wait, known := call.wait(); known {
			countWait(f.Histogram, wait, call.Outcome == Answered)
			if call.Expected != (outlook.Range{}) && call.Outcome == Answered {
				heard[call.Expected] = append(heard[call.Expected], wait)
			}
		}
	}
	f.ByNumber, f.ByQueue, f.ByLang, f.ByWorker = numbers.sorted(), queues.sorted(), languages.sorted(), workers.sorted()
	f.Expected = compare(heard)
	f.finish()
	return f
}

// countRest counts what has no place in a Group.
func (f *Figures) countRest(call Call, workers groups) {
	if call.Name != "" {
		f.Workers[call.Worker] = call.Name
	}
	offers := call.Offers
	for _, request := range call.Requests {
		offers = append(slices.Clip(offers), request.Offers...)
		counts := &f.Callbacks
		if request.Kind == taskrouter.Message {
			counts = &f.Messages
		}
		of := RequestCount{State: request.State, Outcome: request.Outcome}
		add(counts, of, func(a RequestCount) bool { a.Count = 0; return a == of }, func(a *RequestCount) { a.Count++ })
	}
	for _, offer := range offers {
		of := Reason{State: offer.State, Failure: offer.Failure, Charged: offer.Charged}
		add(&f.Offers, of, func(a Reason) bool { a.Count = 0; return a == of }, func(a *Reason) { a.Count++ })
		if offer.Worker == "" {
			continue
		}
		worker := workers.of(offer.Worker)
		worker.Offers++
		if offer.Failure != "" && offer.Charged == string(failure.ToWorker) {
			worker.Missed++
		}
	}
	if call.Overflow != "" {
		of := call.Overflow
		add(&f.Overflows, Counted{Name: of}, func(a Counted) bool { return a.Name == of }, func(a *Counted) { a.Count++ })
	}
	if call.Score >= 1 && call.Score <= len(f.Scores.Counts) {
		f.Scores.Counts[call.Score-1]++
		f.Scores.Answers++
	}
	for name, answer := range call.Answers {
		add(&f.Questions, Question{Name: name}, func(a Question) bool { return a.Name == name }, func(a *Question) {
			if taskrouter.ValidSID("RE", answer) {
				answer = Recorded
			}
			add(&a.Answers, Counted{Name: answer}, func(b Counted) bool { return b.Name == answer }, func(b *Counted) { b.Count++ })
		})
	}
}

// Recorded stands for an answer that the caller spoke.
const Recorded = "recorded"

// add changes the entry that is meant, which it appends if there is none.
func add[T any](all *[]T, entry T, is func(T) bool, change func(*T)) {
	i := slices.IndexFunc(*all, is)
	if i < 0 {
		i, *all = len(*all), append(*all, entry)
	}
	change(&(*all)[i])
}

// finish sorts what was counted, and computes what needs all counts.
func (f *Figures) finish() {
	states := reservation.States()
	slices.SortFunc(f.Offers, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(slices.Index(states, a.State), slices.Index(states, b.State)), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Failure, b.Failure))
	})
	for _, each := range f.Offers {
		if each.Failure != "" {
			of := Reason{Failure: each.Failure, Charged: each.Charged}
			add(&f.Faults, of, func(a Reason) bool { a.Count = 0; return a == of }, func(a *Reason) { a.Count += each.Count })
		}
	}
	slices.SortFunc(f.Faults, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(a.Charged, b.Charged), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Failure, b.Failure))
	})
	sortCounted(f.Overflows)
	for _, requests := range [][]RequestCount{f.Callbacks, f.Messages} {
		slices.SortFunc(requests, func(a, b RequestCount) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.State, b.State), cmp.Compare(a.Outcome, b.Outcome))
		})
	}
	slices.SortFunc(f.Questions, func(a, b Question) int { return cmp.Compare(a.Name, b.Name) })
	for _, question := range f.Questions {
		sortCounted(question.Answers)
	}
	for points, n := range f.Scores.Counts {
		f.Scores.Mean += float64((points + 1) * n)
	}
	f.Scores.Mean /= max(float64(f.Scores.Answers), 1)
	for _, group := range slices.Concat([]*Group{&f.Total}, pointers(f.Days), pointers(f.ByNumber), pointers(f.ByQueue), pointers(f.ByLang), pointers(f.ByWorker)) {
		group.sort()
	}
	for i := range f.Slots {
		f.Slots[i].sort()
	}
}

func sortCounted(all []Counted) {
	slices.SortFunc(all, func(a, b Counted) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name)) })
}

func pointers(groups []Group) []*Group {
	all := make([]*Group, len(groups))
	for i := range groups {
		all[i] = &groups[i]
	}
	return all
}

// groups are groups by name.
type groups map[string]*Group

func (g groups) of(name string) *Group {
	if g[name] == nil {
		made := newGroup(name)
		g[name] = &made
	}
	return g[name]
}

// sorted lists those with most calls first, and last the one without a name.
func (g groups) sorted() []Group {
	names := slices.Collect(maps.Keys(g))
	slices.SortFunc(names, func(a, b string) int {
		if (a == "") != (b == "") {
			return cmp.Compare(b, a)
		}
		return cmp.Or(cmp.Compare(g[b].Calls, g[a].Calls), cmp.Compare(a, b))
	})
	all := make([]Group, len(names))
	for i, name := range names {
		all[i] = *g[name]
	}
	return all
}
