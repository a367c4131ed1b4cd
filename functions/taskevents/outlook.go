package taskevents

import (
	"switchboard/shared/ledger"
	"switchboard/shared/outlook"
	"switchboard/shared/taskrouter"
)

// showsWorker returns what a change of activity shows: TaskRouter offers calls to a worker who is
// available, and one in wrap-up has just talked. It does not show that no worker is left.
func (h Handler) showsWorker(event taskrouter.Event) outlook.Outlook {
	if event.ActivitySID != "" && (event.ActivitySID == h.Activities.Available || event.ActivitySID == h.Activities.PostWork) {
		return outlook.Outlook{Seen: event.Time}
	}
	return outlook.Outlook{}
}

// shows returns what an event of a call shows of workers and waits: who is answered has a worker,
// and has waited. A reservation alone shows too little for a write: the worker may miss the call.
func shows(event taskrouter.Event, known ledger.Call) outlook.Outlook {
	if event.Type != taskrouter.ReservationAccepted {
		return outlook.Outlook{}
	}
	facts := outlook.Outlook{Seen: event.Time}
	if created := known.TaskCreated(event.TaskSID); !created.IsZero() && !event.Time.Before(created) {
		facts.Answered, facts.Waited = event.Time, int(event.Time.Sub(created).Seconds())
	}
	return facts
}
