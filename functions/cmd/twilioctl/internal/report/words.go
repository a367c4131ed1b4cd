package report

import (
	"cmp"
	"fmt"
	"math"
	"strings"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/figures"
	"switchboard/shared/failure"
	"switchboard/shared/ledger"
	"switchboard/shared/outlook"
	"switchboard/shared/reservation"
)

// none stands in a cell that has nothing to say.
const none = "–"

// clock writes a duration as minutes and seconds, 1:05, or with hours, 1:02:05.
func clock(d time.Duration) string {
	seconds := int(d.Round(time.Second) / time.Second)
	if seconds >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	}
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

// short writes a bound of the histogram: 20 s, 3 min.
func short(d time.Duration) string {
	if d%time.Minute == 0 {
		return fmt.Sprintf("%d min", d/time.Minute)
	}
	return fmt.Sprintf("%d s", d/time.Second)
}

// percentile is none without any.
func percentile(s figures.Spread, p int) string {
	if len(s) == 0 {
		return none
	}
	return clock(s.Percentile(p))
}

// mean is none without any.
func mean(s figures.Spread) string {
	if len(s) == 0 {
		return none
	}
	return clock(s.Mean())
}

// sum is none without any.
func sum(s figures.Spread) string {
	if len(s) == 0 {
		return none
	}
	return clock(s.Sum())
}

// number writes a count with commas.
func number(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// percent is none of nothing.
func percent(part, of int) string {
	if of == 0 {
		return none
	}
	return fmt.Sprintf("%.0f%%", math.Round(100*float64(part)/float64(of)))
}

func level(l figures.Level) string { return percent(l.InTime, l.Of) }

// bin names the waits that a bin of the histogram counts.
func bin(b figures.Bin) string {
	switch {
	case b.Until == 0:
		return "over " + short(b.From)
	case b.From == 0:
		return "up to " + short(b.Until)
	case b.From%time.Minute == 0 && b.Until%time.Minute == 0:
		return fmt.Sprintf("%d–%s", b.From/time.Minute, short(b.Until))
	case b.Until < time.Minute:
		return fmt.Sprintf("%d–%s", b.From/time.Second, short(b.Until))
	}
	return short(b.From) + "–" + short(b.Until)
}

// until is the label of a bin.
func until(b figures.Bin) string {
	if b.Until == 0 {
		return "over " + short(b.From)
	}
	return "≤" + short(b.Until)
}

// heard names a wait that callers hear.
func heard(r outlook.Range) string {
	switch {
	case r.To == 0:
		return fmt.Sprintf("over %d min", r.From)
	case r.From == 0:
		return fmt.Sprintf("up to %d min", r.To)
	}
	return fmt.Sprintf("%d–%d min", r.From, r.To)
}

// reason writes what the ledger has as crm/time-out.
func reason(recorded string) string {
	if recorded == "" {
		return none
	}
	step, name, _ := strings.Cut(recorded, "/")
	if step == failure.CRM {
		step = "CRM"
	}
	return step + ": " + strings.ReplaceAll(name, "-", " ")
}

// outcome writes why a request ended.
func outcome(recorded string) string {
	return strings.ReplaceAll(strings.ReplaceAll(cmp.Or(recorded, none), "-", " "), "/", ": ")
}

func state(s reservation.State) string {
	switch s {
	case reservation.Talked, reservation.Talking:
		return "talked"
	case reservation.Rejected:
		return "rejected"
	case reservation.CallerLeft:
		return "caller left the line"
	case reservation.Expired:
		return "ran out of time"
	case reservation.Unknown:
		return "unknown whether the phone rang"
	}
	return "has not ended"
}

func fault(charged string) string {
	switch failure.Charge(charged) {
	case failure.ToWorker:
		return "worker"
	case failure.ToUs:
		return "stack, CRM or Twilio"
	case failure.ToCall:
		return "call"
	case failure.ToWish:
		return "no one: signed off"
	}
	return none
}

func requestState(s ledger.RequestState) string {
	switch s {
	case ledger.Done:
		return "done"
	case ledger.GivenUp:
		return "given up"
	case ledger.Withdrawn:
		return "withdrawn"
	case ledger.Talking:
		return "with a worker"
	}
	return "open"
}

// title names the days.
func title(p figures.Period) string {
	const long = "Monday, January 2, 2006"
	first, last := p.Days[0].From.In(p.Zone), p.Days[len(p.Days)-1].From.In(p.Zone)
	if len(p.Days) == 1 {
		return "Calls of " + first.Format(long)
	}
	return "Calls from " + first.Format(long) + ", to " + last.Format(long)
}
