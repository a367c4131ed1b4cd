package taskevents

import (
	"switchboard/shared/ledger"
	"switchboard/shared/outlook"
	"switchboard/shared/taskrouter"
)

// showsWorker returns what a change of activity shows: a worker who signs on, or whose pause is
// over, takes calls from now on. After a wrap-up they did so before. That a worker leaves does not
// show that none is left.
func (h Handler) showsWorker(event taskrouter.Event) outlook.Outlook {
	signsOn := event.ActivitySID == h.Activities.Available && event.PreviousActivitySID != h.Activities.PostWork
	if event.ActivitySID == "" || !signsOn {
		return outlook.Outlook{}
	}
	return outlook.Outlook{Seen: event.Time}
}

// shows returns what an event of a task shows of workers, waits and call backs: who is answered has
// a worker, and has waited. A reservation alone shows too little for a write: the worker may miss
// the call.
func shows(event taskrouter.Event, known ledger.Call) outlook.Outlook {
	if r := known.Request(); event.Type == taskrouter.TaskCreated && taskrouter.KindOf(r.Key) == taskrouter.Callback && !r.State.Ended() {
		open := outlook.Callback{Number: r.Number, Entered: r.Entered}
		return outlook.Outlook{Callbacks: outlook.ListCallbacks(open), Added: event.Time}
	}
	if event.Type != taskrouter.ReservationAccepted {
		return outlook.Outlook{}
	}
	facts := outlook.Outlook{Seen: event.Time}
	if created := known.TaskCreated(event.TaskSID); !created.IsZero() && !event.Time.Before(created) {
		facts.Answered, facts.Waited = event.Time, int(event.Time.Sub(created).Seconds())
	}
	return facts
}
