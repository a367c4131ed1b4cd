package simulator

import (
	"strconv"
	"time"
)

// restRealTimeStatistics answers with counts of the workspace as it is now
// (https://www.twilio.com/docs/taskrouter/api/workspace-statistics). A task waits while it is
// pending or reserved (?).
func (t *Twilio) restRealTimeStatistics(rest *restCall) (any, error) {
	if err := t.refuse(rest.params, "TaskChannel"); err != nil {
		return nil, err
	}
	now := t.loop.Now()
	byStatus := map[string]int{taskPending: 0, taskReserved: 0, taskAssigned: 0, taskWrapping: 0, taskCanceled: 0, taskCompleted: 0}
	byPriority := map[string]int{}
	var total int
	var longest time.Duration
	var longestSID any
	for _, k := range t.tasks {
		if t.taskBySID[k.sid] == nil || k.gone(now) {
			continue
		}
		total++
		byStatus[k.status]++
		byPriority[strconv.Itoa(k.priority)]++
		waits := k.status == taskPending || k.status == taskReserved
		if waits && (longestSID == nil || k.age(now) > longest) {
			longest, longestSID = k.age(now), k.sid
		}
	}
	return map[string]any{
		"account_sid": t.cfg.AccountSID, "workspace_sid": t.workspaceSID, "url": t.workspaceURL(rest) + "/RealTimeStatistics",
		"activity_statistics": t.activityStatistics(), "tasks_by_status": byStatus, "tasks_by_priority": byPriority,
		"longest_task_waiting_age": int(longest.Seconds()), "longest_task_waiting_sid": longestSID,
		"total_tasks": total, "total_workers": len(t.workers),
	}, nil
}

// activityStatistics counts the workers in each activity.
func (t *Twilio) activityStatistics() []map[string]any {
	counts := map[string]int{}
	for _, w := range t.workers {
		counts[w.activity.SID]++
	}
	return shownAll(t.activities, func(a *Activity) map[string]any {
		return map[string]any{"sid": a.SID, "friendly_name": a.Name, "workers": counts[a.SID]}
	})
}
