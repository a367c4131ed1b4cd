package doctor

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// maxSkew is the maximum difference between clocks. Date headers have whole seconds, and an answer
// takes time to arrive.
const maxSkew = 10 * time.Second

// clocks records the time of other machines, from the Date header of their answers.
type clocks struct {
	now   func() time.Time
	heard []heard
}

type heard struct {
	whose string
	ahead time.Duration // of this machine
}

// listen records the time of the first answer that next gets. whose names the other machine.
func (c *clocks) listen(whose string, next http.RoundTripper) http.RoundTripper {
	if next == nil {
		next = http.DefaultTransport
	}
	return listener{c, whose, next}
}

type listener struct {
	clocks *clocks
	whose  string
	next   http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (l listener) RoundTrip(request *http.Request) (*http.Response, error) {
	asked := l.clocks.now()
	response, err := l.next.RoundTrip(request)
	if err == nil {
		l.clocks.record(l.whose, response.Header.Get("Date"), asked)
	}
	return response, err
}

// record compares the date with the middle of the time that the request took.
func (c *clocks) record(whose, date string, asked time.Time) {
	for _, each := range c.heard {
		if each.whose == whose {
			return
		}
	}
	at, err := http.ParseTime(date)
	if err != nil {
		return
	}
	middle := asked.Add(c.now().Sub(asked) / 2)
	c.heard = append(c.heard, heard{whose, at.Sub(middle).Round(time.Second)})
}

func (e *evidence) checkClocks() []Finding {
	subject := "this machine's clock, compared with the Date headers of answers"
	if len(e.clocks.heard) == 0 {
		return finding(Skipped, subject, "no answer had a Date header", "")
	}
	var told []string
	apart := false
	for _, each := range e.clocks.heard {
		told = append(told, fmt.Sprintf("%s is %s", each.whose, ahead(each.ahead)))
		apart = apart || each.ahead.Abs() > maxSkew
	}
	if apart {
		return finding(Warning, subject,
			strings.Join(told,
				", ")+": AWS rejects requests that are five minutes off, as does a CRM that checks timestamps",
			"timedatectl set-ntp true, on this machine")
	}
	return ok(subject, strings.Join(told, ", "))
}

func ahead(by time.Duration) string {
	switch {
	case by > 0:
		return by.String() + " ahead"
	case by < 0:
		return (-by).String() + " behind"
	}
	return "the same"
}
