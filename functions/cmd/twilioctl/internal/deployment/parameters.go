package deployment

import (
	"switchboard/shared/taskrouter"
)

// Events are the types of events that the functions use. The workspace's events filter must contain
// them all.
var Events = taskrouter.UsedEvents()

// WorkspaceParameters are the parameters of template.yaml whose values follow from the workspace
// and its file.
var WorkspaceParameters = []string{
	"TwilioAccountSid", "WorkspaceSid", "WorkflowSid", "PreviousWorkflowSid", "AvailableActivitySid", "PostWorkActivitySid",
	"RejectActivitySid", "FaultActivitySid", "OfflineActivitySid", "ReservationTimeoutSeconds", "QueueMaxSize",
}

// OtherParameters are the other parameters of template.yaml.
var OtherParameters = []string{
	"TaskPriority", "TaskTimeoutSeconds", "BridgeMode", "EndStuckTasks",
	"WorkerGate", "WorkerAnnouncement", "WorkerRingSeconds", "WorkerCallerId", "WrapUpSeconds",
	"MissedCallPauseSeconds", "MissedCallLimit", "NotifyFrom", "CrmUrl", "CrmFailure", "SecretsPrefix",
	"PublicBaseUrl", "TwilioApiUrl", "RecordingRetentionDays", "MessagesTopicArn", "Deployment",
	"ApiRateLimit", "ApiBurstLimit", "BridgeConcurrency", "FallbackConcurrency", "Architecture", "LogLevel", "SystemLogLevel", "Tracing", "KmsKeyArn", "LogRetentionDays",
	"LongWaitSeconds", "AbandonedPercent", "AlarmTopicArn",
}

// Alarms are the logical IDs of the template's alarms. A stack has them if it has an AlarmTopicArn.
var Alarms = []string{
	"FaultsAlarm", "DeadLetterAlarm", "RecordingsDeadLetterAlarm", "BridgeQueueAlarm", "BridgeDelayAlarm", "AssignmentErrorsAlarm",
	"AssignmentLatencyAlarm", "ApiErrorsAlarm", "SweeperErrorsAlarm", "SweeperSilentAlarm", "SignedRequestsRefusedAlarm",
	"ThrottledAlarm", "LongWaitAlarm", "NoWorkerAlarm", "AbandonedAlarm", "AwsErrorsAlarm",
}
