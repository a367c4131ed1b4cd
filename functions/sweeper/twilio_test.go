package sweeper_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"

	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

// account stands in for Twilio: what it has, and what was asked of it.
type account struct {
	tasks        []twilio.Task
	calls        map[string]twilio.CallRecord
	reservations map[string]twilio.Reservation
	events       []taskrouter.Event
	waiting      map[string]time.Time       // callers in the queue, and since when
	owners       map[string]string          // call_sid of tasks, callSID where it is not given
	workers      map[string][]twilio.Worker // by activity or shift
	available    []twilio.Worker            // in available activities
	unlisted     []string                   // live calls that the list does not have: it lags

	shiftsErr error // of listing the workers of a shift
	throttled int   // how often Twilio throttles that

	asked  int
	listed []string // activities whose workers were listed
	acts   []string
	fails  func(asked int) error // before request number asked; nil = none fails
}

func (a *account) ask() error {
	a.asked++
	if a.fails == nil {
		return nil
	}
	return a.fails(a.asked)
}

func (a *account) act(what, sid string) error {
	if err := a.ask(); err != nil {
		return err
	}
	a.acts = append(a.acts, what+" "+sid)
	return nil
}

func (a *account) Tasks(_ context.Context, statuses ...string) ([]twilio.Task, error) {
	if err := a.ask(); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(a.tasks), func(task twilio.Task) bool { return !slices.Contains(statuses, task.Status) }), nil
}

// WorkersIn is counted by itself: tests of calls count the requests about calls.
func (a *account) WorkersIn(_ context.Context, activity string) ([]twilio.Worker, error) {
	a.listed = append(a.listed, activity)
	return a.workers[activity], nil
}

// AvailableWorkers is not counted, either.
func (a *account) AvailableWorkers(context.Context) ([]twilio.Worker, error) { return a.available, nil }

// WorkersOfShift is counted as WorkersIn is.
func (a *account) WorkersOfShift(_ context.Context, name string) ([]twilio.Worker, error) {
	a.listed = append(a.listed, name)
	if a.throttled > 0 {
		a.throttled--
		return nil, &twilio.Error{Status: http.StatusTooManyRequests}
	}
	return a.workers[name], a.shiftsErr
}

func (a *account) LiveCalls(context.Context) (map[string]bool, error) {
	live := map[string]bool{}
	for sid, record := range a.calls {
		if !record.HasEnded() && !slices.Contains(a.unlisted, sid) {
			live[sid] = true
		}
	}
	return live, a.ask()
}

func (a *account) Events(_ context.Context, query twilio.EventQuery) ([]taskrouter.Event, error) {
	var found []taskrouter.Event
	for _, event := range slices.Backward(a.events) {
		if event.TaskSID == query.TaskSID && !event.Time.Before(query.Since) {
			found = append(found, event)
		}
	}
	return found, a.ask()
}

func (a *account) CallRecord(_ context.Context, sid string) (twilio.CallRecord, error) {
	return a.calls[sid], a.ask()
}

func (a *account) Reservation(_ context.Context, _, sid string) (twilio.Reservation, error) {
	return a.reservations[sid], a.ask()
}

func (a *account) WaitingCalls(context.Context) (map[string]time.Time, error) {
	if err := a.ask(); err != nil {
		return nil, err
	}
	return maps.Clone(a.waiting), nil
}

// Stranded asks for the queues, the member, the tasks of the call, and the member again if there is
// no task.
func (a *account) Stranded(_ context.Context, call string, _ time.Time) (bool, error) {
	for range 3 {
		if err := a.ask(); err != nil {
			return false, err
		}
	}
	_, waits := a.waiting[call]
	stranded := waits && !slices.ContainsFunc(a.tasks, func(task twilio.Task) bool {
		owner, given := a.owners[task.SID]
		return (owner == call || !given && call == callSID) && slices.Contains([]string{"pending", "reserved", "assigned"}, task.Status)
	})
	if !stranded {
		return false, nil
	}
	return true, a.ask()
}

func (a *account) CancelCall(_ context.Context, sid string) error { return a.act("cancel", sid) }

func (a *account) EndCall(_ context.Context, sid string) error { return a.act("end", sid) }

func (a *account) RedirectCall(_ context.Context, sid, url string) (bool, error) {
	delete(a.waiting, sid)
	return true, a.act("redirect to "+url, sid)
}

func (a *account) RejectReservation(_ context.Context, _, sid, activity string) (bool, error) {
	return a.reservations[sid].Status == "pending", a.act("reject to "+activity[:3]+activity[33:], sid)
}

func (a *account) CompleteTask(_ context.Context, sid, _ string) error {
	err := a.act("complete", sid)
	for i := range a.tasks {
		if a.tasks[i].SID == sid && err == nil {
			a.tasks[i].Status = "completed"
		}
	}
	return err
}

func (a *account) WrapUpTask(_ context.Context, sid string) error { return a.act("wrap up", sid) }

func (a *account) CancelTask(_ context.Context, sid, _ string) (bool, error) {
	return true, a.act("cancel", sid)
}

func ago(d time.Duration) time.Time { return noon().Add(-d) }

func noon() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

func (a *account) TaskStatus(_ context.Context, sid string) (string, error) {
	for _, task := range a.tasks {
		if task.SID == sid {
			return task.Status, a.ask()
		}
	}
	return "", a.ask()
}
