package hold

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"switchboard/shared/outlook"
	"switchboard/shared/prompt"
	"switchboard/shared/settings"
	"switchboard/shared/webhook"
)

// announceEvery is the minimum time between two announcements of a caller's place.
const announceEvery = time.Minute

// round is what a caller has heard so far. It travels in the path, /hold/{language}/{round}: Twilio
// requests the wait URL again after each document, and a <Redirect> at the end of the document
// leads to the next round's path (https://www.twilio.com/docs/voice/twiml/enqueue).
type round struct {
	language  string        // that the caller chose; "" = the number's
	told      outlook.Range // the wait that the wait URL has the caller told; zero = it does not say
	count     int           // rounds before this one
	position  int           // that was announced last; 0 = none was
	announced time.Duration // how long the caller had waited then
	waited    time.Duration // how long the caller had waited in the round before
	entered   time.Time     // when the caller entered the queue, to the second
}

// parseRound reads the segments below /hold: a language, the wait that the caller is told, and a
// round. Each may be missing.
func parseRound(segments []string) (r round, found bool) {
	if len(segments) > 0 && prompt.IsLanguage(segments[0]) {
		r.language, segments = segments[0], segments[1:]
	}
	if len(segments) > 0 {
		if told, found := outlook.ParseTold(segments[0]); found {
			r.told, segments = told, segments[1:]
		}
	}
	switch len(segments) {
	case 0:
		return r, true
	case 1:
	default:
		return round{}, false
	}
	fields := strings.Split(segments[0], "-")
	var numbers [5]int
	if len(fields) != len(numbers) {
		return round{}, false
	}
	for i, field := range fields {
		number, err := strconv.Atoi(field)
		if err != nil || number < 0 {
			return round{}, false
		}
		numbers[i] = number
	}
	r.count, r.position = numbers[0], numbers[1]
	r.announced, r.waited, r.entered = seconds(numbers[2]), seconds(numbers[3]), time.Unix(int64(numbers[4]), 0)
	return r, true
}

// path is the path that parseRound reads.
func (r round) path() string { return "/hold" + r.languageSegment() + "/" + r.segment() }

// segment is the path's last segment.
func (r round) segment() string {
	return fmt.Sprintf("%d-%d-%d-%d-%d", r.count, r.position, int(r.announced.Seconds()), int(r.waited.Seconds()), r.entered.Unix())
}

func (r round) languageSegment() string {
	if r.language == "" {
		return ""
	}
	return "/" + r.language
}

// The stops of the survey function, which has the ledger and Twilio: this function must not wait
// for them. They take the round with them, and lead back to it.

// callbackPath is where a call back is arranged.
func (r round) callbackPath() string { return r.stop("/callback/waiting", "-") }

// listedPath is where a caller hears about their call back if they have one. A number that got one
// in the last minutes may not be listed yet, so that the caller was not asked before the queue.
func (r round) listedPath() string { return r.stop("/callback/listed", "-") }

// elsewherePath is where it is noted that the caller wants another number.
func (r round) elsewherePath() string { return r.stop("/number", "/") }

func (r round) stop(name, separator string) string {
	stop := "/survey" + r.languageSegment() + name
	if r.count == 0 {
		return stop
	}
	return stop + separator + r.segment()
}

// mayAnnounce reports whether to say the caller's place: it is better than what they heard last,
// and they have not heard it within a minute. A place that has become worse is not said: a call
// back ahead may get known late. After asksAgain nothing says what the caller heard last; without
// call backs it was no better place.
func (r round) mayAnnounce(now state) bool {
	again := r.count == 0 && !r.isFirst(now)
	if now.position == 0 || again && now.callbacks > 0 {
		return false
	}
	return r.position == 0 || now.position < r.position && now.waited >= r.announced+announceEvery
}

// isFirst reports whether the caller has heard nothing yet, not even before asksAgain.
func (r round) isFirst(now state) bool { return r.count == 0 && now.waited < announceEvery }

// reaches reports whether the caller has now waited for that many minutes, and had not in the round
// before. The path of the wait URL does not say when that was: then the minutes were reached within
// the last minute.
func (r round) reaches(now state, minutes int) bool {
	limit := time.Duration(minutes) * time.Minute
	before := r.waited
	if r.count == 0 {
		before = now.waited - announceEvery
	}
	return now.waited >= limit && before < limit
}

// asksAgain reports whether the document ends without a <Redirect>, so that Twilio requests the
// wait URL again. No source says whether the request after a <Redirect> has the queue's parameters.
// If it has none, only that for the wait URL says the caller's place, but not what the caller has
// heard: so we return to it once the place may be said again, and may have improved.
func (r round) asksAgain(w settings.Waiting, now state) bool {
	return !now.known && r.position > 1 && !w.NoPosition && now.waited >= r.announced+announceEvery
}

// state is what is known about the caller's wait.
type state struct {
	position  int // in the line, from 1; 0 = not known
	callbacks int // that are known to be ahead
	waited    time.Duration
	entered   time.Time // when the caller entered the queue
	known     bool      // Twilio said so; else waited is by our clock
	expects   expectation
}

// state reads what Twilio says about the caller with each request, or continues the round before.
func (r round) state(request webhook.Request, now time.Time) state {
	if known := request.Form.Has("QueuePosition"); known || r.count == 0 {
		waited := seconds(number(request, "QueueTime"))
		return state{position: number(request, "QueuePosition"), waited: waited, entered: now.Add(-waited), known: known}
	}
	return state{waited: max(now.Sub(r.entered), r.waited), entered: r.entered}
}

// number returns a parameter; 0 = not known.
func number(request webhook.Request, name string) int {
	value, err := strconv.Atoi(request.Form.Get(name))
	if err != nil || value < 0 {
		return 0
	}
	return value
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
