package deployment

import (
	"slices"

	"switchboard/shared/taskrouter"
)

// Events are the types of events that the functions use: the workspace's events filter needs them
// all.
func Events() []string {
	return slices.Concat(taskrouter.TaskEvents(), taskrouter.ReservationEvents(), []string{taskrouter.WorkerActivityUpdate})
}

// WorkspaceParameters are the parameters of template.yaml that the workspace and its file decide.
func WorkspaceParameters() []string {
	return []string{
		"TwilioAccountSid", "WorkspaceSid", "WorkflowSid", "AvailableActivitySid", "PostWorkActivitySid", "RejectActivitySid", "FaultActivitySid",
		"OfflineActivitySid", "ReservationTimeoutSeconds", "QueueMaxSize",
	}
}

// OtherParameters are those that are free.
func OtherParameters() []string {
	return []string{
		"NumberAttributes", "TaskPriority", "TaskTimeoutSeconds", "HoldMusicUrl", "BridgeMode", "EndStuckTasks", "WorkerGate", "WorkerAnnouncement",
		"WorkerRingSeconds", "WorkerCallerId", "WrapUpSeconds", "MissedCallPauseSeconds", "MissedCallLimit", "NotifyFrom",
		"CrmUrl", "CrmFailure", "SecretsPrefix", "PublicBaseUrl", "TwilioApiUrl",
		"Architecture", "LogLevel", "LogRetentionDays", "AlarmTopicArn",
	}
}

// Alarms are the logical ids of the template's alarms, which it makes when there is an AlarmTopicArn.
func Alarms() []string {
	return []string{"FaultsAlarm", "DeadLetterAlarm", "BridgeQueueAlarm", "AssignmentErrorsAlarm", "AssignmentDurationAlarm", "ApiErrorsAlarm", "SweeperErrorsAlarm"}
}
