package doctor

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/smithy-go"

	"switchboard/shared/roster"
	"switchboard/shared/secrets"
	"switchboard/shared/settings"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
	"switchboard/shared/taskrouter"
)

// TestPlantedFaults breaks one thing at a time. The doctor must find it under its name and report
// nothing else.
func TestPlantedFaults(t *testing.T) {
	t.Parallel()
	tests := []struct {
		fault string
		plant func(*patient)
		check string
		level Level
	}{
		{
			fault: "number leads elsewhere",
			plant: func(p *patient) { p.number(func(n *simulator.Number) { n.VoiceURL = "https://old.example/enqueue" }) },
			check: "voice-url",
			level: Error,
		},
		{
			fault: "number leads to another route",
			plant: func(p *patient) { p.number(func(n *simulator.Number) { n.VoiceURL = base + "/hold" }) },
			check: "voice-url",
			level: Error,
		},
		{
			fault: "number has no voice URL",
			plant: func(p *patient) { p.number(func(n *simulator.Number) { n.VoiceURL = "" }) },
			check: "voice-url",
			level: Error,
		},
		{
			fault: "voice URL by GET",
			plant: func(p *patient) { p.number(func(n *simulator.Number) { n.VoiceMethod = http.MethodGet }) },
			check: "voice-url",
			level: Error,
		},
		{"no number leads here at all", func(p *patient) {
			p.numbers(map[string]string{"*": `{"skill":"billing"}`})
			p.number(func(n *simulator.Number) { n.VoiceURL = "https://old.example/enqueue" })
		}, "voice-url", Error},
		{"a number that is not the account's", func(p *patient) {
			p.numbers(map[string]string{"+12065550199": `{"skill":"billing"}`, "*": `{"skill":"billing"}`})
		}, "settings", Warning},
		{
			fault: "number without fallback",
			plant: func(p *patient) { p.number(func(n *simulator.Number) { n.FallbackURL = "" }) },
			check: "voice-fallback-url",
			level: Warning,
		},
		{
			fault: "number falls back to itself",
			plant: func(p *patient) { p.number(func(n *simulator.Number) { n.FallbackURL = n.VoiceURL + "#rc=2" }) },
			check: "voice-fallback-url",
			level: Warning,
		},
		{"assignment goes elsewhere", func(p *patient) {
			p.workflow(func(w *simulator.Workflow) { w.AssignmentCallbackURL = "https://old.example/assignment" })
		}, "assignment-url", Error},
		{
			fault: "no assignment URL",
			plant: func(p *patient) { p.workflow(func(w *simulator.Workflow) { w.AssignmentCallbackURL = "" }) },
			check: "assignment-url",
			level: Error,
		},
		{
			fault: "fallback is the primary",
			plant: func(p *patient) {
				p.workflow(func(w *simulator.Workflow) { w.FallbackAssignmentCallbackURL = w.AssignmentCallbackURL + "#rc=1" })
			},
			check: "fallback-assignment-url",
			level: Error,
		},
		{
			fault: "no fallback",
			plant: func(p *patient) { p.workflow(func(w *simulator.Workflow) { w.FallbackAssignmentCallbackURL = "" }) },
			check: "fallback-assignment-url",
			level: Error,
		},
		{"fallback goes elsewhere", func(p *patient) {
			p.workflow(func(w *simulator.Workflow) {
				w.FallbackAssignmentCallbackURL = "https://old.example/assignment/fallback"
			})
		}, "fallback-assignment-url", Error},
		{"events go elsewhere", func(p *patient) {
			p.workspace(func(w *simulator.Workspace) { w.EventCallbackURL = "https://old.example/events" })
		}, "event-url", Error},
		{
			fault: "events go nowhere",
			plant: func(p *patient) { p.workspace(func(w *simulator.Workspace) { w.EventCallbackURL = "" }) },
			check: "event-url",
			level: Error,
		},
		{"events are left out", func(p *patient) {
			p.workspace(func(w *simulator.Workspace) { w.EventsFilter = []string{"task.created", "task.canceled"} })
		}, "events-filter", Error},

		{"reservation timeout too short", func(p *patient) {
			p.workflow(func(w *simulator.Workflow) { w.ReservationTimeout = 30 * time.Second })
			p.parameters["ReservationTimeoutSeconds"] = "30"
		}, "reservation-timeout", Error},
		{
			fault: "ring too long for it",
			plant: func(p *patient) { p.parameters["WorkerRingSeconds"] = "90" },
			check: "reservation-timeout",
			level: Error,
		},
		{
			fault: "reservation timeout shorter than deployed",
			plant: func(p *patient) { p.workflow(func(w *simulator.Workflow) { w.ReservationTimeout = 100 * time.Second }) },
			check: "reservation-timeout",
			level: Error,
		},
		{
			fault: "reservation timeout longer than deployed",
			plant: func(p *patient) { p.workflow(func(w *simulator.Workflow) { w.ReservationTimeout = 200 * time.Second }) },
			check: "reservation-timeout",
			level: Warning,
		},
		{
			fault: "task dies with its first reservation",
			plant: func(p *patient) { p.parameters["TaskTimeoutSeconds"] = "60" },
			check: "task-timeout",
			level: Warning,
		},
		{"tasks are never completed", func(p *patient) { p.parameters["WrapUpSeconds"] = "" }, "wrap-up", Warning},

		{
			fault: "timeout activity is available",
			plant: func(p *patient) { p.workspace(func(w *simulator.Workspace) { w.TimeoutActivity = availableSID }) },
			check: "timeout-activity",
			level: Error,
		},
		{
			fault: "post-work activity is gone",
			plant: func(p *patient) { p.parameters["PostWorkActivitySid"] = "WA00000000000000000000000000000009" },
			check: "post-work-activity",
			level: Error,
		},
		{"single-tasking without a post-work activity", func(p *patient) {
			p.workspace(func(w *simulator.Workspace) { w.SingleTasking = true })
		}, "post-work-activity", Error},
		{"single-tasking wrap-up without an end", func(p *patient) {
			p.workspace(func(w *simulator.Workspace) { w.SingleTasking = true })
			p.parameters["PostWorkActivitySid"], p.parameters["WrapUpSeconds"] = wrappingUpSID, ""
		}, "wrap-up", Warning},
		{
			fault: "available activity is gone",
			plant: func(p *patient) { p.parameters["AvailableActivitySid"] = "WA00000000000000000000000000000009" },
			check: "available-activity",
			level: Error,
		},
		{
			fault: "available activity is not available",
			plant: func(p *patient) { p.parameters["AvailableActivitySid"] = offlineSID },
			check: "available-activity",
			level: Error,
		},
		{
			fault: "stack of before has no available activity",
			plant: func(p *patient) { delete(p.parameters, "AvailableActivitySid") },
			check: "available-activity",
			level: Error,
		},
		{
			fault: "offline activity is gone",
			plant: func(p *patient) { p.parameters["OfflineActivitySid"] = "WA00000000000000000000000000000009" },
			check: "offline-activity",
			level: Error,
		},
		{
			fault: "offline activity is available",
			plant: func(p *patient) { p.parameters["OfflineActivitySid"] = availableSID },
			check: "offline-activity",
			level: Error,
		},
		{
			fault: "timeout activity is another than reject's",
			plant: func(p *patient) { p.workspace(func(w *simulator.Workspace) { w.TimeoutActivity = offlineSID }) },
			check: "timeout-activity",
			level: Error,
		},
		{"no event of a worker's activity", func(p *patient) {
			p.workspace(func(w *simulator.Workspace) {
				w.EventsFilter = slices.Concat(taskrouter.TaskEvents(), taskrouter.ReservationEvents())
			})
		}, "events-filter", Error},
		{
			fault: "reject activity is gone",
			plant: func(p *patient) { p.parameters["RejectActivitySid"] = "WA00000000000000000000000000000009" },
			check: "reject-activity",
			level: Error,
		},
		{
			fault: "reject activity is available",
			plant: func(p *patient) { p.parameters["RejectActivitySid"] = availableSID },
			check: "reject-activity",
			level: Error,
		},
		{
			fault: "fault activity is gone",
			plant: func(p *patient) { p.parameters["FaultActivitySid"] = "WA00000000000000000000000000000009" },
			check: "fault-activity",
			level: Error,
		},
		{
			fault: "fault activity is available",
			plant: func(p *patient) { p.parameters["FaultActivitySid"] = availableSID },
			check: "fault-activity",
			level: Error,
		},
		{
			fault: "workspace is another",
			plant: func(p *patient) { p.parameters["WorkspaceSid"] = "WS00000000000000000000000000000009" },
			check: "workspace",
			level: Error,
		},
		{
			fault: "workflow is another",
			plant: func(p *patient) { p.parameters["WorkflowSid"] = "WW00000000000000000000000000000009" },
			check: "workflow",
			level: Error,
		},
		{
			fault: "previous workflow was deleted",
			plant: func(p *patient) { p.parameters["PreviousWorkflowSid"] = "WW00000000000000000000000000000009" },
			check: "workflow",
			level: Warning,
		},

		{
			fault: "worker without contact",
			plant: func(p *patient) { p.attributes(bobSID, `{"skills":["general"]}`) },
			check: "worker-contact",
			level: Error,
		},
		{
			fault: "worker with a contact that is no text",
			plant: func(p *patient) { p.attributes(bobSID, `{"contact_uri":5}`) },
			check: "worker-contact",
			level: Error,
		},
		{
			fault: "worker with a name for a contact",
			plant: func(p *patient) { p.attributes(bobSID, `{"contact_uri":"Bob"}`) },
			check: "worker-contact",
			level: Error,
		},
		{
			fault: "worker with a national number",
			plant: func(p *patient) { p.attributes(bobSID, `{"contact_uri":"(415) 555-0192"}`) },
			check: "worker-number",
			level: Error,
		},
		{
			fault: "worker with a number in groups",
			plant: func(p *patient) { p.attributes(bobSID, `{"contact_uri":"+1 415 555 0192"}`) },
			check: "worker-number",
			level: Error,
		},
		{
			fault: "worker with a tel: number",
			plant: func(p *patient) { p.attributes(bobSID, `{"contact_uri":"tel:+14155550192"}`) },
			check: "worker-number",
			level: Error,
		},
		{
			fault: "hyphen in a value",
			plant: func(p *patient) { p.attributes(bobSID, `{"contact_uri":"client:bob","team":"north-west"}`) },
			check: "worker-hyphen",
			level: Warning,
		},
		{
			fault: "hyphen in a list",
			plant: func(p *patient) { p.attributes(bobSID, `{"contact_uri":"client:bob","skills":["tier-2"]}`) },
			check: "worker-hyphen",
			level: Warning,
		},
		{
			fault: "hyphen deep down",
			plant: func(p *patient) { p.attributes(bobSID, `{"contact_uri":"client:bob","at":{"desk":"A-1"}}`) },
			check: "worker-hyphen",
			level: Warning,
		},
		{
			fault: "hyphen in a name",
			plant: func(p *patient) { p.attributes(bobSID, `{"contact_uri":"client:bob","first-name":"Bob"}`) },
			check: "worker-hyphen",
			level: Warning,
		},
		{
			fault: "two workers with one number",
			plant: func(p *patient) { p.attributes(bobSID, `{"contact_uri":"+14155550191","skills":["general"]}`) },
			check: "worker-number-shared",
			level: Warning,
		},
		{"worker who takes two calls", func(p *patient) { p.channel(bobSID, "Capacity=2") }, "worker-capacity", Error},
		{"worker who takes none", func(p *patient) { p.channel(bobSID, "Capacity=0") }, "worker-capacity", Error},
		{
			fault: "worker whose voice channel is off",
			plant: func(p *patient) { p.channel(bobSID, "Available=false") },
			check: "worker-capacity",
			level: Error,
		},
		{"worker left after a missed call", func(p *patient) {
			p.must("", p.twilio.SetWorkerActivity(bobSID, unavailableSID))
			p.later(14 * time.Minute)
		}, "worker-held", Warning},
		{"worker left after a call", func(p *patient) {
			p.parameters["PostWorkActivitySid"] = wrappingUpSID
			p.must("", p.twilio.SetWorkerActivity(bobSID, wrappingUpSID))
			p.later(8 * time.Minute)
		}, "worker-held", Warning},
		{"worker left after a fault", func(p *patient) {
			p.parameters["FaultActivitySid"] = wrappingUpSID
			p.must("", p.twilio.SetWorkerActivity(bobSID, wrappingUpSID))
			p.later(14 * time.Minute)
		}, "worker-held", Warning},
		{
			fault: "worker left in the activity of those who are off",
			plant: func(p *patient) {
				p.parameters["OfflineActivitySid"] = ""
				p.roster.records = []roster.Record{{WorkerSID: aliceSID, Wish: roster.Off}, {WorkerSID: bobSID, Wish: roster.On}}
				p.must("", p.twilio.SetWorkerActivity(bobSID, unavailableSID))
				p.later(14 * time.Minute)
			},
			check: "worker-held",
			level: Warning,
		},
		{
			fault: "the table of workers cannot be read",
			plant: func(p *patient) { p.roster.err = errors.New("AccessDenied") },
			check: "workers-table",
			level: Error,
		},
		{"all workers are away", func(p *patient) {
			p.must("", p.twilio.SetWorkerActivity(aliceSID, offlineSID))
			p.must("", p.twilio.SetWorkerActivity(bobSID, offlineSID))
		}, "workers", Error},
		{
			fault: "missed calls without a pause",
			plant: func(p *patient) { p.parameters["MissedCallPauseSeconds"] = "0" },
			check: "missed-calls",
			level: Warning,
		},
		{"missed calls without a pause and a limit", func(p *patient) {
			p.parameters["MissedCallPauseSeconds"], p.parameters["MissedCallLimit"] = "0", "0"
		}, "missed-calls", Error},
		{
			fault: "texts from another's number",
			plant: func(p *patient) { p.parameters["NotifyFrom"] = "+12065550177" },
			check: "notify-from",
			level: Error,
		},
		{"texts from a number without texts", func(p *patient) {
			p.parameters["NotifyFrom"] = ourNumber
			p.texts("", http.MethodPost, "", false)
		}, "notify-from", Error},
		{
			fault: "texts from a service that is gone",
			plant: func(p *patient) {
				p.parameters["NotifyFrom"] = serviceSID
				p.answerREST("/Services/"+serviceSID, http.StatusNotFound, `{"code":20404,"message":"Not found","status":404}`)
			},
			check: "notify-from",
			level: Error,
		},
		{
			fault: "texts go to another route",
			plant: func(p *patient) { p.texts(base+"/message", http.MethodPost, "", true) },
			check: "message-url",
			level: Error,
		},
		{
			fault: "texts by GET",
			plant: func(p *patient) { p.texts(base+"/messages", http.MethodGet, "", true) },
			check: "message-url",
			level: Error,
		},
		{"texts go to an app", func(p *patient) {
			p.texts(base+"/messages", http.MethodPost, "AP00000000000000000000000000000001", true)
		}, "message-url", Error},
		{
			fault: "texts to a number without texts",
			plant: func(p *patient) { p.texts(base+"/messages", http.MethodPost, "", false) },
			check: "message-url",
			level: Error,
		},
		{
			fault: "workers' number by GET",
			plant: func(p *patient) {
				p.twilio.AddNumber(simulator.Number{Number: "+12065550101", VoiceURL: base + "/duty", VoiceMethod: http.MethodGet})
			},
			check: "duty-url",
			level: Error,
		},
		{
			fault: "callers reach the workers' number",
			plant: func(p *patient) { p.number(func(n *simulator.Number) { n.VoiceURL = base + "/duty" }) },
			check: "voice-url",
			level: Error,
		},
		{
			fault: "workers' URL is not there",
			plant: func(p *patient) { p.answers("/duty", http.StatusNotFound, "application/json") },
			check: "unsigned-requests",
			level: Error,
		},
		{"worker forgotten offline", func(p *patient) {
			p.must("", p.twilio.SetWorkerActivity(bobSID, offlineSID))
			p.later(8 * 24 * time.Hour)
		}, "worker-offline", Warning},

		{"queue without workers", func(p *patient) {
			p.workflow(func(w *simulator.Workflow) {
				w.Configuration = routes(billing(leadsTo(unmatchedSID)), leadsTo(everybodySID))
			})
		}, "workflow-filters", Error},
		{
			fault: "step that matches no worker",
			plant: func(p *patient) {
				p.workflow(func(w *simulator.Workflow) {
					w.Configuration = routes(billing(`{"queue":"`+billingSID+`","expression":"worker.level > 5","timeout":10},{"queue":"`+billingSID+`"}`), leadsTo(everybodySID))
				})
			},
			check: "workflow-filters",
			level: Warning,
		},
		{
			fault: "step without a worker for its tasks",
			plant: func(p *patient) {
				p.workflow(func(w *simulator.Workflow) {
					w.Configuration = routes(billing(`{"queue":"`+billingSID+`","expression":"worker.language == task.skill"}`), leadsTo(everybodySID))
				})
			},
			check: "workflow-filters",
			level: Error,
		},
		{"default filter without workers", func(p *patient) {
			p.workflow(func(w *simulator.Workflow) {
				w.Configuration = routes(billing(leadsTo(billingSID)), leadsTo(unmatchedSID))
			})
		}, "workflow-filters", Error},
		{"no default filter", func(p *patient) {
			p.workflow(func(w *simulator.Workflow) { w.Configuration = routes(billing(leadsTo(billingSID)), "") })
		}, "default-filter", Warning},
		{"calls that no filter takes", func(p *patient) {
			p.numbers(map[string]string{ourNumber: `{"skill":"sales"}`, "*": `{"skill":"billing"}`})
			p.workflow(func(w *simulator.Workflow) { w.Configuration = routes(billing(leadsTo(billingSID)), "") })
		}, "default-filter", Error},

		{
			fault: "caller ID of another account",
			plant: func(p *patient) { p.parameters["WorkerCallerId"] = "+12065550177" },
			check: "caller-id",
			level: Error,
		},
		{
			fault: "country is closed",
			plant: func(p *patient) { p.must("", p.twilio.SetDialingPermission("US", false)) },
			check: "geo-permissions",
			level: Error,
		},
		{"unknown token", func(p *patient) {
			p.ssm["/switchboard/auth-token"] = "00000000000000000000000000000000"
		}, "auth-token", Error},
		{"secondary token", func(p *patient) { p.ssm["/switchboard/auth-token"] = otherToken }, "auth-token", Error},
		{
			fault: "half an API key",
			plant: func(p *patient) { p.ssm["/switchboard/api-key-sid"] = "SK00000000000000000000000000000001" },
			check: "ssm-parameters",
			level: Warning,
		},
		{"a PIN that is none", func(p *patient) { p.ssm["/switchboard/duty-pin"] = "12a4" }, "ssm-parameters", Error},
		{
			fault: "CRM without a secret",
			plant: func(p *patient) { delete(p.ssm, "/switchboard/crm-secret") },
			check: "ssm-parameters",
			level: Warning,
		},
		{
			fault: "CRM with a password in its URL",
			plant: func(p *patient) { p.parameters["CrmUrl"] = "https://user:hunter2@crm.example/calls" },
			check: "ssm-parameters",
			level: Error,
		},
		{"a new account", func(p *patient) { p.limits.executions = 10 }, "lambda-concurrency", Warning},
		{"no answer about limits", func(p *patient) { p.limits.err = errors.New("no answer") }, "lambda-concurrency", Error},
		{"no right to limits", func(p *patient) { p.limits.err = &smithy.GenericAPIError{Code: "AccessDeniedException"} }, "lambda-concurrency", Skipped},
		{"no alarms", func(p *patient) { p.alarms = nil }, "alarms", Warning},
		{"an alarm is missing", func(p *patient) { p.alarms = p.alarms[:len(p.alarms)-1] }, "alarms", Warning},
		{"an alarm rings", func(p *patient) { p.alarms[1][1] = "ALARM" }, "alarms", Error},
		{"a dead letter", func(p *patient) { p.queue.visible = 1 }, "dead-letter-queue", Error},
		{"a dead letter being read", func(p *patient) { p.queue.hidden = 1 }, "dead-letter-queue", Error},
		{
			fault: "the queue cannot be read",
			plant: func(p *patient) { p.queue.err = errors.New("AccessDenied") },
			check: "dead-letter-queue",
			level: Error,
		},
		{"queue has another limit", func(p *patient) { p.voiceQueue(50) }, "queue-limit", Warning},
		{
			fault: "queue is full",
			plant: func(p *patient) { p.voiceQueue(0); p.parameters["QueueMaxSize"] = "1" },
			check: "queue-limit",
			level: Error,
		},

		{
			fault: "a URL answers without a signature",
			plant: func(p *patient) { p.answers("/enqueue", http.StatusOK, "text/xml") },
			check: "unsigned-requests",
			level: Error,
		},
		{
			fault: "a route is missing",
			plant: func(p *patient) { p.answers("/events", http.StatusNotFound, "application/json") },
			check: "unsigned-requests",
			level: Error,
		},
		{
			fault: "a function fails",
			plant: func(p *patient) { p.answers("/assignment", http.StatusInternalServerError, "application/json") },
			check: "unsigned-requests",
			level: Error,
		},
		{
			fault: "a URL redirects",
			plant: func(p *patient) { p.answers("/assignment/fallback", http.StatusMovedPermanently, "") },
			check: "unsigned-requests",
			level: Error,
		},
		{"a URL is not there", func(p *patient) { p.answers("/enqueue", 0, "") }, "unsigned-requests", Error},
		{
			fault: "the signature is refused",
			plant: func(p *patient) { p.answers("/hold", http.StatusForbidden, "text/plain") },
			check: "signed-request",
			level: Error,
		},
		{
			fault: "something else takes the signature",
			plant: func(p *patient) { p.answers("/hold", http.StatusOK, "text/html") },
			check: "signed-request",
			level: Error,
		},
		{"the wait URL is not there", func(p *patient) { p.answers("/hold", 0, "") }, "signed-request", Error},

		{
			fault: "hold music is not there",
			plant: func(p *patient) { p.answers("/hold.mp3", http.StatusNotFound, "audio/mpeg") },
			check: "hold-music",
			level: Error,
		},
		{"hold music breaks off", func(p *patient) { p.answers("/hold.mp3", 0, "") }, "hold-music", Error},
		{
			fault: "hold music is a page",
			plant: func(p *patient) { p.answers("/hold.mp3", http.StatusOK, "text/html") },
			check: "hold-music",
			level: Error,
		},
		{"hold music has no type", func(p *patient) { p.answers("/hold.mp3", http.StatusOK, "") }, "hold-music", Error},
		{
			fault: "hold music is empty",
			plant: func(p *patient) { p.answers("/hold.mp3", http.StatusOK, "audio/mpeg") },
			check: "hold-music",
			level: Error,
		},
		{"hold music is elsewhere forever", func(p *patient) { p.redirects(1000) }, "hold-music", Error},
		{"hold music is eleven redirects away", func(p *patient) { p.redirects(11) }, "hold-music", Error},
		{"one of two pieces is missing", func(p *patient) {
			p.settings(func(s *settings.Settings) { s.Waiting.Music = []string{musicURL, base + "/gone.mp3"} })
		}, "hold-music", Error},
		{
			fault: "settings of a newer version",
			plant: func(p *patient) { p.ssm["/switchboard/settings/hours"] = `{"version":2}` },
			check: "settings",
			level: Error,
		},
		{
			fault: "settings that are no JSON",
			plant: func(p *patient) { p.ssm["/switchboard/settings/prompts-es"] = "{" },
			check: "settings",
			level: Error,
		},
		{
			fault: "settings with a mistake",
			plant: func(p *patient) { p.ssm["/switchboard/settings/menus"] = `{"version":1,"menus":{"main":{}}}` },
			check: "settings",
			level: Error,
		},
		{
			fault: "hours that are gone",
			plant: func(p *patient) { p.settings(func(s *settings.Settings) { s.Hours = nil }) },
			check: "settings",
			level: Error,
		},
		{"hours that never open", func(p *patient) {
			p.settings(func(s *settings.Settings) { s.Hours["desk"] = settings.Hours{} })
		}, "settings", Warning},
		{"hours in no zone", func(p *patient) {
			p.settings(func(s *settings.Settings) { s.Zone = "America/Newark_York" })
		}, "settings", Error},
		{"closed by hand", func(p *patient) {
			p.settings(func(s *settings.Settings) { s.Closed.Now = true })
		}, "settings", Warning},
		{"a shift that never begins", func(p *patient) {
			p.settings(func(s *settings.Settings) { s.Shifts = map[string]settings.Shift{"early": {}} })
		}, "settings", Warning},
		{"a worker of a shift that is none", func(p *patient) {
			p.settings(func(s *settings.Settings) {
				s.Shifts = map[string]settings.Shift{"early": {Week: map[string]string{"mon": "06:00-14:00"}}}
			})
			p.attributes(aliceSID, `{"contact_uri":"+14155550191","skills":["billing"],"shift":"late"}`)
		}, "settings", Warning},
		{"a lead without a PIN", func(p *patient) {
			p.attributes(aliceSID, `{"contact_uri":"+14155550191","skills":["billing"],"lead":true}`)
		}, "ssm-parameters", Warning},
		{
			fault: "caller ID is a client",
			plant: func(p *patient) { p.parameters["WorkerCallerId"] = "client:desk" },
			check: "caller-id",
			level: Error,
		},
		{"extension in dequeue mode", func(p *patient) {
			p.parameters["BridgeMode"] = "dequeue"
			p.attributes(bobSID, `{"contact_uri":"+18005551212x123"}`)
		}, "worker-contact", Error},
		{
			fault: "client that Twilio refuses",
			plant: func(p *patient) { p.attributes(bobSID, `{"contact_uri":"client:bob-b"}`) },
			check: "worker-contact",
			level: Error,
		},
		{
			fault: "extension after a space",
			plant: func(p *patient) { p.attributes(bobSID, `{"contact_uri":"+18005551212 x123"}`) },
			check: "worker-number",
			level: Error,
		},
		{"a webhook failed", func(p *patient) {
			p.web = http.NotFoundHandler()
			p.call()
			p.web = p.functions
		}, "debugger", Warning},
		{"clocks apart", func(p *patient) {
			now := p.date
			p.date = func() time.Time { return now().Add(time.Minute) }
		}, "clock-skew", Warning},
		{
			fault: "an unknown API key",
			plant: func(p *patient) {
				p.doctor.Account.Credentials.User, p.doctor.Account.Credentials.Password = "SK00000000000000000000000000000009", secrets.New("wrong")
			},
			check: "credentials",
			level: Error,
		},
	}
	for _, test := range tests {
		t.Run(test.fault, func(t *testing.T) {
			t.Parallel()
			p := healthy(t)
			test.plant(p)
			got := p.examine()
			for name, level := range got {
				if level == Skipped && slices.Contains([]string{"credentials", "workspace", "workflow", "voice-url"}, test.check) {
					delete(got, name) // what else there is cannot be judged without these
				}
			}
			if len(got) != 1 || got[test.check] != test.level {
				t.Errorf("found %v, want %s: %s alone", got, test.check, test.level)
			}
		})
	}
}

// TestFindingTexts tells findings of the same check and level apart by their texts.
func TestFindingTexts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		fault string
		plant func(*patient)
		check string
		says  string
	}{
		{"fallback is the primary", func(p *patient) {
			p.workflow(func(w *simulator.Workflow) { w.FallbackAssignmentCallbackURL = w.AssignmentCallbackURL })
		}, "fallback-assignment-url", "assignment callback URL itself"},
		{
			fault: "a URL answers without a signature",
			plant: func(p *patient) { p.answers("/enqueue", http.StatusOK, "text/xml") },
			check: "unsigned-requests",
			says:  "does not check signatures",
		},
		{
			fault: "a URL has no token",
			plant: func(p *patient) { p.answers("/events", http.StatusServiceUnavailable, "text/plain") },
			check: "unsigned-requests",
			says:  "no token",
		},
		{"caller ids cannot be read", func(p *patient) {
			p.parameters["WorkerCallerId"] = "+12065550177"
			p.refuse("/OutgoingCallerIds.json")
		}, "caller-id", "403"},
		{"a queue without workers", func(p *patient) {
			p.workflow(func(w *simulator.Workflow) { w.Configuration = routes("", leadsTo(unmatchedSID)) })
		}, "workflow-filters", "task queue Unmatched"},
		{"all workers are away", func(p *patient) {
			p.doctor.StackName = "two desks"
			p.must("", p.twilio.SetWorkerActivity(aliceSID, offlineSID))
			p.must("", p.twilio.SetWorkerActivity(bobSID, offlineSID))
		}, "workers", "none is available"},
		{"no number leads here", func(p *patient) {
			p.numbers(nil)
			p.number(func(n *simulator.Number) { n.VoiceURL = "" })
		}, "voice-url", "no caller"},
	}
	for _, test := range tests {
		t.Run(test.fault, func(t *testing.T) {
			t.Parallel()
			p := healthy(t)
			test.plant(p)
			var said []string
			for _, each := range p.doctor.Examine(t.Context()) {
				if each.Check == test.check && each.Level == Error {
					said = append(said, each.Detail)
				}
			}
			if len(said) != 1 || !strings.Contains(said[0], test.says) {
				t.Errorf("%s says %q, want %q", test.check, said, test.says)
			}
		})
	}
}

// refuse answers requests to a resource with 403.
func (p *patient) refuse(resource string) {
	p.answerREST(resource, http.StatusForbidden, `{"code":20403,"message":"Forbidden","status":403}`)
}

// answerREST answers requests to a resource with this status and body.
func (p *patient) answerREST(resource string, status int, body string) {
	p.doctor.Account.Transport = p.dated(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, resource) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
			return
		}
		p.twilio.ServeHTTP(w, r)
	}))
}

// texts gives the account's number these settings for messages.
func (p *patient) texts(address, method, app string, able bool) {
	p.Helper()
	p.answerREST("/IncomingPhoneNumbers.json", http.StatusOK, encoded(p.T, map[string]any{"incoming_phone_numbers": []map[string]any{{
		"sid": "PN00000000000000000000000000000001", "phone_number": ourNumber, "voice_url": base + "/enqueue", "voice_method": http.MethodPost,
		"voice_fallback_url": "https://handler.twilio.com/twiml/EH1", "sms_url": address, "sms_method": method, "sms_application_sid": app,
		"capabilities": map[string]bool{"voice": true, "sms": able},
	}}}))
}

// channel changes a worker's voice channel.
func (p *patient) channel(worker, form string) {
	p.Helper()
	p.post("/v1/Workspaces/"+workspaceSID+"/Workers/"+worker+"/Channels/voice", form)
}

// later moves the clocks of the doctor and of everything else forward.
func (p *patient) later(d time.Duration) {
	now := p.doctor.Now
	p.doctor.Now = func() time.Time { return now().Add(d) }
	p.date = p.doctor.Now
}

// voiceQueue creates the workflow's voice queue.
func (p *patient) voiceQueue(size int) {
	p.Helper()
	p.post("/2010-04-01/Accounts/"+accountSID+"/Queues.json", url.Values{"FriendlyName": {workflowSID}, "MaxSize": {strconv.Itoa(size)}}.Encode())
}

// post changes the account over REST.
func (p *patient) post(path, form string) {
	p.Helper()
	request := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(accountSID, token)
	answer := httptest.NewRecorder()
	p.twilio.ServeHTTP(answer, request)
	if answer.Code/100 != 2 {
		p.Fatalf("POST %s: %d %s", path, answer.Code, answer.Body)
	}
}

// answers sets a wrong answer for a path. Status 0 breaks the connection.
func (p *patient) answers(path string, status int, contentType string) {
	p.web = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path != path:
			p.functions.ServeHTTP(w, r)
		case status == 0:
			panic(http.ErrAbortHandler)
		default:
			w.Header().Set("Content-Type", contentType)
			w.WriteHeader(status)
			if status != http.StatusOK && status != http.StatusNoContent {
				_, _ = io.WriteString(w, http.StatusText(status))
			}
		}
	})
}

// redirects puts the hold music behind n redirects.
func (p *patient) redirects(n int) {
	p.web = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		done, _ := strconv.Atoi(r.URL.Query().Get("n"))
		if r.URL.Path != "/hold.mp3" || done == n {
			p.functions.ServeHTTP(w, r)
			return
		}
		http.Redirect(w, r, fmt.Sprintf("/hold.mp3?n=%d", done+1), http.StatusFound)
	})
}

// call places a call that hangs up.
func (p *patient) call() {
	p.Helper()
	p.twilio.Call("+14155550123", ourNumber, script.HangsUpAfter(time.Second))
	if err := p.twilio.Loop().Run(p.Context()); err != nil {
		p.Fatal(err)
	}
}
