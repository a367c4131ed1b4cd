package taskrouter

import "slices"

// LiveTask lists the statuses of a task that can still bring its caller to a worker.
// https://www.twilio.com/docs/taskrouter/lifecycle-task-state
func LiveTask() []string { return []string{"pending", "reserved", "assigned"} }

// OpenTask lists the statuses of a task that has not ended: those of LiveTask, and wrapping.
func OpenTask() []string { return append(LiveTask(), "wrapping") }

// TaskLives reports whether the status is one of LiveTask.
func TaskLives(status string) bool { return slices.Contains(LiveTask(), status) }
