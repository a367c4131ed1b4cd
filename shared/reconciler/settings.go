package reconciler

import (
	"log/slog"
	"time"

	"switchboard/shared/environment"
	"switchboard/shared/roster"
)

// Read returns a reconciler with the settings of the environment. It sends no texts.
func Read(
	env *environment.Reader, workers roster.Roster, twilio Twilio, queue Queue, now func() time.Time, logger *slog.Logger,
) Reconciler {
	return Reconciler{
		Roster:     workers,
		Twilio:     twilio,
		Queue:      queue,
		Activities: readActivities(env),
		WrapUp:     env.OptionalSeconds("WRAP_UP_SECONDS", 0, 900),
		Pause:      readPause(env),
		Now:        now,
		Logger:     logger,
	}
}

// ReadAbsences returns absences with the settings of the environment.
func ReadAbsences(env *environment.Reader, workers roster.Roster, queue Queue, now func() time.Time) Absences {
	return Absences{
		Roster:     workers,
		Queue:      queue,
		Activities: readActivities(env),
		Pause:      readPause(env),
		Limit:      env.Int("MISSED_CALL_LIMIT", 0, 20),
		Now:        now,
	}
}

func readActivities(env *environment.Reader) Activities {
	return Activities{
		Available: env.Required("AVAILABLE_ACTIVITY_SID"),
		PostWork:  env.Text("POST_WORK_ACTIVITY_SID"),
		Reject:    env.Required("REJECT_ACTIVITY_SID"),
		Fault:     env.Text("FAULT_ACTIVITY_SID"),
		Offline:   env.Text("OFFLINE_ACTIVITY_SID"),
	}.Complete()
}

func readPause(env *environment.Reader) time.Duration {
	return env.Seconds("MISSED_CALL_PAUSE_SECONDS", 0, 900)
}
