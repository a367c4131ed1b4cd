package reconciler

import (
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/environment"
	"switchboard/shared/roster"
)

// ReadActivities reads the activities from a function's environment.
func ReadActivities(env *environment.Reader) Activities {
	return Activities{
		Available: env.Required("AVAILABLE_ACTIVITY_SID"),
		PostWork:  env.Text("POST_WORK_ACTIVITY_SID"),
		Reject:    env.Required("REJECT_ACTIVITY_SID"),
		Fault:     env.Text("FAULT_ACTIVITY_SID"),
		Offline:   env.Text("OFFLINE_ACTIVITY_SID"),
	}.Complete()
}

// ReadAbsences reads the settings of Absences from a function's environment.
func ReadAbsences(env *environment.Reader, record roster.Roster, queue deferred.Queue) Absences {
	return Absences{
		Roster: record, Queue: queue, Activities: ReadActivities(env), Pause: env.Seconds("MISSED_CALL_PAUSE_SECONDS", 0, 900),
		Limit: env.Int("MISSED_CALL_LIMIT", 0, 20), Now: time.Now,
	}
}
