package figures

import (
	"maps"
	"slices"
	"time"
)

// count is one call that is counted.
type count struct {
	call    Call
	options Options
}

func newGroup(name string) Group { return Group{Name: name, Outcomes: map[Outcome]int{}} }

// into counts the call in a group.
func (c count) into(g *Group) {
	g.Calls++
	g.Outcomes[c.call.Outcome]++
	wait, known := c.call.wait()
	switch {
	case known && c.call.Outcome == Answered:
		g.Waits = append(g.Waits, wait)
		g.Level.Of++
		if wait <= c.options.Within {
			g.Level.InTime++
		}
	case known:
		g.Gone = append(g.Gone, wait)
		g.Level.Of++
	case c.call.waited(c.options.Now) > c.options.Within:
		g.Level.Of++
	}
	if !c.call.Ended.IsZero() && !c.call.Answered.IsZero() {
		g.Talks = append(g.Talks, notNegative(c.call.Ended.Sub(c.call.Answered)))
	}
	if !c.call.Ended.IsZero() && !c.call.Done.IsZero() {
		g.WrapUps = append(g.WrapUps, notNegative(c.call.Done.Sub(c.call.Ended)))
	}
}

// wait returns how long the caller waited from entering the queue until a worker answered, or the
// wait ended without; known is false if it has not ended, or one of the times is not recorded.
func (c Call) wait() (wait time.Duration, known bool) {
	end := c.Left
	if c.Outcome == Answered {
		end = c.Answered
	}
	if c.Enqueued.IsZero() || end.IsZero() || c.Outcome == Waiting {
		return 0, false
	}
	return notNegative(end.Sub(c.Enqueued)), true
}

// waited returns how long a caller who waits has waited; 0 for one who does not.
func (c Call) waited(now time.Time) time.Duration {
	if c.Outcome != Waiting || c.Enqueued.IsZero() || now.IsZero() {
		return 0
	}
	return notNegative(now.Sub(c.Enqueued))
}

// Longest returns the longest wait, of callers who wait too.
func Longest(calls []Call, now time.Time) (longest time.Duration) {
	for _, call := range calls {
		wait, _ := call.wait()
		longest = max(longest, wait, call.waited(now))
	}
	return longest
}

// notNegative is 0 for a time that the clocks of two machines make negative.
func notNegative(d time.Duration) time.Duration { return max(d, 0) }

// Spread is how long something took, each time.
type Spread []time.Duration

func (g *Group) sort() {
	for _, each := range []Spread{g.Waits, g.Gone, g.Talks, g.WrapUps} {
		slices.Sort(each)
	}
}

// Percentile returns the time that p percent did not exceed, by nearest rank: 50 is the median, 100
// the longest; 0 without any. The spread must be sorted, as Of returns it.
func (s Spread) Percentile(p int) time.Duration {
	if len(s) == 0 {
		return 0
	}
	rank := (p*len(s) + 99) / 100
	return s[min(max(rank, 1), len(s))-1]
}

// Mean returns the mean; 0 without any.
func (s Spread) Mean() time.Duration {
	return s.Sum() / time.Duration(max(len(s), 1))
}

// Sum returns the sum.
func (s Spread) Sum() (sum time.Duration) {
	for _, each := range s {
		sum += each
	}
	return sum
}

// bins are those of the histogram: short ones where a second matters, and a bound where the service
// level has its.
func bins(within time.Duration) []Bin {
	steps := []time.Duration{
		10 * time.Second, 20 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 3 * time.Minute, 5 * time.Minute,
		10 * time.Minute, 20 * time.Minute, 30 * time.Minute,
	}
	if within > 0 && !slices.Contains(steps, within) {
		steps = append(steps, within)
		slices.Sort(steps)
	}
	var all []Bin
	from := time.Duration(0)
	for _, until := range steps {
		all = append(all, Bin{From: from, Until: until})
		from = until
	}
	return append(all, Bin{From: from})
}

func countWait(bins []Bin, wait time.Duration, answered bool) {
	i := slices.IndexFunc(bins, func(b Bin) bool { return b.Until == 0 || wait <= b.Until })
	if answered {
		bins[i].Answered++
	} else {
		bins[i].NotServed++
	}
}

// compare compares what callers heard with their own waits, shorter ranges first.
func compare(heard map[Range][]time.Duration) []Announced {
	ranges := slices.SortedFunc(maps.Keys(heard), func(a, b Range) int { return a.From - b.From })
	var all []Announced
	for _, each := range ranges {
		waits := Spread(heard[each])
		slices.Sort(waits)
		a := Announced{Range: each, Answered: len(waits), Median: waits.Percentile(50)}
		for _, wait := range waits {
			switch {
			case wait <= time.Duration(each.From)*time.Minute:
				a.Sooner++
			case each.To == 0 || wait <= time.Duration(each.To)*time.Minute:
				a.Within++
			default:
				a.Later++
			}
		}
		all = append(all, a)
	}
	return all
}
