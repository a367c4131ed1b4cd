package simulator

import (
	"maps"
	"slices"
)

const (
	paging              = " PageSize Page PageToken"
	workspaceParameters = "FriendlyName EventCallbackUrl EventsFilter MultiTaskEnabled PrioritizeQueueOrder"
	taskQueueParameters = "FriendlyName TargetWorkers MaxReservedWorkers TaskOrder ReservationActivitySid AssignmentActivitySid"
	workflowParameters  = "FriendlyName Configuration AssignmentCallbackUrl FallbackAssignmentCallbackUrl TaskReservationTimeout"
)

// documentedParameters lists the parameters that Twilio documents for each request that is
// simulated.
var documentedParameters = map[string]string{
	"POST Calls": "To From Url Twiml ApplicationSid Method FallbackUrl FallbackMethod StatusCallback StatusCallbackMethod StatusCallbackEvent " +
		"Timeout TimeLimit SendDigits Record RecordingChannels RecordingTrack RecordingStatusCallback RecordingStatusCallbackEvent " +
		"RecordingStatusCallbackMethod Trim MachineDetection MachineDetectionTimeout MachineDetectionSilenceTimeout " +
		"MachineDetectionSpeechEndThreshold MachineDetectionSpeechThreshold AsyncAmd AsyncAmdStatusCallback AsyncAmdStatusCallbackMethod " +
		"SipAuthUsername SipAuthPassword Byoc CallReason CallToken CallerId ClientNotificationUrl",
	"POST Messages": "To StatusCallback ApplicationSid MaxPrice ProvideFeedback Attempt ValidityPeriod ForceDelivery ContentRetention " +
		"AddressRetention SmartEncoded PersistentAction TrafficType ShortenUrls ScheduleType SendAt SendAsMms ContentVariables " +
		"RiskCheck From FallbackFrom MessagingServiceSid Body MediaUrl ContentSid",
	"GET Messages":              "To From DateSent DateSent< DateSent>" + paging,
	"GET Calls":                 "To From ParentCallSid Status StartTime StartTime< StartTime> EndTime EndTime< EndTime>" + paging,
	"GET Calls/*/Events":        paging,
	"GET Calls/*/Notifications": "Log MessageDate MessageDate< MessageDate>" + paging,
	"POST Calls/*":              "Url Twiml Method Status FallbackUrl FallbackMethod StatusCallback StatusCallbackMethod TimeLimit",
	"GET Recordings":            "DateCreated DateCreated< DateCreated> CallSid ConferenceSid IncludeSoftDeleted" + paging,
	"GET Recordings/*":          "IncludeSoftDeleted",
	"DELETE Recordings/*":       "",
	"GET Queues":                paging,
	"GET Queues/*/Members":      paging,
	"POST Queues":               "FriendlyName MaxSize",
	"POST Queues/*":             "FriendlyName MaxSize",
	"POST Queues/*/Members/*":   "Url Method",
	"GET IncomingPhoneNumbers":  "Beta FriendlyName PhoneNumber Origin" + paging,
	"POST IncomingPhoneNumbers/*": "FriendlyName VoiceUrl VoiceMethod VoiceFallbackUrl VoiceFallbackMethod StatusCallback StatusCallbackMethod " +
		"SmsUrl SmsMethod SmsFallbackUrl SmsFallbackMethod " + otherNumberParameters,
	"GET OutgoingCallerIds":          "FriendlyName PhoneNumber" + paging,
	"GET Workspaces":                 "FriendlyName" + paging,
	"GET Workspaces/*/Workflows":     "FriendlyName" + paging,
	"POST Workspaces":                workspaceParameters + " Template",
	"POST Workspaces/*":              workspaceParameters + " DefaultActivitySid TimeoutActivitySid",
	"GET Workspaces/*/Activities":    "FriendlyName Available" + paging,
	"POST Workspaces/*/Activities":   "FriendlyName Available",
	"POST Workspaces/*/Activities/*": "FriendlyName",
	"GET Workspaces/*/Workers": "ActivityName ActivitySid Available FriendlyName TargetWorkersExpression TaskQueueName " +
		"TaskQueueSid Ordering" + paging,
	"POST Workspaces/*/Workers":               "FriendlyName ActivitySid Attributes",
	"POST Workspaces/*/Workers/*":             "FriendlyName ActivitySid Attributes RejectPendingReservations",
	"GET Workspaces/*/TaskQueues":             "FriendlyName EvaluateWorkerAttributes WorkerSid Ordering" + paging,
	"POST Workspaces/*/TaskQueues":            taskQueueParameters,
	"POST Workspaces/*/TaskQueues/*":          taskQueueParameters,
	"POST Workspaces/*/Workflows":             workflowParameters,
	"POST Workspaces/*/Workflows/*":           workflowParameters + " ReEvaluateTasks",
	"GET Workspaces/*/Workers/*/Channels":     paging,
	"POST Workspaces/*/Workers/*/Channels/*":  "Capacity Available",
	"GET Workspaces/*/Workers/*/Reservations": "ReservationStatus" + paging,
	"GET Workspaces/*/Tasks": "Priority AssignmentStatus WorkflowSid WorkflowName TaskQueueSid TaskQueueName EvaluateTaskAttributes " +
		"RoutingTarget Ordering HasAddons" + paging,
	"POST Workspaces/*/Tasks": "Attributes WorkflowSid Timeout Priority TaskChannel VirtualStartTime RoutingTarget " +
		"IgnoreCapacity TaskQueueSid",
	"POST Workspaces/*/Tasks/*":                  "Attributes AssignmentStatus Reason Priority TaskChannel VirtualStartTime",
	"GET Workspaces/*/Tasks/*/Reservations":      "ReservationStatus WorkerSid" + paging,
	"POST Workspaces/*/Tasks/*/Reservations/*":   reservationParameters + " SupervisorMode Supervisor",
	"POST Workspaces/*/Workers/*/Reservations/*": reservationParameters,
	"GET Workspaces/*/Events": "EndDate EventType Minutes ReservationSid StartDate TaskQueueSid TaskSid WorkerSid WorkflowSid " +
		"TaskChannel Sid" + paging,
	"GET Workspaces/*/RealTimeStatistics": "TaskChannel",

	"GET IncomingPhoneNumbers/*": "", "GET OutgoingCallerIds/*": "", "GET Calls/*": "", "GET Messages/*": "",
	"GET Queues/*": "", "DELETE Queues/*": "", "GET Queues/*/Members/*": "", "GET Workspaces/*": "", "DELETE Workspaces/*": "",
	"GET Workspaces/*/Activities/*": "", "DELETE Workspaces/*/Activities/*": "", "GET Workspaces/*/Workers/*": "",
	"DELETE Workspaces/*/Workers/*": "", "GET Workspaces/*/TaskQueues/*": "", "DELETE Workspaces/*/TaskQueues/*": "",
	"GET Workspaces/*/Workflows/*": "", "DELETE Workspaces/*/Workflows/*": "", "GET Workspaces/*/Workers/*/Channels/*": "",
	"GET Workspaces/*/Tasks/*": "", "DELETE Workspaces/*/Tasks/*": "", "GET Workspaces/*/Tasks/*/Reservations/*": "",
	"GET Workspaces/*/Workers/*/Reservations/*": "",
}

// reservationParameters are the parameters of a reservation's update.
const reservationParameters = "ReservationStatus WorkerActivitySid Instruction DequeuePostWorkActivitySid DequeueFrom DequeueRecord DequeueTimeout DequeueTo " +
	"DequeueStatusCallbackUrl DequeueStatusCallbackEvent CallFrom CallRecord CallTimeout CallTo CallUrl CallStatusCallbackUrl CallAccept " +
	"RedirectCallSid RedirectAccept RedirectUrl " + conferenceParameters

// conferenceParameters are the parameters of the instruction conference, which is not simulated.
const conferenceParameters = "To From StatusCallback StatusCallbackMethod StatusCallbackEvent Timeout Record Muted Beep StartConferenceOnEnter " +
	"EndConferenceOnExit WaitUrl WaitMethod EarlyMedia MaxParticipants ConferenceStatusCallback ConferenceStatusCallbackMethod " +
	"ConferenceStatusCallbackEvent ConferenceRecord ConferenceTrim RecordingChannels RecordingStatusCallback RecordingStatusCallbackMethod " +
	"ConferenceRecordingStatusCallback ConferenceRecordingStatusCallbackMethod Region SipAuthUsername SipAuthPassword PostWorkActivitySid " +
	"EndConferenceOnCustomerExit BeepOnCustomerEntrance JitterBufferSize"

// checkParameters records a problem for each parameter that Twilio does not document. Twilio
// ignores such parameters, so they have no effect here either.
func (t *Twilio) checkParameters(rest *restCall, pattern string) {
	documented, known := documentedParameters[pattern]
	if !known {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(rest.params)) {
		if !has(documented, name) {
			t.problem(nil, "%s: Twilio documents no parameter %q", pattern, name)
		}
	}
}
