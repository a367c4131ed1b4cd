package taskrouter

import "slices"

// LiveTask lists the statuses of a task that can still bring its caller to a worker.
// https://www.twilio.com/docs/taskrouter/lifecycle-task-state
func LiveTask() []string { return []string{"pending", "reserved", "assigned"} }

// TaskLives reports whether the status is one of LiveTask.
func TaskLives(status string) bool { return slices.Contains(LiveTask(), status) }
