package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"switchboard/functions/internal/bundle"
	"switchboard/shared/simulator"
)

// broken lists the rules that were broken while the call was taken. It judges from outside: by what went over the wire,
// by the state that Twilio was left in, and by what everybody heard.
func (t *take) broken(keys stack.Parameters) []string {
	var broken []string
	check := checkInto(&broken)
	for _, problem := range t.World.Problems() {
		check(false, "the simulated Twilio stumbled: %s", problem)
	}
	for _, alert := range t.World.Debugger() {
		check(false, "Twilio's debugger has %d: %s", alert.Code, alert.Text)
	}
	check(len(t.Dead) == 0, "%d messages ended in the dead-letter queue", len(t.Dead))
	t.checkAnswers(check)
	t.checkREST(check)
	t.checkCalls(check)
	t.checkEnd(check)
	t.checkTimeouts(check)
	t.checkLogs(check, keys)
	t.checkOutcome(check)
	return broken
}

type check func(holds bool, format string, values ...any)

// checkInto adds each rule that does not hold to the list.
func checkInto(broken *[]string) check {
	return func(holds bool, format string, values ...any) {
		if !holds {
			*broken = append(*broken, fmt.Sprintf(format, values...))
		}
	}
}

// checkAnswers: no webhook fails, and the assignment callback is answered as TaskRouter wants it.
func (t *take) checkAnswers(check check) {
	for _, entry := range t.Entries {
		if entry.Kind != simulator.KindAnswer {
			continue
		}
		check(entry.Status/100 == 2, "%s was answered %d", path(entry.URL), entry.Status)
		if strings.HasPrefix(path(entry.URL), "/assignment") {
			check(entry.Status == http.StatusOK && entry.ContentType == "application/json", "an assignment callback was answered %d %s", entry.Status, entry.ContentType)
		}
	}
}

// checkREST: nothing is asked of Twilio that TwiML manages.
func (t *take) checkREST(check check) {
	for _, request := range t.World.Requests() {
		check(request.Status < 500 && request.Status != http.StatusUnauthorized, "%s %s was answered %d", request.Method, request.Path, request.Status)
		if request.Method == http.MethodGet {
			continue
		}
		status := request.Params.Get("AssignmentStatus")
		check(!strings.Contains(request.Path, "/Members"), "a queue's member was touched")
		check(request.Params.Get("ReservationStatus") != "accepted", "a reservation was accepted over REST")
		check(!request.Params.Has("Attributes"), "attributes were changed over REST")
		check(status == "" || status == "completed", "a task was set %s", status)
	}
}

// checkCalls: one worker call a reservation, none beyond its deadline, none for a caller who has gone.
func (t *take) checkCalls(check check) {
	reservations := map[string]simulator.ReservationRecord{}
	for _, reservation := range t.World.Reservations() {
		reservations[reservation.SID] = reservation
	}
	dialled := map[string]int{}
	for _, leg := range t.World.Calls() {
		sid := reservationIn(leg.URL)
		if sid == "" {
			continue
		}
		dialled[sid]++
		check(dialled[sid] == 1, "reservation %s has %d worker calls", sid, dialled[sid])
		check(!leg.Created.Add(leg.Timeout).After(reservations[sid].Deadline), "a phone could ring beyond the deadline of reservation %s", sid)
		caller := t.callerOf(reservations[sid].TaskSID)
		if leg.Answered.IsZero() && !caller.Ended.IsZero() && leg.Ended.After(caller.Ended) {
			check(leg.Ended.Sub(caller.Ended) <= time.Second, "a phone rang for %s after its caller had gone", leg.Ended.Sub(caller.Ended))
		}
	}
}

func (t *take) callerOf(task string) simulator.CallRecord {
	return t.find(func(c simulator.CallRecord) bool { return c.TaskSID == task && c.Direction == "inbound" })
}

// checkEnd: nothing is left open, and no caller was left in silence.
func (t *take) checkEnd(check check) {
	for _, reservation := range t.World.Reservations() {
		check(!reservation.Settled.IsZero(), "reservation %s was never settled", reservation.SID)
	}
	for _, task := range t.World.Tasks() {
		check(task.Status == "completed" || task.Status == "canceled", "task %s was left %s", task.SID, task.Status)
	}
	for _, call := range t.World.Calls() {
		check(!call.Ended.IsZero(), "call %s never ended", call.SID)
		check(!call.ApplicationError, "%s heard that an application error has occurred", call.From)
		check(call.Direction != "inbound" || hungUpEarly(call) || slices.ContainsFunc(t.Entries, func(entry simulator.Entry) bool {
			return entry.Kind == simulator.KindHears && entry.CallSID == call.SID
		}), "caller %s heard nothing", call.From)
	}
}

// checkWorkers: once all is over, no worker is in an activity that we put them into for a time.
func (t *take) checkWorkers(check check) {
	for _, worker := range t.World.Workers() {
		check(worker.ActivitySID != wrappingUpSID && worker.ActivitySID != unavailableSID, "%s was left in the activity %s", worker.Name, worker.ActivityName)
	}
}

// earliest is how soon after the answer the first word may be heard: the wait document is requested
// once the caller is in the queue.
const earliest = time.Second

// hungUpEarly reports whether the caller hung up before there could be anything to hear but
// ringing.
func hungUpEarly(call simulator.CallRecord) bool {
	return call.HungUpBy == "caller" && (call.Answered.IsZero() || call.Ended.Sub(call.Answered) < earliest)
}

// checkTimeouts: no reservation is left to its timeout, which would take the worker offline.
func (t *take) checkTimeouts(check check) {
	for _, reservation := range t.World.Reservations() {
		check(reservation.Status != "timeout", "reservation %s was left to time out", reservation.SID)
	}
}

// checkLogs: no secret, no whole phone number, no raw body.
func (t *take) checkLogs(check check, keys stack.Parameters) {
	for name, secret := range keys {
		check(!bytes.Contains(t.Logs, []byte(secret)), "%s is in the log", name)
	}
	check(!regexp.MustCompile(`\+[0-9]{7,15}`).Match(t.Logs), "a phone number is in the log")
	check(!bytes.Contains(t.Logs, []byte("AccountSid=")), "a raw body is in the log")
}

// forge sends a webhook that Twilio did not sign to each route, and lists those that did not refuse it.
func forge(web http.Handler, base string) ([]string, error) {
	var taken []string
	for _, route := range []string{"/enqueue", "/hold", "/assignment", "/assignment/fallback", "/survey", "/worker/a/b/c/gate", "/events", "/duty", "/messages"} {
		request, err := http.NewRequest(http.MethodPost, base+route, strings.NewReader(url.Values{"CallSid": {"CA" + strings.Repeat("0", 32)}}.Encode()))
		if err != nil {
			return nil, err
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("X-Twilio-Signature", "forged")
		answer := httptest.NewRecorder()
		web.ServeHTTP(answer, request)
		if answer.Code != http.StatusForbidden {
			taken = append(taken, fmt.Sprintf("a forged webhook to %s was answered %d", route, answer.Code))
		}
	}
	return taken, nil
}

// reservationIn finds the reservation in the address of a worker's webhook.
func reservationIn(address string) string {
	parts := strings.Split(path(address), "/")
	if len(parts) != 6 || parts[1] != "worker" {
		return ""
	}
	return parts[4]
}

func path(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return address
	}
	return parsed.Path
}
