package simulator

import (
	"maps"
	"slices"
)

const paging = " PageSize Page PageToken"

// documentedParameters lists the parameters that Twilio documents for a request. known is false for
// a request that is not simulated.
func documentedParameters(pattern string) (names string, known bool) {
	switch pattern {
	case "POST Calls":
		return "To From Url Twiml ApplicationSid Method FallbackUrl FallbackMethod StatusCallback StatusCallbackMethod StatusCallbackEvent " +
			"Timeout TimeLimit SendDigits Record RecordingChannels RecordingTrack RecordingStatusCallback RecordingStatusCallbackEvent " +
			"RecordingStatusCallbackMethod Trim MachineDetection MachineDetectionTimeout MachineDetectionSilenceTimeout " +
			"MachineDetectionSpeechEndThreshold MachineDetectionSpeechThreshold AsyncAmd AsyncAmdStatusCallback AsyncAmdStatusCallbackMethod " +
			"SipAuthUsername SipAuthPassword Byoc CallReason CallToken CallerId ClientNotificationUrl", true
	case "POST Messages":
		return "To StatusCallback ApplicationSid MaxPrice ProvideFeedback Attempt ValidityPeriod ForceDelivery ContentRetention " +
			"AddressRetention SmartEncoded PersistentAction TrafficType ShortenUrls ScheduleType SendAt SendAsMms ContentVariables " +
			"RiskCheck From FallbackFrom MessagingServiceSid Body MediaUrl ContentSid", true
	case "GET Messages":
		return "To From DateSent DateSent< DateSent>" + paging, true
	case "GET Calls":
		return "To From ParentCallSid Status StartTime StartTime< StartTime> EndTime EndTime< EndTime>" + paging, true
	case "POST Calls/*":
		return "Url Twiml Method Status FallbackUrl FallbackMethod StatusCallback StatusCallbackMethod TimeLimit", true
	case "GET Queues", "GET Queues/*/Members":
		return paging, true
	case "POST Queues", "POST Queues/*":
		return "FriendlyName MaxSize", true
	case "POST Queues/*/Members/*":
		return "Url Method", true
	case "GET IncomingPhoneNumbers":
		return "Beta FriendlyName PhoneNumber Origin" + paging, true
	case "POST IncomingPhoneNumbers/*":
		return "FriendlyName VoiceUrl VoiceMethod VoiceFallbackUrl VoiceFallbackMethod StatusCallback StatusCallbackMethod " +
			"SmsUrl SmsMethod SmsFallbackUrl SmsFallbackMethod " + otherNumberParameters, true
	case "GET OutgoingCallerIds":
		return "FriendlyName PhoneNumber" + paging, true
	case "GET IncomingPhoneNumbers/*", "GET OutgoingCallerIds/*", "GET Calls/*", "GET Messages/*", "GET Queues/*", "DELETE Queues/*", "GET Queues/*/Members/*":
		return "", true
	}
	return taskRouterParameters(pattern)
}

// taskRouterParameters lists the parameters for the resources of a workspace.
func taskRouterParameters(pattern string) (names string, known bool) {
	const workspace = "FriendlyName EventCallbackUrl EventsFilter MultiTaskEnabled PrioritizeQueueOrder"
	const queue = "FriendlyName TargetWorkers MaxReservedWorkers TaskOrder ReservationActivitySid AssignmentActivitySid"
	const workflow = "FriendlyName Configuration AssignmentCallbackUrl FallbackAssignmentCallbackUrl TaskReservationTimeout"
	switch pattern {
	case "GET Workspaces", "GET Workspaces/*/Workflows":
		return "FriendlyName" + paging, true
	case "POST Workspaces":
		return workspace + " Template", true
	case "POST Workspaces/*":
		return workspace + " DefaultActivitySid TimeoutActivitySid", true
	case "GET Workspaces/*/Activities":
		return "FriendlyName Available" + paging, true
	case "POST Workspaces/*/Activities":
		return "FriendlyName Available", true
	case "POST Workspaces/*/Activities/*":
		return "FriendlyName", true
	case "GET Workspaces/*/Workers":
		return "ActivityName ActivitySid Available FriendlyName TargetWorkersExpression TaskQueueName TaskQueueSid Ordering" + paging, true
	case "POST Workspaces/*/Workers":
		return "FriendlyName ActivitySid Attributes", true
	case "POST Workspaces/*/Workers/*":
		return "FriendlyName ActivitySid Attributes RejectPendingReservations", true
	case "GET Workspaces/*/TaskQueues":
		return "FriendlyName EvaluateWorkerAttributes WorkerSid Ordering" + paging, true
	case "POST Workspaces/*/TaskQueues", "POST Workspaces/*/TaskQueues/*":
		return queue, true
	case "POST Workspaces/*/Workflows":
		return workflow, true
	case "POST Workspaces/*/Workflows/*":
		return workflow + " ReEvaluateTasks", true
	case "GET Workspaces/*/Workers/*/Channels":
		return paging, true
	case "POST Workspaces/*/Workers/*/Channels/*":
		return "Capacity Available", true
	case "GET Workspaces/*/Workers/*/Reservations":
		return "ReservationStatus" + paging, true
	}
	if names, known = taskParameters(pattern); known {
		return names, known
	}
	switch pattern {
	case "GET Workspaces/*", "DELETE Workspaces/*", "GET Workspaces/*/Activities/*", "DELETE Workspaces/*/Activities/*",
		"GET Workspaces/*/Workers/*", "DELETE Workspaces/*/Workers/*", "GET Workspaces/*/TaskQueues/*", "DELETE Workspaces/*/TaskQueues/*",
		"GET Workspaces/*/Workflows/*", "DELETE Workspaces/*/Workflows/*", "GET Workspaces/*/Workers/*/Channels/*":
		return "", true
	}
	return "", false
}

// taskParameters lists the parameters for tasks, their reservations, and events.
func taskParameters(pattern string) (names string, known bool) {
	switch pattern {
	case "GET Workspaces/*/Tasks":
		return "Priority AssignmentStatus WorkflowSid WorkflowName TaskQueueSid TaskQueueName EvaluateTaskAttributes RoutingTarget Ordering HasAddons" + paging, true
	case "POST Workspaces/*/Tasks":
		return "Attributes WorkflowSid Timeout Priority TaskChannel VirtualStartTime RoutingTarget IgnoreCapacity TaskQueueSid", true
	case "POST Workspaces/*/Tasks/*":
		return "Attributes AssignmentStatus Reason Priority TaskChannel VirtualStartTime", true
	case "GET Workspaces/*/Tasks/*/Reservations":
		return "ReservationStatus WorkerSid" + paging, true
	case "POST Workspaces/*/Tasks/*/Reservations/*":
		return reservationParameters + " SupervisorMode Supervisor", true
	case "POST Workspaces/*/Workers/*/Reservations/*":
		return reservationParameters, true
	case "GET Workspaces/*/Events":
		return "EndDate EventType Minutes ReservationSid StartDate TaskQueueSid TaskSid WorkerSid WorkflowSid TaskChannel Sid" + paging, true
	case "GET Workspaces/*/Tasks/*", "DELETE Workspaces/*/Tasks/*", "GET Workspaces/*/Tasks/*/Reservations/*", "GET Workspaces/*/Workers/*/Reservations/*":
		return "", true
	}
	return "", false
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
	documented, known := documentedParameters(pattern)
	if !known {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(rest.params)) {
		if !has(documented, name) {
			t.problem(nil, "%s: Twilio documents no parameter %q", pattern, name)
		}
	}
}
