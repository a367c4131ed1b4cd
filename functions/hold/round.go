package hold

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchboard/shared/prompt"
	"switchboard/shared/webhook"
)

// announceEvery is the minimum time between two announcements of a caller's place.
const announceEvery = time.Minute

// round is what a caller has heard so far. It travels in the path, /hold/{language}/{round}: Twilio
// requests the wait URL again after each document, and a <Redirect> at the end of the document
// leads to the next round's path (https://www.twilio.com/docs/voice/twiml/enqueue).
type round struct {
	language  string        // that the caller chose; "" = the number's
	count     int           // rounds before this one
	position  int           // that was announced last; 0 = none was
	announced time.Duration // how long the caller had waited then
	waited    time.Duration // how long the caller had waited in the round before
}

// parseRound reads the segments below /hold: none, a language, a round, or both.
func parseRound(segments []string) (r round, found bool) {
	if len(segments) > 0 && slices.Contains(prompt.Languages(), prompt.Language(segments[0])) {
		r.language, segments = segments[0], segments[1:]
	}
	switch len(segments) {
	case 0:
		return r, true
	case 1:
	default:
		return round{}, false
	}
	fields := strings.Split(segments[0], "-")
	if len(fields) != 4 {
		return round{}, false
	}
	var numbers [4]int
	for i, field := range fields {
		number, err := strconv.Atoi(field)
		if err != nil || number < 0 {
			return round{}, false
		}
		numbers[i] = number
	}
	r.count, r.position = numbers[0], numbers[1]
	r.announced, r.waited = seconds(numbers[2]), seconds(numbers[3])
	return r, true
}

// path is the path that parseRound reads.
func (r round) path() string {
	language := ""
	if r.language != "" {
		language = "/" + r.language
	}
	return fmt.Sprintf("/hold%s/%d-%d-%d-%d", language, r.count, r.position, int(r.announced.Seconds()), int(r.waited.Seconds()))
}

// mayAnnounce reports whether to say the caller's place: it is better than what they heard last,
// and they have not heard it within a minute. A place that has become worse is not said.
func (r round) mayAnnounce(now state) bool {
	if now.position == 0 {
		return false
	}
	return r.position == 0 || now.position < r.position && now.waited >= r.announced+announceEvery
}

// reaches reports whether the caller has now waited for that many minutes, and had not in the round
// before.
func (r round) reaches(now state, minutes int) bool {
	limit := time.Duration(minutes) * time.Minute
	return now.waited >= limit && (r.waited < limit || r.count == 0)
}

// state is what Twilio says about the caller with each request.
type state struct {
	position int           // in the line, from 1; 0 = not known
	waited   time.Duration // 0 = not known
	known    bool          // the request has the queue's parameters
}

func readState(request webhook.Request) state {
	return state{
		position: number(request, "QueuePosition"),
		waited:   seconds(number(request, "QueueTime")),
		known:    request.Form.Has("QueuePosition"),
	}
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
