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

	"switchboard/shared/roster"
	"switchboard/shared/secrets"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
	"switchboard/shared/taskrouter"
)

// TestPlantedFaults breaks one thing at a time. It must be found under its name, and nothing else may be reported.
func TestPlantedFaults(t *testing.T) {
	t.Parallel()
	tests := []struct {
		fault string
		plant func(*patient)
		check string
		level Level
	}{
		{"number leads elsewhere", func(p *patient) { p.number(func(n *simulator.Number) { n.VoiceURL = "https://old.example/enqueue" }) }, "voice-url", Error},
		{"number leads to another route", func(p *patient) { p.number(func(n *simulator.Number) { n.VoiceURL = base + "/hold" }) }, "voice-url", Error},
		{"number has no voice URL", func(p *patient) { p.number(func(n *simulator.Number) { n.VoiceURL = "" }) }, "voice-url", Error},
		{"voice URL by GET", func(p *patient) { p.number(func(n *simulator.Number) { n.VoiceMethod = http.MethodGet }) }, "voice-url", Error},
		{"nobody's number leads here", func(p *patient) {
			p.parameters["NumberAttributes"] = `{"*":{"skill":"billing"}}`
			p.number(func(n *simulator.Number) { n.VoiceURL = "https://old.example/enqueue" })
		}, "voice-url", Error},
		{"a number that is not the account's", func(p *patient) {
			p.parameters["NumberAttributes"] = `{"+12065550199":{"skill":"billing"},"*":{"skill":"billing"}}`
		}, "voice-url", Warning},
		{"number without fallback", func(p *patient) { p.number(func(n *simulator.Number) { n.FallbackURL = "" }) }, "voice-fallback-url", Warning},
		{"number falls back to itself", func(p *patient) { p.number(func(n *simulator.Number) { n.FallbackURL = n.VoiceURL + "#rc=2" }) }, "voice-fallback-url", Warning},
		{"assignment goes elsewhere", func(p *patient) {
			p.workflow(func(w *simulator.Workflow) { w.AssignmentCallbackURL = "https://old.example/assignment" })
		}, "assignment-url", Error},
		{"no assignment URL", func(p *patient) { p.workflow(func(w *simulator.Workflow) { w.AssignmentCallbackURL = "" }) }, "assignment-url", Error},
		{"fallback is the primary", func(p *patient) {
			p.workflow(func(w *simulator.Workflow) { w.FallbackAssignmentCallbackURL = w.AssignmentCallbackURL + "#rc=1" })
		}, "fallback-assignment-url", Error},
		{"no fallback", func(p *patient) { p.workflow(func(w *simulator.Workflow) { w.FallbackAssignmentCallbackURL = "" }) }, "fallback-assignment-url", Error},
		{"fallback goes elsewhere", func(p *patient) {
			p.workflow(func(w *simulator.Workflow) {
				w.FallbackAssignmentCallbackURL = "https://old.example/assignment/fallback"
			})
		}, "fallback-assignment-url", Error},
		{"events go elsewhere", func(p *patient) {
			p.workspace(func(w *simulator.Workspace) { w.EventCallbackURL = "https://old.example/events" })
		}, "event-url", Error},
		{"events go nowhere", func(p *patient) { p.workspace(func(w *simulator.Workspace) { w.EventCallbackURL = "" }) }, "event-url", Error},
		{"events are left out", func(p *patient) {
			p.workspace(func(w *simulator.Workspace) { w.EventsFilter = []string{"task.created", "task.canceled"} })
		}, "events-filter", Error},

		{"reservation timeout too short", func(p *patient) {
			p.workflow(func(w *simulator.Workflow) { w.ReservationTimeout = 30 * time.Second })
			p.parameters["ReservationTimeoutSeconds"] = "30"
		}, "reservation-timeout", Error},
		{"ring too long for it", func(p *patient) { p.parameters["WorkerRingSeconds"] = "90" }, "reservation-timeout", Error},
		{"reservation timeout shorter than deployed", func(p *patient) { p.workflow(func(w *simulator.Workflow) { w.ReservationTimeout = 100 * time.Second }) }, "reservation-timeout", Error},
		{"reservation timeout longer than deployed", func(p *patient) { p.workflow(func(w *simulator.Workflow) { w.ReservationTimeout = 200 * time.Second }) }, "reservation-timeout", Warning},
		{"task dies with its first reservation", func(p *patient) { p.parameters["TaskTimeoutSeconds"] = "60" }, "task-timeout", Warning},
		{"tasks are never completed", func(p *patient) { p.parameters["WrapUpSeconds"] = "" }, "wrap-up", Warning},

		{"timeout activity is available", func(p *patient) { p.workspace(func(w *simulator.Workspace) { w.TimeoutActivity = availableSID }) }, "timeout-activity", Error},
		{"post-work activity is gone", func(p *patient) { p.parameters["PostWorkActivitySid"] = "WA00000000000000000000000000000009" }, "post-work-activity", Error},
		{"single-tasking without a post-work activity", func(p *patient) {
			p.workspace(func(w *simulator.Workspace) { w.SingleTasking = true })
		}, "post-work-activity", Error},
		{"single-tasking wrap-up without an end", func(p *patient) {
			p.workspace(func(w *simulator.Workspace) { w.SingleTasking = true })
			p.parameters["PostWorkActivitySid"], p.parameters["WrapUpSeconds"] = wrappingUpSID, ""
		}, "wrap-up", Warning},
		{"available activity is gone", func(p *patient) { p.parameters["AvailableActivitySid"] = "WA00000000000000000000000000000009" }, "available-activity", Error},
		{"available activity is not available", func(p *patient) { p.parameters["AvailableActivitySid"] = offlineSID }, "available-activity", Error},
		{"stack of before has no available activity", func(p *patient) { delete(p.parameters, "AvailableActivitySid") }, "available-activity", Error},
		{"offline activity is gone", func(p *patient) { p.parameters["OfflineActivitySid"] = "WA00000000000000000000000000000009" }, "offline-activity", Error},
		{"offline activity is available", func(p *patient) { p.parameters["OfflineActivitySid"] = availableSID }, "offline-activity", Error},
		{"timeout activity is another than reject's", func(p *patient) { p.workspace(func(w *simulator.Workspace) { w.TimeoutActivity = offlineSID }) }, "timeout-activity", Error},
		{"no event of a worker's activity", func(p *patient) {
			p.workspace(func(w *simulator.Workspace) {
				w.EventsFilter = slices.Concat(taskrouter.TaskEvents(), taskrouter.ReservationEvents())
			})
		}, "events-filter", Error},
		{"reject activity is gone", func(p *patient) { p.parameters["RejectActivitySid"] = "WA00000000000000000000000000000009" }, "reject-activity", Error},
		{"reject activity is available", func(p *patient) { p.parameters["RejectActivitySid"] = availableSID }, "reject-activity", Error},
		{"fault activity is gone", func(p *patient) { p.parameters["FaultActivitySid"] = "WA00000000000000000000000000000009" }, "fault-activity", Error},
		{"fault activity is available", func(p *patient) { p.parameters["FaultActivitySid"] = availableSID }, "fault-activity", Error},
		{"workspace is another", func(p *patient) { p.parameters["WorkspaceSid"] = "WS00000000000000000000000000000009" }, "workspace", Error},
		{"workflow is another", func(p *patient) { p.parameters["WorkflowSid"] = "WW00000000000000000000000000000009" }, "workflow", Error},

		{"worker without contact", func(p *patient) { p.attributes(bobSID, `{"skills":["general"]}`) }, "worker-contact", Error},
		{"worker with a contact that is no text", func(p *patient) { p.attributes(bobSID, `{"contact_uri":5}`) }, "worker-contact", Error},
		{"worker with a name for a contact", func(p *patient) { p.attributes(bobSID, `{"contact_uri":"Bob"}`) }, "worker-contact", Error},
		{"worker with a national number", func(p *patient) { p.attributes(bobSID, `{"contact_uri":"(415) 555-0192"}`) }, "worker-number", Error},
		{"worker with a number in groups", func(p *patient) { p.attributes(bobSID, `{"contact_uri":"+1 415 555 0192"}`) }, "worker-number", Error},
		{"worker with a tel: number", func(p *patient) { p.attributes(bobSID, `{"contact_uri":"tel:+14155550192"}`) }, "worker-number", Error},
		{"hyphen in a value", func(p *patient) { p.attributes(bobSID, `{"contact_uri":"client:bob","team":"north-west"}`) }, "worker-hyphen", Warning},
		{"hyphen in a list", func(p *patient) { p.attributes(bobSID, `{"contact_uri":"client:bob","skills":["tier-2"]}`) }, "worker-hyphen", Warning},
		{"hyphen deep down", func(p *patient) { p.attributes(bobSID, `{"contact_uri":"client:bob","at":{"desk":"A-1"}}`) }, "worker-hyphen", Warning},
		{"hyphen in a name", func(p *patient) { p.attributes(bobSID, `{"contact_uri":"client:bob","first-name":"Bob"}`) }, "worker-hyphen", Warning},
		{"two workers with one number", func(p *patient) { p.attributes(bobSID, `{"contact_uri":"+14155550191","skills":["general"]}`) }, "worker-number-shared", Warning},
		{"worker who takes two calls", func(p *patient) { p.channel(bobSID, "Capacity=2") }, "worker-capacity", Error},
		{"worker who takes none", func(p *patient) { p.channel(bobSID, "Capacity=0") }, "worker-capacity", Error},
		{"worker whose voice channel is off", func(p *patient) { p.channel(bobSID, "Available=false") }, "worker-capacity", Error},
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
		{"worker left in the activity of those who are off", func(p *patient) {
			p.parameters["OfflineActivitySid"] = ""
			p.roster.records = []roster.Record{{WorkerSID: aliceSID, Wish: roster.Off}, {WorkerSID: bobSID, Wish: roster.On}}
			p.must("", p.twilio.SetWorkerActivity(bobSID, unavailableSID))
			p.later(14 * time.Minute)
		}, "worker-held", Warning},
		{"the table of workers cannot be read", func(p *patient) { p.roster.err = errors.New("AccessDenied") }, "workers-table", Error},
		{"all workers are away", func(p *patient) {
			p.must("", p.twilio.SetWorkerActivity(aliceSID, offlineSID))
			p.must("", p.twilio.SetWorkerActivity(bobSID, offlineSID))
		}, "workers", Error},
		{"missed calls without a pause", func(p *patient) { p.parameters["MissedCallPauseSeconds"] = "0" }, "missed-calls", Warning},
		{"missed calls without a pause and a limit", func(p *patient) {
			p.parameters["MissedCallPauseSeconds"], p.parameters["MissedCallLimit"] = "0", "0"
		}, "missed-calls", Error},
		{"texts from another's number", func(p *patient) { p.parameters["NotifyFrom"] = "+12065550177" }, "notify-from", Error},
		{"texts from a number without texts", func(p *patient) {
			p.parameters["NotifyFrom"] = ourNumber
			p.texts("", http.MethodPost, "", false)
		}, "notify-from", Error},
		{"texts from a service that is gone", func(p *patient) {
			p.parameters["NotifyFrom"] = serviceSID
			p.answerREST("/Services/"+serviceSID, http.StatusNotFound, `{"code":20404,"message":"Not found","status":404}`)
		}, "notify-from", Error},
		{"texts go to another route", func(p *patient) { p.texts(base+"/message", http.MethodPost, "", true) }, "message-url", Error},
		{"texts by GET", func(p *patient) { p.texts(base+"/messages", http.MethodGet, "", true) }, "message-url", Error},
		{"texts go to an app", func(p *patient) {
			p.texts(base+"/messages", http.MethodPost, "AP00000000000000000000000000000001", true)
		}, "message-url", Error},
		{"texts to a number without texts", func(p *patient) { p.texts(base+"/messages", http.MethodPost, "", false) }, "message-url", Error},
		{"workers' number by GET", func(p *patient) {
			p.twilio.AddNumber(simulator.Number{Number: "+12065550101", VoiceURL: base + "/duty", VoiceMethod: http.MethodGet})
		}, "duty-url", Error},
		{"callers reach the workers' number", func(p *patient) { p.number(func(n *simulator.Number) { n.VoiceURL = base + "/duty" }) }, "voice-url", Error},
		{"workers' URL is not there", func(p *patient) { p.answers("/duty", http.StatusNotFound, "application/json") }, "unsigned-requests", Error},
		{"worker forgotten offline", func(p *patient) {
			p.must("", p.twilio.SetWorkerActivity(bobSID, offlineSID))
			p.later(8 * 24 * time.Hour)
		}, "worker-offline", Warning},

		{"queue without workers", func(p *patient) {
			p.workflow(func(w *simulator.Workflow) {
				w.Configuration = routes(billing(leadsTo(nobodySID)), leadsTo(everybodySID))
			})
		}, "workflow-filters", Error},
		{"step that matches nobody", func(p *patient) {
			p.workflow(func(w *simulator.Workflow) {
				w.Configuration = routes(billing(`{"queue":"`+billingSID+`","expression":"worker.level > 5","timeout":10},{"queue":"`+billingSID+`"}`), leadsTo(everybodySID))
			})
		}, "workflow-filters", Warning},
		{"step that matches nobody for its tasks", func(p *patient) {
			p.workflow(func(w *simulator.Workflow) {
				w.Configuration = routes(billing(`{"queue":"`+billingSID+`","expression":"worker.language == task.skill"}`), leadsTo(everybodySID))
			})
		}, "workflow-filters", Error},
		{"default filter without workers", func(p *patient) {
			p.workflow(func(w *simulator.Workflow) {
				w.Configuration = routes(billing(leadsTo(billingSID)), leadsTo(nobodySID))
			})
		}, "workflow-filters", Error},
		{"no default filter", func(p *patient) {
			p.workflow(func(w *simulator.Workflow) { w.Configuration = routes(billing(leadsTo(billingSID)), "") })
		}, "default-filter", Warning},
		{"calls that no filter takes", func(p *patient) {
			p.parameters["NumberAttributes"] = `{"` + ourNumber + `":{"skill":"sales"},"*":{"skill":"billing"}}`
			p.workflow(func(w *simulator.Workflow) { w.Configuration = routes(billing(leadsTo(billingSID)), "") })
		}, "default-filter", Error},

		{"caller id of somebody else", func(p *patient) { p.parameters["WorkerCallerId"] = "+12065550177" }, "caller-id", Error},
		{"country is closed", func(p *patient) { p.must("", p.twilio.SetDialingPermission("US", false)) }, "geo-permissions", Error},
		{"token of nobody", func(p *patient) {
			p.ssm["/switchboard/auth-token"] = "00000000000000000000000000000000"
		}, "auth-token", Error},
		{"secondary token", func(p *patient) { p.ssm["/switchboard/auth-token"] = otherToken }, "auth-token", Error},
		{"half an API key", func(p *patient) { p.ssm["/switchboard/api-key-sid"] = "SK00000000000000000000000000000001" }, "ssm-parameters", Warning},
		{"a PIN that is none", func(p *patient) { p.ssm["/switchboard/duty-pin"] = "12a4" }, "ssm-parameters", Error},
		{"CRM without a secret", func(p *patient) { delete(p.ssm, "/switchboard/crm-secret") }, "ssm-parameters", Warning},
		{"CRM with a password in its URL", func(p *patient) { p.parameters["CrmUrl"] = "https://user:hunter2@crm.example/calls" }, "ssm-parameters", Error},
		{"no alarms", func(p *patient) { p.alarms = nil }, "alarms", Warning},
		{"an alarm is missing", func(p *patient) { p.alarms = p.alarms[:len(p.alarms)-1] }, "alarms", Warning},
		{"an alarm rings", func(p *patient) { p.alarms[1][1] = "ALARM" }, "alarms", Error},
		{"a dead letter", func(p *patient) { p.queue.visible = 1 }, "dead-letter-queue", Error},
		{"a dead letter that somebody reads", func(p *patient) { p.queue.hidden = 1 }, "dead-letter-queue", Error},
		{"the queue cannot be read", func(p *patient) { p.queue.err = errors.New("AccessDenied") }, "dead-letter-queue", Error},
		{"queue has another limit", func(p *patient) { p.voiceQueue(50) }, "queue-limit", Warning},
		{"queue is full", func(p *patient) { p.voiceQueue(0); p.parameters["QueueMaxSize"] = "1" }, "queue-limit", Error},

		{"a URL answers without a signature", func(p *patient) { p.answers("/enqueue", http.StatusOK, "text/xml") }, "unsigned-requests", Error},
		{"a route is missing", func(p *patient) { p.answers("/events", http.StatusNotFound, "application/json") }, "unsigned-requests", Error},
		{"a function fails", func(p *patient) { p.answers("/assignment", http.StatusInternalServerError, "application/json") }, "unsigned-requests", Error},
		{"a URL redirects", func(p *patient) { p.answers("/assignment/fallback", http.StatusMovedPermanently, "") }, "unsigned-requests", Error},
		{"a URL is not there", func(p *patient) { p.answers("/enqueue", 0, "") }, "unsigned-requests", Error},
		{"the signature is refused", func(p *patient) { p.answers("/hold", http.StatusForbidden, "text/plain") }, "signed-request", Error},
		{"something else takes the signature", func(p *patient) { p.answers("/hold", http.StatusOK, "text/html") }, "signed-request", Error},
		{"the wait URL is not there", func(p *patient) { p.answers("/hold", 0, "") }, "signed-request", Error},

		{"hold music is not there", func(p *patient) { p.answers("/hold.mp3", http.StatusNotFound, "audio/mpeg") }, "hold-music", Error},
		{"hold music breaks off", func(p *patient) { p.answers("/hold.mp3", 0, "") }, "hold-music", Error},
		{"hold music is a page", func(p *patient) { p.answers("/hold.mp3", http.StatusOK, "text/html") }, "hold-music", Error},
		{"hold music has no type", func(p *patient) { p.answers("/hold.mp3", http.StatusOK, "") }, "hold-music", Error},
		{"hold music is empty", func(p *patient) { p.answers("/hold.mp3", http.StatusOK, "audio/mpeg") }, "hold-music", Error},
		{"hold music is elsewhere forever", func(p *patient) { p.redirects(1000) }, "hold-music", Error},
		{"hold music is eleven redirects away", func(p *patient) { p.redirects(11) }, "hold-music", Error},
		{"hold music is a path", func(p *patient) { p.parameters["HoldMusicUrl"] = "/hold.mp3" }, "hold-music", Error},
		{"caller ID is a client", func(p *patient) { p.parameters["WorkerCallerId"] = "client:desk" }, "caller-id", Error},
		{"a SIP domain is dialed", func(p *patient) {
			p.parameters["NumberAttributes"] = `{"` + ourNumber + `":{"skill":"billing"},"sip:desk@example.sip.twilio.com":{"skill":"billing"}}`
		}, "caller-id", Error},
		{"extension in dequeue mode", func(p *patient) {
			p.parameters["BridgeMode"] = "dequeue"
			p.attributes(bobSID, `{"contact_uri":"+18005551212x123"}`)
		}, "worker-contact", Error},
		{"client that Twilio refuses", func(p *patient) { p.attributes(bobSID, `{"contact_uri":"client:bob-b"}`) }, "worker-contact", Error},
		{"extension after a space", func(p *patient) { p.attributes(bobSID, `{"contact_uri":"+18005551212 x123"}`) }, "worker-number", Error},
		{"a webhook failed", func(p *patient) {
			p.web = http.NotFoundHandler()
			p.call()
			p.web = p.functions
		}, "debugger", Warning},
		{"clocks apart", func(p *patient) {
			now := p.date
			p.date = func() time.Time { return now().Add(time.Minute) }
		}, "clock-skew", Warning},
		{"an API key that is nobody's", func(p *patient) {
			p.doctor.Account.Credentials.User, p.doctor.Account.Credentials.Password = "SK00000000000000000000000000000009", secrets.New("wrong")
		}, "credentials", Error},
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

// TestWhatIsSaid holds findings of one check and level apart by their words.
func TestWhatIsSaid(t *testing.T) {
	t.Parallel()
	tests := []struct {
		fault string
		plant func(*patient)
		check string
		says  string
	}{
		{"fallback is the primary", func(p *patient) {
			p.workflow(func(w *simulator.Workflow) { w.FallbackAssignmentCallbackURL = w.AssignmentCallbackURL })
		}, "fallback-assignment-url", "is the assignment callback URL itself"},
		{"a URL answers without a signature", func(p *patient) { p.answers("/enqueue", http.StatusOK, "text/xml") }, "unsigned-requests", "does not check signatures"},
		{"a URL has no token", func(p *patient) { p.answers("/events", http.StatusServiceUnavailable, "text/plain") }, "unsigned-requests", "no token"},
		{"caller ids cannot be read", func(p *patient) {
			p.parameters["WorkerCallerId"] = "+12065550177"
			p.refuse("/OutgoingCallerIds.json")
		}, "caller-id", "403"},
		{"a queue without workers", func(p *patient) {
			p.workflow(func(w *simulator.Workflow) { w.Configuration = routes("", leadsTo(nobodySID)) })
		}, "workflow-filters", "task queue Nobody"},
		{"all workers are away", func(p *patient) {
			p.doctor.StackName = "two desks"
			p.must("", p.twilio.SetWorkerActivity(aliceSID, offlineSID))
			p.must("", p.twilio.SetWorkerActivity(bobSID, offlineSID))
		}, "workers", "none is available"},
		{"no number leads here", func(p *patient) {
			p.parameters["NumberAttributes"] = "{}"
			p.number(func(n *simulator.Number) { n.VoiceURL = "" })
		}, "voice-url", "nobody can call"},
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

// refuse has requests to a resource answered with 403.
func (p *patient) refuse(resource string) {
	p.answerREST(resource, http.StatusForbidden, `{"code":20403,"message":"Forbidden","status":403}`)
}

// answerREST has requests to a resource answered so.
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

// texts lets the account's number have these settings for messages.
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

// later lets time pass for the doctor and everybody else.
func (p *patient) later(d time.Duration) {
	now := p.doctor.Now
	p.doctor.Now = func() time.Time { return now().Add(d) }
	p.date = p.doctor.Now
}

// voiceQueue makes the workflow's voice queue.
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

// answers lets a path answer as it should not; status 0 breaks the connection.
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

// redirects has the hold music n redirects away.
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

// call lets somebody call and hang up.
func (p *patient) call() {
	p.Helper()
	p.twilio.Call("+14155550123", ourNumber, script.HangsUpAfter(time.Second))
	if err := p.twilio.Loop().Run(p.Context()); err != nil {
		p.Fatal(err)
	}
}
