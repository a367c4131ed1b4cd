package trace

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

// maxLegs is how many worker calls are read: TaskRouter offers a task up to 1,000 times.
const maxLegs = 50

// readTwilio reads the caller's call, the worker calls and the tasks' events.
func (e *evidence) readTwilio(ctx context.Context) {
	caller := e.key
	if taskrouter.IsRequest(caller) {
		caller = taskrouter.CallOf(caller)
	}
	if taskrouter.ValidSID("CA", caller) {
		e.caller = e.readLeg(ctx, caller, ledger.Ref{})
	}
	for _, ref := range e.call.Reservations() {
		if sid := e.call.WorkerCall(ref); sid != "" && len(e.workers) < maxLegs {
			e.workers = append(e.workers, e.readLeg(ctx, sid, ref))
		}
	}
	for _, task := range e.call.Tasks() {
		e.readEvents(ctx, task)
	}
}

func (e *evidence) readLeg(ctx context.Context, sid string, ref ledger.Ref) leg {
	read := leg{ref: ref}
	var err error
	if read.call, err = e.Account.PastCall(ctx, sid); err != nil {
		e.cannot("Twilio's record of the call", sid, err)
		return read
	}
	if read.exchanges, err = e.Account.Exchanges(ctx, sid); err != nil {
		e.cannot("Twilio's list of the call's webhooks", sid, err)
	}
	if read.notifications, err = e.Account.Notifications(ctx, sid); err != nil {
		e.cannot("Twilio's debugger about the call", sid, err)
	}
	if due := read.call.Ended.Add(account.EventsDelay); read.over() && len(read.exchanges) == 0 && e.now.Before(due) {
		e.unread = append(e.unread, Gap{
			About: sid, Missing: "Twilio's list of the call's webhooks",
			Reason: "the call is too young: Twilio lists them 15 minutes after its end",
			Remedy: "trace again after " + due.Format("15:04 MST"),
		})
	}
	return read
}

func (e *evidence) readEvents(ctx context.Context, task string) {
	began := e.call.FirstSeen()
	if began.Before(e.now.Add(-eventsKept)) {
		e.unread = append(e.unread, Gap{
			About: task, Missing: "TaskRouter's events", Reason: "they are over: Twilio keeps them for 30 days", Remedy: "the ledger has what they said",
		})
		return
	}
	events, err := e.Events.Events(ctx, twilio.EventQuery{TaskSID: task, Since: began.Add(-time.Minute)})
	if err != nil {
		e.cannot("TaskRouter's events", task, err)
		return
	}
	for _, event := range events {
		if event.TaskSID == task {
			e.events = append(e.events, event)
		}
	}
}

// cannot records that a source could not be read.
func (e *evidence) cannot(what, about string, err error) {
	gap := Gap{About: about, Missing: what, Reason: "it could not be read: " + err.Error(), Remedy: "trace again; twilioctl doctor checks the access"}
	var failure *twilio.Error
	if errors.As(err, &failure) && failure.Status == http.StatusNotFound {
		gap.Reason, gap.Remedy = "Twilio has none: it was deleted, or belongs to another account", "compare --account with TwilioAccountSid of the stack"
	}
	e.unread = append(e.unread, gap)
}

func (e *evidence) legs() []leg { return append([]leg{e.caller}, e.workers...) }

func (e *evidence) ofTwilio() []Entry {
	var entries []Entry
	add := func(at time.Time, about, what string, took time.Duration) {
		if !at.IsZero() {
			entries = append(entries, Entry{At: at, Source: FromTwilio, About: about, What: what, TookMS: took.Milliseconds()})
		}
	}
	for _, l := range e.legs() {
		side := "caller's call"
		if l.ref.ReservationSID != "" {
			side = "worker call"
		}
		add(l.call.Created, l.call.SID, side+" began", 0)
		add(l.call.Ended, l.call.SID, side+" ended: "+l.call.Status, 0)
		for _, x := range l.exchanges {
			add(x.At, l.call.SID, x.Method+" "+path(x.URL)+" → "+answered(x), x.Took)
		}
		for _, n := range l.notifications {
			add(n.At, l.call.SID, strings.TrimSpace(fmt.Sprintf("debugger: error %d %s", n.Code, path(n.URL))), 0)
		}
	}
	for _, event := range e.events {
		about := event.TaskSID
		if event.ReservationSID != "" {
			about = event.ReservationSID
		}
		add(event.Time, about, "event "+event.Type, e.answerTime(event))
	}
	return entries
}

func answered(x account.Exchange) string {
	if x.Status == 0 {
		return "no answer"
	}
	return fmt.Sprint(x.Status)
}

var sidsOfPath = regexp.MustCompile(`(/[A-Z]{2}[0-9a-f]{32})+`)

// path returns the path of a URL without the SIDs in it. What else a URL has is the address of the
// stack, and parameters.
func path(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return sidsOfPath.ReplaceAllString(parsed.Path, "/…")
}
