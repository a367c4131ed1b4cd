package trace

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
)

const (
	// grace is how long a step may take until its absence counts.
	grace = 30 * time.Second
	// completing is how long after the wrap-up a task is completed at the latest: the sweeper runs
	// every five minutes.
	completing = 6 * time.Minute
)

// overdue reports whether a step that follows something is missing by now.
func (e *evidence) overdue(since time.Time, within time.Duration) bool {
	return !since.IsZero() && e.now.Sub(since) > within
}

// gaps lists what should have happened and is not reported.
func (e *evidence) gaps() []Gap {
	var gaps []Gap
	add := func(missing bool, about, what, reason, remedy string) {
		if missing {
			gaps = append(gaps, Gap{about, what, reason, remedy})
		}
	}
	if e.call.CallSID() == "" {
		add(true, e.key, "the call in the ledger", "the call never waited in the queue, /enqueue was not asked, or the item is older than 90 days or forgotten",
			"see whether Twilio posted to this stack's /enqueue: the number's voice URL, and the log")
	}
	e.gapsOfCall(add)
	for _, ref := range e.call.Reservations() {
		if !e.has(ref.ReservationSID, "forgotten") {
			e.gapsOfReservation(ref, add)
		}
	}
	e.gapsOfEvents(add)
	e.gapsOfWebhooks(add)
	return gaps
}

// adding adds a gap if missing holds.
type adding func(missing bool, about, what, reason, remedy string)

func (e *evidence) gapsOfCall(add adding) {
	left := e.has("", "ended", "left_queue", "call_ended", "callback")
	add(e.caller.over() && len(e.call.Tasks()) > 0 && !left && !taskrouter.IsRequest(e.key) && e.overdue(e.caller.call.Ended, grace), e.key,
		"how the caller left the queue", "the Enqueue action URL /survey was not reached",
		"see the call's webhooks above, and ApiErrors; the sweeper closes the call within minutes")
	for _, task := range e.call.Tasks() {
		ended := e.has(task, "completed", "canceled", "deleted", "system-deleted")
		for _, ref := range e.call.Reservations() {
			if ref.TaskSID != task || !e.call.Talked(ref) {
				continue
			}
			over := latest(e.at(ref.ReservationSID, "bridged"), e.at(ref.ReservationSID, "wrapup"), e.at(ref.ReservationSID, "completed"))
			add(!ended && e.Stack.WrapUp >= 0 && e.overdue(over, e.Stack.WrapUp+completing), task,
				"the end of the task after the talk (task.completed)", "its event was lost, or no function completed the task after its wrap-up",
				"twilioctl workers shows who still wraps up; the sweeper completes such tasks: see SweeperSilent and its log")
		}
	}
}

func earliest(times ...time.Time) time.Time { return slices.MinFunc(times, time.Time.Compare) }

func latest(times ...time.Time) time.Time { return slices.MaxFunc(times, time.Time.Compare) }

func (e *evidence) gapsOfReservation(ref ledger.Ref, add adding) {
	sid := ref.ReservationSID
	has := func(names ...string) bool { return e.has(sid, names...) }
	at := func(name string) time.Time { return e.at(sid, name) }
	over := has("accepted", "rejected", "canceled", "timeout", "rescinded", "failed", "reject_sent", "caller_left", "stale", "bridged", "completed")
	offered := e.call.Reserved(ref)

	add(e.Stack.Deferred && !has("claimed") && e.overdue(offered, grace) && !e.explained(ref), sid,
		"the claim: no bridge began", e.whyUnclaimed(ref),
		"see BridgeQueue and DeadLetter in shared/metric/README.md; TaskRouter offers the call again when the reservation times out")
	add(has("claimed") && !has("dialed") && e.overdue(at("claimed"), grace) && (!over || has("unknown")), sid,
		"the worker call after the claim", "BridgeFunction ended before it recorded one: it crashed or ran out of time",
		"see its log by this reservation_sid; no second call is placed, and the message's next try rejects the reservation")
	l := e.leg(ref)
	add(has("dialed") && l.call.Answered() && !has("gate", "answered") && e.overdue(at("dialed"), grace), sid,
		"the gate, though the worker call was answered", "/worker/…/gate was not reached or failed",
		"see the worker call's webhooks above, and ApiErrors")
	add(has("answered") && !over && e.overdue(at("answered"), grace), sid,
		"the talk, though the worker took the call", "Twilio could not connect worker and caller: the caller left, or the reservation was over",
		"see Twilio's debugger above: 14214 to 14219")
	add(has("dialed") && l.over() && !has("leg_ended", "bridged") && e.overdue(l.call.Ended, grace), sid,
		"the end of the worker call in the ledger", "its status callback and the Dial action were lost",
		"see the worker call's webhooks above; the sweeper repairs it")
}

func (e *evidence) leg(ref ledger.Ref) leg {
	for _, l := range e.workers {
		if l.ref == ref {
			return l
		}
	}
	return leg{}
}

// explained reports whether the log says why no bridge began, or TaskRouter took the reservation
// back before one could.
func (e *evidence) explained(ref ledger.Ref) bool {
	for _, l := range e.logs {
		message := l.text("message")
		if l.text("reservation_sid") == ref.ReservationSID &&
			(strings.HasPrefix(message, "bridge skipped") || strings.HasPrefix(message, "reservation rejected") || message == "call not served") {
			return true
		}
	}
	offered := e.call.Reserved(ref)
	for _, name := range []string{"canceled", "rescinded", "rejected"} {
		if end := e.at(ref.ReservationSID, name); !end.IsZero() && end.Sub(offered) < 3*time.Second {
			return true
		}
	}
	return false
}

func (e *evidence) whyUnclaimed(ref ledger.Ref) string {
	for _, l := range e.logs {
		if l.text("reservation_sid") == ref.ReservationSID && l.text("message") == "bridge deferred" {
			return "the message was sent, and BridgeFunction did not work it off: it is throttled, disabled or failing"
		}
	}
	if len(e.logs) == 0 {
		return "unknown, as there is no log: the assignment callback was lost, or BridgeFunction does not run"
	}
	return "no assignment callback was logged: Twilio did not reach /assignment, or the function failed"
}

// gapsOfEvents compares TaskRouter's events with the ledger.
func (e *evidence) gapsOfEvents(add adding) {
	wanted := slices.Concat(taskrouter.TaskEvents(), taskrouter.ReservationEvents())
	for _, event := range e.events {
		about := event.TaskSID
		if event.ReservationSID != "" {
			about = event.ReservationSID
		}
		add(slices.Contains(wanted, event.Type) && e.overdue(event.Time, grace) && !e.call.Knows(event), about,
			"event "+event.Type+" in the ledger", "TaskRouter's post to /events was lost, refused or failed",
			"see the workspace's event callback in twilioctl doctor; the sweeper repairs what follows from it")
	}
}

// gapsOfWebhooks lists webhooks that got no useful answer, and those that Twilio says it sent and
// the access log lacks.
func (e *evidence) gapsOfWebhooks(add adding) {
	for _, l := range e.legs() {
		for _, x := range l.exchanges {
			what := x.Method + " " + path(x.URL)
			own := strings.HasPrefix(x.URL, e.Stack.BaseURL+"/")
			if x.Status < http.StatusOK || x.Status >= http.StatusBadRequest {
				add(true, l.call.SID, "a useful answer to "+what, fmt.Sprintf("Twilio got %s after %s", answered(x), x.Took), remedyFor(x, own))
			}
			add(own && !e.noLog && !e.arrived(x), l.call.SID, what+" in the access log",
				"Twilio's request did not reach the API of this stack: DNS, a custom domain, a proxy, or another stack at that address",
				"compare PublicBaseUrl and the number's URLs with the stack's outputs: twilioctl doctor")
		}
	}
	for _, event := range e.events {
		if event.Type == taskrouter.ReservationCreated {
			add(!e.noLog && e.overdue(event.Time, grace) && len(e.assignments(event)) == 0, event.ReservationSID, "POST /assignment in the access log",
				"TaskRouter's assignment callback did not reach the API", "compare the workflow's assignment URLs with the stack's outputs: twilioctl doctor")
		}
	}
}

func remedyFor(x account.Exchange, own bool) string {
	switch {
	case !own:
		return "the URL is not this stack's: see what answers there"
	case x.Status == http.StatusForbidden:
		return "wrong token, domain or account: twilioctl doctor"
	case x.Status == http.StatusTooManyRequests:
		return "raise ApiRateLimit"
	case x.Status == http.StatusNotFound:
		return "no function has that route: compare the URL with the stack's outputs"
	}
	return "see the function's log of that time, and Throttled and ApiErrors in shared/metric/README.md"
}

// tolerance is how far Twilio's time of a webhook, in whole seconds, may be from the access log's.
const tolerance = 5 * time.Second

// arrived reports whether the access log has a request of that route and time. It may be that of
// another call: the access log names none.
func (e *evidence) arrived(x account.Exchange) bool {
	return slices.ContainsFunc(e.access, func(r request) bool {
		return r.takes(x) && r.at.Sub(x.At) > -tolerance && r.at.Sub(x.At) < tolerance+x.Took
	})
}

// takes reports whether the request's route, such as POST /worker/{proxy+}, is that of a webhook.
func (r request) takes(x account.Exchange) bool {
	parsed, err := url.Parse(x.URL)
	if err != nil {
		return false
	}
	begin, isProxy := strings.CutSuffix(r.route, "{proxy+}")
	asked := x.Method + " " + parsed.Path
	return asked == r.route || isProxy && strings.HasPrefix(asked, begin)
}

// assignmentTime is how long after reservation.created the assignment callback arrives at the
// latest, with its fallback.
const assignmentTime = 12 * time.Second

// assignments lists the assignment callbacks that may be those of a reservation.
func (e *evidence) assignments(created taskrouter.Event) []request {
	var found []request
	for _, r := range e.access {
		since := r.at.Sub(created.Time)
		if strings.HasPrefix(r.route, "POST /assignment") && since > -time.Second && since < assignmentTime {
			found = append(found, r)
		}
	}
	return found
}

// answerTime is how long the assignment callback of reservation.created took, by the API's clock; 0
// = unknown, as where several reservations were made at that time.
func (e *evidence) answerTime(event taskrouter.Event) time.Duration {
	if event.Type != taskrouter.ReservationCreated {
		return 0
	}
	if found := e.assignments(event); len(found) == 1 {
		return found[0].took
	}
	return 0
}
