package board

import (
	"time"

	"switchboard/functions/cmd/twilioctl/internal/figures"
)

// Today is how the day went since midnight.
type Today struct {
	Since        time.Time `json:"since"`
	Calls        int       `json:"calls"`
	Answered     int       `json:"answered"`
	Abandoned    int       `json:"abandoned"`
	Within       int       `json:"within_seconds"`
	ServiceLevel *float64  `json:"service_level"` // share answered within that time, 0 to 1; null = no call counts yet
	Longest      int       `json:"longest_wait_seconds"`

	lastTalk map[string]time.Time // when each worker's last talk ended
}

// todayOf computes the day's figures from its calls.
func todayOf(calls []figures.Call, options figures.Options) *Today {
	total := figures.Of(calls, options).Total
	t := &Today{
		Since: options.Period.From(), Calls: total.Calls, Within: int(options.Within.Seconds()),
		Answered: total.Outcomes[figures.Answered], Abandoned: total.Outcomes[figures.Abandoned],
		Longest: int(figures.Longest(calls, options.Now).Seconds()), lastTalk: map[string]time.Time{},
	}
	if share, known := total.Level.Share(); known {
		t.ServiceLevel = &share
	}
	for _, call := range calls {
		if call.Ended.After(t.lastTalk[call.Worker]) {
			t.lastTalk[call.Worker] = call.Ended
		}
	}
	return t
}

// with returns the figures with callers who wait now: the day is read less often than they are.
func (t *Today) with(callers []Caller, now time.Time) *Today {
	if t == nil || len(callers) == 0 {
		return t
	}
	shown := *t
	shown.Longest = max(shown.Longest, int(now.Sub(callers[0].Since).Seconds()))
	return &shown
}
