package deployment

// WorkspaceParameters are the parameters of template.yaml that the workspace and its file decide.
func WorkspaceParameters() []string {
	return []string{
		"TwilioAccountSid", "WorkspaceSid", "WorkflowSid", "PostWorkActivitySid", "RejectActivitySid", "FaultActivitySid", "ReservationTimeoutSeconds",
		"QueueMaxSize",
	}
}

// OtherParameters are those that are free.
func OtherParameters() []string {
	return []string{
		"NumberAttributes", "TaskPriority", "TaskTimeoutSeconds", "HoldMusicUrl", "BridgeMode", "EndStuckTasks", "WorkerGate", "WorkerAnnouncement",
		"WorkerRingSeconds", "WorkerCallerId", "WrapUpSeconds", "CrmUrl", "CrmFailure", "SecretsPrefix", "PublicBaseUrl", "TwilioApiUrl",
		"Architecture", "LogLevel", "LogRetentionDays", "AlarmTopicArn",
	}
}

// Alarms are the logical ids of the template's alarms, which it makes when there is an AlarmTopicArn.
func Alarms() []string {
	return []string{"FaultsAlarm", "DeadLetterAlarm", "BridgeQueueAlarm", "AssignmentErrorsAlarm", "AssignmentDurationAlarm", "ApiErrorsAlarm", "SweeperErrorsAlarm"}
}
